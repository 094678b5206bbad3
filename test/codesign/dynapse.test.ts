/** Calibration of cores that share their biases, and emulation on them, on a small chip: read from the bench alone, graded against closed forms of the truth. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { biasCurrent, compileDynapseDie, designBiases, DynapseBench, dynapseParameters } from '../../src/chip/index.ts';
import {
  calibratedCores,
  calibrateDynapse,
  cardFile,
  designAim,
  designTargets,
  emulate,
  expectedReadings,
  intendEmulate,
  medianDie,
  nominalDie,
  sharedCalibratedDie,
  type DynapseCalibration,
} from '../../src/codesign/index.ts';
import { CalibratedCoresSchema, DYNAPSE_BIASES, DynapseSchema, loadCard, type DynapseCard } from '../../src/model/index.ts';
import { contextFor } from './workspace.ts';

const SMALL = ['geometry.cores.value=2', 'geometry.neurons_per_core.value=32'];
const cardWith = (...overrides: string[]): DynapseCard =>
  loadCard(DynapseSchema, cardFile('chip', 'dynapse2'), { overrides: [...SMALL, ...overrides] }).value;
const directory = mkdtempSync(join(tmpdir(), 'neurolith-dynapse-'));
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Of exact readings two say as much as three. */
const readTwice = { ...designAim(1), effort: { ...designAim(1).effort, verify: 2 } };

let shared: Promise<DynapseCalibration> | undefined;
const calibrated = (): Promise<DynapseCalibration> => (shared ??= calibrateDynapse(cardWith('faults.dead=[5, 40]'), 3, designAim(1)));

test('without mismatch and noise the bench reads the closed forms of the data sheet', async () => {
  const card = cardWith('variation=0', 'noise.scale=0');
  const { calibration } = await calibrateDynapse(card, 1, readTwice);
  const expected = expectedReadings(card, dynapseParameters(card, nominalDie(card), calibration.biases), 0);
  for (const { name, after, spread } of calibration.quantities) {
    // counts over a window are whole, what the membrane shows has ripples of its train and a rest above the dark current
    const within = name === 'refractory' ? 0.03 : name === 'rate' || name === 'gain_mem' ? 0.02 : 0.003;
    for (const median of after) expect(Math.abs(median / expected.get(name)! - 1), name).toBeLessThan(within);
    for (const value of spread) expect(value, name).toBeLessThan(1e-6);
  }
  expect(calibration.masked).toEqual([]);
});

test('medians meet their targets, and the truth lies within what is stated', async () => {
  const card = cardWith('faults.dead=[5, 40]');
  const { calibration, truth, met } = await calibrated();
  expect(met).toBe(calibration.quantities.every(({ after, target }) => after.every((value) => Math.abs(value / target - 1) <= 0.08)));
  let [within, holding, all, closer] = [0, 0, 0, 0];
  calibration.quantities.forEach(({ name, target, before, after, error68, error95 }) => {
    const real = truth.find((one) => one.name === name)!;
    after.forEach((median, core) => {
      all++;
      const off = Math.abs(real.after[core]! - median);
      if (off <= error68[core]!) within++;
      if (off <= error95[core]!) holding++;
      // stated errors are those of these neurons, no sampling error of a population
      expect(error95[core]! / median, name).toBeLessThan(0.03);
      if (Math.abs(after[core]! / target - 1) <= Math.abs(before[core]! / target - 1) + 0.01) closer++;
    });
  });
  expect(all).toBe(2 * calibration.quantities.length);
  // 68 and 95 %, of 34 medians
  expect(within / all).toBeGreaterThan(0.5);
  expect(within / all).toBeLessThan(0.9);
  expect(holding / all).toBeGreaterThan(0.85);
  expect(closer / all).toBeGreaterThan(0.9);
  const { settling, running } = calibration.hardwareTime;
  expect(Math.min(settling, running)).toBeGreaterThan(1);
  expect(designTargets(card).rate).toBeGreaterThan(20);
});

/** A constant input, a gate of the NMDA synapses and an adaptation: what the shipped design leaves off. */
const USED = ['design.dc.value=10 nA', 'design.nmda_gate.value=20 nA', 'design.weight_ahp.value=2 nA'];

