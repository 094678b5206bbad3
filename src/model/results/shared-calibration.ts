/** What a calibration of biases shared by the neurons of a core leaves in a run record. */

/** Coarse and fine part of a bias, and the current that they stand for, A. */
export interface SharedBias {
  readonly coarse: number;
  readonly fine: number;
  readonly current: number;
}

/** One quantity; lists have an entry per core, in SI units or relative to the median. */
export interface SharedQuantity {
  readonly name: string;
  readonly unit: 's' | 'A' | 'Hz';
  readonly bias: string;
  readonly target: number;
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly spread: readonly number[];
  readonly uncertainty: readonly number[];
  readonly resolution: readonly number[];
  /** Medians that a perfect instrument would read. */
  readonly truthBefore: readonly number[];
  readonly truthAfter: readonly number[];
  /** Every neuron, cores outermost; null where nothing was read. */
  readonly readings: readonly (number | null)[];
}

export interface SharedCalibratedDie {
  readonly die: number;
  /** Every median was read within the gate of its target. */
  readonly met: boolean;
  /** s. */
  readonly hardwareTime: number;
  readonly biases: readonly Readonly<Record<string, SharedBias>>[];
  readonly quantities: readonly SharedQuantity[];
  readonly masked: readonly { readonly neuron: number; readonly why: readonly string[]; readonly dead: boolean }[];
  /** Group of every neuron by its rate; -1 for masked ones; centres per core, Hz. */
  readonly cluster: readonly number[];
  readonly centres: readonly (readonly number[])[];
}

export interface SharedCalibrationResult {
  /** Largest relative distance of a median from its target. */
  readonly gate: number;
  readonly neuronsPerCore: number;
  readonly dies: readonly SharedCalibratedDie[];
}
