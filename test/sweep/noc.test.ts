/** Experiments on networks: what they measure, what they say, and what they refuse. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { NocNetworkResult, NocResult } from '../../src/model/index.ts';
import { fastTables } from '../../src/noc/kernel/fast-tables.ts';
import { loadNetwork, loadRequest } from '../../src/sweep/index.ts';
import { comparisonWords, mixtureWords } from '../../src/sweep/words.ts';
import { neurolith, temporaryFolder } from '../cli/terminal.ts';

vi.setConfig({ testTimeout: 60_000 });

const json = async (...args: string[]): Promise<NocResult> => {
  const { code, out, err } = await neurolith(...args, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as NocResult;
};

describe('noc run', () => {
  test('at a load near 0 the latency is the closed form of zero load', async () => {
    const { networks } = await json('noc', 'run', 'mesh-4x4', '--rate', '0.005');
    const { facts, points } = networks[0]!;
    // 2 + 5h with h = 1 + 2 x 1.25 routers in the mean over all pairs
    expect(facts['latency.zero_load']).toBeCloseTo(2 + 5 * 3.5, 9);
    expect(points[0]!.measures['latency.mean']! / (2 + 5 * points[0]!.measures['path.routers']!)).toBeCloseTo(1, 2);
  });

  test('past saturation is told in words and leaves no latency anywhere', async () => {
    const run = join(temporaryFolder(), 'run');
    const { networks, verdict } = await json('noc', 'run', 'mesh-4x4', '--rate', '1', '-o', run);
    expect(verdict.join(' ')).toMatch(/past saturation \(.*accepted/);
    const latencies = Object.entries(networks[0]!.points[0]!.measures).filter(([name]) => name.startsWith('latency.'));
    expect(latencies.length).toBeGreaterThan(5);
    expect(latencies.every(([, value]) => value === null)).toBe(true);
    const statistics = readFileSync(join(run, 'stats.txt'), 'utf8');
    expect(statistics).toMatch(/latency\.mean +nan/);
    expect(statistics).toMatch(/^stable +0 .*past saturation: latencies are not defined/m);
    expect(readFileSync(join(run, 'results.csv'), 'utf8')).toMatch(/^network,rate,seed,state,.*\r?\nmesh-4x4,1,1,past saturation,/);
    for (const file of ['report.html', 'results.csv', 'results.parquet', 'summary.md']) expect(existsSync(join(run, file))).toBe(true);
  });

  test('a run says which router computed it, and all reasons where it was the clear one', async () => {
    const routerOf = async (...overrides: string[]): Promise<string | undefined> => {
      const { networks, verdict } = await json('noc', 'run', 'mesh-4x4', '--rate', '0.05', ...overrides.flatMap((one) => ['-S', one]));
      expect(verdict).toContain(`Computed by the ${networks[0]!.router ?? ''}.`);
      // the words are those of what is chosen, and the choice is the engine's own
      const { layout } = loadNetwork('mesh-4x4', overrides);
      expect(networks[0]!.router === 'router kernel').toBe(fastTables(layout) !== undefined);
      return networks[0]!.router;
    };
    expect(await routerOf()).toBe('router kernel');
    expect(await routerOf('router.vcs=16', 'router.allocator_iterations=2')).toBe('clear router (5 ports of 16 VCs in a router)');
    expect(await routerOf('routing={kind: odd-even}')).toBe('router kernel');
    const speculative = ['router.speculative=true', 'router.allocator=separable-input-first'];
    expect(await routerOf(...speculative)).toBe('router kernel');
    expect(await routerOf(...speculative, 'router.vc_alloc_delay=2', 'clock_domains=[{routers: [3], divide: 2}]')).toBe(
      'clear router (clock domains, speculation with allocations of different length)',
    );
  });

  test('a matrix of traffic is read from CSV', async () => {
    const file = join(temporaryFolder(), 'traffic.csv');
    writeFileSync(file, 'source,destination,rate\n0,15,3\n15,0,1\n');
    const { networks } = await json('noc', 'run', 'mesh-4x4', '--traffic', file, '--rate', '0.02');
    expect(networks[0]!.points[0]!.measures['path.routers']).toBe(7);
  });

  test('a permutation is read from a file of any name, one that ends like a matrix too', async () => {
    const file = join(temporaryFolder(), 'next.csv');
    writeFileSync(file, Array.from({ length: 16 }, (_, node) => `${String((node + 4) % 16)}\n`).join(''));
    const { networks } = await json('noc', 'run', 'mesh-4x4', '--traffic', `permutation:${file}`, '--rate', '0.02');
    // three of four rows send to the row below, the last one back to the first
    expect(networks[0]!.points[0]!.measures['path.routers']).toBeCloseTo((3 * 2 + 4) / 4, 1);
  });

  test('latency and jitter are told in cycles, hardware and biological time, flow by flow', async () => {
    const file = join(temporaryFolder(), 'traffic.yaml');
    writeFileSync(file, 'kind: traffic\nname: slow\npattern: { kind: uniform }\nrate: 0.3\nspeed_up: 500\n');
    const { networks } = await json('noc', 'run', 'mesh-4x4', '--traffic', file);
    const { measures } = networks[0]!.points[0]!;
    const { flows } = networks[0]!;
    expect(flows).toMatchObject({ count: 256, speedUp: 500 });
    const [worst] = flows!.worst;
    expect(worst!.jitter).toBe(measures['jitter.worst_flow']);
    // mesh-4x4 runs at 250 MHz: 4 ns hardware, 2 us biological per cycle
    expect(worst!.jitterTime).toBeCloseTo(worst!.jitter * 4e-9, 15);
    expect(worst!.jitterBiological).toBeCloseTo(worst!.jitter * 2e-6, 12);
    expect(measures['latency.biological']! / measures['latency.time']!).toBeCloseTo(500, 9);
    expect(measures['jitter.biological']! / measures['jitter.mean']!).toBeCloseTo(2e-6, 12);
  });

  test.each([
    ['full source queues, on the router kernel', 'source_queue={capacity: 2, policy: drop-newest}', 'uniform'],
    ['packets that grow too old, on the clear router', 'source_queue={policy: expire, lifetime: 100ns}', 'uniform'],
    ['a dead node, to which one flow goes', 'faults={nodes: [6]}', 'transpose'],
  ])('losses are told by place and by flow, and add up: %s', async (_, set, traffic) => {
    const run = join(temporaryFolder(), 'run');
    const { networks } = await json('noc', 'run', 'mesh-4x4', '--traffic', traffic, '--rate', '0.9', '-S', set, '-o', run);
    const { losses, points } = networks[0]!;
    const { offered, delivered, lost, inFlight, places, flows } = losses!;
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBe(points[0]!.measures['packets.lost']);
    expect(offered).toBe(delivered + lost + inFlight);
    for (const list of [places.map(([, count]) => count), flows.map(([, , count]) => count)]) {
      expect(list.reduce((sum, count) => sum + count, 0)).toBe(lost);
      expect(list).toEqual(list.toSorted((a, b) => b - a));
    }
    if (traffic === 'transpose') expect(flows.map(([from, to]) => [from, to])).toEqual([[9, 6]]);
    expect(readFileSync(join(run, 'report.html'), 'utf8')).toMatch(
      new RegExp(`${String(offered)} packets offered = ${String(delivered)} delivered \\+ ${String(lost)} lost`),
    );
  });

  test('is the same for the same seed and another for another', async () => {
    const mean = async (seed: string): Promise<unknown> =>
      (await json('noc', 'run', 'mesh-4x4', '--rate', '0.3', '--seed', seed)).networks[0]!.points[0]!.measures;
    expect(await mean('2')).toEqual(await mean('2'));
    expect(await mean('2')).not.toEqual(await mean('3'));
  });
});

test('noc saturate brackets saturation: the mesh carries at most 1 over the load of its busiest channel', async () => {
  const { networks, verdict } = await json('noc', 'saturate', 'mesh-8x8', '--step', '0.05', '-q');
  const { stable, unstable } = networks[0]!.saturation!;
  expect(stable).toBeGreaterThanOrEqual(0.4);
  expect(unstable).toBeLessThanOrEqual(0.5);
  expect(verdict[0]).toMatch(/saturates between 0\.4/);
});

test('noc compare says who carries most, who is quickest and what it costs', async () => {
  const run = join(temporaryFolder(), 'compare');
  const { verdict, networks } = await json('noc', 'compare', 'mesh-4x4', 'small-world-4x4', '--step', '0.1', '-q', '-o', run);
  expect(verdict.join(' ')).toMatch(/carr.*the most.*shortest latency at low load.*least wire/s);
  expect(new Set(networks.map(({ mapRate }) => mapRate)).size).toBe(1);
  expect(readFileSync(join(run, 'report.html'), 'utf8')).toContain('Where the networks are busy');
});

test('networks that are as good as each other are called so, and no one wins', () => {
  const network = (label: string, stable: number, latency: number, wire: number) =>
    ({
      label,
      saturation: { stable, unstable: 1 },
      facts: { 'latency.zero_load': latency, 'wire.bit_length': wire, 'power.static': 0.1 },
    }) as unknown as NocNetworkResult;
  expect(comparisonWords([network('a', 0.4, 20, 1), network('b', 0.4, 20.1, 1)])).toEqual([
    'None is better than another in throughput, latency or wire, within 1 %.',
    'Both carry up to 0.4 flits per node and cycle.',
    'Both have the same latency at low load, 20 cycles.',
    'Both take 1000 bit-millimetres of wire.',
    'Static power, whatever the load: 100 to 100 mW.',
  ]);
  const words = comparisonWords([network('a', 0.4, 20, 1), network('b', 0.3, 20, 2), network('c', 0.4, 20, 1)]);
  expect(words[0]).toBe('a and c win in throughput, latency and wire: there is no reason to take another of these.');
  expect(words[2]).toBe('All 3 have the same latency at low load, 20 cycles.');
  const idle = (label: string) => ({ ...network(label, 0.1, 20, 1), saturation: { stable: 0.1, unstable: null } });
  expect(comparisonWords([idle('a'), idle('b')])[1]).toBe('Both carry up to 0.1 flits per node and cycle, all that their nodes can offer.');
});

test('designs of one name are told apart by their files, and a design that is given twice is a mistake', () => {
  const folder = temporaryFolder();
  const card = (vcs: number) =>
    `kind: noc\nname: net\ntopology: { kind: mesh, width: 2, height: 2 }\nrouting: { kind: dimension-order }\nrouter: { vcs: ${String(vcs)} }\n`;
  const [one, two] = [join(folder, 'one.yaml'), join(folder, 'two.yaml')];
  writeFileSync(one, card(1));
  writeFileSync(two, card(2));
  const { networks } = loadRequest([one, 'mesh-4x4', two], 'uniform');
  expect(networks.map(({ layout }) => layout.name)).toEqual([`net (${one})`, 'mesh-4x4', `net (${two})`]);
  expect(() => loadRequest([one, two, one], 'uniform')).toThrow(/one\.yaml" twice, expected every design once/);
});

test('a traffic card in braces runs spikes, and multicast packets have the certificate of their trees', async () => {
  const card = '{pattern: {kind: workload, workload: small-world-300}, measure: {kind: spikes, warmup: 100, cycles: 400}}';
  const run = async (...args: string[]) => (await neurolith('noc', 'run', 'mesh-4x4', '--rate', '0.1', '--traffic', card, ...args)).out;
  expect(await run()).toMatch(/spike\.count[^]*certificate: deadlock-free: .* of multicast over trees per set/);
  expect(await run('-S', 'packet.mode=per-core')).toMatch(/certificate: deadlock-free: .* of dimension-order on mesh 4x4/);
});

describe('mistakes end with 2, one line each, with the place and the nearest name', () => {
  test.each<[string, string[], RegExp]>([
    [
      'a pattern that is nearly one',
      ['--traffic', 'tornad', '--rate', '0.1'],
      /--traffic:1: pattern\.kind: found "tornad".*did you mean "tornado"/,
    ],
    ['a rate over 1', ['--rate', '1.2'], /--rate: found "1.2", expected a number between 0 and 1/],
    ['a rate that is no number', ['--rate', 'NaN'], /--rate: found "NaN"/],
    ['no rate', [], /rate: found nothing, expected an offered load/],
    ['zero VCs', ['--rate', '0.1', '-S', 'router.vcs=0'], /router\.vcs: found 0, expected a whole number between 1 and 16/],
    ['a hotspot out of range', ['--rate', '0.1', '--traffic', '{kind: hotspot, nodes: [99]}'], /nodes between 0 and 15/],
    ['a design that is nearly one', ['--rate', '0.1', '-S', 'x=1'], /x.*expected/],
    ['a matrix with a hole', ['--rate', '0.1', '--traffic', 'BAD'], /bad\.csv:3: found "1,,2", expected two node numbers/],
  ])('%s', async (_, args, message) => {
    const bad = join(temporaryFolder(), 'bad.csv');
    writeFileSync(bad, 'source,destination,rate\n0,1,1\n1,,2\n');
    const { code, out, err } = await neurolith('noc', 'run', 'mesh-4x4', ...args.map((word) => (word === 'BAD' ? bad : word)));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});

test.each<[string, string, readonly RegExp[]]>([
  [
    'a graph in pieces',
    'topology: { kind: edge-list, file: pieces.csv }\nrouting: { kind: blash }',
    [/net\.yaml:3: topology: expected another one: .*router 2 cannot be reached/],
  ],
  [
    'an edge from a router to itself and one that is no number',
    'topology: { kind: edge-list, file: loop.csv }\nrouting: { kind: blash }',
    [/loop\.csv:2: found "0,0", expected a link between two different routers/, /loop\.csv:4: found "x,NaN"/],
  ],
  [
    'a route file with a hole',
    'topology: { kind: edge-list, file: pair.anynet, format: anynet }\nrouting: { kind: table, file: hole.routes }',
    [/hole\.routes: found no path from 1 to 0/],
  ],
  [
    'a routing that may deadlock',
    'topology: { kind: ring, routers: 8 }\nrouting: { kind: minimal }',
    [/net\.yaml:4: routing: expected another one: .*has the cycle 0->1/],
  ],
  [
    'zero VCs and a field that is nearly one',
    'topology: { kind: mesh, width: 2, height: 2 }\nrouting: { kind: dimension-order }\nrouter: { vcs: 0, bufer: 3 }',
    [/net\.yaml:5: router\.vcs: found 0/, /net\.yaml:5: router\.bufer: .*did you mean "buffer"/],
  ],
])('a design with %s ends with 2, one line per mistake', async (_, card, messages) => {
  const folder = temporaryFolder();
  const files = {
    'net.yaml': `kind: noc\nname: net\n${card}\n`,
    'pieces.csv': 'a,b\n0,1\n2,3\n',
    'loop.csv': 'a,b\n0,0\n0,1\nx,NaN\n',
    'pair.anynet': 'router 0 node 0 router 1\nrouter 1 node 1\n',
    'hole.routes': 'L 1\n0 1 0 2 0 1\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  for (const command of [['run', '--rate', '0.1'], ['saturate'], ['compare']]) {
    const { code, out, err } = await neurolith('noc', command[0]!, join(folder, 'net.yaml'), ...command.slice(1));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    for (const message of messages) expect(err).toMatch(message);
    expect(err.trim().split('\n')).toHaveLength(messages.length);
  }
});

test('noc show says what a design is before anything runs on it, and draws its floor plan', async () => {
  const run = join(temporaryFolder(), 'show');
  const { networks, verdict, task } = await json('noc', 'show', 'mesh-4x4', '-o', run);
  expect(task).toBe('show');
  const { facts, structure } = networks[0]!;
  expect(facts).toMatchObject({ 'graph.diameter': 6, 'graph.bisection': 4, 'table.bits': 0, 'route.layers': 1, 'graph.sigma_random': 0 });
  // mean distance between different routers of a k x k mesh: 2 k / 3
  expect(facts['graph.path_length']).toBeCloseTo(8 / 3, 12);
  expect(facts['route.load_bound']).toBeCloseTo(1, 12);
  expect(structure!.routers).toHaveLength(16);
  expect(structure!.trees.every(({ treeLinks, minimumLinks }) => treeLinks >= minimumLinks)).toBe(true);
  expect(verdict.join(' ')).toMatch(/Safe: deadlock-free.*routers keep no table/);
  for (const file of ['report.html', 'results.csv', 'figures/floor-plan.png', 'run.json']) expect(existsSync(join(run, file))).toBe(true);
  expect(readFileSync(join(run, 'results.csv'), 'utf8').trim().split('\n')).toHaveLength(17);
});

test('designs of different technologies or clocks are compared with a warning, equal ones without', () => {
  const designs = [
    { name: 'a', technology: '28nm', clock: 250e6 },
    { name: 'b', technology: '65nm', clock: 250e6 },
  ] as const;
  expect(mixtureWords(designs)).toEqual([expect.stringMatching(/different technologies \(a 28nm, b 65nm\)/)]);
  expect(mixtureWords([designs[0], { ...designs[0], name: 'c', clock: 1e9 }])).toEqual([
    expect.stringMatching(/different clocks \(a 250 MHz, c 1000 MHz\)/),
  ]);
  expect(mixtureWords([designs[0], { ...designs[0], name: 'c' }])).toEqual([]);
});

test('noc show says from how many spikes on a bitmap is shorter than a list, and nothing where packets hold one spike', async () => {
  const words = async (...set: string[]): Promise<string> => (await json('noc', 'show', 'mesh-4x4', ...set)).verdict.join(' ');
  const gathering = await words('-S', 'packet={gather: {window: 200 ns}}');
  // 256 neurons: a bitmap has 256 bits, an id 8, so 32 ids are no longer; gaps are shorter than ids, but not half as long
  const [, from] = /a bitmap from (\d+)/.exec(gathering) ?? [];
  expect(Number(from)).toBeGreaterThan(256 / 8);
  expect(Number(from)).toBeLessThan(256 / 4);
  expect(gathering).toMatch(/is shortest from 1 spike on/);
  expect(await words()).not.toMatch(/bitmap/);
});
