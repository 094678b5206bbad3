/** How the teacher runs a workload, and where such a run stands. */
import type { CurrentChanges, PoissonDrive, StimulusEvents } from '../../network/index.ts';
import type { PreciseSpikes } from '../network.ts';

/** Ticks of the teacher's own time per biological second. */
export const TEACHER_TICKS_PER_SECOND = 1e9;

/** How a workload is run. */
export interface TeacherMethod {
  readonly mode: 'precise' | 'grid';
  /** Bound on the local error of one step of the integrators, relative to 1 and a tenth of each variable in mV, pA, nS. */
  readonly tolerance: number;
  /** s; of `grid`. */
  readonly step: number;
}

/** What acts from outside during a run. */
export interface TeacherInput {
  readonly events: StimulusEvents;
  readonly currents: CurrentChanges;
  /** Counted stimuli that are not among the events; mode `grid` only. */
  readonly drives?: readonly PoissonDrive[];
}

/** Where a run stands, as plain columns. */
export interface TeacherSnapshot {
  readonly tick: number;
  readonly columns: Readonly<Record<string, Float64Array>>;
}

/** A workload being run. */
export interface WorkloadTeacher {
  /** One sentence per thing that a report must say: integrators, tolerances, convention of delays. */
  readonly method: readonly string[];
  /** Everything before tick `until` happens; the spikes since the last call, in order of (tick, fraction, neuron). */
  advance(until: number): PreciseSpikes;
  /** Relative weights of the plastic synapses as of the end of the last stretch (u x of the last spike for short-term plasticity), in the order of the network; undefined without any. */
  weights(): Float64Array | undefined;
  snapshot(): TeacherSnapshot;
}
