/** A subset of NeuroML 2: closed forms of what was imported, every mistake at once, and XML that would like to grow. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSpikeFile } from '../../../src/store/index.ts';
import { neurolith, temporaryFolder, type Outcome } from '../../cli/terminal.ts';

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<neuroml xmlns="http://www.neuroml.org/schema/neuroml2" id="test">\n';

async function imported(body: string, whole = `${HEAD}${body}</neuroml>\n`): Promise<Outcome & { readonly folder: string }> {
  const folder = temporaryFolder();
  const file = join(folder, 'net.nml');
  writeFileSync(file, whole);
  return { folder, ...(await neurolith('import', file, '-o', join(folder, 'card.yaml'), '--for', '200 ms')) };
}

async function spikesOf(folder: string): Promise<[time: number, neuron: number][]> {
  const run = await neurolith('reference', join(folder, 'card.yaml'), '-o', join(folder, 'run'), '--quiet');
  expect({ code: run.code, err: run.err }).toEqual({ code: 0, err: '' });
  const rows = (await readSpikeFile(join(folder, 'run/spikes.csv'))).flatMap(({ time, node }) =>
    Array.from(time, (at, k) => [at, node[k]!] as [number, number]),
  );
  return rows.toSorted((a, b) => a[0] - b[0]);
}

const LIF = '<iafRefCell id="lif" leakReversal="-70mV" thresh="-55 mV" reset="-70mV" C="1nF" leakConductance="0.1uS" refract="2ms"/>\n';

test('an integrate-and-fire cell under a constant current fires with the period of the closed form', async () => {
  const { code, err, folder } = await imported(
    `${LIF}<pulseGenerator id="pulse" delay="20ms" duration="150ms" amplitude="2nA"/>
     <network id="n"><population id="p" component="lif" size="2"/>
     <inputList id="i" component="pulse" population="p"><input id="0" target="../p/0/lif" destination="synapses"/><input id="1" target="../p[1]" destination="synapses"/></inputList></network>`,
  );
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const times = (await spikesOf(folder)).filter(([, neuron]) => neuron === 0).map(([time]) => time);
  // 2 nA hold 20 mV over 0.1 uS; tau 10 ms; threshold 15 mV above rest
  const climb = 10 * Math.log(20 / 5);
  expect(times).toHaveLength(Math.floor((150 - climb) / (climb + 2)) + 1);
  times.forEach((time, k) => expect(time).toBeCloseTo(20 + climb + k * (climb + 2), 6));
});

test('a cell of PyNN fires by its own current, and its spike is a potential of the stated size and delay', async () => {
  const pynn = (id: string, offset: number) =>
    `<IF_curr_exp id="${id}" cm="0.25" i_offset="${String(offset)}" tau_m="10" tau_refrac="2" tau_syn_E="5" tau_syn_I="5" v_init="-65" v_reset="-65" v_rest="-65" v_thresh="-50"/>\n`;
  const { code, err, folder, out } = await imported(
    `${pynn('driver', 0.6)}${pynn('target', 0)}<expCurrSynapse id="syn" tau_syn="5"/>
     <network id="n"><population id="a" component="driver" size="1"/><population id="b" component="target" size="1"/>
     <projection id="ab" presynapticPopulation="a" postsynapticPopulation="b" synapse="syn"><connectionWD id="0" preCellId="../a/0/driver" postCellId="../b/0/target" weight="3" delay="4ms"/></projection></network>`,
  );
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('2 cells in a, b; 1 connections');
  // peak of the PSP of 3 nA on 0.25 nF: (I / C) tau_m e^(-p / tau_s), p = ln 2 x 10 ms
  const [, row] = readFileSync(join(folder, 'card.edges.csv'), 'utf8').split('\n');
  const [pre, post, weight] = row!.split(',');
  expect([pre, post]).toEqual(['a.0', 'b.0']);
  expect(Number(weight)).toBeCloseTo((3 / 0.25) * 10 * Math.exp((-Math.log(2) * 10) / 5), 6);
  const spikes = await spikesOf(folder);
  // 0.6 nA hold 24 mV over 25 nS; threshold 15 mV above rest
  const first = 10 * Math.log(24 / 9);
  expect(spikes[0]![0]).toBeCloseTo(first, 6);
  const answer = spikes.find(([, neuron]) => neuron === 1)![0];
  expect(answer).toBeGreaterThan(first + 4);
  expect(answer).toBeLessThan(first + 8);
});

test('a conductance is linearised at rest and told so; an AdEx cell keeps its parameters', async () => {
  const { code, err, out, folder } = await imported(
    `<adExIaFCell id="adex" C="281pF" gL="30nS" EL="-70.6mV" reset="-70.6mV" VT="-50.4mV" thresh="-40.4mV" refract="0ms" delT="2mV" tauw="40ms" a="4nS" b="0.08nA"/>
     <expOneSynapse id="inh" gbase="10nS" erev="-80mV" tauDecay="5ms"/><pulseGenerator id="pulse" delay="0ms" duration="200ms" amplitude="0.8nA"/>
     <network id="n"><population id="p" component="adex" type="populationList"><instance id="0"><location x="0" y="0" z="0"/></instance><instance id="1"><location x="1" y="0" z="0"/></instance></population>
     <synapticConnection from="p[0]" to="p[1]" synapse="inh"/><explicitInput target="p[0]" input="pulse"/><explicitInput target="p[1]" input="pulse"/></network>`,
  );
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('linearised at rest');
  expect(out).toContain('0.1 ms taken (1)');
  const card = readFileSync(join(folder, 'card.yaml'), 'utf8');
  expect(card).toContain('jump: 2.66666666666667 mV');
  expect(card).toContain('amplitude: 26.6666666666667 mV');
  const [, row] = readFileSync(join(folder, 'card.edges.csv'), 'utf8').split('\n');
  expect(Number(row!.split(',')[2])).toBeLessThan(0);
  expect((await spikesOf(folder)).length).toBeGreaterThan(4);
});

test('every mistake of a file is told with its line, and nothing is written', async () => {
  const { code, err } = await imported(
    `<iafCell id="c" leakReversal="-70" thresh="-55mV" reset="-70mV" C="1nF" leakConductance="0.1uS"/>
<cell id="detailed"/>
<network id="n"><population id="p" component="c" size="2"/>
<population id="q" component="detailed" size="2"/>
<projection id="pp" presynapticPopulation="p" postsynapticPopulation="p" synapse="none"><connection id="0" preCellId="../p/7/c" postCellId="../p/1/c"/></projection>
<electricalProjection id="e"/></network>`,
  );
  expect(code).toBe(2);
  for (const [line, words] of [
    [3, 'leakReversal'],
    [6, 'a cell'],
    [7, '"none"'],
    [7, '../p/7/c'],
    [8, 'electricalProjection'],
  ] as const)
    expect(err).toMatch(new RegExp(`net\\.nml:${String(line)}.*${words}`));
});

test.each([
  ['entities that multiply', '<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><neuroml>&b;</neuroml>', 'document type'],
  ['an entity of a file', '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><neuroml>&f;</neuroml>', 'document type'],
  ['an entity that is not there', '<neuroml>&f;</neuroml>', 'XML'],
  ['elements without an end', '<a>'.repeat(200_000), 'nested'],
  ['a torn file', '<neuroml><network id="n">', 'XML'],
  ['another document', '<html><body/></html>', 'neuroml'],
])('%s are refused in less than a second', async (_, text, words) => {
  const cpu = process.cpuUsage();
  const { code, err } = await imported('', text);
  const { user, system } = process.cpuUsage(cpu);
  expect(code).toBe(2);
  expect(err).toContain(words);
  expect(err).not.toContain('root:');
  expect((user + system) / 1e6).toBeLessThan(1);
});
