/** Where a calibration keeps what it has found so far, so that it can be killed at any point and go on: steps with plain results, the substrate's state after the last of them. */
import type { BiasSubstrate, Substrate } from '../model/index.ts';

/** Steps of one calibration, in order. */
export interface Journal {
  /**
   * The result of this step from an earlier attempt, with the substrate put back behind it, or else of `work`, which ends with a write or a run. Results are
   * plain data and typed arrays. Between steps the substrate may be written to but not looked at: it is put back behind the last step alone.
   */
  step<T>(name: string, substrate: Substrate | BiasSubstrate, work: () => Promise<T>): Promise<T>;
}

/** Keeps nothing. */
export const UNBROKEN: Journal = { step: async (_name, _substrate, work) => work() };
