import { expect, test } from 'vitest';
import { calibrateDie, type CalibrationTargets, type EarlierCalibration } from '../../src/calibration/index.ts';
import { codesOf, fitCurves, shiftedCurve } from '../../src/calibration/curve.ts';
import { DieSubstrate } from '../../src/chip/index.ts';
import { gradeCalibration, uncalibratedTruth } from '../../src/grading/index.ts';
import type { CalibrationEffort } from '../../src/model/index.ts';
import { bss2, nominal, TARGETS } from '../chip/cards.ts';

const EFFORT: CalibrationEffort = { samples: 32, repeats: 8, dither: 5, mask_above: 6, verify: 4, seed: 1 };
const CARD = bss2('geometry.cores.value=4', 'geometry.block.value=128');
const NEURONS = CARD.geometry.cores.value * CARD.geometry.neurons_per_core.value;

function targetsFor({ leak, reset, threshold, tauMem }: typeof TARGETS): CalibrationTargets {
  const all = (value: number): Float64Array => new Float64Array(NEURONS).fill(value);
  return { leak: all(leak), reset: all(reset), threshold: all(threshold), tauMem: all(tauMem) };
}

test('a parabola is found again, a straight line stays one, and both are inverted on the branch of the answer', () => {
  const codes = [100, 300, 500, 700, 900, 980];
  const bent = (code: number): number => 3 + 0.2 * code - 4e-5 * code * code;
  const straight = (code: number): number => 5 + 0.1 * code + (code === 300 ? 0.02 : 0) - (code === 700 ? 0.03 : 0);
  const points = codes.map((code) => ({ codes: Int32Array.of(code, code), values: Float64Array.of(bent(code), NaN) }));
  const curve = fitCurves(points, Int32Array.of(500, 500), false, 1022);
  expect(curve.coefficients[0]).toHaveLength(3);
  expect(curve.coefficients[1]).toBeNull();
  const found = codesOf(curve, Float64Array.of(bent(640), 1));
  expect(found[0]).toBeCloseTo(640, 2);
  expect(found[1]).toBeNaN();
  const line = fitCurves(
    codes.map((code) => ({ codes: Int32Array.of(code), values: Float64Array.of(straight(code)) })),
    Int32Array.of(500),
    false,
    1022,
  );
  expect(line.coefficients[0]).toHaveLength(2);
  const moved = shiftedCurve(line, [{ codes: Int32Array.of(500), values: Float64Array.of(straight(500) + 7) }]);
  expect(codesOf(moved, Float64Array.of(straight(400) + 7))[0]).toBeCloseTo(400, 0);
});

test('new targets are met from the curves alone, without a search, nearly as well as by one', async () => {
  const die = new DieSubstrate(CARD, 21, 3);
  const first = await calibrateDie(die, targetsFor(TARGETS), nominal(CARD), EFFORT);
  const wanted = { leak: 0.5, reset: 0.42, threshold: 0.55, tauMem: 11.5e-6 };
  const paid = die.bill;
  const earlier: EarlierCalibration = {
    codes: first.setting.codes!,
    leakMode: first.setting.leakMode!,
    quantities: first.quantities,
    channels: first.channels!,
    state: die.snapshot(),
    fromCurves: true,
    only: 'changed',
  };
  const again = new DieSubstrate(CARD, 21, 3);
  const found = await calibrateDie(again, targetsFor(wanted), nominal(CARD), EFFORT, earlier);
  const before = await uncalibratedTruth(CARD, 21, 3, nominal(CARD));
  const { graded } = gradeCalibration(CARD, 21, before, again, found, targetsFor(wanted));
  const deviation = Object.fromEntries(graded.map(({ quantity, rmsAfter }) => [quantity, rmsAfter]));
  expect(deviation['leak']).toBeLessThan(1.2);
  expect(deviation['reset']).toBeLessThan(1);
  expect(deviation['threshold']).toBeLessThan(1.6);
  expect(deviation['tau_mem']).toBeLessThan(0.06);
  for (const { coverage } of graded) expect(coverage!.within95 / coverage!.circuits).toBeGreaterThan(0.88);
  // most of what is left is what verification and the leak that follows its bias cost
  const total = ({ settling, reading, running }: typeof paid): number => settling + reading + running;
  expect(total(again.bill) - total(paid)).toBeLessThan(0.5 * total(paid));
});

test('a die as it was left needs no measurement for the same targets, and only the threshold is read again for another one', async () => {
  const die = new DieSubstrate(CARD, 22, 3);
  const first = await calibrateDie(die, targetsFor(TARGETS), nominal(CARD), EFFORT);
  const paid = die.bill;
  const earlier: EarlierCalibration = {
    codes: first.setting.codes!,
    leakMode: first.setting.leakMode!,
    quantities: first.quantities,
    channels: first.channels!,
    state: die.snapshot(),
    only: 'changed',
  };
  const again = new DieSubstrate(CARD, 22, 3);
  const same = await calibrateDie(again, targetsFor(TARGETS), nominal(CARD), EFFORT, earlier);
  expect(same.quantities).toEqual(first.quantities);
  expect(again.bill).toEqual(paid);
  expect(again.truth()).toEqual(die.truth());
  const other = new DieSubstrate(CARD, 22, 3);
  const moved = await calibrateDie(other, targetsFor({ ...TARGETS, threshold: 0.6 }), nominal(CARD), EFFORT, earlier);
  expect(moved.order).toEqual(['cadc_offset', 'threshold']);
  expect(other.truth().rest).toEqual(die.truth().rest);
});
