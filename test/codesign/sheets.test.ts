/** Data sheets of chips and dies, and dies that were measured. */
import { describe, expect, test } from 'vitest';
import { compileDie, dieColumns, DieSubstrate } from '../../src/chip/index.ts';
import {
  cardWithDie,
  chipSheet,
  dieCsv,
  dieDifferences,
  dieJson,
  dieSheet,
  dynapseDieSheet,
  dynapseSheet,
  loihiDieSheet,
  loihiSheet,
  readMeasured,
} from '../../src/codesign/index.ts';
import { ChipSchema, DynapseSchema, loadCard, LoihiSchema, parseCard, type ChipCard } from '../../src/model/index.ts';
import { chipPage, chipText, diePage, dieText, renderPage } from '../../src/report/index.ts';
import { readFileSync } from 'node:fs';
import { bss2, deviation, IDEAL, mean, nominal } from '../chip/cards.ts';

const FILE = 'chips/bss2.yaml';
const LABEL = { name: 'lab', die: 5, source: 'bench 3, November' };
const small = bss2(
  'geometry.cores.value=2',
  'geometry.neurons_per_core.value=8',
  'geometry.rows_per_core.value=16',
  'geometry.block.value=8',
);

/** A card with one measured die, through its text. */
function withDie(card: ChipCard, text: string, file = 'measured.csv'): ChipCard {
  return { ...card, measured: [readMeasured(text, file, LABEL, card).die] };
}

describe('the data sheet of a chip', () => {
  const sheet = chipSheet(loadCard(ChipSchema, FILE));

  test('has every number with its evidence, as the card counts them', () => {
    const { published, derived, assumed } = sheet.evidence.counts;
    expect(sheet.parameters.length + sheet.spreads.length).toBe(published + derived + assumed);
    expect(sheet.parameters.find(({ path }) => path === 'neuron.membrane_capacitance')).toMatchObject({
      value: '2.3 pF',
      evidence: 'published',
    });
  });

  test('gives ranges that the published transfer of the cells gives', () => {
    const leak = sheet.ranges.find(({ name }) => name === 'leak')!;
    // 0.79 MADC LSB per code, offset -180 LSB, 1.2 mV per LSB (brainscales2-demos fp_calibration)
    expect(leak.low).toBeCloseTo((0.79 * 400 - 180) * 1.2e-3, 3);
    expect(leak.high).toBeCloseTo((0.79 * 1000 - 180) * 1.2e-3, 3);
  });

  test('measures its integrators: accurate within 0.02 ms on the seven regular patterns, no spike missing', () => {
    const regular = sheet.integrators.filter(({ integrator, pattern }) => integrator === 'accurate' && pattern !== 'irregular');
    expect(regular).toHaveLength(7);
    for (const { largest, found, expected } of regular) {
      expect(largest).toBeLessThan(0.02);
      expect(found).toBe(expected);
    }
    const fast = sheet.integrators.filter(({ integrator }) => integrator === 'fast');
    expect(fast.every(({ largest }) => largest > 1e-4)).toBe(true);
  });

  test('becomes text and a page', async () => {
    expect(chipText(sheet)).toContain(`${String(sheet.evidence.counts.assumed)} assumed`);
    expect(await renderPage(chipPage(sheet))).toContain('Floor plan');
  });
});

test('the spreads of a data sheet are what the dies have: switches, areas and the distribution of all', () => {
  const loaded = loadCard(ChipSchema, FILE, {
    overrides: ['variation.all=0.5', 'variation.tau_mem=20 %', 'variation.distribution=lognormal', 'mismatch.device_area.value=4'],
  });
  const { spreads } = chipSheet(loaded);
  const of = (name: string) => spreads.find((spread) => spread.name === name)!;
  // a fifth of the variance is common to a quadrant and does not fall with the area
  const common = Math.sqrt(0.8 / 4 + 0.2);
  expect(of('tau_mem')).toMatchObject({ value: '25 %', distribution: 'lognormal', scale: 0.2 * common });
  expect(of('leak').scale).toBeCloseTo(0.5 * common, 12);
  expect(of('synapse').scale).toBe(0.25);
  expect(of('quadrant_share')).toMatchObject({ distribution: null, scale: null });
  // dies are as stated: within 3 % over the quadrants of many
  const dies = Array.from({ length: 40 }, (_, seed) => dieSheet({ ...loaded.value, geometry: small.geometry }, seed));
  for (const name of ['tau_mem', 'synapse']) {
    const found = dies.map((die) => die.parameters.find((one) => one.name === name)!);
    expect(found[0]!.stated).toBeCloseTo((name === 'synapse' ? 0.05 : 0.25) * of(name).scale!, 12);
    const rms = Math.sqrt(mean(found.flatMap((one) => [one.deviation ** 2 * (1 - 1 / one.count) + (one.mean - 1) ** 2])));
    expect(Math.abs(rms / found[0]!.stated! - 1)).toBeLessThan(0.15);
  }
});

