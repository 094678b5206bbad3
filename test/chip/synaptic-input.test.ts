/** Conductance synapses and a saturating input against the teacher and closed forms. */
import { describe, expect, test } from 'vitest';
import { ChipPart, circuitParameters, compileDie, type PartPlan, type StepArrivals, type SynapticInputs } from '../../src/chip/index.ts';
import { NEURON_CELLS, type NeuronCell } from '../../src/model/index.ts';
import { runCell } from '../../src/reference/index.ts';
import { bss2, circuits, deviation, IDEAL, options } from './cards.ts';

const NOTHING: StepArrivals = { count: 0, from: new Uint32Array(1), to: new Uint32Array(1), remaining: new Float64Array(1) };
const INPUT = `synapse.input={ mode: conductance, ${['reversal_excitatory: 1.2 V', 'reversal_inhibitory: 0.3 V', 'reference: 0.42 V']
  .map((field) => field.replace(/: (.*)$/, ": { value: $1, evidence: assumed, source: 'a test' }"))
  .join(', ')} }`;

function inputs(changes: Partial<SynapticInputs>): SynapticInputs {
  return { saturation: Float64Array.of(Infinity), reversal: undefined, ...changes };
}

/** One circuit with an excitatory and an inhibitory synapse; 10 mV and 1 us of the chip are 1 mV and 1 ms of the teacher. */
function part(
  p: SynapticInputs | undefined,
  parameters = {},
  changes = {},
  drive = 4e4,
  integrator: PartPlan['integrator'] = 'accurate',
): ChipPart {
  return new ChipPart({
    integrator,
    parameters: { ...circuits(1, parameters), inputs: p },
    options: options(1, { linearRange: Infinity, ...changes }),
    synapses: { circuit: Uint32Array.of(0, 0), sign: Int8Array.of(1, -1), drive: Float64Array.of(drive, drive) },
  });
}

const at = (k: number, remaining = 1e-7): StepArrivals => ({
  count: 1,
  from: Uint32Array.of(k),
  to: Uint32Array.of(k + 1),
  remaining: Float64Array.of(remaining),
});

describe('conductance mode', () => {
  const reversal = { excitatory: Float64Array.of(1.2), inhibitory: Float64Array.of(0.3), reference: 0.42 };

  test('is the conductance neuron of the teacher: membrane to 1 uV, spikes to 1e-4 ms', () => {
    // g (nS) = C (pF) x drive (V/s) / (E - V_ref): in biological units 200 pF, mV and ms
    const [C, excitatory, inhibitory] = [200, 1.2 - 0.42, 0.42 - 0.3];
    const conductance = (drive: number, distance: number): number => (C * drive * 1e-6) / distance;
    const parameters = { C_m: C, g_L: 20, E_L: -70, V_th: -50, V_reset: -74.5, t_ref: 2, tau_ex: 5, tau_in: 7, E_ex: 8, E_in: -82 };
    const drive = 4e4;
    const events = [0, 3.3, 8.1, 8.6, 9.2, 15, 15.4, 15.7, 16.1, 30] as const;
    const inhibition = [20, 31.5] as const;
    const kicks = [
      ...events.map((time): [number, number, number] => [time, 1, conductance(drive, excitatory)]),
      ...inhibition.map((time): [number, number, number] => [time, 2, conductance(drive, inhibitory)]),
    ].toSorted((a, b) => a[0] - b[0]);
    const duration = 60;
    const teacher = runCell({ model: 'lif_cond', parameters, duration, kicks }, { tolerance: 1e-12 });
    const chip = part(inputs({ reversal }), { threshold: 0.62 }, { refractory: 2e-6 }, drive);
    const spikes: number[] = [];
    for (let k = 0; k < duration * 10; k++) {
      const due = kicks.filter(([time]) => Math.floor(time * 10 + 1e-9) === k);
      const arrivals: StepArrivals = {
        count: due.length,
        from: Uint32Array.from(due, ([, which]) => which - 1),
        to: Uint32Array.from(due, ([, which]) => which),
        remaining: Float64Array.from(due, ([time]) => (k + 1) * 1e-7 - time * 1e-6),
      };
      const { count, fraction } = chip.advance(k, due.length === 0 ? NOTHING : arrivals);
      for (let i = 0; i < count; i++) spikes.push((k + fraction[i]!) / 10);
    }
    expect(teacher.spikes.length).toBeGreaterThan(0);
    expect(spikes).toHaveLength(teacher.spikes.length);
    spikes.forEach((time, i) => expect(Math.abs(time - teacher.spikes[i]!)).toBeLessThan(1e-4));
    expect(Math.abs(chip.voltages()[0]! - (1.12 + teacher.finalState[0]! / 100))).toBeLessThan(1e-6);
  });

  test('drives nothing at the reversal potential, the same as current mode at the reference, and pulls back from beyond', () => {
    const slope = (rest: number, which: 0 | 1, p: SynapticInputs | undefined): number => {
      const chip = part(p, { rest, tauMem: 1, threshold: 5 }, { step: 1e-9 });
      chip.advance(0, at(which, 1e-9));
      return (chip.voltages()[0]! - rest) / 1e-9;
    };
    const coba = inputs({ reversal });
    expect(Math.abs(slope(1.2, 0, coba))).toBeLessThan(4e4 * 1e-3);
    expect(Math.abs(slope(0.3, 1, coba))).toBeLessThan(4e4 * 1e-3);
    expect(slope(0.42, 0, coba) / slope(0.42, 0, undefined)).toBeCloseTo(1, 3);
    expect(slope(0.42, 1, coba) / slope(0.42, 1, undefined)).toBeCloseTo(1, 3);
    expect(slope(0.25, 1, coba)).toBeGreaterThan(0);
  });
});

