/**
 * What is asked of one emulation, whatever the family of the chip.
 */
import type { RunContext } from './context.ts';
import type { CardFiles } from './study-cards.ts';

export interface EmulateRequest {
  /** Workload card or edge list, chip card, design of the network-on-chip. */
  readonly files: Required<CardFiles>;
  readonly die: number;
  readonly stimulus: number;
  readonly seed: number;
  /** Biological s; the workload's own duration unless given. */
  readonly duration?: number | undefined;
  /** `calibrated` searches the codes of the die first; `nominal` writes what the data sheet says. */
  readonly codes: 'calibrated' | 'nominal';
  /** Pieces into which the chip is cut, each in a thread. */
  readonly parts: number;
  /** A contract card to hold the run against. */
  readonly contract?: string | undefined;
  /** What is recorded besides spikes, such as `v@0:8`; see `parseProbes`. */
  readonly probes?: readonly string[];
  /** Stimuli besides those of the workload, such as `current@0:8 amplitude=5mV start=20ms`; see `parseStimulus`. */
  readonly stimuli?: readonly string[];
  /** Write recordings as Parquet too. */
  readonly parquet?: boolean;
  /** Leave out and count what the chip cannot represent. */
  readonly allow?: boolean;
  readonly overrides: readonly string[];
  readonly context: RunContext;
}
