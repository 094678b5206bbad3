/**
 * The single-cell bench of the teacher: one neuron, current steps and synaptic events given as data, spike times out. Everything is in physiological units (ms, mV, pA, pF,
 * nS) and in floating biological time; nothing here is exchanged with a chip.
 * Order of one instant: first the cell reaches it (a spike that falls on it belongs to the past), then the current changes, then the synaptic events act.
 */
import { InfeasibleError } from '../base/index.ts';
import { AdexCell } from './adex-cell.ts';
import { DEFAULT_TOLERANCE, type Cell } from './cell.ts';
import { LifConductanceCell } from './lif-conductance-cell.ts';
import { LifCurrentCell } from './lif-current-cell.ts';

/** The models of the bench: current-based LIF, conductance-based LIF, AdEx. */
export const CELL_MODELS = ['lif_psc', 'lif_cond', 'adex'] as const;
export type CellModel = (typeof CELL_MODELS)[number];

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
  /** At `time` (ms) `amount` is added to state variable `index` (pA or nS). */
  readonly kicks?: readonly (readonly [time: number, index: number, amount: number])[];
}

/** How to run it. */
export interface CellOptions {
  /** Local error of the adaptive integrators, relative to 1 + |variable| (default 1e-8). The current-based LIF is exact and ignores it. */
  readonly tolerance?: number;
  /** Times (ms) at which the voltage is read. Adaptive cells step onto them: spike times then move within the tolerance. */
  readonly sampleTimes?: ArrayLike<number>;
}

/** What came out. */
export interface CellRun {
  readonly spikes: Float64Array; // ms
  readonly finalState: Float64Array; // V (mV) first, then in the order of the model
  readonly samples: Float64Array; // mV, one per sample time
}

/** Runs one case. Throws InfeasibleError for a missing parameter, impossible values or an input that is not in time order. */
export function runCell(experiment: CellCase, options: CellOptions = {}): CellRun {
  const cell = cellOf(experiment, options.tolerance ?? DEFAULT_TOLERANCE);
  if (experiment.initial !== undefined) cell.setState(experiment.initial);
  const steps = inOrder('current steps', experiment.currentSteps ?? []);
  const kicks = inOrder('kicks', experiment.kicks ?? []);
  const sampleTimes = options.sampleTimes ?? [];
  const { duration } = experiment;
  // index 0 is the voltage, index 1 of AdEx the adaptation current: neither is a synapse
  const synapses = experiment.model === 'adex' ? [2, 3] : [1, 2];
  const stray = kicks.find((row) => !synapses.includes(row[1]));
  if (stray !== undefined) {
    throw new InfeasibleError(`kicks: found state variable ${String(stray[1])}, expected ${synapses.join(' or ')} for ${experiment.model}`);
  }
  const spikes: number[] = [];
  const samples = new Float64Array(sampleTimes.length);
  let [now, step, kick, sample] = [0, 0, 0, 0];
  for (;;) {
    while ((steps[step]?.[0] ?? Infinity) <= now) cell.setCurrent(steps[step++]![1]);
    for (; (kicks[kick]?.[0] ?? Infinity) <= now; kick++) cell.kick(kicks[kick]![1], kicks[kick]![2]);
    for (; (sampleTimes[sample] ?? Infinity) <= now; sample++) samples[sample] = cell.state()[0]!;
    if (now >= duration) break;
    const start = now;
    const end = Math.min(steps[step]?.[0] ?? Infinity, kicks[kick]?.[0] ?? Infinity, sampleTimes[sample] ?? Infinity, duration);
    cell.advance(end - start, (offset) => spikes.push(start + offset));
    now = end;
  }
  return { spikes: Float64Array.from(spikes), finalState: cell.state(), samples };
}

type Need = (name: string) => number;

/** One line per parameter: the name that the literature and NEST use, read into the name that the model uses. */
const BUILDERS: Readonly<Record<CellModel, (need: Need, tolerance: number, hasSynapses: boolean) => Cell>> = {
  lif_psc: (need) =>
    new LifCurrentCell({
      capacitance: need('C_m'),
      tauMem: need('tau_m'),
      tauExc: need('tau_ex'),
      tauInh: need('tau_in'),
      rest: need('E_L'),
      threshold: need('V_th'),
      reset: need('V_reset'),
      refractory: need('t_ref'),
    }),
  lif_cond: (need, tolerance) =>
    new LifConductanceCell(
      {
        capacitance: need('C_m'),
        leakConductance: need('g_L'),
        rest: need('E_L'),
        threshold: need('V_th'),
        reset: need('V_reset'),
        refractory: need('t_ref'),
        ...conductanceSynapses(need),
      },
      tolerance,
    ),
  adex: (need, tolerance, hasSynapses) =>
    new AdexCell(
      {
        capacitance: need('C_m'),
        leakConductance: need('g_L'),
        rest: need('E_L'),
        thresholdVoltage: need('V_th'),
        slopeFactor: need('Delta_T'),
        adaptationConductance: need('a'),
        adaptationJump: need('b'),
        adaptationTau: need('tau_w'),
        reset: need('V_reset'),
        peak: need('V_peak'),
        refractory: need('t_ref'),
        ...(hasSynapses ? { synapses: conductanceSynapses(need) } : {}),
      },
      tolerance,
    ),
};

function conductanceSynapses(need: Need): { tauExc: number; tauInh: number; reversalExc: number; reversalInh: number } {
  return { tauExc: need('tau_ex'), tauInh: need('tau_in'), reversalExc: need('E_ex'), reversalInh: need('E_in') };
}

function cellOf({ model, parameters }: CellCase, tolerance: number): Cell {
  const need: Need = (name) => {
    const value = parameters[name];
    if (value !== undefined && Number.isFinite(value)) return value;
    throw new InfeasibleError(`${model}: found ${String(value)} for ${name}, expected a number`);
  };
  return BUILDERS[model](need, tolerance, parameters['tau_ex'] !== undefined);
}

function inOrder<Row extends readonly [number, ...number[]]>(what: string, rows: readonly Row[]): readonly Row[] {
  const late = rows.findIndex((row, i) => i > 0 && row[0] < rows[i - 1]![0]);
  if (late >= 0) throw new InfeasibleError(`${what}: entry ${String(late)} at ${String(rows[late]![0])} ms comes before its predecessor`);
  return rows;
}