describe('a saturating input', () => {
  test('gives a large event S tanh(s / S): the charge on an integrator is the integral, to 1e-6', () => {
    const [S, s0, tau] = [2e4, 9e4, 5e-6];
    const chip = part(inputs({ saturation: Float64Array.of(S) }), { tauMem: Infinity, threshold: 9 }, {}, s0);
    for (let k = 0; k < 300; k++) chip.advance(k, k === 0 ? at(0) : NOTHING);
    // Simpson over 30 us
    const [n, end] = [20_000, 30e-6];
    let sum = 0;
    for (let k = 0; k <= n; k++)
      sum += (k === 0 || k === n ? 1 : k % 2 === 1 ? 4 : 2) * S * Math.tanh((s0 / S) * Math.exp((-k * end) / n / tau));
    const expected = (sum * end) / n / 3;
    expect(Math.abs(chip.voltages()[0]! - 0.42 - expected) / expected).toBeLessThan(1e-6);
  });

  test('is a small linear one for small events', () => {
    const small = 200;
    const run = (p: SynapticInputs | undefined): number => {
      const chip = part(p, {}, {}, small);
      for (let k = 0; k < 60; k++) chip.advance(k, k === 0 ? at(0) : NOTHING);
      return chip.voltages()[0]! - 0.42;
    };
    expect(run(inputs({ saturation: Float64Array.of(2e4) })) / run(undefined)).toBeCloseTo(1, 4);
  });
});

describe('a card with an input circuit', () => {
  const parametersOf = (...overrides: string[]) => {
    const card = bss2('geometry.cores.value=16', INPUT, ...overrides);
    const die = compileDie(card, 3);
    const codes = Object.fromEntries(NEURON_CELLS.map((kind) => [kind, new Float64Array(512).fill(500)])) as Record<
      NeuronCell,
      Float64Array
    >;
    return circuitParameters(card, die, codes, new Uint8Array(512));
  };

  test('has reversal potentials that spread as it states', () => {
    const { inputs: found } = parametersOf(
      "mismatch.reversal_excitatory={ value: 30 mV, evidence: assumed, source: 'a test' }",
      'mismatch.quadrant_share.value=0',
      'mismatch.reversal_inhibitory.value=0 V',
    );
    expect(Math.abs(deviation(found!.reversal!.excitatory) / 0.03 - 1)).toBeLessThan(5 / Math.sqrt(1024));
    expect(new Set(found!.reversal!.inhibitory)).toEqual(new Set([0.3]));
  });

  test('is refused by the fast integrator, which would pass it over', () => {
    expect(parametersOf(...IDEAL).inputs).toBeDefined();
    expect(() => part(inputs({}), {}, {}, 1, 'fast')).toThrow('integrator: accurate');
    expect(() => bss2(INPUT.replace('0.42 V', '1.3 V'))).toThrow('between the reversal potentials');
  });
});
