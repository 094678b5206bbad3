/** Tables of measurements: parts of a die, physical values, both families. */
import { describe, expect, test } from 'vitest';
import {
  compileDie,
  compileDynapseDie,
  dieColumns,
  DieSubstrate,
  dynapseColumns,
  dynapseParameters,
  designBiases,
  weightCurrent,
} from '../../src/chip/index.ts';
import {
  cardWithDie,
  dynapseCsv,
  dynapseDieSheet,
  dynapseDifferences,
  dynapseJson,
  readMeasured,
  readMeasuredDynapse,
} from '../../src/codesign/index.ts';
import { ChipSchema, DynapseSchema, loadCard, parseCard, type ChipCard } from '../../src/model/index.ts';
import { readFileSync } from 'node:fs';
import { bss2, IDEAL } from '../chip/cards.ts';

const LABEL = { name: 'lab', die: 5, source: 'bench 3, November' };
const small = bss2(
  'geometry.cores.value=2',
  'geometry.neurons_per_core.value=8',
  'geometry.rows_per_core.value=16',
  'geometry.block.value=8',
);
const withDie = (card: ChipCard, text: string): ChipCard => ({ ...card, measured: [readMeasured(text, 'm.csv', LABEL, card).die] });
const mistakesOf = (text: string): string => {
  try {
    readMeasured(text, 'm.csv', LABEL, small);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a table of measurements', () => {
  test('may have some circuits and blank cells: what stands nowhere is drawn, and counted', () => {
    const text = 'circuit,leak (mV),tau_mem (%)\n3,12,\n7,,90\n0,-4,110\n';
    expect(readMeasured(text, 'm.csv', LABEL, small).count).toEqual({ measured: 4, blank: 2, missing: 13 });
    const [drawn, measured] = [compileDie(small, 5), compileDie(withDie(small, text), 5)];
    const expected = { leak: drawn.leakOffset.slice(), tau: drawn.tauMemFactor.slice() };
    expected.leak[3] = 12e-3;
    expected.leak[0] = -4e-3;
    expected.tau[7] = 0.9;
    expected.tau[0] = 1.1;
    measured.leakOffset.forEach((value, n) => expect(value).toBeCloseTo(expected.leak[n]!, 15));
    measured.tauMemFactor.forEach((value, n) => expect(value).toBeCloseTo(expected.tau[n]!, 15));
    expect(measured.resetOffset).toEqual(drawn.resetOffset);
  });

  test('goes into the text of a card with its gaps', () => {
    const file = 'chips/bss2.yaml';
    const card = loadCard(ChipSchema, file).value;
    const { die } = readMeasured('circuit,leak (mV)\n3,12\n', 'm.csv', LABEL, card);
    const again = parseCard(ChipSchema, cardWithDie(file, readFileSync(file, 'utf8'), die)).value;
    const drawn = compileDie(card, 5).leakOffset.slice();
    drawn[3] = 0.012;
    expect(compileDie(again, 5).leakOffset).toEqual(drawn);
    expect(compileDie(again, 6).leakOffset).toEqual(compileDie(card, 6).leakOffset);
  });

  test('may hold physical values with the codes at which they were read: the truth at these codes is what was read', async () => {
    const quiet = [
      'cells.write_noise.value=0',
      'cells.crosstalk.value=0',
      'mismatch.membrane_capacitance={value: 5 %, evidence: assumed, source: a test}',
    ];
    const card = bss2(...quiet, 'geometry.cores.value=2', 'geometry.neurons_per_core.value=8');
    const head =
      'circuit,absolute leak at 640 (mV),absolute reset (V),reset code,absolute threshold at 500 [mV],tau_mem at 250 (us),tau_syn_excitatory at 400 (us),membrane_capacitance (pF)';
    const row = (n: number): (string | number)[] => [
      n,
      420 + n,
      0.35 + n / 1e3,
      600 + n,
      650 - n,
      3 + n / 10,
      7 + n / 10,
      (2.175 * (95 + n)) / 100,
    ];
    const measured = withDie(card, [head, ...Array.from({ length: 16 }, (_, n) => row(n).join(','))].join('\n'));
    const die = new DieSubstrate(measured, 5, 1);
    const all = (code: number): Int32Array => new Int32Array(16).fill(code);
    await die.configure({
      codes: {
        leak: all(640),
        reset: Int32Array.from({ length: 16 }, (_, n) => 600 + n),
        threshold: all(500),
        leak_bias: all(250),
        synapse_tau_excitatory: all(400),
      },
      leakMode: new Uint8Array(16).fill(1),
    });
    const truth = die.truth();
    const shift = card.neuron.leak_bias.leak_shift.value;
    for (let n = 0; n < 16; n++) {
      // a leak potential is stated at the leak bias of 10 us; here the bias of code 250 shifts it, by the closed form of the card
      const bias = card.neuron.membrane_capacitance.value / (250 * card.neuron.leak_bias.conductance_per_code.value);
      expect(truth.rest[n]! - shift * Math.log(10e-6 / bias)).toBeCloseTo((420 + n) / 1e3, 12);
      expect(truth.reset[n]!).toBeCloseTo(0.35 + n / 1e3, 12);
      expect(truth.threshold[n]!).toBeCloseTo((650 - n) / 1e3, 12);
      expect(truth.tauMem[n]! * 1e6).toBeCloseTo(3 + n / 10, 12);
      expect(truth.tauSynExcitatory[n]! * 1e6).toBeCloseTo(7 + n / 10, 12);
    }
    expect(truth.capacitance![4]!).toBeGreaterThan(truth.capacitance![3]!);
  });

  test('physical values of the whole circuit are what its truth has, too', async () => {
    const card = bss2(
      ...IDEAL.filter((override) => override !== 'variation=0'),
      'neuron.circuit=adex',
      'geometry.cores.value=2',
      'geometry.neurons_per_core.value=8',
    );
    const text =
      'circuit,absolute exponential at 480 (mV),exponential_slope at 300 (mV),adaptation_tau at 100 (us),comparator_delay (ns),absolute adaptation_leak at 270 (mV)\n2,760,17,91,33,430\n';
    const die = new DieSubstrate(withDie(card, text), 5, 1);
    const all = (code: number): Int32Array => new Int32Array(16).fill(code);
    await die.configure({
      codes: { exponential: all(480), exponential_slope: all(300), adaptation_tau: all(100), adaptation_leak: all(270) },
    });
    const { adex } = die.truth();
    expect(adex!.exponentialVoltage[2]!).toBeCloseTo(0.76, 12);
    expect(adex!.exponentialSlope[2]!).toBeCloseTo(0.017, 12);
    expect(adex!.adaptationTau[2]! * 1e6).toBeCloseTo(91, 9);
    expect(adex!.comparatorDelay[2]! * 1e9).toBeCloseTo(33, 9);
    expect(adex!.adaptationLeak[2]!).toBeCloseTo(0.43, 12);
  });

  test('all its mistakes are told at once, with line and column', () => {
    const broken = mistakesOf('circuit,leak (V),tau_mem at 300 (us)\n0,x,8\n0,1,8\n99,1,8\n2,7,8\n3,0.1,-8\n4,0.1\n');
    for (const part of [
      'm.csv:2: leak: found "x", expected a number between -3 and 3, or nothing',
      'm.csv:3: found circuit 0 again',
      'm.csv:4: found circuit 99',
      'm.csv:5: leak: found "7"',
      'm.csv:6: tau_mem: found "-8"',
      'm.csv:7: found circuit 4 with 2 cells',
    ])
      expect(broken).toContain(part);
    expect(mistakesOf('circuit,tau_mem (us)\n0,8\n')).toContain('"tau_mem at CODE" or a column "tau_mem code"');
    expect(mistakesOf('circuit,tau_mem (us),tau_mem code\n0,8,\n')).toContain('no code for circuit 0');
    expect(mistakesOf('circuit,tau_mem (us),tau_mem code\n0,8,1023\n')).toContain('a code between 0 and 1022');
    expect(mistakesOf('circuit,tau_mem at 2000 (us)\n0,8\n')).toContain('between 0 and 1022');
    expect(mistakesOf('circuit,absolute cadc_offset (LSB)\n0,8\n')).toContain('found absolute');
    expect(mistakesOf('circuit,leak code\n0,8\n')).toContain('a column of leak beside it');
    expect(mistakesOf('circuit,leak (V),leak (mV)\n0,1,1\n')).toContain('leak twice');
  });
});

