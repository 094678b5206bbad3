import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { wiringStudy } from '../../src/codesign/index.ts';
import { NocSchema } from '../../src/model/index.ts';
import { compileNoc } from '../../src/noc/index.ts';

const larva = fileURLToPath(new URL('../../../shared/data/drosophila-larva/left_edges.csv', import.meta.url));
const absent = !existsSync(larva);

test.skipIf(absent)(
  `the larval connectome on 64 cores: long links at twice the wire are 15 % faster than the mesh, with links as wide and with as many bit-millimetres${absent ? ' (skipped: ../shared/data is not there)' : ''}`,
  { timeout: 120_000 },
  () => {
    const study = wiringStudy({ workload: larva, width: 8, height: 8, wire: 2, maxDegree: 7, rate: 8e-5, seed: 1, seeds: 2, cycles: 3000 });
    const [mesh, wide, express, narrow] = study.rows;
    expect(study.neurons).toBe(1506);
    expect(mesh!.wire).toBeCloseTo(112, 6);
    for (const row of study.rows) expect(row.wire).toBeLessThanOrEqual(224.0001);
    expect(narrow!.wire * narrow!.flitBits).toBeLessThanOrEqual(112 * 32 + 1e-6);
    expect(narrow!.flitBits * narrow!.packetFlits).toBe(32);
    expect(wide!.ratio).toBeLessThan(0.85);
    expect(narrow!.ratio).toBeLessThan(0.85);
    for (const row of study.rows.slice(1)) {
      expect(row.ratios).toHaveLength(2);
      expect(row.interval![0]).toBeLessThan(row.ratio);
      expect(row.interval![1]).toBeGreaterThan(row.ratio);
    }
    expect(study.rows[0]!.interval).toBeNull();
    expect(study.verdict[0]).toMatch(/95 % interval over 2 seeds/);
    expect(wide!.meanLatency).toBeLessThan(express!.meanLatency);
    // what the mesh keeps
    expect(wide!.staticPower).toBeGreaterThan(mesh!.staticPower);
    expect(study.verdict.at(-1)).toMatch(/the mesh wins in static power .*dynamic energy per spike/);
    // the design card that comes out is the one that was measured
    const layout = compileNoc(NocSchema.parse(study.design), () => study.traffic);
    expect(layout.graph.linkFrom.length / 2).toBe(wide!.links);
    expect(layout.certificate.acyclic).toBe(true);
  },
);

test('sizes and budgets out of range are refused in words', () => {
  const request = { workload: 'x.csv', width: 8, height: 8, wire: 2, maxDegree: 7, rate: 1e-4, seed: 1 };
  expect(() => wiringStudy({ ...request, width: 64 })).toThrow(/at most 144 routers/);
  expect(() => wiringStudy({ ...request, wire: 1 })).toThrow(/above 1 and up to 8 times the mesh/);
});
