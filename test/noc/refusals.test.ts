/** What no network, file or load can be is refused in bounded time, with its line, word for word; all that cannot be of one design at once. */
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CardError, InfeasibleError, together } from '../../src/base/index.ts';
import type { NocDesignInput } from '../../src/model/schemas/noc.ts';
import { readAnynet, readRoutes } from '../../src/noc/booksim/booksim-files.ts';
import { readTrace } from '../../src/noc/booksim/replay.ts';
import { readPacketList } from '../../src/noc/traffic/traffic-text.ts';
import { combinations, type Axis } from '../../src/sweep/axis.ts';
import { neurolith, temporaryFolder } from '../cli/terminal.ts';
import { layoutOf } from './designs.ts';

const HEAD = 'pid,src,dst,size,ctime,itime,atime,routers';
const chain = (): ReturnType<typeof layoutOf>['graph'] =>
  layoutOf({ topology: { kind: 'mesh', width: 3, height: 1 }, routing: { kind: 'dimension-order' } }).graph;
const mesh = (width: number, height: number) => ({ kind: 'mesh', width, height }) as const;
const blash = { kind: 'blash' } as const;
const design =
  (parts: Partial<NocDesignInput>): (() => unknown) =>
  () =>
    layoutOf({ topology: mesh(4, 4), routing: { kind: 'dimension-order' }, ...parts });
const long = (values: number): Axis => ({ kind: 'values', values: Array.from({ length: values }, (_, k) => k) });

