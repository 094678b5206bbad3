/** What a calibration to firing patterns found, and an experiment on decalibrated dies. */
import type { CalibrationResult } from './calibration.ts';
import type { ShareOf } from './yield.ts';
import type { PatternName } from '../schemas/patterns.ts';

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

/** Classification error on one die with one spread of its circuits. */
export interface DecalibrationPoint {
  readonly die: number;
  /** Relative standard deviation of the circuits. */
  readonly spread: number;
  /** Share of fresh presentations told wrongly, with the weights of the ideal chip and after tuning on this die. */
  readonly transferred: number;
  readonly inTheLoop: number;
}

/** Mean over dies with a 95 % bootstrap interval. */
export interface Band {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface DecalibrationResult {
  readonly task: {
    readonly classes: number;
    readonly inputs: number;
    readonly copies: number;
    /** s of hardware time. */
    readonly length: number;
    readonly jitter: number;
    readonly missing: number;
    readonly training: number;
    readonly tests: number;
    readonly epochs: number;
    readonly weightBits: number;
  };
  readonly points: readonly DecalibrationPoint[];
  readonly curves: readonly { readonly spread: number; readonly transferred: Band; readonly inTheLoop: Band }[];
}
