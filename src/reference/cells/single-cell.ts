/**
 * The single-cell bench of the teacher: one neuron, current steps and synaptic events given as data, spike times out. Everything is in physiological units (ms, mV, pA, pF,
 * nS) and in floating biological time; nothing here is exchanged with a chip.
 * Order of one instant: first the cell reaches it (a spike that falls on it belongs to the past), then the current changes, then the synaptic events act.
 */
import { InfeasibleError } from '../../base/index.ts';
import { CELL_MODEL_TABLE, cellOf, type CellModel, type CellModelEntry } from './cell-models.ts';
import { DEFAULT_TOLERANCE } from './cell.ts';

/** One experiment on one cell. */
export interface CellCase {
  readonly model: CellModel;
  /** Named as in NEST: C_m (pF), tau_m (ms), g_L (nS), E_L, V_th, V_reset, V_peak, Delta_T, E_ex, E_in (mV), a (nS), b (pA), tau_w, t_ref, tau_ex, tau_in (ms). */
  readonly parameters: Readonly<Record<string, number>>;
  readonly duration: number; // ms
  /** State at time 0 in the order of the model (V first); at rest without it. */
  readonly initial?: readonly number[];
  /** From `time` (ms) on the injected current is `current` (pA). */
  readonly currentSteps?: readonly (readonly [time: number, current: number])[];
  /** The same for the far compartment of models that have one. */
  readonly distalSteps?: readonly (readonly [time: number, current: number])[];
  /** At `time` (ms) `amount` is added to state variable `index` (pA or nS). */
  readonly kicks?: readonly (readonly [time: number, index: number, amount: number])[];
}

/** How to run it. */
export interface CellOptions {
  /** Local error of the adaptive integrators, relative to 1 + |variable|; by default that of the model's table, else 1e-8. The current-based LIF is exact and ignores it. */
  readonly tolerance?: number;
  /** Times (ms) at which the voltage is read. Adaptive cells step onto them: spike times then move within the tolerance. */
  readonly sampleTimes?: ArrayLike<number>;
}

/** What came out. */
export interface CellRun {
  readonly spikes: Float64Array; // ms
  readonly finalState: Float64Array; // V (mV) first, then in the order of the model
  readonly samples: Float64Array; // mV, one per sample time
  readonly states: readonly Float64Array[]; // the whole state at each sample time
}

/** Runs one case. Throws InfeasibleError for a missing parameter, impossible values or an input that is not in time order. */
export function runCell(experiment: CellCase, options: CellOptions = {}): CellRun {
  const entry: CellModelEntry = CELL_MODEL_TABLE[experiment.model];
  const cell = cellOf(experiment.model, experiment.parameters, options.tolerance ?? entry.tolerance ?? DEFAULT_TOLERANCE);
  if (experiment.initial !== undefined) cell.setState(experiment.initial);
  const steps = inOrder('current steps', experiment.currentSteps ?? []);
  const distal = inOrder('distal steps', experiment.distalSteps ?? []);
  const kicks = inOrder('kicks', experiment.kicks ?? []);
  const sampleTimes = options.sampleTimes ?? [];
  inOrder(
    'sample times',
    Array.from(sampleTimes, (time): [number] => [time]),
  );
  const { duration } = experiment;
  if (!(duration >= 0 && duration < Infinity)) throw new InfeasibleError(`duration: found ${String(duration)}, expected a finite time`);
  checkInputs(experiment.model, distal, kicks);
  const spikes: number[] = [];
  const states: Float64Array[] = [];
  let [now, step, far, kick, sample] = [0, 0, 0, 0, 0];
  for (;;) {
    while ((steps[step]?.[0] ?? Infinity) <= now) cell.setCurrent(steps[step++]![1], 0);
    while ((distal[far]?.[0] ?? Infinity) <= now) cell.setCurrent(distal[far++]![1], 1);
    for (; (kicks[kick]?.[0] ?? Infinity) <= now; kick++) cell.kick(kicks[kick]![1], kicks[kick]![2]);
    for (; (sampleTimes[sample] ?? Infinity) <= now; sample++) states.push(cell.state());
    if (now >= duration) break;
    const start = now;
    const input = Math.min(steps[step]?.[0] ?? Infinity, distal[far]?.[0] ?? Infinity, kicks[kick]?.[0] ?? Infinity);
    const end = Math.min(input, sampleTimes[sample] ?? Infinity, duration);
    cell.advance(end - start, (offset) => spikes.push(start + offset));
    now = end;
  }
  return { spikes: Float64Array.from(spikes), finalState: cell.state(), samples: Float64Array.from(states, (one) => one[0]!), states };
}

function checkInputs(model: CellModel, distal: readonly unknown[], kicks: readonly (readonly [number, number, number])[]): void {
  const entry: CellModelEntry = CELL_MODEL_TABLE[model];
  if (distal.length > 0 && !entry.distal) throw new InfeasibleError(`distal steps: ${model} has no far compartment`);
  const stray = kicks.find((row) => !entry.kicked.includes(row[1]));
  if (stray === undefined) return;
  const expected = entry.kicked.length === 0 ? 'none, as it has no synapses,' : entry.kicked.join(' or ');
  throw new InfeasibleError(`kicks: found state variable ${String(stray[1])}, expected ${expected} for ${model}`);
}

function inOrder<Row extends readonly [number, ...number[]]>(what: string, rows: readonly Row[]): readonly Row[] {
  const odd = rows.findIndex((row) => !row.every(Number.isFinite));
  if (odd >= 0) throw new InfeasibleError(`${what}: entry ${String(odd)} is ${rows[odd]!.join(', ')}, expected finite numbers`);
  const late = rows.findIndex((row, i) => i > 0 && row[0] < rows[i - 1]![0]);
  if (late >= 0) throw new InfeasibleError(`${what}: entry ${String(late)} at ${String(rows[late]![0])} ms comes before its predecessor`);
  return rows;
}