test.each<[string, () => unknown, string[]]>([
  [
    'a node twice at one router, and at two',
    () => readAnynet('router 0 node 0 node 0 router 1\nrouter 1 node 0\n', 'a.anynet'),
    ['a.anynet:1: found "node 0", expected each node once', 'a.anynet:2: found "node 0", expected each node at one router'],
  ],
  [
    'a route that turns back through a router',
    () => readRoutes('L 1\n0 2 0 5 0 1 0 1 2\n0 1 0 2 0 1\n1 0 0 2 1 0\n1 2 0 2 1 2\n2 0 0 3 2 1 0\n2 1 0 2 2 1\n', 'r.routes', chain()),
    [
      'r.routes:2: found "0 2 0 5 0 1 0 1 2", expected a path that comes to each router once',
      'r.routes: found no path from 0 to 2, expected a path for every pair',
    ],
  ],
  [
    'packets twice, and before they were made',
    () => readTrace(`${HEAD}\n1,0,1,1,5,6,9,2\n1,0,1,1,5,6,9,2\n2,0,1,1,5,4,9,2\n3,0,1,1,5,6,6,2\n`, 't.csv'),
    [
      't.csv:3: found "1,0,1,1,5,6,9,2", expected each pid once',
      't.csv:4: found "2,0,1,1,5,4,9,2", expected ctime, itime and atime in this order, atime above itime',
      't.csv:5: found "3,0,1,1,5,6,6,2", expected ctime, itime and atime in this order, atime above itime',
    ],
  ],
  [
    'a packet with a cell too many',
    () => readPacketList('cycle,source,destination\n1,0,1,7\n', 'p.csv'),
    ['p.csv:2: found "1,0,1,7", expected a cell for each of the columns cycle,source,destination'],
  ],
  [
    'shortcuts on more routers than tables are kept for',
    design({ topology: { kind: 'watts-strogatz', base: mesh(40, 40), rewiring: 0.1, seed: 1 }, routing: blash }),
    ['test: routings of a graph with shortcuts keep a path per pair and do up to 1024 routers, found 1600'],
  ],
  [
    'express links longer than the mesh',
    design({ topology: { kind: 'express-mesh', width: 4, height: 4, span: 4 }, routing: { kind: 'row-column' } }),
    ['mesh 4x4: express links cross up to 3 tiles here, found a span of 4'],
  ],
  [
    'links that take for ever',
    design({ floor_plan: { tile_pitch: '10 mm' }, link: { latency: { reach_per_cycle: '1 um' } } }),
    ['mesh 4x4: links of up to 1024 cycles, found 10000; a larger reach_per_cycle or a smaller tile_pitch'],
  ],
  [
    'more nodes than a matrix of all pairs has room for',
    design({ topology: mesh(128, 128), nodes_per_router: 2 }),
    ['mesh 128x128: up to 16384 nodes, found 32768'],
  ],
  [
    'more points than can be counted through',
    () =>
      combinations(
        [3, 3, 3, 3].map((_, k) => [`a${String(k)}`, long(1000)]),
        1,
      ),
    ['the sweep has 1000000 points or more, at most 100000 are possible'],
  ],
  [
    'a card whose every row is wrong: a hundred are told',
    () => {
      throw new CardError(Array.from({ length: 103 }, (_, line) => ({ file: 'x.csv', line, expected: 'y' })));
    },
    [...Array.from({ length: 100 }, (_, line) => `x.csv:${String(line)}: expected y`), 'x.csv: found 3 more mistakes, expected none'],
  ],
  [
    'routers, faults, clocks and a routing that all cannot be',
    design({
      routing: { kind: 'nearest-ancestor' },
      router: { speculative: true },
      faults: { links: [[0, 5]], routers: [77] },
      clock_domains: [{ routers: [99], divide: 2 }],
    }),
    [
      'test: speculative takes allocator: separable-input-first; islip does not know a guess from a bid',
      'test: faults name link 0-5, router 77, which mesh 4x4 has not',
      'test: clock_domains[0].routers: found 99, expected 0 to 15, the routers of mesh 4x4',
      'mesh 4x4: nearest-ancestor routing needs a fat tree; minimal, up-down and blash work on any graph',
    ],
  ],
  [
    'a file with mistakes, and what cannot be besides',
    () =>
      layoutOf(
        {
          topology: { kind: 'edge-list', file: 'g.csv' },
          routing: { kind: 'table', file: 'r.routes' },
          router: { allocator: 'separable-input-first', allocator_iterations: 2 },
        },
        { 'g.csv': 'a,b\n0,0\n', 'r.routes': 'L 1\nx\n' },
      ),
    [
      'g.csv:2: found "0,0", expected a link between two different routers',
      'r.routes:2: found "x", expected "src dst layer n r0 .. rn-1" with routers of the graph',
      'test: allocator_iterations: found 2, expected 1 with separable-input-first; only islip goes round again',
    ],
  ],
])('%s', (_, attempt, lines) => {
  let said = 'nothing';
  try {
    attempt();
  } catch (error) {
    if (!(error instanceof CardError || error instanceof InfeasibleError)) throw error;
    said = error.message;
  }
  expect(said.split('\n')).toEqual(lines);
});

test('what cannot be met keeps its field, however deep it was found; the same thing twice is told once', () => {
  const unmet = (path: string) => (): never => {
    throw new InfeasibleError(`no ${path}`, { path });
  };
  const deep = (): unknown => together(unmet('a'), () => together(unmet('b'), unmet('a')));
  expect(deep).toThrow(InfeasibleError);
  try {
    deep();
  } catch (error) {
    expect((error as InfeasibleError).parts.map(({ path, message }) => [path, message])).toEqual([
      ['a', 'no a'],
      ['b', 'no b'],
    ]);
  }
  expect(
    together(
      () => 1,
      () => 'x',
    ),
  ).toEqual([1, 'x']);
});

