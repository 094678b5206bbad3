import { expect, test } from 'vitest';
import { codeWeight, peakPerDrive } from '../../../src/chip/index.ts';
import { bind, partition, type Binding } from '../../../src/emulator/index.ts';
import { parseCard, WorkloadSchema, type ChipCard } from '../../../src/model/index.ts';
import { buildNetwork } from '../../../src/network/index.ts';
import { chip, loop } from '../build.ts';

const CARD = chip('geometry.cores.value=1');

/** A neuron that many sources reach, each with a weight of its own (mV). */
function fanIn(weights: readonly number[], card: ChipCard = CARD, allow = false): Binding {
  const NEURON =
    '{ tau_mem: 10 ms, tau_syn_excitatory: 5 ms, tau_syn_inhibitory: 5 ms, rest: -70 mV, threshold: -50 mV, reset: -75 mV, refractory: 2 ms }';
  const stimuli = weights.map((weight) => `{ kind: spikes, weight: ${String(weight)} mV, trains: [{ to: target, at: [1 ms] }] }`);
  const text = `
name: fan-in
description: One neuron under many inputs
populations: { target: { size: 1, model: lif, parameters: ${NEURON} } }
weight_unit: 1 mV
sign: of the weight
delay: 1 ms
edges: []
stimuli: [${stimuli.join(', ')}]
duration: 10 ms
warm_up: 0 ms
seeds: { graph: 1, stimulus: [1] }
`;
  const read = parseCard(WorkloadSchema, text, { file: 'fan-in' });
  const network = buildNetwork(read.value, read);
  return bind(network, card, new Uint32Array(1), 1, 1e-3, allow);
}

/** Step of dV/dt on a nominal circuit, V/s, of a peak PSP in mV. */
function stepOf(millivolts: number): number {
  return (Math.abs(millivolts) * 1e-3 * CARD.binding.voltage_gain.value) / peakPerDrive(10e-6, 5e-6);
}

test('the largest weight gets the full code, others their share of it, rounded to nearest', () => {
  const { synapses, targets } = fanIn([8, 4, 2]);
  const full = targets.driveExcitatory[0]!;
  expect(full).toBeGreaterThanOrEqual(stepOf(8));
  // the bias code rounds up, by less than one of its steps
  expect(full).toBeLessThan(stepOf(8) + CARD.synapse.drive_per_code.value * codeWeight(CARD));
  expect(Array.from(synapses.code)).toEqual([8, 4, 2].map((weight) => Math.round((stepOf(weight) / full) * 63)));
});

test('the stated percentile gets the full code: a single outlier is clipped, and counted', () => {
  const { synapses, summary, targets } = fanIn([...Array.from({ length: 249 }, () => 1), 50]);
  expect(targets.driveExcitatory[0]!).toBeLessThan(stepOf(1) * 1.2);
  expect(synapses.code[249]).toBe(63);
  expect(summary.clippedShare).toBeCloseTo(1 / 250, 12);
  expect(summary.weightError).toBeGreaterThan(0.5);
});

test('weights that round to zero are counted', () => {
  const { synapses, summary } = fanIn([8, 8, 0.01, 0.02]);
  expect(Array.from(synapses.code).slice(2)).toEqual([0, 0]);
  expect(summary.zeroShare).toBe(0.5);
});

test('ties are rounded to even', () => {
  // with one bit less than a power of two, halves are hit exactly: 2.5 and 3.5 of 7
  const card = chip('geometry.cores.value=1', 'synapse.weight_bits.value=3', 'synapse.drive_per_code.value=1000');
  const perCode = 1000 * codeWeight(card);
  const scale = fanIn([7 * (perCode / stepOf(1))], card);
  expect(scale.targets.driveExcitatory[0]! / perCode).toBeCloseTo(7, 9);
  const unit = perCode / stepOf(1);
  const { synapses } = fanIn([7 * unit, 2.5 * unit, 3.5 * unit, 4.5 * unit], card);
  expect(Array.from(synapses.code)).toEqual([7, 2, 4, 4]);
});

test('signs belong to rows: a source of both signs takes one row for each, inhibitory weights have a scale of their own', () => {
  const { synapses, targets } = fanIn([8, -2, 4]);
  expect(Array.from(synapses.sign)).toEqual([1, -1, 1]);
  expect(new Set(synapses.row).size).toBe(3);
  expect(synapses.code[1]).toBeGreaterThan(60);
  expect(targets.driveInhibitory[0]!).toBeLessThan(targets.driveExcitatory[0]!);
});

test('with quantisation off the codes are real numbers and nothing is clipped', () => {
  const { synapses, summary } = fanIn([8, 1 / 3, 50], chip('geometry.cores.value=1', 'quantisation=off'));
  expect(summary).toMatchObject({ clippedShare: 0, zeroShare: 0 });
  expect(summary.weightError).toBeLessThan(1e-12);
  expect(synapses.code[1]! / synapses.code[0]!).toBeCloseTo(1 / 24, 12);
});

test('more distinct sources than rows are refused with the numbers, or left out and counted when the user allows it', () => {
  const card = chip('geometry.cores.value=1', 'geometry.rows_per_core.value=10');
  const weights = Array.from({ length: 13 }, () => 1);
  expect(() => fanIn(weights, card)).toThrow(/core 0 needs 13 synapse rows .* has 10; 3 synapses would be lost \(--allow/);
  const { summary } = fanIn(weights, card, true);
  expect(summary).toMatchObject({ synapses: 10, refused: { 'no free synapse row': 3 } });
});

test('what a packet delivers to a core is one slice of the synapses of its source', () => {
  const card = chip('geometry.cores.value=4');
  const read = loop();
  const network = buildNetwork(read.value, read);
  const { coreOf, localShare } = partition(network, 4, 32, 'refined', 1);
  const { synapses, circuitOf, neuronOf } = bind(network, card, coreOf, localShare, 1e-3);
  expect(Array.from(circuitOf, (circuit) => neuronOf[circuit])).toEqual(Array.from(circuitOf, (_, n) => n));
  for (let s = 0; s < network.count; s++) {
    const slice = synapses.circuit.subarray(synapses.rowStart[s], synapses.rowStart[s + 1]);
    expect(slice).toEqual(slice.toSorted());
  }
});

test('populations with different refractory periods are refused: one counter serves the die', () => {
  const read = loop({ size: 4, inDegree: 1 });
  const network = buildNetwork(read.value, read);
  const mixed = { ...network, refractory: Float64Array.of(2e-3, 2e-3, 1e-3, 2e-3) };
  expect(() => bind(mixed, CARD, new Uint32Array(4), 1, 1e-3)).toThrow(/one refractory period/);
});
