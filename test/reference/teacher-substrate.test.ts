/** What runs on a chip runs on the teacher too: the measurements of the calibration give back the parameters that were set, and the ideal die does what the teacher does. */
import { expect, test } from 'vitest';
import { measureLeak, measureReset } from '../../src/calibration/potentials.ts';
import { potentialReader } from '../../src/calibration/reader.ts';
import { measureSynapses, synapseStimulus } from '../../src/calibration/synapse.ts';
import { measureTauMem } from '../../src/calibration/tau-mem.ts';
import { DieSubstrate } from '../../src/chip/index.ts';
import { traceHash, type Experiment, type NeuronParameters } from '../../src/model/index.ts';
import { TeacherSubstrate } from '../../src/reference/index.ts';
import { bss2, IDEAL, nominal, TARGETS } from '../chip/cards.ts';

const EFFORT = { samples: 2, repeats: 2, dither: 0, mask_above: 10, verify: 1, seed: 1 };
const NEURONS = 3;

function teacher(parameters: Partial<Record<keyof NeuronParameters, readonly number[]>>, neurons = NEURONS): Promise<TeacherSubstrate> {
  const substrate = new TeacherSubstrate({ neurons });
  return substrate
    .configure({
      parameters: Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, Float64Array.from(values)])),
    })
    .then(() => substrate);
}

const volts = (substrate: TeacherSubstrate, reading: number): number =>
  substrate.capabilities.cadc.zero + reading * substrate.capabilities.cadc.lsb;

test('the potentials, time constants and strengths that calibration measures on the teacher are those that were set', async () => {
  const set = {
    leak: [0.5, 0.6, 0.7],
    reset: [0.3, 0.35, 0.4],
    threshold: [2, 2, 2],
    tauMem: [8e-6, 10e-6, 15e-6],
    tauSynExcitatory: [4e-6, 5e-6, 6e-6],
    driveExcitatory: [400, 500, 600],
  };
  const substrate = await teacher(set);
  const reader = potentialReader(substrate, { offsets: new Float64Array(NEURONS), slopes: new Float64Array(NEURONS).fill(1), middle: 0 });
  const leak = await measureLeak(substrate, reader, EFFORT);
  const reset = await measureReset(substrate, reader, EFFORT);
  const tauMem = await measureTauMem(substrate, reader, EFFORT, 10e-6);
  const stimulus = { ...synapseStimulus(substrate, 1, { drive: 500, tauSyn: 5e-6, tauMem }), rows: 1, weight: 63 };
  const { reading } = await measureSynapses(substrate, reader, stimulus, EFFORT, 0);
  for (let n = 0; n < NEURONS; n++) {
    expect(volts(substrate, leak[n]!)).toBeCloseTo(set.leak[n]!, 6);
    expect(volts(substrate, reset[n]!)).toBeCloseTo(set.reset[n]!, 6);
    expect(tauMem[n]! / set.tauMem[n]!).toBeCloseTo(1, 5);
    // events follow each other after eight median time constants: the slowest membrane has half a percent of the last potential left
    expect(Math.abs(reading.tauSyn[n]! / set.tauSynExcitatory[n]! - 1)).toBeLessThan(0.015);
    expect(Math.abs(reading.drive[n]! / set.driveExcitatory[n]! - 1)).toBeLessThan(0.015);
  }
});

test('a driven neuron fires with the period of the closed form, rounded up to a tick', async () => {
  // tau ln((v_inf - reset) / (v_inf - threshold)) from reset, after the refractory time
  const [tau, leak, reset, threshold, offset, refractory] = [10e-6, 0.6, 0.5, 0.8, 5e4, 2e-6];
  const substrate = await teacher({ tauMem: [tau], leak: [leak], reset: [reset], threshold: [threshold], offset: [offset] }, 1);
  await substrate.configure({ offsetCurrentOn: true, refractory });
  const { spikes } = await substrate.run({ stimulus: {}, probes: [], until: 100_000 });
  const target = leak + tau * offset;
  const first = tau * Math.log((target - leak) / (target - threshold));
  const period = refractory + tau * Math.log((target - reset) / (target - threshold));
  expect(spikes.tick.length).toBe(1 + Math.floor((100e-6 - first) / period));
  spikes.tick.forEach((tick, k) => expect(tick).toBe(Math.ceil((first + k * period) * 1e9)));
});

test('the ideal die with linear leak does on the bench what the teacher does', async () => {
  const card = bss2(...IDEAL, 'neuron.ota=linear', 'geometry.cores.value=1', 'geometry.block.value=32', 'step.value=10 ns');
  const die = new DieSubstrate(card, 1, 1);
  await die.configure({ ...nominal(card), refractory: 2e-6 });
  const truth = die.truth();
  const ideal = new TeacherSubstrate({ neurons: die.capabilities.neurons, sampleInterval: die.capabilities.cadc.sampleInterval });
  await ideal.configure({
    parameters: {
      leak: truth.rest,
      reset: truth.reset,
      threshold: truth.threshold,
      tauMem: truth.tauMem,
      tauSynExcitatory: truth.tauSynExcitatory,
      driveExcitatory: truth.driveExcitatory,
    },
    refractory: 2e-6,
  });
  const events = Array.from({ length: 400 }, (_, k) => ({ tick: 1000 + 137 * k, row: k % 16, sign: 1 as const }));
  const experiment: Experiment = { stimulus: { rowEvents: events, weight: 20 }, probes: [], until: 80_000 };
  const [student, exact] = [await die.run(experiment), await ideal.run(experiment)];
  expect(exact.spikes.tick.length).toBeGreaterThan(die.capabilities.neurons);
  expect(student.spikes.neuron).toEqual(exact.spikes.neuron);
  student.spikes.tick.forEach((tick, k) => expect(Math.abs(tick - exact.spikes.tick[k]!)).toBeLessThan(20));
  expect(TARGETS.leak).toBeCloseTo(truth.rest[0]!, 2);
});

test('probes change no spike, and what makes no sense is refused in words', async () => {
  const substrate = await teacher({ driveExcitatory: [2e5, 1e5, 5e4] });
  const stimulus = { rowEvents: [100, 900, 1700].map((tick) => ({ tick, row: 0, sign: 1 as const })), releaseAt: [500] };
  const bare = await substrate.run({ stimulus, probes: [], until: 20_000 });
  const probed = await substrate.run({ stimulus, probes: [{ kind: 'cadc', circuits: Uint32Array.of(0, 2), from: 0 }], until: 20_000 });
  expect(traceHash(probed.spikes)).toBe(traceHash(bare.spikes));
  expect(bare.spikes.tick.length).toBeGreaterThan(0);
  expect(probed.samples[0]!.values.length).toBe(2 * probed.samples[0]!.tick.length);
  await expect(substrate.configure({ codes: { leak: new Int32Array(NEURONS) } })).rejects.toThrow('no codes');
  await expect(substrate.configure({ parameters: { leak: new Float64Array(1) } })).rejects.toThrow('1 values for 3 neurons');
  await expect(substrate.run({ stimulus: { rowEvents: [{ tick: 1, row: 256, sign: 1 }] }, probes: [], until: 10 })).rejects.toThrow(
    'rows 0 to 255',
  );
  await expect(new DieSubstrate(bss2(), 1, 1).configure({ parameters: {} })).rejects.toThrow('bind targets to {codes}');
});
