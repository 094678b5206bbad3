/** The end of a run that was asked to stop. It is no failure: what is finished is kept, and the same command goes on from there. */
import { NeurolithError } from '../base/index.ts';

/** A run stopped on request; it can be resumed. Exit code 75 (EX_TEMPFAIL of sysexits.h: try again later). */
export class StoppedError extends NeurolithError {
  override readonly name = 'StoppedError';
  override readonly exitCode = 75;
}
