/** Data sheets as plain data: what a chip card promises, what one die really is, and how two dies differ. Pages and tables are made from these. */
import type { Evidence } from '../quantity.ts';
import type { EvidenceCount } from '../evidence.ts';

/** One number of a card, with its evidence. */
export interface SheetParameter {
  readonly path: string;
  /** As written on the card. */
  readonly value: string;
  readonly evidence: Evidence;
  readonly source: string;
}

/** What a parameter cell can set: physical values of its codes on a nominal circuit, SI. */
export interface SheetRange {
  readonly name: string;
  readonly unit: string;
  /** Values of the smallest and the largest usable code. */
  readonly low: number;
  readonly high: number;
  readonly codes: readonly [number, number];
  /** Change of the value by one code, at the middle usable code. */
  readonly lsb: number;
}

/** Spread of a parameter over the circuits of a die, as written, and what `variation` and the area of the devices make of it. */
export interface SheetSpread extends SheetParameter {
  readonly name: string;
  /** Null for what is no spread: shares of a variance, areas. */
  readonly distribution: 'normal' | 'lognormal' | null;
  /** Dies have the written spread times this. */
  readonly scale: number | null;
}

/** Largest error of a spike time against the teacher, on a die without distortions. */
export interface IntegratorError {
  readonly pattern: string;
  /** `exact`: whole numbers, step by step. */
  readonly integrator: 'fast' | 'accurate' | 'exact';
  /** Spikes of the teacher and of the chip in the same span. */
  readonly expected: number;
  readonly found: number;
  /** In the `errorUnit` of the sheet, over `compared` spikes. */
  readonly largest: number;
  readonly compared: number;
}

/** A block of the floor plan: its size in the `floorUnit` of the sheet, all of a kind together. */
export interface FloorBlock {
  readonly name: string;
  readonly size: number;
  readonly count: number;
}

/** The data sheet of a chip of any family. */
export interface ChipSheet {
  readonly kind: 'chip-sheet';
  readonly name: string;
  readonly description: string;
  readonly family: string;
  readonly facts: readonly { readonly name: string; readonly value: number; readonly unit: string }[];
  readonly cores: number;
  readonly parameters: readonly SheetParameter[];
  readonly ranges: readonly SheetRange[];
  /** Empty where no parameter varies. */
  readonly spreads: readonly SheetSpread[];
  readonly variation: number;
  readonly evidence: EvidenceCount;
  readonly integrators: readonly IntegratorError[];
  /** Analog step of `integrators`, s (null: steps of the chip itself), what they were held against, a sentence, and the unit of their errors (ms biological). */
  readonly step: number | null;
  readonly comparison: string;
  readonly errorUnit: 'ms' | 'steps';
  readonly floor: readonly FloorBlock[];
  /** Bits where the card knows memories and no areas. */
  readonly floorUnit: 'm^2' | 'bit';
  /** Columns and rows of tiles with equally many cores each; absent: cores in a grid of their own. */
  readonly tiles?: readonly [number, number];
}

/** Parameters of cells, drivers and synapses. */
export type ArrayParameter =
  | 'cell_gain'
  | 'cell_offset'
  | 'driver'
  | 'short_term_utilisation'
  | 'short_term_recovery'
  | 'synapse'
  | 'correlation_amplitude'
  | 'correlation_tau'
  | 'correlation_asymmetry';

/** Statistics of one parameter over the circuits (or drivers, or synapses) of one die. */
export interface DieStatistics {
  /** A `DieParameter`, an `ArrayParameter`, or a parameter of another family. */
  readonly name: string;
  /** Offsets in V, LSB or codes, factors of the nominal value: 1. */
  readonly unit: 'V' | 'LSB' | 'codes' | '1';
  /** Standard deviation that the card states, `variation` applied; null where the values were measured or do not vary. */
  readonly stated: number | null;
  readonly distribution: 'normal' | 'lognormal';
  readonly mean: number;
  readonly deviation: number;
  readonly least: number;
  readonly most: number;
  /** Mean of each quadrant (block of parameter cells). */
  readonly quadrants: readonly number[];
  /** Counts in equal bins from `least` to `most`. */
  readonly bins: readonly number[];
  readonly count: number;
}

export interface DieSheet {
  readonly kind: 'die-sheet';
  readonly card: string;
  readonly cardHash: string;
  readonly die: number;
  /** Name and source of a measured die, else null: all values were drawn. */
  readonly measured: { readonly name: string; readonly source: string; readonly parameters: readonly string[] } | null;
  /** Circuits that never fire, and parameter cells with bits that cannot change. */
  readonly faults: {
    readonly dead: readonly number[];
    readonly stuck: readonly { readonly circuit: number; readonly cell: string; readonly bits: string }[];
  };
  /** What all circuits share: corner, temperature, supply, age; empty where the card knows none. */
  readonly conditions: string;
  /** Empty where no parameter varies: the die is what its card says. */
  readonly parameters: readonly DieStatistics[];
}

/** One parameter of two dies. */
export interface DieDifference {
  /** A `DieParameter`, `driver`, `correlation_amplitude` and `correlation_tau` (median sensor of each block), `dead`, or a parameter of another family. */
  readonly name: string;
  readonly unit: 'V' | 'LSB' | '1';
  readonly differing: number;
  readonly count: number;
  readonly rms: number;
  readonly largest: number;
  /** Circuit, row or block of the largest difference. */
  readonly at: number;
  /** Pearson correlation of the two patterns; null where one of them is constant. */
  readonly correlation: number | null;
}
