/** Cells of random parameters: what the equations of one are, and the inputs that they get. */

export type State = readonly number[];
export type Roll = (low: number, high: number) => number;
export type Values = Record<string, number>;

export interface Equations {
  readonly parameters: Values;
  readonly duration: number;
  readonly start: State;
  readonly steps?: readonly [number, number][];
  readonly distal?: readonly [number, number][];
  readonly kicks?: readonly [number, number, number][];
  /** Sampling interval of the trace. */
  readonly every: number;
  readonly slope: (y: State, current: number, distal: number) => number[];
  readonly spike?: { readonly level: number; readonly refractory: number; readonly fire: (y: number[]) => number[] };
}

export type Model = (roll: Roll) => Equations;

/** Poisson times (ms) at `rate` per ms. */
function poisson(roll: Roll, rate: number, until: number): number[] {
  const times: number[] = [];
  for (let t = 0; (t -= Math.log(roll(1e-12, 1)) / rate) < until;) times.push(Math.round(t * 1e4) / 1e4);
  return times;
}

export function arrivals(
  roll: Roll,
  until: number,
  exc: [number, number, number],
  inh?: [number, number, number],
): [number, number, number][] {
  const rows = [exc, ...(inh === undefined ? [] : [inh])].flatMap(([rate, index, size]) =>
    poisson(roll, rate, until).map((t): [number, number, number] => [t, index, size]),
  );
  return rows.toSorted((a, b) => a[0] - b[0]);
}

export const twoSteps = (roll: Roll, low: number, high: number): [number, number][] => [
  [roll(1, 10), roll(low, high)],
  [roll(80, 120), roll(low, high)],
];

/** A current that is drawn anew every millisecond. */
export const noise = (roll: Roll, until: number, mean: number, width: number): [number, number][] =>
  Array.from({ length: until }, (_, t) => [t, mean + width * (roll(-1, 1) + roll(-1, 1))]);
