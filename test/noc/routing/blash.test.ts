import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { measure, meanZeroLoadLatency } from '../../../src/noc/index.ts';
import { layoutOf } from '../designs.ts';

const reference = new URL('../../../../shared/reference/noc/', import.meta.url);
const absent = !existsSync(reference);
const said = absent ? ' (skipped: ../shared/reference/noc is not there)' : '';

const layout = (graph: string, routing: { kind: 'minimal' } | { kind: 'blash'; layers: 2 | 'auto' }) => {
  const file = `graphs/${graph}.anynet`;
  const parts = { topology: { kind: 'edge-list', file, format: 'anynet' }, routing, router: { vcs: 4, buffer: 8 } } as const;
  return layoutOf(parts, { [file]: readFileSync(new URL(file, reference), 'utf8') }, { allowUnsafe: true });
};

describe('layers as needed, on three small worlds of 64 routers, uniform traffic, 4 VCs of 8 flits', { timeout: 60_000 }, () => {
  for (const [graph, load] of [
    ['sw_a', 0.275],
    ['sw_d', 0.5],
    ['sw_g', 0.55],
  ] as const) {
    test.skipIf(absent)(
      `${graph} carries ${String(load)}, where two layers are past saturation, within 0.5 % of minimal latency${said}`,
      () => {
        const auto = layout(graph, { kind: 'blash', layers: 'auto' });
        expect(auto.certificate.acyclic).toBe(true);
        expect(meanZeroLoadLatency(auto) / meanZeroLoadLatency(layout(graph, { kind: 'minimal' }))).toBeLessThan(1.005);
        const options = { traffic: { kind: 'uniform' }, rate: load, seed: 1, cycles: 2500 } as const;
        expect(measure(auto, options).stable).toBe(true);
        expect(measure(layout(graph, { kind: 'blash', layers: 2 }), options).stable).toBe(false);
      },
    );
  }
});