test('constant input, gate and adaptation are read as the closed forms say, without mismatch and noise', async () => {
  const card = cardWith('variation=0', 'noise.scale=0', 'geometry.cores.value=1', 'geometry.neurons_per_core.value=4', ...USED);
  const { calibration } = await calibrateDynapse(card, 1, readTwice);
  const expected = expectedReadings(card, dynapseParameters(card, nominalDie(card), calibration.biases), 0);
  // rates follow the adaptation as if it stood still, and spikes are whole
  const within: Record<string, number> = { dc: 0.01, nmda_gate: 0.01, tau_ahp: 0.05, ahp: 0.05 };
  const read = calibration.quantities.slice(-4);
  expect(read.map(({ name, bias }) => [name, bias])).toEqual([
    ['dc', 'dc'],
    ['nmda_gate', 'nmda_gate'],
    ['tau_ahp', 'tau_ahp'],
    ['ahp', 'weight_ahp'],
  ]);
  for (const { name, after, target } of read) {
    expect(Math.abs(after[0]! / expected.get(name)! - 1), name).toBeLessThan(within[name]!);
    expect(Math.abs(after[0]! / target - 1), name).toBeLessThan(within[name]!);
  }
});

test('dead neurons are masked and belong to no group; every other one belongs to one', async () => {
  const { calibration } = await calibrated();
  const masked = new Map(calibration.masked.map(({ neuron, why }) => [neuron, why]));
  expect(masked.get(5)).toContain('silent');
  expect(masked.get(40)).toContain('silent');
  expect(masked.size).toBeLessThan(20);
  calibration.cluster.forEach((group, neuron) => {
    expect(group >= 0).toBe(!masked.has(neuron));
    expect(calibration.distance[neuron]! < 1000).toBe(!masked.has(neuron));
    expect(Number.isFinite(calibration.distance[neuron]!)).toBe(neuron !== 5 && neuron !== 40);
  });
  for (const centres of calibration.centres) expect(centres).toEqual(centres.toSorted((a, b) => a - b));
});

test('a die of medians reads as the calibrated die did, and its factors hold for other codes', async () => {
  const card = cardWith('faults.dead=[5, 40]');
  const { calibration } = await calibrated();
  const model = medianDie(card, calibration);
  const p = dynapseParameters(card, model, calibration.biases);
  for (const { name, after } of calibration.quantities)
    after.forEach((median, core) => {
      expect(expectedReadings(card, p, core * 32).get(name)! / median).toBeCloseTo(1, 2);
    });
  // the true median of the time constant under the codes of the design, which the calibration did not end with
  const die = compileDynapseDie(card, 3);
  const designed = [0, 1].map(() => designBiases(card));
  const [expected, real] = [dynapseParameters(card, model, designed), dynapseParameters(card, die, designed)];
  for (const core of [0, 1]) {
    const own = Array.from(real.tauMem.subarray(core * 32, (core + 1) * 32)).toSorted((a, b) => a - b);
    expect(Math.abs(expected.tauMem[core * 32]! / own[16]! - 1)).toBeLessThan(0.1);
  }
});

test('codes that are written are codes of the generator, under the names of the software of the chip', async () => {
  const card = cardWith('faults.dead=[5, 40]');
  const result = await calibrated();
  const { cores, neurons } = CalibratedCoresSchema.parse(calibratedCores(card, sharedCalibratedDie(card, result, 0.08), 0.08, 'plan'));
  for (const { parameters } of cores)
    for (const [name, code] of Object.entries(parameters)) expect(code.current, name).toBe(biasCurrent(card, code));
  cores.forEach(({ parameters }, core) => {
    const { tau_mem: leak, nmda_gate: gate } = result.calibration.biases[core]!;
    expect(parameters['SOIF_LEAK_N']).toMatchObject(leak);
    expect(parameters['DENM_NMREV_N']).toMatchObject(gate);
    // all biases but those of the positive feedback have a name there
    expect(Object.keys(parameters)).toHaveLength(DYNAPSE_BIASES.filter((name) => !name.startsWith('feedback')).length);
  });
  expect(neurons.group).toHaveLength(64);
  expect(neurons.masked.map(({ neuron }) => neuron)).toEqual(expect.arrayContaining([5, 40]));
});

