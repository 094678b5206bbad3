/** Joined circuits against the passive chain of the teacher (matrix exponential), and what their comparators do. */
import { describe, expect, test } from 'vitest';
import { ChipPart, circuitParameters, compileDie, type CircuitParameters, type PartPlan, type StepArrivals } from '../../src/chip/index.ts';
import { NEURON_CELLS, type NeuronCell } from '../../src/model/index.ts';
import { runCell } from '../../src/reference/index.ts';
import { bss2, circuits, options } from './cards.ts';
import { caseOf, dendritic, PATTERNS, spikesOf } from './patterns.ts';

const NOTHING: StepArrivals = { count: 0, from: new Uint32Array(1), to: new Uint32Array(1), remaining: new Float64Array(1) };
/** pF, nS, mV, ms of the teacher; 1 ms = 1 us and 1 mV = 10 mV of the chip. */
const CHAIN = { C0: 200, C1: 60, C2: 40, g0: 10, g1: 6, g2: 2, g01: 25, g12: 12, E_L: -70 };

/** The chain as three circuits in a row. */
function chain(step: number, changes: Partial<CircuitParameters> = {}, integrator: PartPlan['integrator'] = 'accurate'): ChipPart {
  const { C0, C1, C2, g0, g1, g2, g01, g12 } = CHAIN;
  return new ChipPart({
    integrator,
    parameters: {
      ...circuits(3, { threshold: 9 }),
      tauMem: Float64Array.of((C0 / g0) * 1e-6, (C1 / g1) * 1e-6, (C2 / g2) * 1e-6),
      joins: {
        soma: Uint32Array.of(0, 1),
        dendrite: Uint32Array.of(1, 2),
        somaRate: Float64Array.of((g01 / C0) * 1e6, (g12 / C1) * 1e6),
        dendriteRate: Float64Array.of((g01 / C1) * 1e6, (g12 / C2) * 1e6),
      },
      ...changes,
    },
    synapses: { circuit: Uint32Array.of(2), sign: Int8Array.of(1), drive: Float64Array.of(4e5) },
    options: options(3, { linearRange: Infinity, step }),
  });
}

/** dV/dt of `current` pA into compartment 0, V/s. */
const into = (current: number): Float64Array => Float64Array.of((current / CHAIN.C0) * 1e4, 0, 0);

function errorAt(step: number, integrator: PartPlan['integrator'] = 'accurate'): number {
  const times = [8, 20, 40];
  const { states } = runCell({ model: 'pas3c', parameters: CHAIN, duration: 40, currentSteps: [[0, 300]] }, { sampleTimes: times });
  const part = chain(step, {}, integrator);
  part.setCurrent(into(300));
  let largest = 0;
  for (let k = 0; k < Math.round(40e-6 / step); k++) {
    part.advance(k, NOTHING);
    const sample = times.findIndex((time) => Math.abs((k + 1) * step - time * 1e-6) < step / 4);
    if (sample < 0) continue;
    part.voltages().forEach((v, n) => (largest = Math.max(largest, Math.abs(v - (1.12 + states[sample]![n]! / 100)))));
  }
  return largest;
}

