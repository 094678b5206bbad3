/** What is graded beside the circuits' own parameters: joins, noise, the multiply-accumulate mode. */
import { calibrateMac, type CalibrationTargets } from '../calibration/index.ts';
import { MacArray, membraneNoise, type DieSubstrate } from '../chip/index.ts';
import { joinTimes, macTruth, macValues, type OtherTruth } from '../grading/index.ts';
import type { Bill, CalibratedQuantity, CalibrationPlan, ChipCard } from '../model/index.ts';

/** What is graded beside the circuits' own parameters, where it has targets. */
export async function otherTruths(
  { tauIcc }: CalibrationTargets,
  before: DieSubstrate,
  after: DieSubstrate,
): Promise<readonly OtherTruth[]> {
  if (tauIcc === undefined) return [];
  return [{ quantity: 'tau_icc', unit: 's', targets: tauIcc, before: await joinTimes(before), after: await joinTimes(after) }];
}

/** The die in multiply-accumulate mode, which has codes of its own: what was found, its truth, and the hardware time. */
export async function multiplier(
  card: ChipCard,
  die: number,
  noiseSeed: number,
  { effort }: CalibrationPlan,
): Promise<{ readonly quantities: readonly CalibratedQuantity[]; readonly truth: readonly OtherTruth[]; readonly bill: Bill }> {
  const array = new MacArray(card, die, noiseSeed);
  await array.configure(array.capabilities.nominal);
  const before = macValues(array);
  const { quantities } = await calibrateMac(array, effort);
  return { quantities, bill: array.bill, truth: macTruth(before, macValues(array), quantities) };
}

/** Membrane noise by the time constants that came of it, where it was the target. */
export function noiseTruth(card: ChipCard, { targets }: CalibrationPlan, before: Float64Array, after: Float64Array): readonly OtherTruth[] {
  if (targets.noise === undefined) return [];
  const wanted = new Float64Array(after.length).fill(targets.noise);
  return [{ quantity: 'noise', unit: 'V', targets: wanted, before: membraneNoise(card, before), after: membraneNoise(card, after) }];
}
