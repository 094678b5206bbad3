/** The interface with which an experiment meets a die as a multiply-accumulate array: codes and weights go in, products come out as readings of the column ADC. */
import type { Setting } from './substrate.ts';

/** What the array is and can do. */
export interface MacCapabilities {
  readonly rows: number;
  readonly neurons: number;
  readonly largestInput: number;
  readonly largestWeight: number;
  /** Largest reading, reading of a sum of zero and LSB per unit of input x weight of the nominal codes. */
  readonly top: number;
  readonly baseline: number;
  readonly gain: number;
  /** Largest code of a parameter cell. */
  readonly largestCode: number;
  /** Nominal codes of the mode. */
  readonly nominal: Setting;
  /** Trim of the drivers, where there is one; see `Capabilities.synapses.trim`. */
  readonly trim?: { readonly circuits: number; readonly middle: number; readonly largest: number; readonly step: number } | undefined;
}

/** Weights of the array: codes row by row (rows x neurons), and a sign per row. */
export interface MacWeights {
  readonly codes: Uint8Array;
  readonly signs: Int8Array;
}

export interface MacSubstrate {
  readonly capabilities: MacCapabilities;
  /** Writes codes and trims. */
  configure(setting: Setting): Promise<void>;
  load(weights: MacWeights): void;
  /** Readings of all columns for one vector of inputs, one per row. */
  multiply(inputs: ArrayLike<number>): Uint8Array | Uint16Array;
}
