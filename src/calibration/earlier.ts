/** What an earlier calibration gives a later one: answers to begin from, quantities that have another target now, and what is still known of those that are left alone. */
import type { CalibratedQuantity, CharacteristicCurve, Substrate } from '../model/index.ts';
import { codesOf, slopeOf } from './curve.ts';
import type { OwnRoutine } from './own-routine.ts';
import type { ParameterAnswer } from './parameter-search.ts';
import { medianOf } from './reader.ts';
import type { Routine, SearchedParameter, WorkingSetting } from './routine.ts';

/** Line of the budget of a strength. */
export const DRIVER_MEAN = 'mean of the drivers of a core';
/** Relative difference of targets that is none. */
const SAME = 1e-9;
/** Standard deviations of a normal law that hold 95 %. */
const TWO_SIDED = 1.959964;

/** Where a search of this parameter begins: at the code that the curve has for the target, else at the code as it stands. Nothing of it was read. */
export function answerBefore(
  { capabilities }: Substrate,
  parameter: SearchedParameter,
  working: WorkingSetting,
  curve: CharacteristicCurve | undefined,
): ParameterAnswer {
  const { cell, targets, inverse } = parameter;
  const { min, max } = capabilities.codes[cell];
  const standing = working.codes[cell]!;
  const wanted = curve === undefined ? undefined : codesOf(curve, targets);
  const codes = standing.map((code, n) => (Number.isFinite(wanted?.[n]) ? Math.min(Math.max(Math.round(wanted![n]!), min), max) : code));
  return {
    codes,
    residuals: new Float64Array(targets.length).fill(NaN),
    step: targets.map((target, n) =>
      curve === undefined ? NaN : Math.abs(slopeOf(curve, n, codes[n]!)) * (inverse ? target * target : 1),
    ),
    status: Array.from(codes, (code, n) => (Number.isFinite(wanted?.[n]) && (code === min || code === max) ? 'at limit' : 'ok')),
    ...(curve && { curve }),
  };
}

/** Quantities that had another target, or none, or were found for another number of drivers or sensors. */
export function changedSince(
  routines: readonly Routine[],
  own: readonly OwnRoutine[],
  before: readonly CalibratedQuantity[],
): readonly CalibratedQuantity['quantity'][] {
  const wanted: { readonly quantity: CalibratedQuantity['quantity']; readonly target?: number; readonly count?: number }[] = [];
  for (const { parameters } of routines)
    for (const { quantity, targets } of parameters) wanted.push({ quantity, target: medianOf(targets), count: targets.length });
  for (const { quantities, wants = [] } of own) {
    wanted.push(...wants);
    for (const quantity of quantities) if (!wants.some((one) => one.quantity === quantity)) wanted.push({ quantity });
  }
  return wanted.flatMap(({ quantity, target, count }) => {
    const then = before.find((one) => one.quantity === quantity);
    if (then === undefined) return [quantity];
    const same = target === undefined || Math.abs(then.target - target) <= SAME * Math.abs(target);
    return same && (count ?? then.codes.length) === then.codes.length ? [] : [quantity];
  });
}

/** What an earlier budget says of the mean of the trimmed drivers of a core (relative): readings through them do not show it again. */
export function driverMeanOf(before: readonly CalibratedQuantity[]): number | undefined {
  const budgets = before
    .filter(({ quantity }) => quantity.startsWith('strength'))
    .flatMap(({ verification }) => verification?.budget ?? []);
  return budgets.find(({ component }) => component === DRIVER_MEAN)?.rms;
}

/** What was read of the trimmed drivers, one entry each; undefined where they were not trimmed. */
export function driversRead(quantities: readonly CalibratedQuantity[]): WorkingSetting['drivers'] {
  const found = quantities.find(({ quantity }) => quantity === 'driver_amplitude');
  if (found?.verification === undefined) return undefined;
  const shares = (values: readonly (number | null)[]): Float64Array =>
    Float64Array.from(values, (value) => (value === null ? NaN : value / found.target));
  return { relative: shares(found.verification.reading), errors: shares(found.verification.error68) };
}

/** Intervals of codes that were written once more: the readings on record hold the noise of one write, the die now that of another. */
export function widened(one: CalibratedQuantity): CalibratedQuantity {
  const write = one.verification?.budget.find(({ component, of }) => component === 'write noise' && of === 'next write')?.rms ?? 0;
  if (one.verification === undefined || write === 0) return one;
  const added = 2 * (write * (one.unit === 'LSB' ? 1 : one.target)) ** 2;
  const wider = (errors: readonly (number | null)[], factor: number): (number | null)[] =>
    errors.map((error) => (error === null ? null : Number(Math.sqrt(error * error + factor * factor * added).toPrecision(7))));
  const { error68, error95 } = one.verification;
  return { ...one, verification: { ...one.verification, error68: wider(error68, 1), error95: wider(error95, TWO_SIDED) } };
}