describe('the data sheet of a digital chip', () => {
  const FILE_OF = 'chips/loihi-like.yaml';
  const loaded = loadCard(LoihiSchema, FILE_OF);
  const sheet = loihiSheet(loaded);

  test('has every number with its evidence, the ranges of its words and the memory of its cores', () => {
    const { published, derived, assumed } = sheet.evidence.counts;
    expect(sheet.parameters.length).toBe(published + derived + assumed);
    expect(sheet.spreads).toEqual([]);
    const of = (name: string) => sheet.ranges.find((range) => range.name.startsWith(name))!;
    expect(of('weight, both')).toMatchObject({ low: -256, high: 254, lsb: 2 });
    expect(of('voltage')).toMatchObject({ low: 1 - 2 ** 23, high: 2 ** 23 - 1, lsb: 1 });
    expect(of('decay').lsb).toBe(1 / 4096);
    // a state falls by e in that many steps
    expect((1 - 1 / 4096) ** of('time constant').high).toBeCloseTo(Math.exp(-1), 12);
    // 128 KiB of synapses, two states of 24 and a counter of 7 bits, two decays of 12 and a threshold of 17 bits
    expect(sheet.floor.reduce((sum, { size }) => sum + size, 0)).toBe(128 * (2 ** 20 + 1024 * (2 * 24 + 7) + 1024 * (2 * 12 + 17)));
  });

  test('computes what the training framework computes, and says so where another rule or width costs spikes', () => {
    expect(sheet.integrators).toHaveLength(5);
    for (const { largest, expected, found, compared } of sheet.integrators) {
      expect(largest).toBe(0);
      expect([found, compared]).toEqual([expected, expected]);
      expect(expected).toBeGreaterThan(1000);
    }
    const worst = (override: string): number =>
      Math.max(...loihiSheet(loadCard(LoihiSchema, FILE_OF, { overrides: [override] })).integrators.map(({ largest }) => largest));
    expect(worst('neuron.fires=above-threshold')).toBeGreaterThan(0);
    expect(worst('neuron.state_bits.value=20')).toBeGreaterThan(0);
    expect(worst('neuron.decay_bits.value=16')).toBe(0);
    expect(loihiSheet(loadCard(LoihiSchema, FILE_OF, { overrides: ['geometry.synapse_bits_per_core.value=100'] })).integrators).toEqual([]);
  });

  test('becomes text and a page with its cores in tiles; a die of it is the card', async () => {
    expect(chipText(sheet)).toContain('8 x 4 tiles of 4 cores');
    const page = await renderPage(chipPage(sheet));
    expect(page.match(/stroke-width="1.5"/g)).toHaveLength(32);
    expect(dieText(loihiDieSheet(loaded.value, 3))).toContain('every die equals the card');
    expect(await renderPage(diePage(loihiDieSheet(loaded.value, 3)))).toContain('every die equals the card');
  });
});

