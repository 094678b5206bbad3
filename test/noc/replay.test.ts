import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compileNoc } from '../../src/noc/compile.ts';
import { readTrace, replayTrace } from '../../src/noc/replay.ts';
import { designOf } from './designs.ts';

const reference = new URL('../../../shared/reference/noc/', import.meta.url);
const absent = !existsSync(reference);
const said = absent ? ' (skipped: ../shared/reference/noc is not there)' : '';
const readText = (name: string): string => readFileSync(new URL(name, reference), 'utf8');

const mesh = (side: number) => ({ topology: { kind: 'mesh', width: side, height: side }, routing: { kind: 'dimension-order' } }) as const;
const table = (graph: string, method: string) =>
  ({
    topology: { kind: 'edge-list', file: `graphs/${graph}.anynet`, format: 'anynet' },
    routing: { kind: 'table', file: `graphs/${graph}.${method}.routes` },
  }) as const;

const CASES = [
  { trace: 'mesh4_v2b4p5_r035', design: { ...mesh(4), router: { vcs: 2, buffer: 4 } } },
  { trace: 'mesh4_v4b4p1_sat', design: { ...mesh(4), router: { vcs: 4, buffer: 4 } } },
  { trace: 'mesh8_v4b8p1_r03', design: mesh(8) },
  { trace: 'mesh8_v2b4p5_bitcomp', design: { ...mesh(8), router: { vcs: 2, buffer: 4 } } },
  { trace: 'mesh8_cd2_v4b8p1_r02', design: { ...mesh(8), router: { credit_delay: 2 } } },
  { trace: 'sw_e_blash2_v4b8p1_r03', design: table('sw_e', 'blash2') },
  { trace: 'sw_d_blash2_v8b8p1_r02', design: { ...table('sw_d', 'blash2'), router: { vcs: 8 } } },
  { trace: 'sw_d_lash_r02', design: { ...table('sw_d', 'lash'), router: { vcs: 6 } } },
  { trace: 'sw_g_blash2_v4b4p3_transpose', design: { ...table('sw_g', 'blash2'), router: { buffer: 4 } } },
  { trace: 'sw_a_min_v4b8p1_r015', design: table('sw_a', 'min'), unsafe: true },
  {
    trace: 'torus8_v4b8p1_tornado_r012',
    design: { topology: { kind: 'torus', width: 8, height: 8 }, routing: { kind: 'dimension-order' }, link: { latency: 2 } },
  },
  {
    trace: 'cmesh64_v4b8p1_r012',
    design: { topology: { kind: 'concentrated-mesh', width: 4, height: 4 }, routing: { kind: 'dimension-order' }, link: { latency: 2 } },
  },
] as const;

describe('every packet of a BookSim2 trace is injected and arrives in the same cycle, through as many routers', () => {
  for (const { trace, design, ...rest } of CASES) {
    test.skipIf(absent)(`${trace}${said}`, () => {
      const layout = compileNoc(designOf(design), readText, { allowUnsafe: 'unsafe' in rest });
      const result = replayTrace(layout, readTrace(readText(`traces/${trace}.csv`), trace));
      expect(result.packets).toBeGreaterThan(1000);
      expect(result).toMatchObject({ mismatching: 0, examples: [] });
    });
  }
});
