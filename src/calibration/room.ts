/**
 * Room on the scale of a converter channel: a channel whose offset is far below zero ends before a downward potential does. Circuits that lack the room are read from a raised
 * rest; their leak cells get their own codes back when the routine is over. A synaptic current does not depend on the potential, so the reading is that of the same input.
 */
import type { CalibrationEffort, Substrate } from '../model/index.ts';
import { measureLeak } from './potentials.ts';
import { allCircuits, medianOf, type PotentialReader } from './reader.ts';
import type { WorkingSetting } from './routine.ts';

/** LSB below its rest that a downward potential needs: that of a circuit of more than twice the usual strength. */
const NEEDED = 40;
/** Codes by which all leaks are moved to see what a code does. */
const PROBE = 60;

/** Raises the leak cells of the circuits whose channel ends less than the needed room below `rest` (LSB, one per circuit); touches nothing where all have it. */
export async function raiseRests(
  substrate: Substrate,
  reader: PotentialReader,
  rest: Float64Array,
  effort: CalibrationEffort,
  { codes }: WorkingSetting,
): Promise<void> {
  const own = codes.leak;
  // a channel without a characteristic is not helped
  const missing = Float64Array.from(allCircuits(substrate), (n) => NEEDED - (rest[n]! - reader.correct(n, 1)));
  if (own === undefined || !missing.some((lsb) => lsb > 0)) return;
  const { min, max } = substrate.capabilities.codes.leak;
  const within = (code: number): number => Math.min(Math.max(code, min), max);
  await substrate.configure({ codes: { leak: own } });
  const before = await measureLeak(substrate, reader, effort);
  await substrate.configure({ codes: { leak: own.map((code) => within(code + PROBE)) } });
  const after = await measureLeak(substrate, reader, effort);
  const slope = medianOf(after.map((level, n) => (level - before[n]!) / PROBE).filter(Number.isFinite));
  if (!(slope > 0)) return;
  await substrate.configure({
    codes: { leak: own.map((code, n) => (missing[n]! > 0 ? within(code + Math.ceil(missing[n]! / slope)) : code)) },
  });
}
