import { expect, test } from 'vitest';
import { calibrateDie } from '../../src/calibration/index.ts';
import { DieSubstrate } from '../../src/chip/index.ts';
import { uniformTargets } from '../../src/codesign/uniform-targets.ts';
import { gradeCalibration, referenceTruth, uncalibratedDie } from '../../src/grading/index.ts';
import { bss2, IDEAL, mean } from '../chip/cards.ts';

const WANTED = { leak: 0.42, reset: 0.375, threshold: 0.6225, tau_mem: 10e-6, tau_syn: 10e-6, psp: 0.08, input_shift: 0 };
const EFFORT = { samples: 32, repeats: 8, dither: 5, mask_above: 6, verify: 8, seed: 1 };
const SMALL = ['geometry.cores.value=2', 'geometry.block.value=64'];
const evident = (path: string, value: string): string => `${path}={ value: ${value}, evidence: assumed, source: a test }`;
/** The inputs of this card have resting currents: of offsets of 1 mV where a full weight drops the line by 30 mV. */
const RESTING = [
  evident('synapse.input.full_drop', '30 mV'),
  evident('synapse.input.reference_per_code', '10 uV'),
  evident('mismatch.synapse_reference_excitatory', '1 mV'),
  evident('mismatch.synapse_reference_inhibitory', '1 mV'),
];

test('a code of the reference moves the rest by tau_mem x drive x its share of a full weight, an input that is off by nothing', async () => {
  const card = bss2(...SMALL, ...IDEAL, ...RESTING);
  const die = new DieSubstrate(card, 1, 1);
  const { nominal } = uniformTargets(card, WANTED);
  await die.configure({ ...nominal, spiking: false });
  const circuits = Uint32Array.of(0, 40);
  const rest = async (): Promise<number> => mean(await die.read(circuits, 1, 'madc')) * card.madc!.lsb.value;
  const before = await rest();
  const codes = nominal.codes!.synapse_reference_excitatory!.map((code) => code + 300);
  await die.configure({ codes: { synapse_reference_excitatory: codes } });
  const { driveExcitatory, tauMem } = die.truth();
  // 300 codes of 10 uV of a drop of 30 mV, seen through lines of the membrane ADC that differ from 1 by a per cent
  const expected = tauMem[0]! * driveExcitatory[0]! * ((300 * 10e-6) / 30e-3);
  expect(expected).toBeGreaterThan(0.02);
  expect(((await rest()) - before) / expected).toBeGreaterThan(0.93);
  expect(((await rest()) - before) / expected).toBeLessThan(1.07);
  await die.configure({ synapticInputs: 'inhibitory' });
  expect(Math.abs((await rest()) - before)).toBeLessThan(0.002);
});

test('resting currents are cancelled to a tenth of an LSB, with honest intervals, and the leaks are right with both inputs on', async () => {
  const card = bss2(...SMALL, ...RESTING);
  const { targets, nominal } = uniformTargets(card, WANTED);
  const die = new DieSubstrate(card, 4, 2);
  const found = await calibrateDie(die, targets, nominal, EFFORT);
  expect(found.order.lastIndexOf('leak')).toBeGreaterThan(found.order.indexOf('reference_inhibitory'));
  const before = await uncalibratedDie(card, 4, 2, nominal);
  const others = referenceTruth(card, before.truth(), die.truth(), targets);
  const { graded } = gradeCalibration(card, 4, before.truth(), die, found, targets, { others });
  const of = (name: string) => graded.find(({ quantity }) => quantity === name)!;
  for (const name of ['reference_excitatory', 'reference_inhibitory']) {
    const { rmsBefore, rmsAfter, coverage, masked } = of(name);
    expect(rmsBefore, name).toBeGreaterThan(1);
    expect(rmsAfter, name).toBeLessThan(0.2);
    expect(masked.filter(Boolean).length, name).toBeLessThan(3);
    // of 64 circuits a share of 68 % is known to 6 points
    expect(coverage!.within68 / coverage!.circuits, name).toBeGreaterThan(0.5);
    expect(coverage!.within95 / coverage!.circuits, name).toBeGreaterThan(0.86);
  }
  expect(of('leak').rmsAfter).toBeLessThan(0.5);
});

test('a chip without references, or a plan without strengths, is refused in words', async () => {
  const refused = async (card: ReturnType<typeof bss2>, wanted: typeof WANTED | Omit<typeof WANTED, 'psp' | 'tau_syn'>): Promise<void> => {
    const { targets, nominal } = uniformTargets(card, wanted);
    await calibrateDie(new DieSubstrate(card, 1, 1), targets, nominal, { ...EFFORT, samples: 4, repeats: 4 });
  };
  await expect(refused(bss2(...SMALL), WANTED)).rejects.toThrow('synapse.input.reference_per_code');
  const { psp: _, tau_syn: __, ...bare } = WANTED;
  await expect(refused(bss2(...SMALL, ...RESTING), bare)).rejects.toThrow('needs tau_syn and psp');
});
