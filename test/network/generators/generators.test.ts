import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Chance, InfeasibleError } from '../../../src/base/index.ts';
import { allToAll, fixedInDegree, oneToOne, wattsStrogatz } from '../../../src/network/index.ts';
import { clustering, undirected } from '../graph-measures.ts';

const range = (first: number, count: number) => ({ first, count });
const chance = (seed: number) => new Chance(seed, 'graph');

const synapsesOf = (reciprocal: number) =>
  wattsStrogatz(range(0, 300), { neighbours: 16, rewired: 0.2, reciprocal }, chance(1)).source.length;

describe('a fixed in-degree', () => {
  test('gives every target exactly so many different sources, never itself', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        (first, from, to, seed) => {
          const inDegree = Math.floor((from - 1) * ((seed % 100) / 100));
          const { source, target } = fixedInDegree(range(first, from), range(10, to), inDegree, false, chance(seed));
          expect(source.length).toBe(inDegree * to);
          const pairs = new Set(Array.from(source, (s, k) => `${String(s)} ${String(target[k])}`));
          expect(pairs.size).toBe(source.length);
          for (let t = 10; t < 10 + to; t++) expect(target.filter((one) => one === t).length).toBe(inDegree);
          source.forEach((s, k) => expect(s >= first && s < first + from && s !== target[k]).toBe(true));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('chooses every source equally often', () => {
    const { source } = fixedInDegree(range(0, 20), range(100, 4000), 5, false, chance(1));
    const counts = new Float64Array(20);
    for (const s of source) counts[s]!++;
    // 1,000 expected each; hypergeometric per target, standard deviation 27
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(5 * 27.4);
  });

  test('does not change for a target when others are added', () => {
    const few = fixedInDegree(range(0, 20), range(0, 5), 4, false, chance(3));
    const many = fixedInDegree(range(0, 20), range(0, 9), 4, false, chance(3));
    expect(many.source.subarray(0, few.source.length)).toEqual(few.source);
  });

  test('above the number of sources is refused with the range that would do', () => {
    expect(() => fixedInDegree(range(0, 5), range(0, 5), 5, false, chance(1))).toThrow('4 sources allow 0 to 4');
    expect(fixedInDegree(range(0, 5), range(0, 5), 5, true, chance(1)).source.length).toBe(25);
  });
});

describe('a Watts-Strogatz small world', () => {
  test('without rewiring has the clustering of the closed form, 3 (k - 2) / (4 (k - 1))', () => {
    for (const k of [4, 6, 10, 16]) {
      const graph = undirected(60, wattsStrogatz(range(0, 60), { neighbours: k, rewired: 0, reciprocal: 0 }, chance(1)));
      expect(clustering(graph)).toBeCloseTo((3 * (k - 2)) / (4 * (k - 1)), 12);
    }
  });

  test('keeps the number of connected pairs at any rewiring, without self loops or parallel synapses', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 40 }),
        fc.nat(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, seed, rewired, reciprocal) => {
          const k = 2 * (1 + (seed % Math.floor((n - 1) / 2)));
          if (k >= n) return;
          const edges = wattsStrogatz(range(7, n), { neighbours: k, rewired, reciprocal }, chance(seed));
          const directed = new Set(Array.from(edges.source, (s, i) => `${String(s)} ${String(edges.target[i])}`));
          expect(directed.size).toBe(edges.source.length);
          edges.source.forEach((s, i) => expect(s !== edges.target[i] && s >= 7 && s < 7 + n).toBe(true));
          const graph = undirected(7 + n, edges);
          expect(graph.reduce((sum, partners) => sum + partners.size, 0)).toBe(n * k);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('fully rewired has the clustering of a random graph, about k / n', () => {
    const graph = undirected(400, wattsStrogatz(range(0, 400), { neighbours: 20, rewired: 1, reciprocal: 0 }, chance(1)));
    expect(Math.abs(clustering(graph) - 20 / 400)).toBeLessThan(0.01);
  });

  test('connects the asked share of pairs both ways', () => {
    expect(synapsesOf(0)).toBe(2400);
    expect(synapsesOf(1)).toBe(4800);
    // 1,080 pairs expected, standard deviation 24
    expect(Math.abs(synapsesOf(0.45) - 3480)).toBeLessThan(100);
  });

  test('with too many neighbours is refused', () => {
    expect(() => wattsStrogatz(range(0, 8), { neighbours: 8, rewired: 0, reciprocal: 0 }, chance(1))).toThrow(InfeasibleError);
  });
});

describe('complete connections', () => {
  test('all to all leaves out self connections only where populations overlap', () => {
    expect(allToAll(range(0, 3), range(3, 4), false).source.length).toBe(12);
    expect(allToAll(range(0, 3), range(2, 4), false).source.length).toBe(11);
    expect(allToAll(range(0, 3), range(0, 3), true).source.length).toBe(9);
    expect(() => allToAll(range(0, 1e6), range(0, 1e6), true)).toThrow(InfeasibleError);
  });

  test('one to one needs equal sizes', () => {
    expect(oneToOne(range(0, 2), range(5, 2))).toEqual({ source: Uint32Array.of(0, 1), target: Uint32Array.of(5, 6) });
    expect(() => oneToOne(range(0, 2), range(5, 3))).toThrow('same size');
  });
});
