/**
 * Readings that routines of cores share: decays of membranes and synapses, refractory periods.
 */
import { exp, log, log1p } from '../../base/index.ts';
import type { BiasChange, BiasEvents, BiasSubstrate, DynapseSynapse } from '../../model/index.ts';
import { fitLine } from '../../search/index.ts';

/** Of no current but the dark one: a switch that is off. */
export const OFF = { coarse: 0, fine: 0 } as const;
/** Changes of the biases that leave nothing but events and what an experiment adds. */
export const SWITCHED_OFF: BiasChange = { dc: OFF, weight_ahp: OFF };

/** Input current for decays of the membrane, A: far above its gain current and below the clip. */
const DRIVE = 250e-9;
/** Input currents for the refractory period, A. */
const STRONG = [0.8e-6, 1.6e-6] as const;
const STRONG_SPAN = 0.2;

/** Time constants of the membranes, s, of neurons within every core; NaN where nothing decays. */
export async function membraneDecays(substrate: BiasSubstrate, neurons: readonly number[], duration: number): Promise<Float64Array> {
  const { codeOf, sampleInterval } = substrate.capabilities;
  const { samples } = await substrate.run({
    duration,
    neurons,
    monitor: 'membrane',
    rested: { ...SWITCHED_OFF, dc: codeOf(DRIVE) },
    switched: SWITCHED_OFF,
  });
  return Float64Array.from(samples, (row) => decayOf(row, sampleInterval).tau);
}

/** Time constants, s, or currents at the begin, A, of synaptic currents after these events. */
export async function decays(
  substrate: BiasSubstrate,
  neurons: readonly number[],
  monitor: DynapseSynapse,
  duration: number,
  events: BiasEvents,
  what: 'tau' | 'start',
): Promise<Float64Array> {
  const { samples } = await substrate.run({ duration, neurons, events, monitor });
  return Float64Array.from(samples, (row) => decayOf(row, substrate.capabilities.sampleInterval)[what]);
}

/**
 * Refractory periods, s; NaN for silent neurons. `tau`: time constant of their membranes, s, all of them or each; another `repeat` counts from another moment on.
 *   T(I) = t_ref - tau ln(1 - x), x falls as 1 / I: two currents tell x, and what the membrane needs is taken off
 */
export async function refractoryPeriods(
  substrate: BiasSubstrate,
  neurons: readonly number[],
  tau: number | Float64Array,
  repeat: number,
): Promise<Float64Array> {
  const { codeOf, currentOf } = substrate.capabilities;
  const codes = STRONG.map((current) => codeOf(current));
  const periods: Float64Array[] = [];
  const from = (STRONG_SPAN / 10) * (1 + repeat);
  for (const dc of codes) {
    const { spikes } = await substrate.run({ duration: from + STRONG_SPAN, from, neurons, switched: { ...SWITCHED_OFF, dc } });
    periods.push(Float64Array.from(spikes, (count) => (count > 0 ? STRONG_SPAN / count : NaN)));
  }
  const ratio = currentOf(codes[1]!) / currentOf(codes[0]!);
  return periods[1]!.map((strong, i) => {
    const own = typeof tau === 'number' ? tau : tau[i]!;
    const rest = strong + own * log1p(-shareOf((periods[0]![i]! - strong) / own, ratio));
    return rest > 0 ? rest : NaN;
  });
}

/** The x of ln((1 - x) / (1 - ratio x)) = difference, by Newton steps from what holds for small ones. */
function shareOf(difference: number, ratio: number): number {
  let x = difference / (ratio - 1 + ((ratio * ratio - 1) * difference) / (2 * (ratio - 1)));
  for (let k = 0; k < 4; k++) x -= (log1p(-x) - log1p(-ratio * x) - difference) / (ratio / (1 - ratio * x) - 1 / (1 - x));
  return x;
}

/** Time constant and current at the begin of an exponential decay sampled from one interval on: a straight line through the logarithms. */
function decayOf(row: Float64Array, interval: number): { readonly tau: number; readonly start: number } {
  const usable = Array.from(row, (value, i) => [(i + 1) * interval, value] as const).filter(([, value]) => value > 0);
  if (usable.length < 4) return { tau: NaN, start: NaN };
  const line = fitLine(
    usable.map(([t]) => t),
    usable.map(([, value]) => log(value)),
  );
  return line !== null && line.slope < 0 ? { tau: -1 / line.slope, start: exp(line.offset) } : { tau: NaN, start: NaN };
}

/** Arithmetic mean. */
export function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