describe('the sheet of a die', () => {
  test('tells the statistics of the very values that its circuits have', async () => {
    const sheet = dieSheet(bss2(), 3);
    const die = compileDie(bss2(), 3);
    const tau = sheet.parameters.find(({ name }) => name === 'tau_mem')!;
    expect(tau.mean).toBeCloseTo(mean(die.tauMemFactor), 12);
    expect(tau.deviation).toBeCloseTo(deviation(die.tauMemFactor), 12);
    expect(tau.bins.reduce((sum, bin) => sum + bin, 0)).toBe(512);
    expect(tau.quadrants).toHaveLength(4);
    const synapse = sheet.parameters.find(({ name }) => name === 'synapse')!;
    // 131,072 independent draws of 5 %
    expect(synapse.count).toBe(131_072);
    expect(Math.abs(synapse.deviation / 0.05 - 1)).toBeLessThan(0.01);
    const asymmetry = sheet.parameters.find(({ name }) => name === 'correlation_asymmetry')!;
    expect(Math.abs(asymmetry.deviation / 0.31 - 1)).toBeLessThan(0.02);
    expect(sheet.parameters.find(({ name }) => name === 'short_term_recovery')!.count).toBe(4096);
    expect(dieText(sheet)).toContain('tau_mem');
    expect(await renderPage(diePage(sheet))).toContain('Histograms');
  });

  test('two dies differ in all that varies and are uncorrelated but for their quadrants; a die does not differ from itself', () => {
    const card = bss2('mismatch.quadrant_share.value=0');
    const between = dieDifferences({ card, seed: 1 }, { card, seed: 2 });
    for (const { name, differing, count, correlation } of between) {
      // slopes do not vary, and the sensors of a block have nothing in common here
      expect(differing).toBe(name === 'cadc_slope' || name.startsWith('correlation') ? 0 : count);
      // five standard errors of 512 pairs
      if (correlation !== null) expect(Math.abs(correlation)).toBeLessThan(5 / Math.sqrt(512));
    }
    expect(dieDifferences({ card, seed: 1 }, { card, seed: 1 }).every(({ differing, largest }) => differing === 0 && largest === 0)).toBe(
      true,
    );
  });
});