describe('joined circuits', () => {
  test('are the passive chain of the teacher to 0.2 uV, a millionth of its swing, at the default step, and of fourth order', () => {
    const errors = [8e-7, 4e-7, 2e-7, 1e-7].map((step) => errorAt(step));
    expect(errors[3]!).toBeLessThan(0.2 * 1e-6);
    for (let k = 0; k < 3; k++) expect(Math.log2(errors[k]! / errors[k + 1]!)).toBeGreaterThan(3.5);
  });

  test('with `fast` are the chain to 5 uV at the default step, and of second order', () => {
    const errors = [4e-7, 2e-7, 1e-7].map((step) => errorAt(step, 'fast'));
    expect(errors[2]!).toBeLessThan(5e-6);
    for (let k = 0; k < 2; k++) expect(Math.log2(errors[k]! / errors[k + 1]!)).toBeGreaterThan(1.8);
  });

  test.each(Object.entries(PATTERNS).filter(([name]) => ['tonic', 'adaptation', 'delayed accelerating'].includes(name)))(
    'a whole circuit with a passive dendrite fires the pattern "%s" as the teacher does',
    (_name, p) => {
      const [C_d, g_d, g_c] = [80, 4, 8];
      const { parameters } = caseOf(p);
      const current = 1.4 * p.current;
      const model = { model: 'adex2c', parameters: { ...parameters, C_d, g_d, g_c, tau_ex: 5, E_ex: 0 } } as const;
      const expected = runCell({ ...model, duration: 600, currentSteps: [[0, current]] }, { tolerance: 1e-11 }).spikes;
      expect(expected.length).toBeGreaterThan(8);
      const trainOf = (integrator: PartPlan['integrator'], step: number): number[] =>
        spikesOf(dendritic(p, { C_d, g_d, g_c }, current, integrator, step), 600, step);
      const error = (step: number): number => {
        const found = trainOf('accurate', step);
        expect(found).toHaveLength(expected.length);
        return Math.max(...expected.map((time, k) => Math.abs(time - found[k]!)));
      };
      const [coarse, fine] = [error(1e-7), error(5e-8)];
      expect(coarse).toBeLessThan(0.02);
      expect(coarse / fine).toBeGreaterThan(1.6);
      // `fast`: intervals are a half per cent short, so there may be a spike more
      const fast = trainOf('fast', 1e-7);
      expect(Math.abs(fast.length - expected.length)).toBeLessThanOrEqual(1);
      const last = expected.length - 2;
      expect(Math.abs(fast[last]! / expected[last]! - 1)).toBeLessThan(0.008);
      // and without the dendrite it is another train
      expect(spikesOf(dendritic(p, { C_d, g_d, g_c: 0 }, current, 'accurate', 1e-7), 600, 1e-7).length).not.toBe(expected.length);
    },
  );

  test('joined whole circuits continue from a snapshot bit by bit, with either integrator', () => {
    for (const integrator of ['fast', 'accurate'] as const) {
      const make = (): ChipPart => dendritic(PATTERNS['tonic']!, { C_d: 80, g_d: 4, g_c: 8 }, 700, integrator, 1e-7);
      const [whole, half] = [make(), make()];
      for (let k = 0; k < 400; k++) whole.advance(k, NOTHING);
      half.restore(whole.snapshot());
      const rest = (part: ChipPart): number[] =>
        Array.from({ length: 400 }, (_, k) => part.advance(400 + k, NOTHING).count).concat(Array.from(part.voltages()));
      expect(rest(half)).toEqual(rest(whole));
    }
  });

  test('an event at a joined circuit acts from its time on, whichever sub-step that is', () => {
    const peaks = (['fast', 'accurate'] as const).map((integrator) =>
      [1e-7, 5e-8, 1e-8].map((remaining) => {
        const part = chain(1e-7, {}, integrator);
        for (let k = 0; k < 30; k++)
          part.advance(k, k === 0 ? { ...NOTHING, count: 1, to: Uint32Array.of(1), remaining: Float64Array.of(remaining) } : NOTHING);
        return part.voltages()[2]! - 0.42;
      }),
    );
    // earlier events have come further, the same with both
    expect(peaks[1]![0]! > peaks[1]![1]! && peaks[1]![1]! > peaks[1]![2]!).toBe(true);
    peaks[1]!.forEach((peak, k) => expect(Math.abs(peaks[0]![k]! / peak - 1)).toBeLessThan(2e-3));
  });

  test('a spike of the soma pulls the dendrite down; the dendrite itself has no comparator', () => {
    const part = chain(1e-7, { threshold: Float64Array.of(0.5, 0.4, 0.4) });
    part.setCurrent(into(900));
    const spikes: number[] = [];
    let [before, fell] = [0, 0];
    for (let k = 0; k < 600; k++) {
      const { count, circuit } = part.advance(k, NOTHING);
      for (let i = 0; i < count; i++) spikes.push(circuit[i]!);
      const dendrite = part.voltages()[1]!;
      if (spikes.length > 0) fell = Math.max(fell, before - dendrite);
      before = dendrite;
    }
    expect(spikes.length).toBeGreaterThan(3);
    expect(new Set(spikes)).toEqual(new Set([0]));
    // both stand over their thresholds all the time
    expect(Math.min(part.voltages()[1]!, part.voltages()[2]!)).toBeGreaterThan(0.4);
    expect(fell).toBeGreaterThan(1e-4);
  });

  test('an event far out in the dendrite arrives at the soma later and weaker', () => {
    const part = chain(1e-7);
    const peaks = [0, 1, 2].map(() => ({ v: 0, at: 0 }));
    for (let k = 0; k < 400; k++) {
      part.advance(k, k === 0 ? { ...NOTHING, count: 1, to: Uint32Array.of(1), remaining: Float64Array.of(1e-7) } : NOTHING);
      part.voltages().forEach((v, n) => {
        if (v - 0.42 > peaks[n]!.v) peaks[n] = { v: v - 0.42, at: k };
      });
    }
    expect(peaks[2]!.v).toBeGreaterThan(peaks[1]!.v);
    expect(peaks[1]!.v).toBeGreaterThan(peaks[0]!.v);
    expect(peaks[0]!.at).toBeGreaterThan(peaks[2]!.at);
  });

  test('continue from a snapshot bit by bit', () => {
    const [whole, half] = [chain(1e-7, { threshold: Float64Array.of(0.5, 1, 1) }), chain(1e-7, { threshold: Float64Array.of(0.5, 1, 1) })];
    for (const part of [whole, half]) part.setCurrent(into(900));
    for (let k = 0; k < 100; k++) whole.advance(k, NOTHING);
    half.restore(whole.snapshot());
    for (let k = 100; k < 300; k++) for (const part of [whole, half]) part.advance(k, NOTHING);
    expect(half.voltages()).toEqual(whole.voltages());
  });
});

describe('a card with joins', () => {
  const joined = (joins: string, ...overrides: string[]): CircuitParameters => {
    const card = bss2(`neuron.compartments.joins=${joins}`, ...overrides);
    const codes = Object.fromEntries(NEURON_CELLS.map((kind) => [kind, new Float64Array(512).fill(500)])) as Record<
      NeuronCell,
      Float64Array
    >;
    return circuitParameters(card, compileDie(card, 3), codes, new Uint8Array(512));
  };

  test('has the conductance over the capacitance as the rate of a join, with its mode and its spread', () => {
    const joins = '[{ soma: 0, dendrite: 1 }, { soma: 1, dendrite: 2, mode: divided }]';
    const nominal = joined(joins, 'variation=0').joins!;
    expect(nominal.somaRate[0]!).toBeCloseTo(200e-9 / 2.3e-12, 0);
    expect(nominal.somaRate[0]! / nominal.somaRate[1]!).toBeCloseTo(4, 9);
    expect(joined(joins).joins!.somaRate[0]!).not.toBe(nominal.somaRate[0]!);
    expect(joined('[]').joins).toBeUndefined();
  });

  test('is refused where it makes no sense, and with a step too long for it', () => {
    expect(() => joined('[{ soma: 3, dendrite: 3 }]')).toThrow('a join needs two');
    expect(() => joined('[{ soma: 3, dendrite: 512 }]')).toThrow('0 to 511');
    expect(() => chain(8e-7, {}, 'fast')).toThrow('the step must be at most 545 ns, found 800 ns');
  });
});