test('on the command line each stands with the line of its field', async () => {
  const folder = temporaryFolder();
  const card = join(folder, 'n.yaml');
  const fields =
    'router: { vcs: 1, allocator: separable-input-first, allocator_iterations: 3 }\nclock_domains: [{ routers: [99], divide: 2 }]\n';
  const told = async (text: string): Promise<string[]> => {
    writeFileSync(card, text);
    const { code, out, err } = await neurolith('noc', 'run', card, '--rate', '0.1');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    return err.trim().replaceAll(`${folder}/`, '').split('\n');
  };
  const head = 'kind: noc\nname: n\ntopology: { kind: torus, width: 4, height: 4 }\n';
  const iterations =
    'n.yaml:5: router.allocator_iterations: expected another one: n: allocator_iterations: found 3, expected 1 with separable-input-first; only islip goes round again';
  const clocks =
    'n.yaml:6: clock_domains: expected another one: n: clock_domains[0].routers: found 99, expected 0 to 15, the routers of torus 4x4';
  expect(await told(`${head}routing: { kind: dimension-order }\n${fields}`)).toEqual([
    'n.yaml:4: routing: expected another one: n: dimension-order needs at least 2 VCs, one per layer, found 1',
    iterations,
    clocks,
  ]);
  // beside what the schema refuses
  expect(await told(`${head}routing: { kind: dimension-order }\n${fields}clock: 3 volts\nflit_bits: 0\n`)).toEqual([
    expect.stringMatching(/^n\.yaml:7: clock: found "3 volts", expected a frequency/),
    expect.stringMatching(/^n\.yaml:8: flit_bits: found 0/),
    'n.yaml:4: routing: expected another one: n: dimension-order needs at least 2 VCs, one per layer, found 1',
    iterations,
    clocks,
  ]);
});

test('a load that a node cannot send is a mistake where the load was said', async () => {
  const folder = temporaryFolder();
  const traffic = join(folder, 't.yaml');
  writeFileSync(traffic, 'kind: traffic\nname: t\npattern: { kind: uniform }\nrate: 0.5\nprocess: { kind: on-off, on: 10, off: 90 }\n');
  const unable = 'expected another load: a node that is on for 10 of 100 cycles creates at most 0.100 packets per cycle, found';
  const card = await neurolith('noc', 'run', 'mesh-4x4', '--traffic', traffic);
  expect([card.code, card.err]).toEqual([2, `${traffic}:4: rate: found 0.5, ${unable} 0.500\n`]);
  const line = await neurolith('noc', 'run', 'mesh-4x4', '--traffic', traffic, '--rate', '0.2');
  expect([line.code, line.err]).toEqual([2, `--rate: found 0.2, ${unable} 0.200\n`]);
});

test('a configuration of BookSim2 reads files in its own folders only, and its pattern has to fit its network', async () => {
  const folder = temporaryFolder();
  const out = join(folder, 'o', 'n.yaml');
  const told = async (text: string): Promise<string> => {
    writeFileSync(join(folder, 'a.cfg'), text);
    const { code, err } = await neurolith('import', 'booksim', join(folder, 'a.cfg'), '-o', out);
    expect(code).toBe(2);
    return err.replaceAll(`${folder}/`, '');
  };
  expect(await told('topology = anynet;\nnetwork_file = /etc/hostname;\nrouting_function = min;\n')).toBe(
    'a.cfg:2: found "/etc/hostname", expected a file in the working directory, in the folder of the configuration or in the one above it, or below these\n',
  );
  const head = 'topology = mesh; k = 4; n = 2; routing_function = dor;\n';
  expect(await told(`${head}packet_size = {1,4};\npacket_size_rate = {3,1};\n`)).toBe(
    'a.cfg:2: packet_size: found "{1,4}", expected one whole number between 1 and 64: packets of several sizes in one run are not modelled\n',
  );
  for (const topology of ['fly', 'fattree', 'qtree', 'tree4', 'dragonflynew'])
    expect(await told(`topology = ${topology}; k = 4; n = 2; routing_function = nca;\n`)).toBe(
      `a.cfg:1: topology: found "${topology}", expected mesh or torus or cmesh or flatfly or anynet\n`,
    );
  expect(await told('topology = mesh;\nk = 3;\nn = 2;\nrouting_function = dor;\ntraffic = bitrev;\n')).toBe(
    'a.cfg:5: traffic: expected another pattern: bit-reverse traffic needs a power of two of nodes, mesh 3x3 has 9\n',
  );
});
