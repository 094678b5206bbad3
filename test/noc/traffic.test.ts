import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OFFER_WORDS, RouterTraffic } from '../../src/kernels/index.ts';
import { BernoulliSource, compileTraffic, expectedMatrix, type TrafficSpec } from '../../src/noc/index.ts';
import { meshLayout } from './designs.ts';

const layout = meshLayout(4, 4);
const targets = (kind: 'transpose' | 'bit-complement' | 'tornado' | 'neighbour') =>
  [0, 1, 6, 15].map((node) => compileTraffic({ kind }, layout).destination(node, 0.5));

test('the permutations send where their names say', () => {
  expect(targets('transpose')).toEqual([0, 4, 9, 15]);
  expect(targets('bit-complement')).toEqual([15, 14, 9, 0]);
  expect(targets('tornado')).toEqual([5, 6, 11, 0]);
  expect(targets('neighbour')).toEqual([5, 6, 11, 0]);
});

test('tornado and neighbour take each side of a grid by itself; transpose needs a square', () => {
  const grid = meshLayout(5, 3);
  const wanted = (stepX: number, stepY: number) =>
    Array.from({ length: 15 }, (_, node) => (((node % 5) + stepX) % 5) + 5 * ((Math.floor(node / 5) + stepY) % 3));
  const told = (kind: 'tornado' | 'neighbour') => {
    const traffic = compileTraffic({ kind }, grid);
    return Array.from({ length: 15 }, (_, node) => traffic.destination(node, 0.5));
  };
  expect(told('tornado')).toEqual(wanted(2, 1));
  expect(told('neighbour')).toEqual(wanted(1, 1));
  expect(() => compileTraffic({ kind: 'transpose' }, grid)).toThrow('transpose traffic needs a square grid of nodes');
});

const matrix = Float64Array.from({ length: 256 }, (_, pair) => (pair % 7 === 0 ? pair % 5 : 0));

test.each<TrafficSpec>([
  { kind: 'uniform' },
  { kind: 'transpose' },
  { kind: 'hotspot', nodes: [3, 9], weights: [3, 1] },
  { kind: 'matrix', rates: matrix },
])('drawn packets follow the expected matrix: $kind', (spec) => {
  const cycles = 4000;
  const source = new BernoulliSource(compileTraffic(spec, layout), 0.2, 5);
  const seen = new Float64Array(256);
  for (let cycle = 0; cycle < cycles; cycle++) {
    for (let node = 0; node < 16; node++) {
      const destination = source.draw(node, cycle);
      if (destination >= 0) seen[node * 16 + destination]! += 1;
    }
  }
  for (const [pair, share] of expectedMatrix(spec, layout).entries()) {
    const mean = share * 0.2 * 16 * cycles;
    expect(Math.abs(seen[pair]! - mean)).toBeLessThanOrEqual(5 * Math.sqrt(mean));
  }
});

test('a draw is a function of seed, node and cycle, whatever was drawn before', () => {
  const traffic = compileTraffic({ kind: 'uniform' }, layout);
  const source = new BernoulliSource(traffic, 0.5, 9);
  const forwards = Array.from({ length: 40 }, (_, cycle) => source.draw(3, cycle));
  const backwards = Array.from({ length: 40 }, (_, i) => new BernoulliSource(traffic, 0.5, 9).draw(3, 39 - i));
  expect(backwards.toReversed()).toEqual(forwards);
});

test('more than one packet per node and cycle cannot be offered', () => {
  expect(() => new BernoulliSource(compileTraffic({ kind: 'uniform' }, layout), 1.1, 1)).toThrow(/at most 1 per cycle/);
});

test('destinations by weight are the same from the kernel as from the pattern, and a node without weight is never drawn', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(0, 0, 1e-9, 0.3, 1, 7), { minLength: 256, maxLength: 256 }),
      fc.integer({ min: 0, max: 1e6 }),
      fc.boolean(),
      (weights, seed, isHotspot) => {
        fc.pre(weights.some((weight) => weight > 0) && weights.slice(0, 4).some((weight) => weight > 0));
        const spec: TrafficSpec = isHotspot
          ? { kind: 'hotspot', nodes: [9, 3, 12, 0], weights: weights.slice(0, 4) }
          : { kind: 'matrix', rates: weights };
        const traffic = compileTraffic(spec, layout);
        const probability = traffic.share.map((share) => Math.min(1, share * 0.05));
        const drawn = new RouterTraffic(probability, 1, seed, { destinations: traffic.destinations, keepsWays: false }).draw(500).slice();
        const raw = new RouterTraffic(probability, 1, seed, { keepsWays: true }).draw(500).slice();
        expect(drawn.length).toBe(raw.length);
        const expected = expectedMatrix(spec, layout);
        for (let i = 0; i < drawn.length; i += OFFER_WORDS) {
          const [source, destination] = [drawn[i + 1]!, drawn[i + 2]!];
          expect(destination).toBe(traffic.destination(raw[i + 1]!, (raw[i + 2]! + 0.5) / 2 ** 32));
          expect(expected[source * 16 + destination]).toBeGreaterThan(0);
        }
      },
    ),
    { numRuns: 40 },
  );
});