test('a bench that is asked for codes which are none changes nothing', async () => {
  const bench = new DynapseBench(cardWith(), 1, 1);
  const { design } = bench.capabilities;
  await expect((async () => bench.configure([{ ...design, dc: { coarse: 9, fine: 1 } }, design]))()).rejects.toThrow(/bias code 9:1/);
  expect(bench.bill.settling).toBe(0);
});

test('a calibrated chip is nearer to the teacher than one with the codes of the data sheet, and no worse where there is no mismatch', async () => {
  let number = 0;
  const scores = async (codes: 'calibrated' | 'nominal', variation: number, parts = 1) => {
    const { result } = await emulate({
      files: {
        workload: cardFile('workload', 'calibration/workloads/feed-forward-100.yaml'),
        chip: cardFile('chip', 'dynapse2'),
        noc: cardFile('noc', 'mesh-4x4'),
      },
      die: 2,
      stimulus: 1,
      seed: 1,
      duration: 0.2,
      codes,
      parts,
      overrides: [`chip.variation=${String(variation)}`, 'chip.geometry.cores.value=2', 'chip.geometry.neurons_per_core.value=64'],
      context: contextFor(join(directory, String(number++))),
    });
    return result;
  };
  const [nominal, better] = [await scores('nominal', 1), await scores('calibrated', 1)];
  expect(better.fidelity.rates).toBeLessThan(nominal.fidelity.rates!);
  expect(better.fidelity.timing).toBeGreaterThan(nominal.fidelity.timing!);
  const [ideal, same] = [await scores('nominal', 0), await scores('calibrated', 0)];
  expect(same.fidelity.rates!).toBeLessThan(ideal.fidelity.rates! + 0.1);
  // cut into parts, the same trace
  expect((await scores('nominal', 1, 3)).traceHash).toBe(nominal.traceHash);
}, 120_000);

test('on a board of four chips spikes cross all three levels of its network, each delivered once', async () => {
  const { result } = await emulate({
    files: {
      workload: cardFile('workload', 'calibration/workloads/feed-forward-100.yaml'),
      chip: cardFile('chip', 'dynapse2-16'),
      noc: cardFile('noc', 'three-level-64'),
    },
    die: 1,
    stimulus: 1,
    seed: 1,
    duration: 0.05,
    codes: 'nominal',
    parts: 1,
    overrides: ['chip.geometry.neurons_per_core.value=8', 'noc.topology.width=2', 'noc.topology.height=2'],
    context: contextFor(join(directory, 'board')),
  });
  const { spikes, map } = result;
  expect(spikes.deliveriesMade + spikes.deliveriesInFlight).toBe(spikes.deliveriesOffered);
  expect(spikes.deliveriesMade).toBeGreaterThan(100);
  // 16 cores, a router on each chip and one of the board beside it: each router carries some of it
  expect(map.x).toHaveLength(24);
  const touching = (node: number) => map.links.filter(({ from, to }) => from === node || to === node);
  const routers = Array.from(map.x, (_, node) => node).filter((node) => touching(node).length > 2);
  expect(routers).toHaveLength(8);
  for (const node of routers) expect(touching(node).some(({ load }) => load > 0)).toBe(true);
});

test('a dry run checks everything and writes nothing; what the family has not is refused in words', async () => {
  const request = {
    files: { workload: cardFile('workload', 'small-world-300'), chip: cardFile('chip', 'dynapse2'), noc: cardFile('noc', 'mesh-4x4') },
    die: 1,
    stimulus: 1,
    seed: 1,
    duration: 0.1,
    codes: 'calibrated' as const,
    parts: 1,
    overrides: [],
    context: { directory: join(directory, 'never'), force: false },
  };
  expect(await intendEmulate(request)).toMatchObject({ state: 'new', jobs: { emulations: 1, calibrations: 1 } });
  expect(existsSync(join(directory, 'never'))).toBe(false);
  const refused = (more: object): Promise<unknown> => (async () => intendEmulate({ ...request, ...more }))();
  await expect(refused({ stimuli: ['current@0:8 amplitude=5mV start=20ms'] })).rejects.toThrow(/no inputs of kind current/);
  await expect(refused({ probes: ['cadc'] })).rejects.toThrow(/--probe: cadc is not there/);
  await expect(refused({ contract: 'contract.yaml' })).rejects.toThrow(/its own contract/);
});
