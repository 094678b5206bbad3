/** A plausible calibration of one die, made from seeded chance. */
import type { CalibrationResult, GradedQuantity } from '../../src/model/index.ts';
import { chance, normal } from './draws.ts';

function graded(
  quantity: GradedQuantity['quantity'],
  unit: 'LSB' | 's',
  target: number,
  before: number,
  after: number,
  die: number,
): GradedQuantity {
  const seed = die * 100 + quantity.length;
  const draw = (spread: number, from: number): number[] => Array.from({ length: 512 }, (_, k) => normal(seed, from + k, target, spread));
  const relative = unit === 's' ? target : 1;
  return {
    quantity,
    unit,
    target,
    before: draw(before, 0).map((value) => (unit === 's' ? Math.abs(value) : value)),
    after: draw(after, 1000),
    masked: Array.from({ length: 512 }, (_, k) => chance.uniform(seed, 4000 + k) < 0.005),
    rmsBefore: before / relative,
    rmsAfter: after / relative,
  };
}

export function calibrationResult(die: number): CalibrationResult {
  const quantities = [
    graded('cadc_offset', 'LSB', 0, 15, 0.8, die),
    graded('leak', 'LSB', 90, 14, 1.6, die),
    graded('reset', 'LSB', 70, 12, 1.7, die),
    graded('threshold', 'LSB', 130, 16, 1.9, die),
    graded('tau_mem', 's', 1e-5, 3.1e-6, 8e-7, die),
  ];
  return {
    chip: 'bss2',
    die,
    order: quantities.map(({ quantity }) => quantity),
    quantities: quantities.map(({ quantity, unit, target, after, masked }) => ({
      quantity,
      unit,
      target,
      codes: after.map((_, k) => 400 + (k % 97)),
      residual: after.map((value, k) => (masked[k] ? null : value - target)),
      status: masked.map((dead, k) => (dead ? 'masked' : k % 171 === 0 ? 'at limit' : 'ok')),
    })),
    graded: quantities,
    hardwareTime: { settling: 4.2, reading: 0.31, running: 0.82 },
  };
}
