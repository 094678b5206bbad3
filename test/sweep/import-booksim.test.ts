/** Moving in from BookSim2: the imported cards give the figures of the configuration; what cannot be taken over is named with its line. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { NocSchema, parseCard, TrafficSchema, type NocResult } from '../../src/model/index.ts';
import { validateNoc } from '../../src/noc/index.ts';
import { importBookSim } from '../../src/sweep/index.ts';
import { neurolith, temporaryFolder } from '../cli/terminal.ts';

vi.setConfig({ testTimeout: 120_000 });

const REFERENCE = new URL('../../../shared/reference/noc', import.meta.url).pathname;
const SETTINGS = 'num_vcs = 4; vc_buf_size = 8; injection_rate_uses_flits = 1; sample_period = 300; max_samples = 6; warmup_periods = 2;';

/** Imports a configuration and runs it. */
async function importAndRun(config: string): Promise<{ readonly result: NocResult; readonly folder: string }> {
  const folder = temporaryFolder();
  const card = join(folder, 'designs/net.yaml');
  const imported = await neurolith('import', 'booksim', config, '-o', card, '--json');
  expect({ code: imported.code, err: imported.err }).toEqual({ code: 0, err: '' });
  const { certified } = JSON.parse(imported.out) as { certified: boolean };
  const unsafe = certified ? [] : ['--allow-unsafe'];
  const run = await neurolith('noc', 'run', card, '--traffic', join(folder, 'designs/net.traffic.yaml'), '--json', ...unsafe);
  expect({ code: run.code, err: run.err }).toEqual({ code: 0, err: '' });
  return { result: JSON.parse(run.out) as NocResult, folder };
}

test
  .skipIf(!existsSync(REFERENCE))
  .each([
    'mesh8_dor_v2b4p5__uniform__r0.1__s1',
    'torus8_dor_v4b8p1__tornado__thr__s1',
    'sw_a_blash2_b8p1__uniform__r0.1__s1',
    'sw_a_min_b8p1__uniform__r0.225__s1',
    'cmesh64_v4b8p1__uniform__r0.1__s1',
    'flatfly64_v4b8p1__uniform__r0.1__s1',
    'mesh8_valiant_v4b8p1__tornado__r0.1__s1',
    'mesh8_xyyx_v4b8p1__transpose__r0.1__s1',
    'mesh8_dor_v4b8p1_rd0spec__uniform__r0.1__s1',
    'sw_g_lash_b8p1__uniform__r0.1__s1',
    'sw_d_updown_b8p1__uniform__r0.1__s1',
    'mesh8graph_min_b8p1__uniform__r0.1__s1',
  ])('the import of %s gives the figures of validate noc (skipped without ../shared)', async (name) => {
  const { runs } = validateNoc(REFERENCE, { seeds: 0, only: (id) => id === name });
  const ours = runs[0]?.ours;
  expect(ours).toBeDefined();
  const { result } = await importAndRun(join(REFERENCE, 'configs', `${name}.cfg`));
  const { measures, verdict, stable } = result.networks[0]!.points[0]!;
  expect(measures).toMatchObject({
    'booksim.latency': ours!.latency,
    'booksim.accepted': ours!.accepted,
    'booksim.packets': ours!.packets,
    'path.routers': ours!.routers,
  });
  if (ours!.verdict !== 'stable')
    expect({ stable, verdict }).toMatchObject({ stable: false, verdict: expect.stringMatching(/past saturation|deadlocked/) });
});

