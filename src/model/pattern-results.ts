/** What a calibration to firing patterns found. */
import type { CalibrationResult, ShareOf } from './results.ts';
import type { PatternName } from './schemas/patterns.ts';

/** States of a die in which its responses were tried, in this order. */
export type PatternStage = 'uncalibrated' | 'parameter by parameter' | 'joint fit' | 'joint fit, written anew' | 'ideal die';

/** Trials of all circuits in one state. */
export interface PatternTrials {
  readonly stage: PatternStage;
  /** Mean over the circuits of the share of their trials in class, and with a spike count within a fifth of the teacher's. */
  readonly inClass: number;
  readonly countKept: number;
  /** Share of all trials by class. */
  readonly classes: Readonly<Record<string, number>>;
  /** Per circuit: trials in class, and mean spike count. */
  readonly hits: readonly number[];
  readonly spikes: readonly number[];
}

/** One die calibrated to one pattern. */
export interface PatternOutcome {
  readonly pattern: PatternName;
  readonly die: number;
  readonly stages: readonly PatternTrials[];
  /** Single parameters before and after, graded against truth; what the joint fit then moves is not judged by them. */
  readonly calibration: CalibrationResult;
  /** s of modelled hardware time of the joint fit alone. */
  readonly fitTime: number;
  /** One trial of the first circuits, ms biological since the onset: [circuit][spike]. */
  readonly examples: {
    readonly teacher: readonly number[];
    readonly uncalibrated: readonly (readonly number[])[];
    readonly calibrated: readonly (readonly number[])[];
  };
}

/** The verdict on one pattern, all dies together. */
export interface PatternVerdict {
  readonly pattern: PatternName;
  readonly teacherSpikes: number;
  readonly least: number;
  /** Shares with 95 % Wilson intervals over the circuits of all dies. */
  readonly before: ShareOf;
  readonly single: ShareOf;
  readonly after: ShareOf;
  readonly writtenAnew: ShareOf;
  readonly ideal: ShareOf;
  readonly countBefore: number;
  readonly countAfter: number;
  /** After over ideal. */
  readonly ratio: number;
  readonly passed: boolean;
}

export interface PatternsResult {
  readonly plan: string;
  /** ms, biological. */
  readonly step: number;
  readonly count: number;
  readonly trials: number;
  readonly passed: boolean;
  readonly verdicts: readonly PatternVerdict[];
  readonly outcomes: readonly PatternOutcome[];
}
