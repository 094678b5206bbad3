/**
 * What a routine is that finds its codes in its own way: what it needs, what it runs, what it tells. The list of them is own-routines.ts.
 */
import type { CalibratedQuantity, CalibrationEffort, Setting, Substrate } from '../model/index.ts';
import type { RoutineNode } from './order.ts';
import type { PotentialReader } from './reader.ts';
import type { WorkingSetting } from './routine.ts';
import type { CalibrationTargets } from './targets.ts';

/** What such a routine has found, and what it leaves on the substrate. */
export interface OwnFinding {
  readonly quantities: readonly CalibratedQuantity[];
  readonly setting: Setting;
}

export interface OwnRoutine extends RoutineNode {
  readonly quantities: readonly CalibratedQuantity['quantity'][];
  /** What it brings quantities to, where a plan says that, and how many of them: what differs from an earlier calibration is done again. */
  readonly wants?: readonly { readonly quantity: CalibratedQuantity['quantity']; readonly target: number; readonly count: number }[];
  /** Runs after the verification of all others: nothing is read through what it sets. */
  readonly last?: boolean;
  readonly run: () => Promise<OwnFinding>;
}

/** What these routines need. */
export interface OwnContext {
  readonly substrate: Substrate;
  readonly reader: PotentialReader;
  readonly targets: CalibrationTargets;
  readonly effort: CalibrationEffort;
  readonly working: WorkingSetting;
  /** Standard deviation of one reading, LSB. */
  readonly readingNoise: number;
  /** Standard error of a channel's correction at a reading, LSB. */
  readonly channelError: (reading: number) => number;
  /** Standard error of a channel's slope, relative: what heights between two readings of a channel have. */
  readonly channelSlopeError: number;
}
