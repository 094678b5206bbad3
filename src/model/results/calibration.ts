/** What a calibration of dies gives: codes, residuals, what grading says of them. SI units; hardware time unless a name says biological. */
import type { QuantityName } from '../calibration-quantities.ts';

/** A calibrated quantity of one die: per circuit (per driver for `driver_amplitude`: row after row, core after core; per block for `synapse_dac`; per synapse of the first rows for the correlation sensors, row after row) the code and what was read. Null marks a circuit without a value. */
export interface CalibratedQuantity {
  readonly quantity: QuantityName;
  /** V/s: step of dV/dt by a full-scale weight, at the circuit, without the mismatch of single synapses and drivers. 1: relative to the leak conductance. */
  readonly unit: 'LSB' | 's' | 'V/s' | 'V' | 'Hz' | 'F' | '1';
  readonly target: number;
  readonly codes: readonly number[];
  /** Last fresh reading minus target, by the calibration's own instrument. */
  readonly residual: readonly (number | null)[];
  readonly status: readonly CircuitStatus[];
  /** Fresh readings of the final codes after everything else was set, with what is known of their error; absent for a calibration without verification. */
  readonly verification?: QuantityVerification;
  /** From all that the search has read on its way. */
  readonly curve?: CharacteristicCurve;
}

/** Characteristic curves of all circuits: reading (or its inverse, for a time constant) over the code; null for circuits without one. */
export interface CharacteristicCurve {
  readonly of: 'reading' | 'inverse';
  /** y = a0 + a1 u + a2 u^2 with u = (code - origin) / scale; two or three coefficients. Readings in the unit of the quantity. */
  readonly coefficients: readonly (readonly number[] | null)[];
  readonly origin: readonly number[];
  readonly scale: number;
  /** Standard deviation of what was read around the curve, unit of y. */
  readonly error: readonly (number | null)[];
}

/** What fresh readings say of each circuit with the codes as they stand, in the unit of the quantity; null marks a circuit without a value. */
export interface QuantityVerification {
  /** Mean of the fresh readings. */
  readonly reading: readonly (number | null)[];
  /** Half widths of the intervals around it that hold the truth with 68 and 95 %. */
  readonly error68: readonly (number | null)[];
  readonly error95: readonly (number | null)[];
  readonly budget: readonly UncertaintyComponent[];
  /** A sample of circuits read by another instrument, where there is one and the quantity is a settled potential. */
  readonly second?: SecondInstrument;
}

/** What another instrument says of a sample of circuits; LSB of the column ADC. */
export interface SecondInstrument {
  readonly instrument: 'madc';
  readonly circuits: readonly number[];
  /** Column reading minus the other's, without what all circuits of a line have in common. */
  readonly difference: readonly (number | null)[];
  readonly rms: number;
  /** Standard deviation of a difference by the noise of both instruments alone. */
  readonly noise: number;
  /** Spread beyond that noise: systematic error of the column reader. */
  readonly systematic: number;
}

/** One line of an uncertainty budget: RMS over the circuits of a standard deviation. */
export interface UncertaintyComponent {
  readonly component: string;
  /** In LSB for potentials, relative to the target for times and strengths. */
  readonly rms: number;
  /** A component of the value that stands, one that only the next write of the same codes adds, or a component once more as a second instrument sees it. */
  readonly of: 'value as it stands' | 'next write' | 'second instrument';
}
export type CircuitStatus = 'ok' | 'at limit' | 'noisy' | 'masked' | 'not reached';

/** A calibration of one die against truth: only grading can make this. */
export interface GradedQuantity {
  readonly quantity: CalibratedQuantity['quantity'];
  readonly unit: CalibratedQuantity['unit'];
  readonly target: number;
  /** True value per circuit with the nominal codes, before. */
  readonly before: readonly number[];
  /** True value per circuit with the calibrated codes. */
  readonly after: readonly number[];
  readonly masked: readonly boolean[];
  /** RMS deviation from the target over unmasked circuits: in LSB, or relative to the target for times and strengths. */
  readonly rmsBefore: number;
  readonly rmsAfter: number;
  /** Unmasked circuits whose truth lies within the stated intervals; absent where none were stated. */
  readonly coverage?: { readonly circuits: number; readonly within68: number; readonly within95: number };
}

/** How a cache of calibrations served a die. */
export interface CacheUse {
  /** Names target, options, die and model version. */
  readonly key: string;
  /** 'none': calibrated anew. 'nearest': other targets were there, and only what depends on the difference was done again. 'same': nothing was measured. */
  readonly hit: 'none' | 'nearest' | 'same';
  /** Quantities that were done again, with all that they shift. */
  readonly again: readonly CalibratedQuantity['quantity'][];
}

export interface CalibrationResult {
  readonly chip: string;
  readonly die: number;
  readonly order: readonly string[];
  /** What the routines need and what they invalidate: why the order is as it is. */
  readonly graph?: readonly { readonly name: string; readonly needs: readonly string[]; readonly invalidates: readonly string[] }[];
  readonly quantities: readonly CalibratedQuantity[];
  readonly graded: readonly GradedQuantity[];
  readonly hardwareTime: { readonly settling: number; readonly reading: number; readonly running: number };
  /** Index into LEAK_MODES per circuit, where the calibration chose it: an update begins from it. */
  readonly leakMode?: readonly number[];
  /** s of hardware time that the calibration took which this one updates. */
  readonly updates?: number;
  /** What of it came from the cache. */
  readonly cache?: CacheUse;
}
