/** Bad chip cards: exit code 2, nothing on stdout, one line per mistake with path, found and expected, all mistakes at once. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { neurolith, temporaryFolder } from './terminal.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Fields set on the shipped card, and what must be said of them, line by line. */
const CASES: readonly (readonly [fields: readonly string[], lines: readonly RegExp[]])[] = [
  [['neuron.circit=adex'], [/neuron\.circit: found a path that is not in the card, expected one of circuit, adex, /]],
  [['neuron.circuit=adx'], [/neuron\.circuit: found "adx", expected one of lif, adex, integrator; did you mean "adex"\?$/]],
  [['step.value=10 mV'], [/step\.value: found "10 mV", expected a time between 10 ns and 1 us$/]],
  [['step.value=0 ns'], [/step\.value: found "0 ns", expected a time between 10 ns and 1 us$/]],
  [['geometry.cores.value=9999999'], [/geometry\.cores\.value: found 9999999, expected a whole number between 1 and 64$/]],
  [['geometry.neurons_per_core.value=1.5'], [/geometry\.neurons_per_core\.value: found 1\.5, expected a whole number between 4 and 512$/]],
  [['cells.bits.value=99'], [/cells\.bits\.value: found 99, expected a whole number between 4 and 14$/]],
  [['noise.scale=-1'], [/noise\.scale: found -1, expected a fraction such as "20 %" or 0\.2 between 0 and 10$/]],
  [['noise.membrane.value=.nan'], [/noise\.membrane\.value: found .*, expected a voltage between 0 V and 100 mV$/]],
  [['variation={ tau_men: 20 % }'], [/variation\.tau_men: found an unknown field, expected one of all, .*did you mean "tau_mem"\?$/]],
  [['variation.tau_mem=20 mV'], [/variation\.tau_mem: found "20 mV", expected a fraction/]],
  [['corner=XX'], [/corner: found "XX", expected one of SS, TT, FF$/]],
  [['temperature=900'], [/temperature: found 900, expected a number between -40 and 125$/]],
  [['supply=9 V'], [/supply: found "9 V", expected a voltage between 500 mV and 3 V$/]],
  [['faults.dead=2'], [/faults\.dead: found 2, expected a fraction .* or a list/]],
  [['faults.dead=[3, 512]'], [/faults\.dead\.1: found 512, expected a circuit of this chip, 0 to 511$/]],
  [
    ['faults.stuck=[{ circuit: 600, cell: leak, bit: 3, at: 1 }]'],
    [/faults\.stuck\.0\.circuit: found 600, expected a circuit of this chip, 0 to 511$/],
  ],
  [
    ['faults.stuck=[{ circuit: 1, cell: leak, bit: 10, at: 1 }]'],
    [/faults\.stuck\.0\.bit: found 10, expected a bit of a cell of 10 bits, 0 to 9$/],
  ],
  [['faults.stuck=[{ circuit: 1, cell: leek, bit: 3, at: 1 }]'], [/faults\.stuck.*"leek".*/]],
  [['mismatch.tau_mem.value=-5 %'], [/mismatch\.tau_mem\.value: found "-5 %", expected a fraction/]],
  [['mismatch.quadrant_share.value=120 %'], [/mismatch\.quadrant_share\.value: found "120 %", expected a fraction/]],
  [['mismatch.driver_reference.value=0 mV'], [/mismatch\.driver_reference\.value: found "0 mV", expected a voltage between 1 mV and 2 V$/]],
  [['mismatch.leak.evidence=guess'], [/mismatch\.leak\.evidence: found "guess", expected one of published, derived, assumed$/]],
  [
    ['neuron.compartments.joins=[{ soma: 0, dendrite: 512 }, { soma: 7, dendrite: 7 }, { soma: 3 }]'],
    [/joins\.2\.dendrite: found nothing, expected a whole number/],
  ],
  [
    ['neuron.compartments.joins=[{ soma: 0, dendrite: 512 }, { soma: 7, dendrite: 7 }]'],
    [
      /joins\.0\.dendrite: found 512, expected a circuit of this chip, 0 to 511$/,
      /joins\.1\.dendrite: found 7, expected another circuit than the soma: a join needs two$/,
    ],
  ],
  [['neuron.leak.usable.value=[1000, 400]'], [/neuron\.leak\.usable\.value: found a list of 2, expected a range that rises/]],
  [['neuron.adex.rails.value=[1.2 V, 0 V]'], [/neuron\.adex\.rails\.value: found a list of 2, expected a range that rises/]],
  [['cadc.reliable.value=[210, 210]'], [/cadc\.reliable\.value: found a list of 2, expected a range that rises/]],
  [['interface.delay_line={ bits: 99, step: 1 us }'], [/interface\.delay_line\.bits: found 99, expected a whole number between 1 and 16$/]],
  [['neuron.linear_range.value=inf'], [/neuron\.linear_range\.value: found "inf", expected a voltage between 10 mV and 10 V$/]],
  [['integrator=precise'], [/integrator: found "precise", expected one of fast, accurate$/]],
  [['family=bss3'], [/family: found "bss3", expected bss2 .*did you mean "bss2"\?$/]],
  [['synapse.weight_bits.value=0'], [/synapse\.weight_bits\.value: found 0, expected a whole number between 1 and 8$/]],
  [['geometry.cores=4'], [/geometry\.cores: found 4, expected a map of fields$/]],
  [
    ['step.value=10 mV', 'corner=XX', 'faults.dead=[512]', 'cadc.bits.value=0'],
    [/step\.value: found "10 mV"/, /cadc\.bits\.value: found 0/, /corner: found "XX"/],
  ],
];