test.skipIf(!existsSync(REFERENCE))(
  'every configuration of the reference becomes cards that say the same (skipped without ../shared)',
  () => {
    const names = readdirSync(join(REFERENCE, 'configs')).filter((name) => name.endsWith('.cfg'));
    expect(names.length).toBeGreaterThan(400);
    for (const name of names) {
      // throws when a key is not known, a file is not found, or the cards would not be read as the configuration says
      const { design, traffic, others, layout } = importBookSim(join(REFERENCE, 'configs', name), 'designs/net.yaml');
      const card = parseCard(NocSchema, design.text, { label: name }).value;
      expect(card.routing.kind, name).not.toBe('');
      expect(others.length > 0, name).toBe(card.topology.kind === 'edge-list');
      expect(parseCard(TrafficSchema, traffic.text, { label: name }).value.measure.kind, name).toBe('booksim');
      expect(/^# Certified/m.test(design.text), name).toBe(layout.certificate.acyclic);
    }
  },
);

test('a graph file is copied beside the card, and every latency of it is kept', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'graphs'));
  writeFileSync(join(folder, 'graphs/ring.anynet'), 'router 0 node 0 router 1 3\nrouter 1 node 1 router 2 3\nrouter 2 node 2 router 0 3\n');
  writeFileSync(
    join(folder, 'ring.cfg'),
    `topology = anynet; network_file = graphs/ring.anynet; routing_function = min;\n${SETTINGS}\ntraffic = uniform; injection_rate = 0.01;`,
  );
  const { result, folder: written } = await importAndRun(join(folder, 'ring.cfg'));
  expect(readFileSync(join(written, 'designs/ring.anynet'), 'utf8')).toContain('router 1 3');
  // 1/3 of the packets stay at their router: 2 + 5 + 0, the others take one link of 3 cycles: 2 + 10 + 2
  expect(result.networks[0]!.facts['latency.zero_load']).toBeCloseTo((7 + 2 * 14) / 3, 9);
});

test('a card that is there and says something else is not overwritten without --force', async () => {
  const folder = temporaryFolder();
  const [config, card] = [join(folder, 'm.cfg'), join(folder, 'm.yaml')];
  writeFileSync(config, `topology = mesh; k = 4; n = 2; routing_function = dor; ${SETTINGS}`);
  writeFileSync(card, 'mine');
  const refused = await neurolith('import', 'booksim', config, '-o', card);
  expect(refused.code).toBe(2);
  expect(refused.err).toMatch(/m\.yaml: there already/);
  expect(readFileSync(card, 'utf8')).toBe('mine');
  expect((await neurolith('import', 'booksim', config, '-o', card, '--force')).code).toBe(0);
  expect((await neurolith('noc', 'run', card, '--rate', '0.1')).out).toMatch(/stable/);
});

