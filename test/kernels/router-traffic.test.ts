import fc from 'fast-check';
import { expect, test } from 'vitest';
import { STREAMS, threefry4x32 } from '../../src/base/index.ts';
import { OFFER_WORDS, RouterTraffic } from '../../src/kernels/index.ts';

/** All packets before `until`, drawn in pieces. */
function packets(traffic: RouterTraffic, until: number, piece = until): number[][] {
  const rows: number[][] = [];
  while (traffic.cycle < until) {
    const offers = traffic.draw(Math.min(until, traffic.cycle + piece));
    for (let i = 0; i < offers.length; i += OFFER_WORDS) rows.push(Array.from(offers.subarray(i, i + OFFER_WORDS)));
  }
  return rows;
}

/** The same in plain TypeScript: the gap before packet i of a node, and its words. */
function twin(probability: readonly number[], flits: number, seed: number, until: number): number[][] {
  const rows: number[][] = [];
  const out = new Uint32Array(4);
  for (const [node, p] of probability.entries()) {
    let cycle = -1;
    for (let index = 0; ; index++) {
      threefry4x32([node, index, 0, 0], [seed >>> 0, Math.floor(seed / 2 ** 32), STREAMS.traffic, 0], 13, out);
      const u = ((out[0]! >>> 5) * 2 ** 26 + (out[1]! >>> 6) + 0.5) / 2 ** 53;
      cycle += 1 + Math.floor(Math.log(u) * (1 / Math.log1p(-p)));
      if (cycle >= until) break;
      rows.push([cycle, node, out[2]!, flits, out[3]!]);
    }
  }
  return rows.toSorted((p, q) => p[0]! - q[0]! || p[1]! - q[1]!);
}

test('packets equal those of the twin, dense or rare, in whatever pieces they are drawn', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(0, 1e-6, 0.001, 0.03, 0.3, 0.9), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
      fc.integer({ min: 1, max: 400 }),
      (probability, seed, piece) => {
        expect(packets(new RouterTraffic(probability, 3, seed), 700, piece)).toEqual(twin(probability, 3, seed, 700));
      },
    ),
    { numRuns: 40 },
  );
});

test('rare packets over a long time', () => {
  const probability = Array.from({ length: 64 }, () => 1e-6);
  const rows = packets(new RouterTraffic(probability, 1, 5), 10_000_000);
  expect(rows).toEqual(twin(probability, 1, 5, 10_000_000));
  expect(Math.abs(rows.length / 640 - 1)).toBeLessThan(0.15);
});

test('at probability 1 every node has a packet in every cycle, at 0 never', () => {
  const rows = packets(new RouterTraffic([1, 0, 1], 1, 9), 50);
  expect(rows.map(([cycle, node]) => [cycle, node])).toEqual(
    Array.from({ length: 50 }, (_, cycle) => [
      [cycle, 0],
      [cycle, 2],
    ]).flat(),
  );
});

test('the gaps are geometric: the share of cycles with a packet, and of neighbours that both have one', () => {
  const cycles = 200_000;
  const at = packets(new RouterTraffic([0.2], 1, 1), cycles).map(([cycle]) => cycle!);
  expect(Math.abs(at.length / cycles - 0.2)).toBeLessThan(0.004);
  const both = at.filter((cycle, i) => at[i + 1] === cycle + 1).length;
  expect(Math.abs(both / cycles - 0.04)).toBeLessThan(0.002);
});
