/** One quantity of all circuits against its targets: RMS deviation before and after over unmasked circuits, and how often the stated intervals hold the truth. */
import type { DieCalibration } from '../calibration/index.ts';
import type { GradedQuantity, QuantityVerification } from '../model/index.ts';

/** Grades one quantity; values in its unit, one per circuit. */
export function graded(
  quantity: GradedQuantity['quantity'],
  unit: GradedQuantity['unit'],
  targets: Float64Array,
  before: Float64Array,
  after: Float64Array,
  masked: readonly boolean[],
  { quantities }: DieCalibration,
): GradedQuantity {
  const verification = quantities.find((one) => one.quantity === quantity)?.verification;
  const rms = (values: Float64Array): number => {
    let [sum, count] = [0, 0];
    values.forEach((value, n) => {
      if (masked[n]) return;
      sum += ((value - targets[n]!) / (unit === 'LSB' ? 1 : targets[n]!)) ** 2;
      count++;
    });
    return count === 0 ? 0 : Math.sqrt(sum / count);
  };
  return {
    quantity,
    unit,
    target: targets.toSorted()[targets.length >> 1]!,
    before: Array.from(before),
    after: Array.from(after),
    masked,
    rmsBefore: rms(before),
    rmsAfter: rms(after),
    ...(verification && { coverage: coverageOf(verification, after, masked) }),
  };
}

/** How many unmasked circuits have their truth within the stated intervals. */
function coverageOf(
  { reading, error68, error95 }: QuantityVerification,
  truth: Float64Array,
  masked: readonly boolean[],
): NonNullable<GradedQuantity['coverage']> {
  const judged = Array.from(truth.keys()).filter((n) => !masked[n] && reading[n] !== null);
  const within = (errors: readonly (number | null)[]): number =>
    judged.filter((n) => Math.abs(truth[n]! - reading[n]!) <= errors[n]!).length;
  return { circuits: judged.length, within68: within(error68), within95: within(error95) };
}
