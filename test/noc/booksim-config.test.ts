import { expect, test } from 'vitest';
import { CardError } from '../../src/base/index.ts';
import { readBookSimConfig } from '../../src/noc/index.ts';

const lines = (...statements: string[]): string => statements.map((statement) => `${statement};\n`).join('');

test('a mesh with its router, traffic and protocol; comments and several statements on a line', () => {
  const text = `// a mesh\ntopology = mesh; k = 4; n = 2;\nrouting_function = dor; // XY\nnum_vcs = 2; vc_buf_size = 4; packet_size = 5;
credit_delay = 2; traffic = bitcomp; injection_rate = 0.3; injection_rate_uses_flits = 1; sim_type = throughput; seed = 7; print_activity = 1;`;
  const { design, traffic, rate, seed, protocol } = readBookSimConfig(text, 'configs/small.cfg');
  expect(design).toMatchObject({
    name: 'small',
    topology: { kind: 'mesh', width: 4, height: 4 },
    routing: { kind: 'dimension-order' },
    router: { vcs: 2, buffer: 4, credit_delay: 2, allocator: 'islip' },
    packet: { flits: 5 },
  });
  expect([traffic, rate, seed]).toEqual([{ kind: 'bit-complement' }, 0.3, 7]);
  expect(protocol).toEqual({ measures: 'throughput', warmupPeriods: 3, samplePeriod: 1000, maxSamples: 10, latencyLimit: 500 });
});

test("BookSim's defaults hold: a rate is in packets unless it says flits, a torus of 8 x 8 has links of two cycles and draws ties", () => {
  const { design, rate } = readBookSimConfig(lines('routing_function = dim_order', 'packet_size = 4', 'injection_rate = 0.1'), 'torus.cfg');
  expect(rate).toBeCloseTo(0.4, 12);
  // a list of one size is that size
  const listed = readBookSimConfig(lines('routing_function = dim_order', 'packet_size = {4}', 'packet_size_rate = {2}'), 'torus.cfg');
  expect(listed).toEqual({ ...listed, design, rate: 0.4 });
  expect(design).toMatchObject({
    topology: { kind: 'torus', width: 8 },
    routing: { ties: 'drawn' },
    link: { latency: 2 },
    router: { vcs: 16 },
  });
});

test('an anynet with a route file, or with the replica of minimal routing where there is one', () => {
  const net = ['topology = anynet', 'network_file = graphs/x.anynet'];
  const table = readBookSimConfig(lines(...net, 'routing_function = table', 'route_file = graphs/x.lash.routes'), 'a.cfg').design;
  expect(table.routing).toEqual({ kind: 'table', file: 'graphs/x.lash.routes' });
  const minimal = lines(...net, 'routing_function = min');
  expect(readBookSimConfig(minimal, 'b.cfg').design.routing).toEqual({ kind: 'minimal' });
  expect(readBookSimConfig(minimal, 'b.cfg', (name) => name === 'graphs/x.min.routes').design.routing).toEqual({
    kind: 'table',
    file: 'graphs/x.min.routes',
  });
});

test('hotspots with weights; speculation with separable allocators', () => {
  const { traffic, design } = readBookSimConfig(
    lines(
      'topology = mesh',
      'routing_function = xy_yx',
      'traffic = hotspot({{0, 5},{1, 10}})',
      'routing_delay = 0',
      'speculative = 1',
      'vc_allocator = separable_input_first',
      'sw_allocator = separable_input_first',
    ),
    'h.cfg',
  );
  expect(traffic).toEqual({ kind: 'hotspot', nodes: [0, 5], weights: [1, 10] });
  expect(design).toMatchObject({
    routing: { kind: 'xy-yx' },
    router: { speculative: true, routing_delay: 0, allocator: 'separable-input-first' },
  });
});

test('bursts by two of their three parameters, and permutations by their seed', () => {
  const mesh = ['topology = mesh', 'k = 4', 'routing_function = dor'];
  const read = (...more: string[]) => readBookSimConfig(lines(...mesh, ...more), 'b.cfg');
  expect(read('injection_process = on_off', 'injection_rate = 0.2', 'burst_alpha = 0.02', 'burst_beta = 0.05').process).toEqual({
    kind: 'on-off',
    on: 20,
    off: 50,
  });
  expect(read('injection_process = on_off({0.02, 0.05})', 'injection_rate = 0.2').process).toEqual({ kind: 'on-off', on: 20, off: 50 });
  // on for a share 0.2 / 0.5 of the time: pauses are 1.5 times as long as bursts
  const byPeak = read(
    'injection_process = on_off({-1, 0.1, 0.5})',
    'injection_rate = 0.8',
    'injection_rate_uses_flits = 1',
    'packet_size = 4',
  ).process;
  expect(byPeak).toMatchObject({ kind: 'on-off', on: 10 });
  expect((byPeak as { off: number }).off).toBeCloseTo(15, 9);
  expect(read('traffic = randperm').traffic).toEqual(read('traffic = randperm(0)').traffic);
  const { traffic } = read('traffic = randperm', 'perm_seed = 7');
  expect(traffic.kind === 'permutation' && traffic.destinations.toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 16 }, (_, node) => node),
  );
  expect(() => read('injection_process = on_off({0.1, 0.1, 0.1})')).toThrow(
    'b.cfg:4: injection_process: found "on_off({0.1,0.1,0.1})", expected two of alpha, beta and r1',
  );
  expect(() => read('injection_process = on_off({0.1, 0.9})', 'injection_rate = 0.2')).toThrow('on long enough for 0.2 packets per cycle');
  expect(() => read('injection_process = gauss')).toThrow('expected bernoulli, on_off or on_off({alpha,beta,r1})');
  expect(() =>
    readBookSimConfig(lines('topology = anynet', 'network_file = x', 'routing_function = min', 'traffic = randperm'), 'a.cfg'),
  ).toThrow('another pattern on an anynet');
});

test('all mistakes of a file come at once, with their lines', () => {
  const text =
    lines(
      'topology = mesh',
      'n = 9',
      'routing_function = adaptive',
      'num_vcs = 0',
      'wait_for_tail_credit = 1',
      'colour = red',
      'injection_rate = nan',
      'traffic = hotspot({1,2})',
    ) + 'oops';
  let mistakes: readonly { line?: number; path?: string }[] = [];
  try {
    readBookSimConfig(text, 'bad.cfg');
  } catch (error) {
    mistakes = (error as CardError).mistakes;
  }
  expect(mistakes.map(({ line, path }) => `${String(line)} ${path ?? ''}`.trim()).toSorted()).toEqual(
    ['2 n', '3 routing_function', '4 num_vcs', '5 wait_for_tail_credit', '6 colour', '7 injection_rate', '8 traffic', '9'].toSorted(),
  );
});

test('a statement over several lines is told in one', () => {
  const told = (text: string): string => {
    try {
      readBookSimConfig(text, 'c.cfg');
      return 'nothing';
    } catch (error) {
      return (error as CardError).message;
    }
  };
  expect(told('topology = mesh;\nk = 4;\n/* of\nours */ n = 2;\n')).toMatch(
    /c\.cfg:3: found "\/\* of ours \*\/ n = 2", expected "key = value;"$/m,
  );
  expect(told('topology = mesh;\ntraffic = hot\nspot;\n')).toMatch(/^c\.cfg:2: traffic: found "hotspot", expected uniform, .*$/m);
});
