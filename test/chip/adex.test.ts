import { describe, expect, test } from 'vitest';
import { runCell } from '../../src/reference/index.ts';
import { largestError, reason, sharedCell, withoutShared } from '../reference/shared-cases.ts';
import { caseOf, NOTHING, partOf, PATTERNS, spikesOf } from './patterns.ts';

const REGULAR = Object.keys(PATTERNS).filter((name) => name !== 'irregular');
const TIGHT = { tolerance: 1e-11 };

describe('a die without distortions is the teacher', () => {
  test.each(REGULAR)('%s: accurate at its default step, no spike missing, none off by more than 0.02 ms', (name) => {
    const expected = runCell(caseOf(PATTERNS[name]!), TIGHT).spikes;
    expect(largestError(spikesOf(partOf(PATTERNS[name]!, 'accurate')), expected)).toBeLessThan(0.02);
  });

  test.skipIf(withoutShared).each(['tonic', 'adaptation', 'initial burst', 'regular bursting', 'delayed accelerating'])(
    `%s: the same against the reference in 80 bit${reason}`,
    (name) => {
      const { experiment, spikes } = sharedCell(`adex_naud_${name.replace(' ', '_')}`);
      const [start, current] = experiment.currentSteps![0]!;
      expect(current).toBe(PATTERNS[name]!.current);
      const onset = { time: start, pattern: PATTERNS[name]! };
      const found = spikesOf(partOf(PATTERNS[name]!, 'accurate'), experiment.duration, 1e-7, onset);
      expect(largestError(found, spikes)).toBeLessThan(0.02);
    },
  );

  test('irregular: the first ten spikes within 0.1 ms, then as many spikes to a fifth', () => {
    const expected = runCell(caseOf(PATTERNS['irregular']!), TIGHT).spikes;
    const found = spikesOf(partOf(PATTERNS['irregular']!, 'accurate'));
    expect(largestError(found.slice(0, 10), expected.slice(0, 10))).toBeLessThan(0.1);
    expect(Math.abs(found.length - expected.length)).toBeLessThan(expected.length / 5);
  });

  test.each(REGULAR)('%s: the error of accurate falls by more than the second power over three halvings of the step', (name) => {
    const expected = runCell(caseOf(PATTERNS[name]!), TIGHT).spikes;
    const errors = [4e-7, 2e-7, 1e-7, 5e-8].map((step) =>
      largestError(spikesOf(partOf(PATTERNS[name]!, 'accurate', { step }), 600, step), expected),
    );
    for (let k = 0; k < 3; k++) expect(Math.log2(errors[k]! / errors[k + 1]!)).toBeGreaterThan(1.5);
    expect(Math.log2(errors[0]! / errors[3]!) / 3).toBeGreaterThan(3);
  });

  test.each(REGULAR)('%s: fast has every spike within half a millisecond', (name) => {
    const expected = runCell(caseOf(PATTERNS[name]!), TIGHT).spikes;
    expect(largestError(spikesOf(partOf(PATTERNS[name]!, 'fast')), expected)).toBeLessThan(0.5);
  });
});

/** One silent circuit far below its exponential. */
const QUIET = { ...PATTERNS['tonic']!, VT: -10, a: 0, current: 0 };

test('accurate: the leak decays as its closed form to 1e-6, linear and tanh', () => {
  for (const linearRange of [Infinity, 0.25]) {
    const part = partOf(QUIET, 'accurate', { linearRange });
    const { kind, columns } = part.snapshot();
    part.restore({ kind, columns: columns.map((column, i) => (i === 0 ? column.map(() => 0.3) : column)) });
    for (let k = 0; k < 200; k++) part.advance(k, NOTHING);
    // 20 us = one time constant from 0.3 V towards 0.42 V
    const expected = linearRange === Infinity ? 0.12 * Math.exp(-1) : 0.25 * Math.asinh(Math.sinh(0.12 / 0.25) * Math.exp(-1));
    expect(Math.abs(0.42 - part.voltages()[0]! - expected) / 0.12).toBeLessThan(1e-6);
  }
});

test('a spike waits for the comparator, the reset has its time constant, the blind time is free of spikes', () => {
  const strong = { ...PATTERNS['tonic']!, current: 2000 };
  const adex = { linearRange: Infinity, rails: [0, 1.2] as const, resetTau: 0, holdOff: 0, comparatorNoise: 0 };
  for (const integrator of ['accurate', 'fast'] as const) {
    const base = spikesOf(partOf(strong, integrator, { refractory: 2e-6, adex }), 60);
    const blind = spikesOf(partOf(strong, integrator, { refractory: 2e-6, adex: { ...adex, holdOff: 1e-6 } }), 60);
    expect(base.length).toBeGreaterThan(8);
    // a membrane that is released earlier fires earlier, but never within the refractory period
    expect(blind[1]! - blind[0]!).toBeLessThan(base[1]! - base[0]!);
    const slow = partOf(strong, integrator, { refractory: 4e-6, adex: { ...adex, resetTau: 1e-6 } });
    let [k, fired] = [0, false];
    while (!fired) fired = slow.advance(k++, NOTHING).count > 0;
    for (let i = 0; i < 10; i++) slow.advance(k++, NOTHING);
    // one time constant after the spike, within the step in which it fell
    const left = (slow.voltages()[0]! - 0.54) / (1.12 - 0.54);
    expect(left).toBeGreaterThan(Math.exp(-1.11));
    expect(left).toBeLessThan(Math.exp(-0.99));
  }
});