describe('mistakes end with 2 and name the line', () => {
  test.each<[string, string, readonly RegExp[]]>([
    [
      'an option that nobody knows, and one that is nearly known',
      'topology = mesh;\nk = 4; n = 2;\nrouting_function = dor;\nnum_vc = 4;\nfrobnicate = 1;',
      [/m\.cfg:4: num_vc: found 4, expected a BookSim2 key that the importer knows; did you mean "num_vcs"\?/, /m\.cfg:5: frobnicate: /],
    ],
    [
      'an option that is not modelled',
      'topology = mesh; k = 4; n = 2; routing_function = dor;\nrouter = chaos;',
      [/m\.cfg:2: router: found chaos, expected iq/],
    ],
    [
      'a topology that is not modelled',
      'topology = dragonflynew; k = 4;',
      [/m\.cfg:1: topology: found "dragonflynew", expected mesh or torus/],
    ],
    ['no VC', 'topology = mesh; k = 4; n = 2; routing_function = dor;\nnum_vcs = 0;', [/m\.cfg:2: num_vcs: found "0"/]],
    [
      'a load that is no number',
      'topology = mesh; k = 4; n = 2; routing_function = dor;\ninjection_rate = NaN;',
      [/m\.cfg:2: injection_rate: found "NaN"/],
    ],
    [
      'a graph file that is not there',
      'topology = anynet; routing_function = min;\nnum_vcs = 4;\nnetwork_file = none.anynet;',
      [/m\.cfg:3: .*none\.anynet/],
    ],
    [
      'a graph with a self loop',
      'topology = anynet; routing_function = min; network_file = loop.anynet; num_vcs = 4;',
      [/loop\.anynet:2: found "router 1", expected a link to another router/],
    ],
    [
      'a graph in pieces',
      'topology = anynet; routing_function = min; network_file = pieces.anynet; num_vcs = 4;',
      [/m\.cfg: .*cannot be reached|m\.cfg: .*pieces|m\.cfg: .*connected/],
    ],
    [
      'a route file with a hole',
      'topology = anynet; routing_function = table; network_file = pair.anynet; route_file = hole.routes; num_vcs = 4;',
      [/hole\.routes: found no path from 1 to 0, expected a path for every pair/],
    ],
  ])('%s', async (_, text, messages) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'm.cfg'), text);
    writeFileSync(join(folder, 'loop.anynet'), 'router 0 node 0 router 1\nrouter 1 node 1 router 1\n');
    writeFileSync(join(folder, 'pieces.anynet'), 'router 0 node 0 router 1\nrouter 1 node 1\nrouter 2 node 2 router 3\nrouter 3 node 3\n');
    writeFileSync(join(folder, 'pair.anynet'), 'router 0 node 0 router 1\nrouter 1 node 1\n');
    writeFileSync(join(folder, 'hole.routes'), 'L 1\n0 1 0 2 0 1\n');
    const { code, out, err } = await neurolith('import', 'booksim', join(folder, 'm.cfg'), '-o', join(folder, 'm.yaml'));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    for (const message of messages) expect(err).toMatch(message);
    expect(err.trim().split('\n')).toHaveLength(messages.length);
    expect(existsSync(join(folder, 'm.yaml'))).toBe(false);
  });
});

describe('noc replay', () => {
  test.skipIf(!existsSync(REFERENCE))('a BookSim2 trace is met packet by packet (skipped without ../shared)', async () => {
    const folder = temporaryFolder();
    const trace = join(REFERENCE, 'traces/mesh4_v2b4p5_r035');
    await neurolith('import', 'booksim', `${trace}.cfg`, '-o', join(folder, 'm.yaml'));
    const { code, out } = await neurolith('noc', 'replay', '--design', join(folder, 'm.yaml'), '--trace', `${trace}.csv`, '--json');
    expect(code).toBe(0);
    const { replay } = JSON.parse(out) as NocResult;
    expect(replay!.packets).toBeGreaterThan(1000);
    expect(replay).toMatchObject({ mismatching: 0, delivered: replay!.packets });
  });

  test('packets alone in the network take their closed form; a packet to nowhere and a bad row are refused', async () => {
    const folder = temporaryFolder();
    const put = (name: string, rows: string): string => {
      writeFileSync(join(folder, name), rows);
      return join(folder, name);
    };
    const good = put('good.csv', 'cycle,source,destination\n0,0,15\n100,5,6\n');
    const { code, out } = await neurolith('noc', 'replay', '--design', 'mesh-4x4', '--trace', good, '--json');
    expect(code).toBe(0);
    const { replay, networks } = JSON.parse(out) as NocResult;
    expect(replay).toMatchObject({ packets: 2, delivered: 2, mismatching: null });
    // 2 + 5 h: 7 routers and 2
    expect(networks[0]!.points[0]!.measures).toMatchObject({ 'latency.max': 37, 'latency.mean': (37 + 12) / 2 });
    const nowhere = await neurolith(
      'noc',
      'replay',
      '--design',
      'mesh-4x4',
      '--trace',
      put('nowhere.csv', 'cycle,source,destination\n0,0,16\n'),
    );
    expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringMatching(/node 16, expected nodes between 0 and 15/)]);
    const broken = await neurolith(
      'noc',
      'replay',
      '--design',
      'mesh-4x4',
      '--trace',
      put('bad.csv', 'cycle,source,destination\n0,0\nx,1,2\n'),
    );
    expect(broken.code).toBe(2);
    expect(broken.err.trim().split('\n')).toHaveLength(2);
  });
});
