/** The designs of the BookSim2 traces in ../shared/reference/noc. */
import { compileNoc } from '../../src/noc/design/compile.ts';
import type { NocLayout } from '../../src/noc/design/layout.ts';
import { designOf } from './designs.ts';

const mesh = (side: number) => ({ topology: { kind: 'mesh', width: side, height: side }, routing: { kind: 'dimension-order' } }) as const;
const table = (graph: string, method: string) =>
  ({
    topology: { kind: 'edge-list', file: `graphs/${graph}.anynet`, format: 'anynet' },
    routing: { kind: 'table', file: `graphs/${graph}.${method}.routes` },
  }) as const;

const LIST = [
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

/** By trace. */
export const CASES: Readonly<Record<string, (typeof LIST)[number]>> = Object.fromEntries(LIST.map((one) => [one.trace, one]));

/** The network of a trace. */
export function layoutOfCase(trace: string, readText: (name: string) => string): NocLayout {
  const one = CASES[trace]!;
  return compileNoc(designOf(one.design), readText, { allowUnsafe: 'unsafe' in one });
}
