/**
 * The run record: everything that a report needs, in one JSON (`run.json`) beside the column files it names. A report is a function of a run record alone.
 */
import type { Contract } from './contract.ts';
import type { EvidenceCount } from './evidence.ts';
import type {
  CalibrationResult,
  CodesignResult,
  DecalibrationResult,
  EmulationResult,
  NocResult,
  PatternsResult,
  ReferenceResult,
  RegressResult,
  SharedCalibrationResult,
  SweepResult,
  YieldResult,
} from './results/index.ts';

/** Changes when a change of the models moves results; part of every point id. */
export const MODEL_VERSION = 2;

export interface Provenance {
  readonly version: string;
  readonly modelVersion: number;
  readonly command: readonly string[];
  /** Commit of the tool's own checkout with "+changes" when dirty, or null outside git. */
  readonly git: string | null;
  readonly node: string;
  readonly host: { readonly platform: string; readonly cpu: string; readonly cores: number };
  readonly seed: number;
  readonly planHash: string;
  /** ISO 8601; when the run started. For the reader only, never an input. */
  readonly started: string;
  /** Wall-clock s by phase. */
  readonly timings: Readonly<Record<string, number>>;
}

interface RecordOf<K extends string, R> {
  readonly schema: 'neurolith/run/1';
  readonly kind: K;
  readonly title: string;
  readonly provenance: Provenance;
  readonly contract: Contract | null;
  readonly contractHash: string | null;
  readonly evidence: EvidenceCount;
  readonly result: R;
}

export type CodesignRecord = RecordOf<'codesign', CodesignResult>;
export type CalibrationRecord = RecordOf<'calibrate', { readonly dies: readonly CalibrationResult[]; readonly yield?: YieldResult }>;
export type EmulationRecord = RecordOf<'emulate', EmulationResult>;
export type ReferenceRecord = RecordOf<'reference', ReferenceResult>;
export type RegressRecord = RecordOf<'regress', RegressResult>;
export type NocRecord = RecordOf<'noc', NocResult>;
export type SweepRecord = RecordOf<'sweep', SweepResult>;
export type DecalibrationRecord = RecordOf<'decalibration', DecalibrationResult>;
export type SharedCalibrationRecord = RecordOf<'shared calibration', SharedCalibrationResult>;
export type PatternsRecord = RecordOf<'patterns', PatternsResult>;
export type RunRecord =
  | CodesignRecord
  | CalibrationRecord
  | EmulationRecord
  | ReferenceRecord
  | RegressRecord
  | NocRecord
  | SweepRecord
  | PatternsRecord
  | DecalibrationRecord
  | SharedCalibrationRecord;