test.each(CASES)('%j', async (fields, lines) => {
  const { code, out, err } = await neurolith('die', 'show', 'bss2', ...fields.flatMap((field) => ['-S', field]));
  expect({ code, out }).toEqual({ code: 2, out: '' });
  const told = err.trim().split('\n');
  expect(told).toHaveLength(lines.length);
  for (const line of lines) expect(told.filter((one) => line.test(one))).toHaveLength(1);
  for (const one of told) expect(one).not.toMatch(/^\s+at |Error:/);
});

test('chip, network, workload, stimulus and probe are told together', async () => {
  const folder = temporaryFolder();
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const chip = file('chip.yaml', 'kind: chip\nbase: bss2\nname: c\nintegrator: fst\n');
  const noc = file(
    'noc.yaml',
    'kind: noc\nname: n\ntopology: { kind: torus, width: 4, height: 4 }\nrouting: { kind: dimension-order }\nrouter: { vcs: 1 }\nclock_domains: [{ routers: [99], divide: 2 }]\n',
  );
  const more = ['--stimulus', 'curent@0:8 amplitude=5mV', '--probe', 'vv@0:8', '-o', join(folder, 'run')];
  const told = async (workload: string): Promise<string[]> => {
    const { code, out, err } = await neurolith('emulate', workload, '--chip', chip, '--noc', noc, ...more);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    return err.trim().replaceAll(`${folder}/`, '').split('\n').toSorted();
  };
  const rest = [
    /^--probe "vv@0:8": found "vv@0:8", .*did you mean "v"\?$/,
    /^--stimulus "curent@0:8 amplitude=5mV": kind: found "curent", .*did you mean "current"\?$/,
    /^chip\.yaml:4: integrator: found "fst", expected .*did you mean "fast"\?$/,
    /^noc\.yaml:4: routing: expected another one: n: dimension-order needs at least 2 VCs, one per layer, found 1$/,
    /^noc\.yaml:6: clock_domains: expected another one: n: clock_domains\[0\]\.routers: found 99, expected 0 to 15/,
  ].map((line) => expect.stringMatching(line) as string);
  expect(await told('small-world-300')).toEqual(rest);
  const broken = await told(file('w.yaml', 'kind: workload\nname: w\nduration: 3 volts\n'));
  expect(broken.slice(0, rest.length)).toEqual(rest);
  expect(broken).toContainEqual(expect.stringMatching(/^w\.yaml:3: duration: found "3 volts"/));
});
