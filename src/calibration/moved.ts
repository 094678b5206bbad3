/**
 * What has drifted since an earlier calibration: every quantity is read with its old codes in place, as often as a verification does, and compared with what the verification said then.
 *   moved:  RMS deviation from the target now > GROWN x RMS deviation then,   over the circuits that were ok and can be read now as then
 * Reading costs little hardware time against writing, so asking first is cheap; what stays is left alone.
 */
import type { CalibratedQuantity, CalibrationEffort, Substrate } from '../model/index.ts';
import { scaleOf } from './parameter-search.ts';
import type { Routine, WorkingSetting } from './routine.ts';
import { intervalsOf } from './uncertainty.ts';

/** Growth that counts: write noise drawn anew for resets and the noise of readings stay below it. */
const GROWN = 1.3;

/** Quantities whose deviations have grown since `before`, or that were not calibrated then. The codes of `working` stand on the die at the end. */
export async function movedSince(
  substrate: Substrate,
  routines: readonly Routine[],
  before: readonly CalibratedQuantity[],
  effort: CalibrationEffort,
  working: WorkingSetting,
): Promise<readonly CalibratedQuantity['quantity'][]> {
  const moved: CalibratedQuantity['quantity'][] = [];
  for (const routine of routines) {
    await (routine.ready ?? routine.prepare)?.();
    // what prepares a search moves the codes that it will search; what makes ready for readings moves only others
    if (routine.ready === undefined) await substrate.configure({ codes: working.codes });
    const repeats: (readonly Float64Array[])[] = [];
    for (let k = 0; k < Math.max(effort.verify, 2); k++) repeats.push(await routine.measure(effort));
    routine.parameters.forEach((parameter, p) => {
      const then = before.find(({ quantity }) => quantity === parameter.quantity);
      const { mean } = intervalsOf(
        repeats.map((readings) => readings[p]!.map((value, n) => value / scaleOf(parameter, n))),
        () => 0,
      );
      let [now, old, count] = [0, 0, 0];
      mean.forEach((value, n) => {
        const residual = then?.residual[n];
        if (typeof residual !== 'number' || then?.status[n] !== 'ok' || !Number.isFinite(value)) return;
        now += (value - parameter.targets[n]! / scaleOf(parameter, n)) ** 2;
        old += (residual / scaleOf(parameter, n)) ** 2;
        count++;
      });
      if (count === 0 || now > GROWN * GROWN * old) moved.push(parameter.quantity);
    });
    await substrate.configure({ codes: working.codes });
  }
  return moved;
}
