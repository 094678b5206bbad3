import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { InfeasibleError } from '../../src/base/index.ts';
import {
  bisectLoad,
  compileNoc,
  findSaturation,
  highestLoad,
  latencyLoadCurve,
  measure,
  meanZeroLoadLatency,
  type MeasureOptions,
} from '../../src/noc/index.ts';
import { designOf, meshLayout } from './designs.ts';

const reference = new URL('../../../shared/reference/noc/', import.meta.url);
const absent = !existsSync(reference);
const said = absent ? ' (skipped: ../shared/reference/noc is not there)' : '';
const readText = (name: string): string => readFileSync(new URL(name, reference), 'utf8');

const mesh8 = { topology: { kind: 'mesh', width: 8, height: 8 }, routing: { kind: 'dimension-order' } } as const;
const cmesh = {
  topology: { kind: 'concentrated-mesh', width: 4, height: 4 },
  routing: { kind: 'dimension-order' },
  link: { latency: 2 },
} as const;
const swD = {
  topology: { kind: 'edge-list', file: 'graphs/sw_d.anynet', format: 'anynet' },
  routing: { kind: 'table', file: 'graphs/sw_d.blash2.routes' },
} as const;

describe('mean latency and accepted load agree with BookSim2 within 3 %', () => {
  for (const [run, design, kind, rate] of [
    ['mesh8_dor_v4b8p1__uniform__r0.1__s1', mesh8, 'uniform', 0.1],
    ['mesh8_dor_v4b8p1__uniform__r0.3__s1', mesh8, 'uniform', 0.3],
    ['mesh8_dor_v4b8p1__tornado__r0.2__s1', mesh8, 'tornado', 0.2],
    ['mesh8_dor_v4b8p1__bitcomp__r0.1__s1', mesh8, 'bit-complement', 0.1],
    ['cmesh64_v4b8p1__uniform__r0.1__s1', cmesh, 'uniform', 0.1],
    ['sw_d_blash2_b8p1__uniform__r0.2__s1', swD, 'uniform', 0.2],
  ] as const) {
    test.skipIf(absent)(`${run}${said}`, () => {
      const theirs = runNamed(run);
      const ours = measure(compileNoc(designOf(design), readText), { traffic: { kind }, rate, seed: 1, cycles: 2500 });
      expect(ours.stable).toBe(true);
      expect(Math.abs(ours.latency.mean / theirs.latency - 1)).toBeLessThan(0.03);
      expect(Math.abs(ours.accepted / theirs.accepted - 1)).toBeLessThan(0.03);
      expect(Math.abs(ours.routersMean / theirs.routers - 1)).toBeLessThan(0.03);
    });
  }
});

