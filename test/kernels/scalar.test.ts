/** SIMD against a scalar build of the same kernels: the same bits in every state, over circuits of random codes. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { circuitParameters, compileDie, ParameterCells } from '../../src/chip/index.ts';
import { bankOptions, fillBank, settle } from '../../src/chip/fast.ts';
import { adexOptions } from '../../src/chip/membranes.ts';
import { defaultDigital } from '../../src/chip/adex-circuit.ts';
import { Chance } from '../../src/base/index.ts';
import { instantiate, kernelModule, KernelMemory, LifBank, useKernelModule } from '../../src/kernels/index.ts';
import { NEURON_CELLS, type NeuronCell } from '../../src/model/index.ts';
import { bss2, options } from '../chip/cards.ts';
import { scalarModule } from './scalar-build.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const simd = kernelModule();
const COUNT = 192;
const chance = new Chance(11, 'search');

beforeEach(() => {
  scalarModule();
});
afterEach(() => useKernelModule(simd));

/** A bank whose circuits have random codes of the whole range, on a die with variation. */
function bankOf(module: WebAssembly.Module, circuit: 'lif' | 'adex', round: number): LifBank {
  useKernelModule(module);
  const card = bss2(`neuron.circuit=${circuit}`, 'geometry.cores.value=6');
  const die = compileDie(card, round);
  const cells = new ParameterCells(
    card,
    round,
    1,
    Object.fromEntries(NEURON_CELLS.map((kind) => [kind, 500])) as Record<NeuronCell, number>,
  );
  NEURON_CELLS.forEach((kind, i) =>
    cells.write(
      kind,
      Int32Array.from({ length: COUNT }, (_, n) => chance.integer(round * COUNT + n, i, 1023)),
    ),
  );
  const effective = Object.fromEntries(NEURON_CELLS.map((kind) => [kind, cells.effective(kind)])) as Record<NeuronCell, Float64Array>;
  const modes = Uint8Array.from({ length: COUNT }, (_, n) => n % 3);
  const digital = defaultDigital(COUNT);
  const parameters = circuitParameters(card, die, effective, modes, {
    ...digital,
    adaptationSign: digital.adaptationSign.map((_, n) => (n % 5 === 0 ? -1 : 1)),
  });
  const set = options(COUNT, { noise: 0.002, linearRange: 0.4, ...adexOptions(card) });
  const bank = new LifBank(COUNT, { ...bankOptions(set), maxSpikes: COUNT * 400 });
  fillBank(bank, parameters, set);
  settle(bank, parameters, set);
  return bank;
}

/** Bits, because NaN differs from itself and -0 equals 0. */
const bitsOf = (bank: LifBank): number[][] => bank.fields.map((name) => Array.from(new Uint32Array(bank.field(name).slice().buffer)));

describe.each(['lif', 'adex'] as const)('%s', (circuit) => {
  test.each([1, 2, 3])('circuits of random codes (%i), driven, with noise: the same spikes and states, bit for bit', (round) => {
    const [first, second] = [bankOf(simd, circuit, round), bankOf(scalarModule(), circuit, round)];
    expect(bitsOf(second)).toEqual(bitsOf(first));
    let spikes = 0;
    for (const bank of [first, second]) {
      const drive = Float64Array.from({ length: COUNT }, (_, n) => 2e-3 * chance.uniform(n, 500));
      bank.set({ drive });
      const dense = bank.placeDense(
        1,
        COUNT,
        Float64Array.from(drive, (x) => 1e7 * x),
      );
      const sparse = bank.placeSparse(
        // no multiple of four, and every target twice
        [0, 62],
        Uint32Array.from({ length: 62 }, (_, k) => (7 * (k >> 1)) % COUNT),
        new Float64Array(62).fill(1e4),
      );
      bank.placeSynapses(Uint32Array.from({ length: COUNT }, (_, k) => k), (k) => (k % 40 < 20 ? 3e4 : -2e4)); // prettier-ignore
      let listed = 0;
      for (let k = 0; k < 40; k++) {
        bank.deliverRow(dense, 0, k % 2 === 0, 1e-9 * (k + 1));
        bank.deliverSparse(sparse, 0, k % 3 === 0, 2e-9 * k);
        bank.deliverSlices({ count: 2, from: Uint32Array.of(0, 10), to: Uint32Array.of(9, 150), remaining: Float64Array.of(3e-8, 5e-8) });
        listed += bank.run(10 * k, 10).spikes;
      }
      spikes = listed;
    }
    expect(spikes).toBeGreaterThan(100);
    expect(bitsOf(second)).toEqual(bitsOf(first));
    expect(second.spikeCounts).toEqual(first.spikeCounts);
    // and no state has lost its number
    for (const name of first.state) expect(first.field(name).every(Number.isFinite)).toBe(true);
  });
});

test('elementary functions and noise words, on any bits of f32', () => {
  const count = 4096;
  const results = [simd, scalarModule()].map((module) => {
    const memory = new KernelMemory();
    const [x, y, out] = [memory.allocate(4 * count), memory.allocate(4 * count), memory.allocate(256)];
    const kernels = instantiate(memory, module);
    memory.u32(x, count).forEach((_, k, words) => (words[k] = chance.words(k, 900)[0]!));
    const bits = (['expAll', 'tanhAll', 'logAll'] as const).map((name) => {
      kernels[name](x, y, count);
      // the payload of a NaN is the engine's business
      return Array.from(memory.f32(y, count), (value, k) => (Number.isNaN(value) ? 'NaN' : memory.u32(y, count)[k]));
    });
    kernels.threefry(out, 3, 77, 1, 2, 5, 6, 7, 8);
    return [...bits, Array.from(memory.u32(out, 64))];
  });
  expect(results[1]).toEqual(results[0]);
});
