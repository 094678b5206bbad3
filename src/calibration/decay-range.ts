/**
 * What has to be right before decays can be measured and their time constants searched: an amplitude that is seen and hardly compressed, and a range of the leak bias that
 * holds the answer.
 */
import { LEAK_MODES, type CalibrationEffort, type Substrate } from '../model/index.ts';
import { measureLeak, measureReset } from './potentials.ts';
import type { PotentialReader } from './reader.ts';
import type { WorkingSetting } from './routine.ts';

/** Below the leak by this much (LSB) the reset stands while time constants are measured: far enough to see, near enough for a membrane that is nearly linear. */
export const DECAY_AMPLITUDE = 28;
/** Share of the code range up to which a predicted code leaves room for the search. */
const USABLE_RANGE = 0.95;

/** Moves every reset some way below its leak (LSB, by circuit; above it where negative), judged by readings: two of them give the step per code. */
export async function lowerResets(
  substrate: Substrate,
  reader: PotentialReader,
  effort: CalibrationEffort,
  { codes }: WorkingSetting,
  below: (circuit: number) => number = () => DECAY_AMPLITUDE,
): Promise<void> {
  const { min, max } = substrate.capabilities.codes.reset;
  const leak = await measureLeak(substrate, reader, effort);
  const start = codes.reset!;
  const first = await measureReset(substrate, reader, effort);
  const probe = start.map((code) => (code + 60 <= max ? code + 60 : code - 60));
  await substrate.configure({ codes: { reset: probe } });
  const second = await measureReset(substrate, reader, effort);
  const lowered = start.map((code, n) => {
    const slope = (second[n]! - first[n]!) / (probe[n]! - code);
    const wanted = code + (leak[n]! - below(n) - first[n]!) / slope;
    return Number.isFinite(wanted) ? Math.min(Math.max(Math.round(wanted), min), max) : code;
  });
  await substrate.configure({ codes: { reset: lowered } });
}

/**
 * Gives the next faster leak mode to every circuit whose bias would leave its range: the conductance is proportional to the code, so the time constants `taus` (s) read with
 * the present codes tell what is needed. The codes of such a circuit are left to the search.
 */
export async function chooseLeakModes(
  substrate: Substrate,
  working: WorkingSetting,
  targets: Float64Array,
  taus: Float64Array,
): Promise<void> {
  const present = working.codes.leak_bias;
  if (working.leakMode === undefined || present === undefined) return;
  const { max } = substrate.capabilities.codes.leak_bias;
  const modes = working.leakMode.map((mode, n) => {
    const needed = (present[n]! * taus[n]!) / targets[n]!;
    return needed > USABLE_RANGE * max ? Math.min(mode + 1, LEAK_MODES.length - 1) : mode;
  });
  working.leakMode = modes;
  await substrate.configure({ leakMode: modes });
}
