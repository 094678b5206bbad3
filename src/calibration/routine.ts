/**
 * What a routine is: parameters of a circuit as data (which cell sets them, what is read, towards what), what must have run before and what they disturb.
 */
import type { CalibratedQuantity, CalibrationEffort, NeuronCell } from '../model/index.ts';
import type { RoutineNode } from './order.ts';

/** What stands on the die while it is being calibrated, as far as the calibration has set it. */
export interface WorkingSetting {
  readonly codes: Partial<Record<NeuronCell, Int32Array>>;
  /** Index into LEAK_MODES, one per circuit; undefined when the calibration was not told. */
  leakMode: Uint8Array | undefined;
  /** Membrane time constants (s) with their relative standard errors, once they are known better than from a single reading. */
  tauMem?: { readonly values: Float64Array; readonly errors: Float64Array };
  /** What routines keep from their preparation to their readings, by a name of their own: a calibration that goes on after a kill finds it here and nowhere else. */
  readonly kept: Record<string, number>;
  /** Relative standard deviation of the mean of a core's drivers, once they are trimmed: repeated readings through them no longer show it. */
  driverMean?: number;
  /** Amplitudes of the trimmed drivers relative to the mean of their core, and their standard errors; NaN where nothing was read. */
  drivers?: undefined | { readonly relative: Float64Array; readonly errors: Float64Array };
}

/** A searched parameter: which cell, in which unit, towards what. */
export interface SearchedParameter {
  readonly quantity: Exclude<CalibratedQuantity['quantity'], 'cadc_offset' | 'driver_amplitude'>;
  readonly cell: NeuronCell;
  readonly unit: CalibratedQuantity['unit'];
  readonly rising: boolean;
  /** The inverse of the reading is what follows the code in a straight line. */
  readonly inverse: boolean;
  readonly targets: Float64Array;
  /** Residual above which a circuit counts as not reached: LSB for a potential, else relative to the target. */
  readonly tolerance: number;
  /** Deviation that rounding to whole steps of the converter may leave, whatever the noise: LSB for a potential, else relative. Nothing smaller is an outlier. */
  readonly resolution: number;
  /** Codes of the data sheet, for a parameter that is proportional to its code: where its search begins. */
  readonly start?: Int32Array;
  /** For a parameter that is not proportional but a straight line over its code, with `start`: change of the reading per code by the data sheet. */
  readonly perCode?: number;
  /** Circuits differ from that line by a factor rather than by an offset. */
  readonly byFactor?: boolean;
}

/** Parameters that one measurement reads, searched in lock step: most often one. */
export interface Routine extends RoutineNode {
  readonly parameters: readonly SearchedParameter[];
  readonly prepare?: () => Promise<void>;
  /** Makes ready for fresh readings of final codes; touches no code that this routine or one verified after it has found. */
  readonly ready?: () => Promise<void>;
  /** Standard errors that no repetition of the readings shows, by source: LSB or relative, at a reading (parameter's unit) of a circuit. */
  readonly systematic?: (parameter: number) => readonly SystematicError[];
  /** Readings of all parameters, in their order and units. */
  readonly measure: (effort: CalibrationEffort) => Promise<readonly Float64Array[]>;
}

/** One source of error that stays the same from reading to reading. */
export interface SystematicError {
  readonly component: string;
  /** LSB for a potential, else relative to the target. */
  readonly at: (circuit: number, reading: number) => number;
}
