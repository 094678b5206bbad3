/**
 * What a calibration brings a die to: targets per circuit, of the drivers of rows, of correlation sensors.
 */

/** Targets per circuit: V and s of hardware. */
export interface CalibrationTargets {
  readonly leak: Float64Array;
  readonly reset: Float64Array;
  readonly threshold: Float64Array;
  readonly tauMem: Float64Array;
  /** Synaptic time constants (s) and strengths (V/s by a full-scale weight). Without them the synaptic inputs of that sign keep their codes. */
  readonly tauSynExcitatory?: Float64Array;
  readonly driveExcitatory?: Float64Array;
  readonly tauSynInhibitory?: Float64Array;
  readonly driveInhibitory?: Float64Array;
  /** Time constants of the joins, C over inter-compartment conductance (s), by the circuit on the side of the dendrite. */
  readonly tauIcc?: Float64Array;
  /** Refractory period of all circuits and the part of it in which membranes are free, s. */
  readonly refractory?: number;
  readonly holdOff?: number;
  /** Reversal potentials of synaptic inputs that are conductances, V. */
  readonly reversalExcitatory?: Float64Array;
  readonly reversalInhibitory?: Float64Array;
  /** Shift of the rest by either synaptic input, V. */
  readonly inputShift?: Float64Array;
  /** Short-term plasticity of the drivers of some rows. */
  readonly shortTerm?: ShortTermTargets;
  /** Correlation sensors of some rows. */
  readonly correlation?: CorrelationTargets;
}

/** Wanted of all drivers: share of the resources that an event uses up, and recovery, s. */
export interface ShortTermTargets {
  readonly utilisation: number;
  readonly recovery: number;
  /** Rows of every core whose drivers are calibrated; the others keep their codes. */
  readonly rows: number;
}

/** What the sensors shall do, and how many rows of every core are trimmed. */
export interface CorrelationTargets {
  /** LSB of a coincident pair. */
  readonly amplitude: number;
  /** s. */
  readonly tau: number;
  readonly rows: number;
}
