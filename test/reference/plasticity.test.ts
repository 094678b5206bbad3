import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  pairStdpCourse,
  tripletStdpCourse,
  tsodyksMarkramCourse,
  tsodyksMarkramSteadyState,
  type PairStdp,
} from '../../src/reference/index.ts';

const ADDITIVE: PairStdp = { lambda: 0.001, alpha: 1.05, muPlus: 0, muMinus: 0, tauPlus: 20, tauMinus: 30 };
const train = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 20 })), { maxLength: 15 })
  .map((times) => times.toSorted((a, b) => a - b));

describe('pair rule', () => {
  test('all-to-all additive weights are the sum over all pairs of spikes', () => {
    fc.assert(
      fc.property(train, train, (pre, post) => {
        const found = pairStdpCourse(ADDITIVE, pre, post, 0.5).weights.at(-1) ?? 0.5;
        let expected = 0.5;
        for (const p of pre) {
          for (const q of post) {
            if (q > p) expected += 0.001 * Math.exp(-(q - p) / 20);
            if (q < p) expected -= 0.00105 * Math.exp(-(p - q) / 30);
          }
        }
        expect(Math.abs(found - expected)).toBeLessThan(1e-12);
      }),
    );
  });

  test('weights never leave [0, 1], whatever the exponents', () => {
    const exponent = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(train, train, exponent, exponent, (pre, post, muPlus, muMinus) => {
        const rule = { ...ADDITIVE, lambda: 0.5, muPlus, muMinus };
        const { weights } = pairStdpCourse(rule, pre, post, 0.9, 'nearest');
        expect(weights.every((w) => w >= 0 && w <= 1)).toBe(true);
      }),
    );
  });

  test('a Guetig exponent lies between additive and multiplicative', () => {
    const grown = (mu: number): number => pairStdpCourse({ ...ADDITIVE, muPlus: mu, muMinus: mu }, [0], [10], 0.5).weights[1]!;
    expect(grown(0.5)).toBeCloseTo(0.5 + 0.001 * Math.sqrt(0.5) * Math.exp(-0.5), 15);
    expect(grown(0)).toBeGreaterThan(grown(0.5));
    expect(grown(0.5)).toBeGreaterThan(grown(1));
  });

  test('spikes of one instant do not see one another', () => {
    expect(pairStdpCourse(ADDITIVE, [10], [10], 0.5).weights.at(-1)).toBe(0.5);
  });
});

test('the triplet rule without triplet terms is the pair rule', () => {
  const rule = { pairPlus: 0.001, tripletPlus: 0, pairMinus: 0.00105, tripletMinus: 0, tauPlus: 20, tauMinus: 30, tauX: 100, tauY: 120 };
  fc.assert(
    fc.property(train, train, (pre, post) => {
      const triplet = tripletStdpCourse(rule, pre, post, 0.5).weights;
      const pair = pairStdpCourse(ADDITIVE, pre, post, 0.5).weights;
      expect(triplet.every((w, i) => Math.abs(w - pair[i]!) < 1e-12)).toBe(true);
    }),
  );
});

test('a train out of order is refused', () => {
  expect(() => pairStdpCourse(ADDITIVE, [2, 1], [], 0.5)).toThrow(/pre: spike 1 at 1 ms, expected times in order/);
  expect(() => tsodyksMarkramCourse({ utilisation: 0.5, tauRecovery: 0, tauFacilitation: 0 }, [1])).toThrow(/time constant/);
});

test('a regular train settles at the closed form, and resources are never negative', () => {
  const synapse = { utilisation: 0.2, tauRecovery: 300, tauFacilitation: 200 };
  const { u, x } = tsodyksMarkramCourse(
    synapse,
    Array.from({ length: 400 }, (_, i) => i * 25),
  );
  const settled = tsodyksMarkramSteadyState(synapse, 25);
  expect(u.at(-1)).toBeCloseTo(settled.u, 13);
  expect(x.at(-1)).toBeCloseTo(settled.x, 13);
  expect(x.every((value) => value > 0 && value <= 1)).toBe(true);
});
