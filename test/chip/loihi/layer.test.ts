import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InfeasibleError } from '../../../src/base/index.ts';
import { IntegerLayer } from '../../../src/chip/loihi/layer.ts';
import { loadCard, LoihiSchema } from '../../../src/model/index.ts';
import type { LavaLayer } from '../../../src/network/index.ts';

const card = loadCard(LoihiSchema, 'chips/loihi-like.yaml').value;

function layer(change: Partial<LavaLayer> = {}): LavaLayer {
  const weight = Int32Array.of(100, -100);
  return { inputs: 1, outputs: 2, weight, currentDecay: 4096, voltageDecay: 0, threshold: 200, refractory: 1, ...change };
}

test('a neuron without decay adds 64 times the weight per spike and fires when it reaches 64 times the threshold', () => {
  const neurons = new IntegerLayer(card, layer());
  expect(neurons.step([0])).toEqual([]);
  expect(neurons.state().voltage).toEqual(Float64Array.of(6400, -6400));
  // 12800 = 64 x 200: at the threshold, not above it
  expect(neurons.step([0])).toEqual([0]);
  expect(neurons.state().voltage).toEqual(Float64Array.of(0, -12800));
});

test('a decay is the same share of a state on a card of other widths, and refused where the card has no such share', () => {
  const of = (bits: number): typeof card => ({
    ...card,
    neuron: { ...card.neuron, decay_bits: { ...card.neuron.decay_bits, value: bits } },
  });
  const course = (bits: number): Float64Array[] => {
    const neurons = new IntegerLayer(of(bits), layer({ currentDecay: 1024, voltageDecay: 256 }));
    return Array.from({ length: 20 }, (_, t) => (neurons.step(t === 0 ? [0] : []), neurons.state().voltage));
  };
  expect(course(8)).toEqual(course(12));
  expect(course(16)).toEqual(course(12));
  expect(() => new IntegerLayer(of(8), layer({ voltageDecay: 100 }))).toThrow(InfeasibleError);
});

test('a refractory delay of R keeps a neuron at rest in the R - 1 steps after a spike', () => {
  const neurons = new IntegerLayer(card, layer({ weight: Int32Array.of(255, 0), threshold: 255, refractory: 3 }));
  const fired = Array.from({ length: 9 }, () => neurons.step([0]).length);
  expect(fired).toEqual([1, 0, 0, 1, 0, 0, 1, 0, 0]);
});

/** The same rules in big integers, one neuron, written from the equations. */
function oracle(inputs: readonly number[], currentDecay: bigint, voltageDecay: bigint, threshold: bigint): [bigint, bigint][] {
  let [u, v] = [0n, 0n];
  const half = 2n ** 23n;
  return inputs.map((weight) => {
    u = (u * (4096n - currentDecay)) / 4096n + 64n * BigInt(weight);
    while (u >= half) u -= 2n * half;
    while (u < -half) u += 2n * half;
    v = (v * (4096n - voltageDecay)) / 4096n + u;
    v = v > half - 1n ? half - 1n : v < -half + 1n ? -half + 1n : v;
    if (v >= 64n * threshold) v = 0n;
    return [u, v];
  });
}

test('states follow the equations in exact integers, wrapping and saturation included', () => {
  const numbers = fc.integer({ min: 0, max: 4096 });
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -256, max: 255 }), { minLength: 1, maxLength: 60 }),
      numbers,
      numbers,
      fc.integer({ min: 1, max: 2 ** 17 - 1 }),
      fc.integer({ min: 1, max: 2000 }),
      (weights, currentDecay, voltageDecay, threshold, copies) => {
        // one input per step, with `copies` synapses of its weight: sums that reach the limits
        const inputs = weights.length * copies;
        const weight = new Int32Array(inputs).map((_, i) => weights[Math.floor(i / copies)]!);
        const neuron = new IntegerLayer(card, { inputs, outputs: 1, weight, currentDecay, voltageDecay, threshold, refractory: 1 });
        const expected = oracle(
          weights.map((value) => value * copies),
          BigInt(currentDecay),
          BigInt(voltageDecay),
          BigInt(threshold),
        );
        weights.forEach((_, t) => {
          neuron.step(Array.from({ length: copies }, (__, k) => t * copies + k));
          const { current, voltage } = neuron.state();
          expect([BigInt(current[0]!), BigInt(voltage[0]!)]).toEqual(expected[t]);
        });
      },
    ),
    { numRuns: 100 },
  );
});

test('numbers that the chip cannot hold are refused with the range that would do', () => {
  const build = (change: Partial<LavaLayer>) => () => new IntegerLayer(card, layer(change));
  expect(build({ weight: Int32Array.of(256, 0) })).toThrow('the weight 256 is out of reach: Loihi-like can do -256 to 255');
  expect(build({ threshold: 2 ** 17 })).toThrow('can do 0 to 131071');
  expect(build({ refractory: 65 })).toThrow(InfeasibleError);
});
