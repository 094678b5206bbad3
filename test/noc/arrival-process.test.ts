import { describe, expect, test } from 'vitest';
import { OFFER_WORDS } from '../../src/kernels/index.ts';
import { compileTraffic, type ArrivalProcess } from '../../src/noc/index.ts';
import { PacketSource } from '../../src/noc/kernel/packet-source.ts';
import { meshLayout } from './designs.ts';

const layout = meshLayout(4, 4);
const uniform = compileTraffic({ kind: 'uniform' }, layout);

/** Rows (cycle, source, destination) of a run, drawn in pieces of `piece` cycles. */
function draw(process: ArrivalProcess, rate: number, cycles: number, piece = cycles, seed = 1): number[][] {
  const source = new PacketSource(layout, uniform, rate, seed, process);
  const rows: number[][] = [];
  while (source.cycle < cycles) {
    const offers = source.draw(Math.min(cycles, source.cycle + piece));
    for (let i = 0; i < offers.length; i += OFFER_WORDS) rows.push(Array.from(offers.subarray(i, i + 3)));
  }
  return rows;
}

/** Mean of the packets per window and node, and their variance over that mean. */
function counts(rows: readonly number[][], window: number, cycles: number): { mean: number; dispersion: number } {
  const values = new Float64Array((cycles / window) * layout.nodes);
  for (const [cycle, node] of rows) values[Math.floor(cycle! / window) * layout.nodes + node!]! += 1;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, dispersion: variance / mean };
}

const CYCLES = 100_000;

describe('packets per window have the mean and the variance of their process', () => {
  test('bernoulli: rate per cycle, variance (1 - rate) of the mean', () => {
    const { mean, dispersion } = counts(draw({ kind: 'bernoulli' }, 0.2, CYCLES), 100, CYCLES);
    expect(Math.abs(mean / 20 - 1)).toBeLessThan(0.01);
    expect(Math.abs(dispersion - 0.8)).toBeLessThan(0.03);
  });

  test('poisson: variance equals the mean, in windows of one cycle too', () => {
    const rows = draw({ kind: 'poisson' }, 0.2, CYCLES);
    for (const window of [1, 100]) {
      const { mean, dispersion } = counts(rows, window, CYCLES);
      expect(Math.abs(mean / (0.2 * window) - 1)).toBeLessThan(0.01);
      expect(Math.abs(dispersion - 1)).toBeLessThan(0.03);
    }
  });

  test('on-off: the index of dispersion of the two-state chain', () => {
    const [on, off, rate] = [20, 60, 0.1];
    const share = on / (on + off);
    const high = rate / share;
    // autocovariance of the state decays by r per cycle
    const r = 1 - 1 / on - 1 / off;
    const expected = (rate * (1 - rate) + (2 * high * high * share * (1 - share) * r) / (1 - r)) / rate;
    const { mean, dispersion } = counts(draw({ kind: 'on-off', on, off }, rate, 400_000), 2000, 400_000);
    expect(Math.abs(mean / (rate * 2000) - 1)).toBeLessThan(0.02);
    expect(expected).toBeGreaterThan(5);
    expect(Math.abs(dispersion / expected - 1)).toBeLessThan(0.12);
  });

  test('synchronous: all packets at multiples of the period, the mean kept', () => {
    const rows = draw({ kind: 'synchronous', period: 70 }, 0.05, 70_000);
    expect(rows.every(([cycle]) => cycle! % 70 === 0)).toBe(true);
    expect(Math.abs(rows.length / (0.05 * 16 * 70_000) - 1)).toBeLessThan(0.01);
  });
});

test.each<ArrivalProcess>([
  { kind: 'bernoulli' },
  { kind: 'poisson' },
  { kind: 'on-off', on: 5, off: 9 },
  { kind: 'synchronous', period: 13 },
])('$kind: the same packets in whatever pieces they are drawn, in the order of cycles; other packets with another seed', (process) => {
  const whole = draw(process, 0.1, 3000);
  expect(whole.length).toBeGreaterThan(3000);
  expect(draw(process, 0.1, 3000, 17)).toEqual(whole);
  expect(whole).toEqual(whole.toSorted((p, q) => p[0]! - q[0]! || p[1]! - q[1]!));
  expect(draw(process, 0.1, 3000, 3000, 2)).not.toEqual(whole);
});

test('a rate that a process cannot give is refused with the range that it can', () => {
  expect(() => draw({ kind: 'on-off', on: 10, off: 30 }, 0.3, 10)).toThrow(
    /10 of 40 cycles creates at most 0.250 packets per cycle, found 0.3/,
  );
  expect(() => draw({ kind: 'on-off', on: 0, off: 30 }, 0.3, 10)).toThrow(/1 cycle or more/);
  expect(() => draw({ kind: 'synchronous', period: 2.5 }, 0.3, 10)).toThrow(/every 1 or more cycles/);
  expect(() => draw({ kind: 'poisson' }, NaN, 10)).toThrow(/at least 0/);
});
