import fc from 'fast-check';
import { expect, test } from 'vitest';
import { meanZeroLoadLatency } from '../../../src/noc/index.ts';
import { longLinks } from '../../../src/noc/topology/long-links.ts';
import { mesh } from '../../../src/noc/topology/mesh.ts';
import { layoutOf } from '../designs.ts';

const base = { kind: 'mesh', width: 4, height: 4 } as const;
const tiles = (layout: ReturnType<typeof layoutOf>): number => layout.graph.linkLength.reduce((sum, metres) => sum + metres, 0) / 2e-3;

test('all rate between two corners gives a link between them', () => {
  const rates = new Float64Array(256);
  rates[15] = 1;
  const { wires } = longLinks(mesh(4, 4), { rates, budget: 6, maxDegree: 6, hopCycles: (length) => 4 + length });
  expect(wires.slice(24)).toEqual([{ a: 0, b: 15 }]);
});

test('budget of wire and ports are kept, every chosen link pays, and more wire is never slower', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { minLength: 256, maxLength: 256 }), fc.integer({ min: 4, max: 6 }), (list, maxDegree) => {
      const rates = list.map((rate, pair) => (pair % 17 === 0 ? rate + 1 : rate));
      const traffic = `source,destination,rate\n${rates.map((rate, pair) => `${String(pair >> 4)},${String(pair & 15)},${String(rate)}`).join('\n')}`;
      const latency = (wire_budget: number): number => {
        const topology = { kind: 'long-links', base, traffic: { file: 't.csv' }, wire_budget, max_degree: maxDegree } as const;
        const layout = layoutOf({ topology, routing: { kind: 'blash', layers: 4 }, router: { vcs: 8 } }, { 't.csv': traffic });
        expect(tiles(layout)).toBeLessThanOrEqual(24 * (1 + wire_budget) + 1e-9);
        const degree = layout.graph.ports.map((ports) => ports.length - 1);
        expect(Math.max(...degree)).toBeLessThanOrEqual(maxDegree);
        return meanZeroLoadLatency(layout, rates);
      };
      const [none, half, whole] = [latency(0), latency(0.5), latency(1)];
      expect(half).toBeLessThan(none);
      expect(whole).toBeLessThanOrEqual(1.01 * half);
    }),
    { numRuns: 6 },
  );
});

test('express links cross their span in every row and column', () => {
  const layout = layoutOf({ topology: { kind: 'express-mesh', width: 8, height: 8, span: 7 }, routing: { kind: 'blash' } });
  expect(layout.graph.linkFrom.length / 2).toBe(112 + 16);
  expect(tiles(layout)).toBeCloseTo(112 + 16 * 7, 9);
});

test('a traffic file with mistakes tells all of them', () => {
  const design = { topology: { kind: 'long-links', base, traffic: { file: 't.csv' } }, routing: { kind: 'blash' } } as const;
  const compile = (text: string) => () => layoutOf(design, { 't.csv': text });
  expect(compile('a,b\n')).toThrow(/source,destination,rate/);
  expect(compile('source,destination,rate\n0,16,1\n0,1,NaN\n0,2,-1\n0,3,1\n0,3,1\n')).toThrow(/t\.csv:2.*\n.*t\.csv:3.*\n.*t\.csv:4/s);
  expect(compile('source,destination,rate\n')).toThrow(/at least one rate above 0/);
});