test('past saturation the verdict says so in words, and where', () => {
  const point = measure(meshLayout(4, 4), { traffic: { kind: 'transpose' }, rate: 0.8, seed: 1 });
  expect(point.stable).toBe(false);
  expect(point.verdict).toMatch(/transpose traffic at 0.8 flits per node and cycle: past saturation \(.*accepted/);
  expect(point.accepted).toBeLessThan(0.8 * point.offered);
});

test('a bounded queue that loses packets past saturation is not called stable', () => {
  const layout = meshLayout(4, 4, { source_queue: { capacity: 2, policy: 'drop-newest' } });
  const point = measure(layout, { traffic: { kind: 'transpose' }, rate: 0.8, seed: 1, cycles: 2000 });
  expect(point.lost).toBeGreaterThan(100);
  expect(point.stable).toBe(false);
});

test('at a low load the latency is the zero-load latency, and the same seed gives the same numbers', () => {
  const layout = meshLayout(4, 4);
  const options = { traffic: { kind: 'uniform' }, rate: 0.02, seed: 3, cycles: 6000 } as const;
  const point = measure(layout, options);
  expect(Math.abs(point.latency.mean / meanZeroLoadLatency(layout) - 1)).toBeLessThan(0.04);
  expect(measure(layout, options)).toEqual(point);
  expect(measure(layout, { ...options, seed: 4 }).latency.mean).not.toBe(point.latency.mean);
});

test('a 4x4 mesh saturates where BookSim2 does, and its curve ends there', () => {
  // 4 VCs of 4 flits: last stable load 0.75, first unstable 0.8
  const layout = meshLayout(4, 4, { router: { buffer: 4 } });
  const options = { traffic: { kind: 'uniform' }, seed: 1, cycles: 2000 } as const;
  const { stable, unstable } = findSaturation(layout, options, 0.05);
  expect(stable).toBeGreaterThanOrEqual(0.7 - 1e-9);
  expect(unstable).toBeLessThanOrEqual(0.8 + 1e-9);
  const curve = latencyLoadCurve(layout, options, [0.9, 0.1, 0.4, 1]);
  expect(curve.map(({ rate, stable: isStable }) => [rate, isStable])).toEqual([
    [0.1, true],
    [0.4, true],
    [0.9, false],
  ]);
  expect(curve[1]!.latency.mean).toBeGreaterThan(curve[0]!.latency.mean);
});

test('the bisection finds the threshold on its grid, and asks for loads as one would write them', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 4 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (digit, power, edge) => {
        const step = Number(`${String(digit)}e-${String(power)}`);
        const asked: number[] = [];
        const { stable, unstable = Infinity } = bisectLoad(step, 1, (load) => {
          asked.push(load);
          return load <= edge;
        });
        expect(stable <= edge && edge < unstable).toBe(true);
        expect(Math.min(1, unstable) - stable).toBeLessThan(step * (1 + 1e-9));
        // never 0.30000000000000004
        for (const load of asked) expect(String(load).length).toBeLessThanOrEqual(2 + power);
      },
    ),
    { numRuns: 100 },
  );
});

test('neighbour traffic never saturates: the search says that everything is carried', () => {
  const { stable, unstable } = findSaturation(meshLayout(4, 4), { traffic: { kind: 'neighbour' }, seed: 1, cycles: 1000 });
  expect([stable, unstable]).toEqual([1, undefined]);
});

function runNamed(name: string): { latency: number; accepted: number; routers: number } {
  const [header, ...rows] = readText('runs.csv')
    .split('\n')
    .map((row) => row.split(','));
  const row = rows.find(([id]) => id === name)!;
  const cell = (column: string): number => Number(row[header!.indexOf(column)]);
  return { latency: cell('plat_avg'), accepted: cell('acc_flit_avg'), routers: cell('routers_avg') };
}

test('a search goes up to what the busiest node can offer: a flit per cycle, a packet in each cycle of a burst', () => {
  const short = { seed: 1, warmup: 200, cycles: 400 };
  const highest = (flits: number, options: Pick<MeasureOptions, 'traffic' | 'process'>): number => {
    const layout = meshLayout(2, 2, { packet: { flits } });
    const found = findSaturation(layout, { ...short, ...options }, 0.1);
    // what is tried first can be asked for, and a little more cannot
    const most = highestLoad(layout, options);
    expect(found.points.at(-1)!.rate).toBe(most);
    if (most < 1) expect(() => measure(layout, { ...short, ...options, rate: most * 1.002 })).toThrow(InfeasibleError);
    return most;
  };
  const uniform = { kind: 'uniform' } as const;
  // node 0 sends 4 times the mean
  const alone = { kind: 'matrix', rates: Array.from({ length: 16 }, (_, pair) => (pair === 1 ? 1 : 0)) } as const;
  const bursts = { kind: 'on-off', on: 10, off: 90 } as const;
  expect(highest(1, { traffic: uniform })).toBe(1);
  expect(highest(1, { traffic: uniform, process: bursts })).toBe(0.1);
  expect(highest(4, { traffic: uniform, process: bursts })).toBe(0.4);
  expect(highest(1, { traffic: alone, process: bursts })).toBe(0.025);
  expect(highest(1, { traffic: uniform, process: { kind: 'on-off', on: 1, off: 2 } })).toBe(0.3333);
});