describe('a measured die', () => {
  test.each([
    ['CSV', dieCsv],
    ['JSON', dieJson],
  ])('exported as %s and imported again is the same die, to the last bit', (_, write) => {
    const again = withDie(small, write(small, 5));
    const [first, second] = [compileDie(small, 5), compileDie(again, 5)];
    expect(dieColumns(again, second)).toEqual(dieColumns(small, first));
    for (const row of [0, 15, 31]) expect(second.synapseFactor(row, 3)).toBe(first.synapseFactor(row, 3));
    if (write === dieJson) {
      expect(second.correlationBlocks).toEqual(first.correlationBlocks);
      expect(second.correlationFactors(15, 11)).toEqual(first.correlationFactors(15, 11));
    }
    // another number is drawn as ever
    expect(dieColumns(again, compileDie(again, 6))).toEqual(dieColumns(small, compileDie(small, 6)));
  });

  test('has what was measured in its truth, in any unit of voltage', async () => {
    const card = bss2(
      ...IDEAL.filter((override) => override !== 'variation=0'),
      'geometry.cores.value=2',
      'geometry.neurons_per_core.value=8',
    );
    const lines = Array.from({ length: 16 }, (_, n) => `${String(15 - n)},${String(n)}`);
    const measured = withDie(card, ['circuit,leak [mV]', ...lines].join('\n'));
    const truth = async (of: ChipCard): Promise<Float64Array> => {
      const die = new DieSubstrate(of, 5, 1);
      await die.configure(nominal(of));
      return die.truth().rest;
    };
    const ideal = await truth({ ...card, variation: 0 });
    const found = await truth(measured);
    for (let n = 0; n < 16; n++) expect(found[n]! - ideal[n]!).toBeCloseTo((15 - n) * 1e-3, 9);
    expect(await truth({ ...measured, variation: 0 })).toEqual(ideal);
  });

  test('goes into the text of a card, where its name finds it; the rest of the card stays', () => {
    const loaded = loadCard(ChipSchema, FILE);
    const text = cardWithDie(FILE, readFileSync(FILE, 'utf8'), readMeasured(dieCsv(loaded.value, 5), 'm.csv', LABEL, loaded.value).die);
    const { measured, ...rest } = parseCard(ChipSchema, text).value;
    expect(measured).toMatchObject([LABEL]);
    expect(rest).toEqual(loaded.value);
    expect(text).toContain('# the whole circuit: used with');
  });

  test('all mistakes of a file are told at once', () => {
    const mistakes = (text: string): string => {
      try {
        withDie(small, text);
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(mistakes('circuit,leek (V),tau_mem (kg)\n0,1,2')).toMatch(/leek[^]*leak[^]*unit "kg"/);
    const broken = mistakes(`circuit,leak (V)\n0,x\n0,1\n99,1\n`);
    expect(broken).toMatch(/measured.csv:2[^]*measured.csv:3[^]*measured.csv:4/);
    expect(mistakes('leak (V)\n1\n')).toContain('no column');
    expect(mistakes('circuit,leak (V)\n1,\n')).toContain('no measured value');
    expect(() =>
      parseCard(
        ChipSchema,
        JSON.stringify({ ...(loadCard(ChipSchema, FILE).written as object), measured: [{ ...LABEL, circuits: { leak: [1, 2] } }] }),
      ),
    ).toThrow('512 numbers');
  });
});

describe('the sheets of a subthreshold chip', () => {
  const card = loadCard(DynapseSchema, 'chips/dynapse2.yaml');
  const sheet = dynapseSheet(card);

  test('count its numbers, and tell its integrator against the closed form of the way to threshold', () => {
    const { published, derived, assumed } = sheet.evidence.counts;
    expect(sheet.parameters.length + sheet.spreads.length).toBe(published + derived + assumed);
    for (const { found, expected, largest, integrator, pattern } of sheet.integrators) {
      expect(found).toBe(expected);
      // events move the membrane of the fast one a step late
      expect(largest, pattern).toBeLessThan(integrator === 'accurate' ? 1e-5 : pattern.includes('events') ? 0.05 : 0.01);
    }
    expect(chipText(sheet)).toContain('1024');
  });

  test('give ranges that the closed form of a filter gives: tau = C U_T / (kappa I)', () => {
    const { physics, capacitances, bias_generator } = card.value;
    const tau = sheet.ranges.find(({ name }) => name === 'tau_mem')!;
    const at = (current: number): number => (capacitances.membrane.value * physics.thermal_voltage.value) / (physics.kappa.value * current);
    expect(tau.low).toBeCloseTo(at(bias_generator.coarse.value.at(-1)!), 12);
    expect(tau.high).toBeCloseTo(at(bias_generator.dark.value), 6);
  });

  test('show spreads near those of the card, over the circuits of one die', () => {
    const die = dynapseDieSheet(card.value, 3);
    for (const { name, stated, deviation: found } of die.parameters.filter(({ count }) => count >= 1000))
      expect([name, Math.abs(found / stated! - 1) < 0.2]).toEqual([name, true]);
    expect(dieText(die)).toContain('gaba_b');
  });
});

test('the system of 16 cores is bss2 sixteen times: only its geometry and its name differ', () => {
  const { geometry, name: _, description: __, ...system } = loadCard(ChipSchema, 'chips/bss2-16.yaml').value;
  const { geometry: one, name: ___, description: ____, ...chip } = loadCard(ChipSchema, FILE).value;
  expect(system).toEqual(chip);
  expect(geometry.cores.value * geometry.neurons_per_core.value).toBe(16 * one.cores.value * one.neurons_per_core.value);
});

test('the sheet of a die lists its dead circuits and stuck bits, drawn or listed, and what all circuits share', () => {
  const listed: ChipCard = { ...small, corner: 'SS', faults: { dead: [3, 7], stuck: [{ circuit: 5, cell: 'leak', bit: 8, at: 1 }] } };
  const sheet = dieSheet(listed, 2);
  expect(sheet.faults).toEqual({ dead: [3, 7], stuck: [{ circuit: 5, cell: 'leak', bits: 'bit 8 at 1' }] });
  expect(dieText(sheet)).toContain('dead circuits: 2: 3 and 7\nstuck bits: 1: leak of circuit 5 (bit 8 at 1)');
  expect(dieText(sheet)).toContain('corner SS, 27 C');
  const drawn: ChipCard = { ...small, faults: { dead: 0.3, stuck: 0 } };
  expect(dieSheet(drawn, 2).faults.dead).toEqual(
    Array.from(compileDie(drawn, 2).dead.entries()).flatMap(([n, dead]) => (dead === 1 ? [n] : [])),
  );
  expect(dieText(dieSheet(small, 2))).toContain('dead circuits: none\nstuck bits: none');
});

test('two dies of one number differ where circuits are dead, and dies of two sizes are not compared', () => {
  const listed: ChipCard = { ...small, faults: { dead: [3, 7], stuck: 0 } };
  const dead = dieDifferences({ card: small, seed: 1 }, { card: listed, seed: 1 }).find(({ name }) => name === 'dead');
  expect(dead).toMatchObject({ differing: 2, count: 16, at: 3 });
  expect(() => dieDifferences({ card: small, seed: 1 }, { card: bss2(), seed: 1 })).toThrow(/16 circuits and BSS-2-like has 512/);
});
