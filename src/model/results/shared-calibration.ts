/** What a calibration of biases shared by the neurons of a core leaves in a run record. */
import type { Bill } from '../substrate.ts';
import type { SharedYield } from './yield.ts';

/** Coarse and fine part of a bias, and the current that they stand for, A. */
export interface SharedBias {
  readonly coarse: number;
  readonly fine: number;
  readonly current: number;
}

/** What is stated of one quantity, read afresh from all neurons after its search; lists have an entry per core, in SI units or relative to the median. */
export interface SharedStatement {
  readonly name: string;
  readonly unit: 's' | 'A' | 'Hz';
  /** Which bias was set by it. */
  readonly bias: string;
  readonly target: number;
  /** Median over each core. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Robust relative spread of each core: 1.4826 median |ln x - median|. */
  readonly spread: readonly number[];
  /** Standard error of `after`, relative: of the median of these neurons, from repeated readings of each. */
  readonly uncertainty: readonly number[];
  /** Half widths of the intervals around `after` that hold the true median with 68 and 95 %, in the unit. */
  readonly error68: readonly number[];
  readonly error95: readonly number[];
  /** Relative distance from one code to the next at the chosen code: no median can be set finer than half of it. */
  readonly resolution: readonly number[];
}

/** Medians of the cores, spreads or readings as a record keeps them: null where nothing was read, such as of a core whose neurons are all dead. */
export type SharedReadings = readonly (number | null)[];

type Read = 'before' | 'after' | 'spread' | 'uncertainty' | 'error68' | 'error95';

/** What came of the median of a core: within the tolerance of its target, no code nearer to it, further away than that, or nothing read. */
export type CoreStatus = 'ok' | 'at limit' | 'not reached' | 'masked';

/** One quantity as the record keeps it, with the truth. */
export interface SharedQuantity extends Omit<SharedStatement, Read>, Readonly<Record<Read, SharedReadings>> {
  /** Medians that a perfect instrument would read. */
  readonly truthBefore: SharedReadings;
  readonly truthAfter: SharedReadings;
  readonly status: readonly CoreStatus[];
  /** Every neuron, cores outermost. */
  readonly readings: SharedReadings;
}

export interface SharedCalibratedDie {
  readonly die: number;
  /** Every median was read within the gate of its target. */
  readonly met: boolean;
  /** Routines as they ran, and what they need and invalidate: why the order is as it is. */
  readonly order: readonly string[];
  readonly graph: readonly { readonly name: string; readonly needs: readonly string[]; readonly invalidates: readonly string[] }[];
  /** Modelled, s. */
  readonly hardwareTime: Bill;
  /** s of hardware time that the calibration took which this one updates. */
  readonly updates?: number;
  readonly biases: readonly Readonly<Record<string, SharedBias>>[];
  readonly quantities: readonly SharedQuantity[];
  readonly masked: readonly { readonly neuron: number; readonly why: readonly string[]; readonly dead: boolean }[];
  /** Group of every neuron by its rate; -1 for masked ones; centres per core, Hz. */
  readonly cluster: readonly number[];
  readonly centres: readonly SharedReadings[];
  /** How far each neuron is from the median one of its core, over all quantities: root of the sum of squares of ln (reading / median), 1000 more for outliers, null for dead ones. */
  readonly distance: SharedReadings;
}

export interface SharedCalibrationResult {
  /** Largest relative distance of a median from its target. */
  readonly gate: number;
  readonly neuronsPerCore: number;
  readonly dies: readonly SharedCalibratedDie[];
  /** Where the dies were judged against gates. */
  readonly yield?: SharedYield;
}
