/**
 * What an earlier calibration of cores gives a later one: biases to begin from, and which quantities are done again.
 *   moved:   |median of ln (now / then)| over the neurons of a core > half the distance to the next code, and > 3.3 standard errors of that median
 */
import { log } from '../../base/index.ts';
import type { BiasCodes } from '../../model/index.ts';
import { deviationOf, medianOf } from './core-groups.ts';
import type { CoreQuantity } from './core-quantity.ts';
import type { CoreRoutine } from './core-routine.ts';

/** What is known of a die. */
export interface EarlierCores {
  readonly biases: readonly BiasCodes[];
  /** What was found then: quantities that are not done again stand in the result as they were. */
  readonly quantities: readonly CoreQuantity[];
  /**
   * Quantities to do again, with all whose readings they shift; everything unless given. 'moved': all are read with their biases as they stand, and those whose medians differ
   * are done again. 'changed': those that have another target.
   */
  readonly only?: readonly string[] | 'moved' | 'changed';
}

/** Relative difference of targets that is none. */
const SAME = 1e-9;
/** Standard errors that one shift in a thousand exceeds by chance: a die has some sixty. */
const SURE = 3.3;

/** Quantities that had another target then, or none. */
export function changedCores(routines: readonly CoreRoutine[], then: ReadonlyMap<string, CoreQuantity>): readonly string[] {
  return routines.flatMap(({ name, target }) => {
    const old = then.get(name);
    return old !== undefined && Math.abs(old.target - target) <= SAME * Math.abs(target) ? [] : [name];
  });
}

/** Whether the neurons of any core have another reading now. A core that is read now and was not then, or the other way round, has moved. */
export function movedCores(then: CoreQuantity, now: CoreQuantity): boolean {
  const size = now.readings.length / now.after.length;
  const shifts = now.readings.map((value, n) => log(value / then.readings[n]!));
  return now.after.some((value, core) => {
    if (Number.isNaN(value) || Number.isNaN(then.after[core]!)) return Number.isNaN(value) !== Number.isNaN(then.after[core]!);
    // the same neurons twice: what they differ among themselves drops out
    const own = Array.from(shifts.subarray(core * size, (core + 1) * size)).filter((shift) => Number.isFinite(shift));
    const shift = medianOf(own);
    const error = (Math.sqrt(Math.PI / 2) * deviationOf(own)) / Math.sqrt(own.length);
    return Math.abs(shift) > Math.max(now.resolution[core]! / 2, SURE * error);
  });
}
