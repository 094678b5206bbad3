/** What a Monte Carlo over dies says about a design. SI units; hardware time unless a name says biological. */
import type { CalibratedQuantity } from './calibration.ts';

/** A share with its 95 % Wilson interval. */
export interface ShareOf {
  readonly share: number | null;
  readonly low: number;
  readonly high: number;
}

/** How the codes of a cell use its range, over all circuits of all dies. */
export interface CodeUse {
  readonly lowest: number;
  readonly highest: number;
  readonly median: number;
  /** Standard deviations of the needed codes that the range covers on its narrower side. */
  readonly covers: number;
  readonly atLowest: number;
  readonly atHighest: number;
  /** Circuits that the search itself found at a limit. */
  readonly atLimit: number;
  /** Circuits per bin, equal bins over the range. */
  readonly histogram: readonly number[];
}

/** Masked circuits of all dies by their reason. */
export interface MaskCauses {
  /** The range of the code ends before the target. */
  readonly atLimit: number;
  /** Nothing was read: a dead circuit, or a converter channel that ends before the level. */
  readonly notRead: number;
  /** Read, but far from the target. */
  readonly notReached: number;
  /** An outlier among the others. */
  readonly noisy: number;
  /** This quantity is well; another one of the circuit is not. */
  readonly other: number;
}

/** One quantity over many dies. Deviations in LSB for potentials, else relative to the target. */
export interface YieldEntry {
  readonly quantity: CalibratedQuantity['quantity'];
  readonly unit: CalibratedQuantity['unit'];
  readonly target: number;
  /** Largest RMS deviation allowed; null without a gate. */
  readonly gate: number | null;
  /** Over unmasked circuits of all dies. */
  readonly rmsBefore: number;
  readonly rmsAfter: number;
  readonly worstDie: number;
  readonly maskedShare: number;
  readonly causes: MaskCauses;
  /** Dies that keep the gate, masks included, on their own. */
  readonly dies: ShareOf;
  /** Circuits that are not masked and within twice the gate. */
  readonly circuits: ShareOf;
  readonly coverage: { readonly within68: number | null; readonly within95: number | null };
  readonly codes: CodeUse | null;
  /** Firing rates only: share of all circuits, masked ones included, within 0.9 to 1.15 of the target. */
  readonly within?: ShareOf;
}

/** The same dies of a card with one thing changed. */
export interface YieldVariant {
  readonly study: 'sensitivity' | 'bits';
  readonly name: string;
  /** RMS deviation after calibration and share masked, by quantity, over the dies of the study. */
  readonly quantities: readonly {
    readonly quantity: CalibratedQuantity['quantity'];
    readonly rmsAfter: number;
    readonly maskedShare: number;
  }[];
}

/** The verdict of a Monte Carlo over dies, whatever the family of the chip. */
export interface YieldVerdict {
  readonly gates: string;
  readonly passed: boolean;
  readonly shortfalls: readonly string[];
  /** Dies that keep all gates. */
  readonly dies: ShareOf;
  /** Modelled hardware time of one calibration, s, mean over the dies. */
  readonly hardwareTime: { readonly settling: number; readonly reading: number; readonly running: number };
}

/** What a Monte Carlo over dies says about a design. */
export interface YieldResult extends YieldVerdict {
  readonly entries: readonly YieldEntry[];
  /** Dies on which the studies ran, and their points; the first of each study is the card as it is. */
  readonly studyDies: readonly number[];
  readonly variants: readonly YieldVariant[];
}

/** One quantity of the cores of many dies. Deviations relative to the target; those of the truth unless they say otherwise. */
export interface SharedYieldEntry {
  readonly quantity: string;
  readonly unit: 's' | 'A' | 'Hz';
  readonly target: number;
  /** Largest RMS deviation of the medians allowed; null without a gate. */
  readonly gate: number | null;
  /** Over the medians of all cores of all dies that could be read; null where none could. */
  readonly rmsBefore: number | null;
  readonly rmsAfter: number | null;
  /** Largest RMS of one die; null as above. */
  readonly worstDie: number | null;
  /** Furthest single median. */
  readonly furthest: number | null;
  /** Medians of all cores, those that could not be read included, within twice the gate. */
  readonly medians: ShareOf;
  /** Medians by the status that calibration gave them. */
  readonly statuses: Readonly<Record<'ok' | 'at limit' | 'not reached' | 'masked', number>>;
  /** Dies that keep the gate on their own. */
  readonly dies: ShareOf;
  /** Shares of the medians whose truth lies within the stated intervals. */
  readonly coverage: { readonly within68: number | null; readonly within95: number | null };
  /** Root mean square over the cores of the relative spread of their neurons, which no code removes, and of half the distance to the next code. */
  readonly spread: number | null;
  readonly halfCode: number;
}

/** What a Monte Carlo over dies says about a design whose biases are shared. */
export interface SharedYield extends YieldVerdict {
  readonly entries: readonly SharedYieldEntry[];
  readonly masked: {
    /** Share of the neurons of all dies, and of the worst die. */
    readonly share: number;
    readonly worstDie: number;
    /** Neurons of all dies. */
    readonly neurons: number;
    readonly dead: number;
    readonly outliers: number;
  };
}
