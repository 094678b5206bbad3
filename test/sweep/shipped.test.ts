/** The designs and sweeps that ship: each compiles with a certificate, carries a little traffic, and keeps its figures in a baseline. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { loadCard, SweepSchema } from '../../src/model/index.ts';
import { measure } from '../../src/noc/index.ts';
import { loadNetwork, planSweep } from '../../src/sweep/index.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
// on a busy machine a few seconds of work take many
vi.setConfig({ testTimeout: 60_000 });

const cards = (folder: string): string[] => readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.yaml'));

test.each(cards('noc'))('noc/%s is deadlock-free, carries 0.005 flits per node and cycle, and has a baseline', (name) => {
  const { layout } = loadNetwork(join(ROOT, 'noc', name));
  expect(layout.certificate.acyclic).toBe(true);
  const { stable, accepted } = measure(layout, { traffic: { kind: 'uniform' }, rate: 0.005, seed: 1, warmup: 500, cycles: 2000 });
  expect(stable).toBe(true);
  expect(accepted).toBeGreaterThan(0.004);
  expect(`${layout.name}.yaml`).toBe(name);
  expect(existsSync(join(ROOT, 'reports/baselines', name.replace('.yaml', '.json')))).toBe(true);
});

test.each(cards('noc/sweeps'))('noc/sweeps/%s has a few hundred points at most and a paragraph of findings', (name) => {
  const { points } = planSweep(loadCard(SweepSchema, join(ROOT, 'noc/sweeps', name)));
  expect(points.length).toBeGreaterThan(15);
  expect(points.length).toBeLessThan(500);
  expect(readFileSync(join(ROOT, 'docs/noc.md'), 'utf8')).toContain(`neurolith sweep noc/sweeps/${name}`);
});
