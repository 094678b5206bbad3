import { expect, test } from 'vitest';
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
