/** The fast integrator of subthreshold neurons: against the accurate one, against a scalar build of its kernel, and over the whole space of biases. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  biasLadder,
  compileDynapseDie,
  designBiases,
  dynapseNeurons,
  dynapseParameters,
  FastDynapseNeurons,
  nearestBias,
  type CoreBiases,
  type DynapseNeuronOptions,
} from '../../../src/chip/index.ts';
import { cardFile } from '../../../src/codesign/index.ts';
import { DpiBank, DPI_FIELDS, kernelModule } from '../../../src/kernels/index.ts';
import { DYNAPSE_BIASES, DYNAPSE_SYNAPSES, DynapseSchema, loadCard, type DynapseBias } from '../../../src/model/index.ts';
import { scalarModule } from '../../kernels/scalar-build.ts';

const CARD = loadCard(DynapseSchema, cardFile('chip', 'dynapse2')).value;
const DIE = compileDynapseDie(CARD, 1);
const H = 10e-6;
const COUNT = 64;
const FEW = 16;

function biased(currents: Partial<Record<DynapseBias, number>>): CoreBiases {
  return {
    ...designBiases(CARD),
    ...Object.fromEntries(Object.entries(currents).map(([name, value]) => [name, nearestBias(CARD, value)])),
  };
}

const parametersOf = (biases: CoreBiases) =>
  dynapseParameters(
    CARD,
    DIE,
    Array.from({ length: CARD.geometry.cores.value }, () => biases),
  );
const options = (more: Partial<DynapseNeuronOptions> = {}): DynapseNeuronOptions => ({
  first: 0,
  count: COUNT,
  step: H,
  noise: 0,
  noiseSteps: 100,
  noiseSeed: 1,
  ...more,
});

test.each([
  ['a constant input', { dc: 60e-9 }, 10e-6],
  ['a constant input near the threshold', { dc: 30e-9 }, 10e-6],
  ['a strong input, whose upstroke takes less than a step', { dc: 240e-9 }, 20e-6],
  ['adaptation', { dc: 60e-9, weight_ahp: 2e-9 }, 20e-6],
  ['positive feedback', { dc: 60e-9, feedback: 20e-12 }, 20e-6],
  // arrivals move the membrane one step late
  ['gated events', { dc: 25e-9, nmda_gate: 20e-9 }, 100e-6],
])('spikes under %s stand where the accurate integrator has them', (name, currents, within) => {
  const parameters = parametersOf(biased(currents));
  const trains = (['accurate', 'fast'] as const).map((integrator) => {
    const bank = dynapseNeurons(integrator, parameters, options({ count: FEW }));
    const found = Array.from({ length: FEW }, () => [] as number[]);
    for (let step = 0; step < 6000; step++) {
      const events = name === 'gated events' && step % 100 === 7;
      const spikes = bank.advance(
        step,
        events ? Array.from({ length: FEW }, (_, neuron) => ({ neuron, kind: 1, charge: 3e-9, remaining: 4e-6 })) : [],
      );
      for (let s = 0; s < spikes.count; s++) found[spikes.circuit[s]!]!.push((step + spikes.fraction[s]!) * H);
    }
    return found;
  });
  const [accurate, fast] = trains as [number[][], number[][]];
  expect(accurate.flat().length).toBeGreaterThan(FEW);
  accurate.forEach((times, n) => {
    // one that fires at the very end may be missing
    expect(Math.abs(times.length - fast[n]!.length)).toBeLessThanOrEqual(1);
    fast[n]!.slice(0, times.length).forEach((time, k) => {
      expect(Math.abs(time - times[k]!)).toBeLessThan(within);
    });
  });
});

test('membranes stay between the dark current and the clip, synapses between zero and the clip, whatever the codes', () => {
  const ladder = biasLadder(CARD);
  const { dark, clip } = parametersOf(designBiases(CARD));
  fc.assert(
    fc.property(
      fc.array(fc.nat(ladder.length - 1), { minLength: DYNAPSE_BIASES.length, maxLength: DYNAPSE_BIASES.length }),
      fc.nat(14),
      (codes, weight) => {
        const biases = Object.fromEntries(DYNAPSE_BIASES.map((name, i) => [name, ladder[codes[i]!]!])) as CoreBiases;
        const parameters = parametersOf(biases);
        const bank = new FastDynapseNeurons(parameters, options({ count: 4, noise: 0.03 }));
        for (let step = 0; step < 200; step++) {
          const spikes = bank.advance(
            step,
            [0, 1, 2, 3].map((kind) => ({
              neuron: kind,
              kind,
              charge: (1 + weight) * parameters.weights[0]![0]! * parameters.synapseGain[DYNAPSE_SYNAPSES[kind]!][kind]!,
              remaining: H / 2,
            })),
          );
          const membranes = Array.from(bank.currents());
          const synapses = [0, 1, 2, 3].flatMap((kind) => Array.from(bank.synapses(kind)));
          const fractions = Array.from(spikes.fraction);
          // comparisons that a value which is no number does not pass
          const legal =
            membranes.every((current) => current >= dark * (1 - 1e-6) && current <= clip * (1 + 1e-6)) &&
            synapses.every((current) => current >= 0 && current <= clip * (1 + 1e-6)) &&
            fractions.every((fraction) => fraction >= 0 && fraction <= 1);
          if (!legal) expect({ membranes, synapses, fractions }).toBe('legal');
        }
      },
    ),
    { numRuns: 40, seed: 4 },
  );
});

test('the kernel without SIMD has the same bits in every field', () => {
  const parameters = parametersOf(biased({ dc: 60e-9, weight_ahp: 2e-9, feedback: 20e-12, nmda_gate: 20e-9 }));
  const source = new FastDynapseNeurons(parameters, options({ noise: 0.03 }));
  const run = (module: WebAssembly.Module) => {
    const bank = new DpiBank(
      COUNT,
      { maxSpikes: 10_000, dark: parameters.dark * 1e12, clip: parameters.clip * 1e12, noise: 0.03, seed: 5 },
      module,
    );
    for (const name of DPI_FIELDS) bank.field(name).set(source.field(name));
    const spikes: number[] = [];
    for (let interval = 0; interval < 30; interval++) {
      bank.drawNoise(interval);
      for (const slot of ['ampaIn', 'nmdaIn', 'gabaAIn', 'gabaBIn'] as const)
        bank.field(slot).forEach((_, n, values) => (values[n] = (slot === 'gabaAIn' ? 0.01 : 100) * ((n * 7 + interval) % 13)));
      const { steps, neurons, fractions } = bank.run(100);
      spikes.push(...steps, ...neurons, ...fractions);
    }
    return { spikes, fields: DPI_FIELDS.map((name) => Array.from(bank.field(name))) };
  };
  const simd = run(kernelModule());
  expect(simd.spikes.length).toBeGreaterThan(100);
  expect(run(scalarModule())).toEqual(simd);
});

test('a neuron has the same bits in a part of the chip as in the whole, and after a restore', () => {
  const parameters = parametersOf(biased({ dc: 60e-9 }));
  const spikesOf = (bank: FastDynapseNeurons, from: number, until: number): string[] => {
    const found: string[] = [];
    for (let step = from; step < until; step++) {
      const { count, circuit, fraction } = bank.advance(step, []);
      for (let s = 0; s < count; s++) found.push(`${String(step)} ${String(circuit[s])} ${String(fraction[s])}`);
    }
    return found;
  };
  const whole = spikesOf(new FastDynapseNeurons(parameters, options({ count: 128, noise: 0.03 })), 0, 3000);
  const parts = [0, 64].map((first) => new FastDynapseNeurons(parameters, options({ first, noise: 0.03 })));
  const first = parts.flatMap((part) => spikesOf(part, 0, 1550));
  const second = parts.flatMap((part, i) => {
    const fresh = new FastDynapseNeurons(parameters, options({ first: 64 * i, noise: 0.03 }));
    fresh.restore(part.snapshot());
    return spikesOf(fresh, 1550, 3000);
  });
  expect([...first, ...second].toSorted()).toEqual(whole.toSorted());
  expect(whole.length).toBeGreaterThan(100);
});

test('the noise of a comparator has the stated deviation and is new in every interval', () => {
  const bank = new DpiBank(COUNT, { maxSpikes: 1, dark: 1, clip: 1e6, noise: 0.03, seed: 3 });
  bank.field('threshold').fill(1000);
  const seen: number[] = [];
  for (let interval = 0; interval < 200; interval++) {
    bank.drawNoise(interval);
    seen.push(...Array.from(bank.field('seen'), (value) => 1000 / value - 1));
  }
  const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length;
  const deviation = Math.sqrt(seen.reduce((sum, value) => sum + (value - mean) ** 2, 0) / seen.length);
  expect(Math.abs(mean)).toBeLessThan((4 * 0.03) / Math.sqrt(seen.length));
  expect(deviation / 0.03).toBeGreaterThan(0.97);
  expect(deviation / 0.03).toBeLessThan(1.03);
});
