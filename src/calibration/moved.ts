/**
 * What has drifted since an earlier calibration: every quantity is read with its old codes in place, as a verification does, and compared with what the verification said then.
 *   moved:  RMS deviation from the target now > GROWN x RMS deviation then,   over the circuits that were ok and can be read now as then
 * Reading costs little hardware time against writing, so asking first is cheap; what stays is left alone, and what was read of it now is what is known of it.
 */
import type { CalibratedQuantity, CalibrationEffort, Substrate } from '../model/index.ts';
import { scaleOf } from './parameter-search.ts';
import type { Routine, WorkingSetting } from './routine.ts';
import { verifyRoutine } from './verify.ts';

/** Growth that counts: write noise drawn anew for resets and the noise of readings stay below it. */
const GROWN = 1.3;

/** Quantities that have moved, and the others as they were read now. */
export interface Movements {
  readonly moved: readonly CalibratedQuantity['quantity'][];
  readonly stayed: readonly CalibratedQuantity[];
}

/** Quantities whose deviations have grown since `before`, or that were not calibrated then. The codes of `working` stand on the die at the end. */
export async function movedSince(
  substrate: Substrate,
  routines: readonly Routine[],
  before: readonly CalibratedQuantity[],
  effort: CalibrationEffort,
  working: WorkingSetting,
): Promise<Movements> {
  const moved: CalibratedQuantity['quantity'][] = [];
  const stayed: CalibratedQuantity[] = [];
  for (const routine of routines) {
    if (routine.ready === undefined) {
      await routine.prepare?.();
      // what prepares a search moves the codes that it will search; what makes ready for readings moves only others
      await substrate.configure({ codes: working.codes });
    }
    const nothing = routine.parameters.map(({ targets }) => ({ step: new Float64Array(targets.length) }));
    const now = await verifyRoutine(routine, nothing, { ...effort, verify: Math.max(effort.verify, 2) }, working, undefined);
    routine.parameters.forEach((parameter, p) => {
      const then = before.find(({ quantity }) => quantity === parameter.quantity);
      const { reading, verification } = now[p]!;
      const residual = reading.map((value, n) => value - parameter.targets[n]!);
      let [grown, old, count] = [0, 0, 0];
      residual.forEach((value, n) => {
        const was = then?.residual[n];
        if (typeof was !== 'number' || then?.status[n] !== 'ok' || !Number.isFinite(value)) return;
        grown += (value / scaleOf(parameter, n)) ** 2;
        old += (was / scaleOf(parameter, n)) ** 2;
        count++;
      });
      if (then === undefined || count === 0 || grown > GROWN * GROWN * old) {
        moved.push(parameter.quantity);
        return;
      }
      const later = then.verification?.budget.filter(({ of }) => of === 'next write') ?? [];
      stayed.push({
        ...then,
        residual: Array.from(residual, (value) => (Number.isFinite(value) ? value : null)),
        verification: { ...verification, budget: [...verification.budget, ...later] },
      });
    });
    await substrate.configure({ codes: working.codes });
  }
  return { moved, stayed };
}
