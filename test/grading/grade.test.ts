import { expect, test } from 'vitest';
import type { CalibrationTargets, DieCalibration } from '../../src/calibration/index.ts';
import { DieSubstrate, lsbOfVoltage } from '../../src/chip/index.ts';
import { gradeCalibration, uncalibratedTruth } from '../../src/grading/index.ts';
import { bss2, nominal, TARGETS } from '../chip/cards.ts';

const card = bss2('geometry.cores.value=2');
const all = (value: number): Float64Array => new Float64Array(64).fill(value);
const targets: CalibrationTargets = {
  leak: all(TARGETS.leak),
  reset: all(TARGETS.reset),
  threshold: all(TARGETS.threshold),
  tauMem: all(TARGETS.tauMem),
};

/** A calibration that did nothing and masked some circuits. */
function calibration(masked: readonly number[]): DieCalibration {
  const status = Array.from({ length: 64 }, (_, n) => (masked.includes(n) ? ('not reached' as const) : ('ok' as const)));
  return {
    setting: nominal(card),
    quantities: [{ quantity: 'leak', unit: 'LSB', target: 80, codes: [], residual: [], status }],
    order: [],
    graph: [],
    masked: Uint8Array.from(status, (state) => (state === 'ok' ? 0 : 1)),
  };
}

test('the grade is the RMS of the truth from the target, in LSB or relative, over unmasked circuits', async () => {
  const before = await uncalibratedTruth(card, 3, 1, nominal(card));
  const die = new DieSubstrate(card, 3, 1);
  await die.configure(nominal(card));
  const result = gradeCalibration(card, 3, before, die, calibration([0, 5]), targets);
  const sound = Array.from({ length: 64 }, (_, n) => n).filter((n) => n !== 0 && n !== 5);
  const rms = (errors: readonly number[]): number => Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
  const byName = new Map(result.graded.map((quantity) => [quantity.quantity, quantity]));
  const leak = sound.map((n) => lsbOfVoltage(card, before.rest[n]!) - lsbOfVoltage(card, TARGETS.leak));
  expect(byName.get('leak')!.rmsBefore).toBeCloseTo(rms(leak), 9);
  expect(byName.get('tau_mem')!.rmsBefore).toBeCloseTo(rms(sound.map((n) => before.tauMem[n]! / TARGETS.tauMem - 1)), 9);
  // the same codes on the same die in the same trial: nothing moved
  for (const { before: first, after, rmsBefore, rmsAfter } of result.graded) {
    expect(after).toEqual(first);
    expect(rmsAfter).toBe(rmsBefore);
  }
  expect(result.hardwareTime.settling).toBeCloseTo(0.02, 12);
});

test('a die of masked circuits has no grade instead of a wrong one', async () => {
  const before = await uncalibratedTruth(card, 3, 1, nominal(card));
  const die = new DieSubstrate(card, 3, 1);
  const nothing = gradeCalibration(card, 3, before, die, calibration(Array.from({ length: 64 }, (_, n) => n)), targets);
  for (const { rmsAfter, masked } of nothing.graded) {
    expect(masked.every(Boolean)).toBe(true);
    expect(rmsAfter).toBe(0);
  }
});

test('truth holds the last write: another trial has other write noise, of one code', async () => {
  const [a, b] = [await uncalibratedTruth(card, 3, 1, nominal(card)), await uncalibratedTruth(card, 3, 2, nominal(card))];
  const differences = a.rest.map((volts, n) => (volts - b.rest[n]!) / 0.948e-3);
  const rms = Math.sqrt(differences.reduce((sum, x) => sum + x * x, 0) / 64);
  expect(rms).toBeGreaterThan(1);
  expect(rms).toBeLessThan(2.2);
});