describe('a measured die of the subthreshold family', () => {
  const file = 'chips/dynapse2.yaml';
  const loaded = loadCard(DynapseSchema, file);
  const card = loaded.value;
  const textOf = { CSV: dynapseCsv, JSON: dynapseJson };

  test.each(['CSV', 'JSON'] as const)('exported as %s and imported again is the same die', (kind) => {
    const { die, count } = readMeasuredDynapse(textOf[kind](card, 5), 'm', LABEL, card);
    expect(count).toMatchObject({ blank: 0, missing: 0 });
    const again = parseCard(DynapseSchema, cardWithDie(file, readFileSync(file, 'utf8'), die, DynapseSchema)).value;
    const differences = dynapseDifferences({ card, seed: 5 }, { card: again, seed: 5 });
    expect(differences.map(({ name }) => name)).toContain('weight_gaba_b');
    expect(differences.every(({ differing }) => differing === 0)).toBe(true);
    const biases = Array.from({ length: 4 }, () => designBiases(card));
    expect(dynapseParameters(again, compileDynapseDie(again, 5), biases)).toEqual(
      dynapseParameters(card, compileDynapseDie(card, 5), biases),
    );
  });

  test('has what was measured of it, is drawn else, and says so on its sheet', () => {
    const { die, count } = readMeasuredDynapse('circuit,tau_mem (%)\n7,80\n1000,\n', 'm.csv', LABEL, card);
    expect(count).toEqual({ measured: 1, blank: 1, missing: 1022 });
    const of = { ...card, measured: [die] };
    const expected = dynapseColumns(compileDynapseDie(card, 5)).tau_mem.slice();
    expected[7] = 0.8;
    expect(dynapseColumns(compileDynapseDie(of, 5)).tau_mem).toEqual(expected);
    expect(dynapseColumns(compileDynapseDie({ ...of, variation: 0 }, 5)).tau_mem.every((value) => value === 1)).toBe(true);
    const sheet = dynapseDieSheet(of, 5);
    expect(sheet.measured).toEqual({ name: 'lab', source: LABEL.source, parameters: ['tau_mem'] });
    expect(sheet.parameters.find(({ name }) => name === 'tau_mem')!.stated).toBeNull();
  });

  test('does what a laboratory read of another die: times and currents at codes of its own, weights at the design', () => {
    // neurons of die 9 measured, on the generators of die 5, so that every factor is another
    const plain = parseCard(DynapseSchema, readFileSync(file, 'utf8'), {
      label: 'd',
      overrides: ['geometry.cores.value=2', 'geometry.neurons_per_core.value=4', 'design.weight_ahp.value=1 nA'],
    }).value;
    const lab = { ...compileDynapseDie(plain, 9), bias: compileDynapseDie(plain, 9).bias };
    const design = designBiases(plain);
    const truth = (of: typeof lab, more: object = {}) =>
      dynapseParameters(
        plain,
        of,
        [0, 1].map(() => ({ ...design, ...more })),
      );
    const codes = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => ({ coarse: design.tau_mem.coarse, fine: 40 + 20 * n }));
    const read = {
      tauMem: codes.map((code, n) => truth(lab, { tau_mem: code }).tauMem[n]!),
      tauNmda: truth(lab, { tau_nmda: { coarse: 1, fine: 77 } }).tauSyn.nmda,
      threshold: truth(lab).threshold,
      refractory: truth(lab).refractory,
      weight: Array.from(truth(lab).synapseGain.nmda, (gain, n) => gain * weightCurrent(truth(lab), n >> 2, 15)),
      ahp: truth(lab).ahpJump,
    };
    const rows = codes.map(({ coarse, fine }, n) =>
      [
        n,
        read.tauMem[n]! * 1e3,
        `${String(coarse)}:${String(fine)}`,
        read.weight[n]! * 1e9,
        read.tauNmda[n]! * 1e6,
        read.threshold[n]! * 1e9,
        read.refractory[n]! * 1e3,
        read.ahp[n]! * 1e12,
      ].join(','),
    );
    const head = 'circuit,tau_mem (ms),tau_mem code,weight_nmda (nA),tau_nmda at 1:77 (us),threshold (nA),refractory (ms),ahp (pA)';
    const { die } = readMeasuredDynapse([head, ...rows].join('\n'), 'm.csv', LABEL, plain);
    const found = compileDynapseDie({ ...plain, measured: [die] }, 5);
    const same = (a: ArrayLike<number>, b: ArrayLike<number>): void =>
      Array.from(a).forEach((value, n) => expect(Math.abs(value / b[n]! - 1)).toBeLessThan(1e-9));
    codes.forEach((code, n) => same([truth(found, { tau_mem: code }).tauMem[n]!], [read.tauMem[n]!]));
    same(truth(found, { tau_nmda: { coarse: 1, fine: 77 } }).tauSyn.nmda, read.tauNmda);
    same(truth(found).threshold, read.threshold);
    same(truth(found).refractory, read.refractory);
    same(truth(found).ahpJump, read.ahp);
    same(
      Array.from(truth(found).synapseGain.nmda, (gain, n) => gain * weightCurrent(truth(found), n >> 2, 15)),
      read.weight,
    );
    expect(found.tauMem).not.toEqual(lab.tauMem);
  });

  test('is refused where its table has codes, units and sizes that cannot be, in a line each', () => {
    const mistakes = (text: string): string => {
      try {
        readMeasuredDynapse(text, 'm.csv', LABEL, card);
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(mistakes('circuit,tau_mem at 9:1 (ms)\n0,8\n')).toMatch(
      /tau_mem: found at 9:1, expected a code of a physical value between 0:0 and/,
    );
    expect(mistakes('circuit,tau_mem at 300 (ms)\n0,8\n')).toContain('found at 300');
    expect(mistakes('circuit,weight_ampa at 1:3 (nA)\n0,8\n')).toContain('does not depend on one');
    expect(mistakes('circuit,threshold (ms)\n0,8\n')).toContain('or a current for physical values');
    expect(mistakes('circuit,tau_mem (ms),tau_mem code\n0,8,5:300\n1,7,2:9\n').split('\n')).toHaveLength(1);
    expect(mistakes('circuit,threshold (A)\n3,2\n')).toMatch(/threshold: found 2 of circuit 3, expected a value within a factor of 1000/);
  });

  test('two dies of two numbers differ in every parameter, with no correlation', () => {
    for (const { name, differing, count, correlation } of dynapseDifferences({ card, seed: 1 }, { card, seed: 2 })) {
      expect([name, differing]).toEqual([name, count]);
      // five standard errors of the pairs, and the cores have 10 % of the variance in common
      expect(Math.abs(correlation!)).toBeLessThan(name === 'bias' ? 0.5 : 0.3);
    }
  });

  test('columns of a wrong length are refused', () => {
    const measured = [
      { ...LABEL, neurons: { tau_mem: [1, 2] }, biases: { dc: [1] } },
      { ...LABEL, neurons: {} },
    ];
    expect(() => parseCard(DynapseSchema, JSON.stringify({ ...(loaded.written as object), measured }))).toThrow(
      /1024 numbers, one per neuron[^]*4 numbers, one per core[^]*a name that no die above has[^]*a number that no die above has/,
    );
  });
});

test('columns of the other family have all names that the die has', () => {
  expect(dieColumns(small, compileDie(small, 1)).map(({ name }) => name)).toContain('membrane_capacitance');
});
