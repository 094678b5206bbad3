/**
 * Measurements of the leak and reset potentials, in ideal CADC LSB: the settled membrane, quiet or held in reset.
 */
import type { CalibrationEffort, Substrate } from '../model/index.ts';
import { HELD, QUIET, type PotentialReader } from './reader.ts';

/** Rest voltage of every membrane. */
export async function measureLeak(substrate: Substrate, reader: PotentialReader, effort: CalibrationEffort): Promise<Float64Array> {
  await substrate.configure(QUIET);
  return reader.read(effort.samples);
}

/** Reset plateau of every membrane. */
export async function measureReset(substrate: Substrate, reader: PotentialReader, effort: CalibrationEffort): Promise<Float64Array> {
  await substrate.configure(HELD);
  return reader.read(effort.samples);
}
