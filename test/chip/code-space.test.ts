/** Physics limits over the whole space of codes, with both integrators: no state is NaN, whole circuits stay between the rails, spikes lie within their step. */
import { describe, expect, test, vi } from 'vitest';
import { Chance } from '../../src/base/index.ts';
import { adexOptions, ChipPart, circuitParameters, compileDie, type PartPlan, type StepArrivals } from '../../src/chip/index.ts';
import { defaultDigital } from '../../src/chip/adex-circuit.ts';
import { NEURON_CELLS, type NeuronCell } from '../../src/model/index.ts';
import { bss2, options } from './cards.ts';

// on a busy machine a few seconds of work take many
vi.setConfig({ testTimeout: 60_000 });

const COUNT = 64;
const STEPS = 60;
/** `accurate` takes its time over circuits that fire without end. */
const DIES = { fast: 6, accurate: 1 };
/** Of the kernel, in f32. */
const ROUNDING = 1e-6;
const chance = new Chance(5, 'search');

/** Codes of the whole range, a third of them at its ends; write noise takes a code beyond. */
function codesOf(die: number): Record<NeuronCell, Float64Array> {
  const column = (cell: number): Float64Array =>
    Float64Array.from({ length: COUNT }, (_, n) => {
      const unit = (die * 64 + cell) * COUNT + n;
      const end = chance.integer(unit, 1, 6);
      return (end === 0 ? 0 : end === 1 ? 1023 : chance.integer(unit, 2, 1024)) + 3 * chance.normal(unit, 3);
    });
  return Object.fromEntries(NEURON_CELLS.map((cell, i) => [cell, column(i)])) as Record<NeuronCell, Float64Array>;
}

describe.each(['fast', 'accurate'] as const)('%s: random codes of the whole 10-bit space, driven hard,', (integrator) => {
  test.each([
    ['lif', 'current'],
    ['lif', 'conductance'],
    ['adex', 'current'],
    ['adex', 'conductance'],
  ])('keep %s circuits with %s inputs within physics', (circuit, input) => {
    const card = bss2(`neuron.circuit=${circuit}`, 'geometry.cores.value=2', `synapse.input.mode=${input}`);
    const [low, high] = card.neuron.adex!.rails.value;
    // the bypass has no rails
    const [least, most] = circuit === 'adex' ? [low - ROUNDING, high + ROUNDING] : [-Infinity, Infinity];
    const digital = defaultDigital(COUNT);
    let spikes = 0;
    for (let seed = 1; seed <= DIES[integrator]; seed++) {
      const parameters = circuitParameters(card, compileDie(card, seed), codesOf(seed), new Uint8Array(COUNT).fill(seed % 3), {
        ...digital,
        adaptationSign: digital.adaptationSign.map((_, n) => (n % 3 === 0 ? -1 : 1)),
      });
      const drives = [parameters.driveExcitatory, parameters.driveInhibitory] as const;
      const plan: PartPlan = {
        integrator,
        parameters,
        synapses: {
          circuit: Uint32Array.from({ length: 2 * COUNT }, (_, k) => k >> 1),
          sign: Int8Array.from({ length: 2 * COUNT }, (_, k) => (k % 2 === 0 ? 1 : -1)),
          drive: Float64Array.from({ length: 2 * COUNT }, (_, k) => drives[k % 2]![k >> 1]!),
        },
        options: options(COUNT, { noise: 0.002, linearRange: card.neuron.linear_range.value, ...adexOptions(card) }),
      };
      const part = new ChipPart(plan);
      part.setCurrent(parameters.offsetCurrent);
      const both = 2 * COUNT;
      const remaining = Float64Array.of(9e-8, 0);
      const arrivals: StepArrivals = { count: 2, from: Uint32Array.of(0, 0), to: Uint32Array.of(both, both), remaining };
      for (let k = 0; k < STEPS; k++) {
        const { count, circuit: who, fraction } = part.advance(k, arrivals);
        spikes += count;
        for (let i = 0; i < count; i++)
          if (!(fraction[i]! > 0 && fraction[i]! <= 1 && who[i]! < COUNT)) throw new Error(`spike at ${String(fraction[i])}`);
      }
      for (const column of part.snapshot().columns) expect(column.every((value) => Number.isFinite(value))).toBe(true);
      expect(part.voltages().every((v) => v >= least && v <= most)).toBe(true);
    }
    expect(spikes).toBeGreaterThan(20);
  });
});
