/** Conductance synapses and a saturating input against the teacher and closed forms. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  adexOptions,
  ChipPart,
  circuitParameters,
  compileDie,
  DieSubstrate,
  shortTermPlan,
  type PartPlan,
  type StepArrivals,
  type SynapticInputs,
} from '../../src/chip/index.ts';
import { NEURON_CELLS, type NeuronCell, type Setting } from '../../src/model/index.ts';
import { runCell } from '../../src/reference/index.ts';
import { bss2, circuits, deviation, IDEAL, nominal, options } from './cards.ts';

const NOTHING: StepArrivals = { count: 0, from: new Uint32Array(1), to: new Uint32Array(1), remaining: new Float64Array(1) };
const INPUT = `synapse.input={ mode: conductance, ${['reversal_excitatory: 1.2 V', 'reversal_inhibitory: 0.3 V', 'reference: 0.42 V']
  .map((field) => field.replace(/: (.*)$/, ": { value: $1, evidence: assumed, source: 'a test' }"))
  .join(', ')} }`;

/** 1 / distance of the reversal potentials from the reference. */
const SLOPES = { excitatorySlope: Float64Array.of(1 / (1.2 - 0.42)), inhibitorySlope: Float64Array.of(1 / (0.42 - 0.3)) };

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
  const reversal = { excitatory: Float64Array.of(1.2), inhibitory: Float64Array.of(0.3), ...SLOPES };

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

describe('the fast integrator', () => {
  const reversal = { excitatory: Float64Array.of(1.2), inhibitory: Float64Array.of(0.3), ...SLOPES };

  test.each([
    ['conductances', inputs({ reversal })],
    ['a saturating input', inputs({ saturation: Float64Array.of(3e4) })],
    ['both', inputs({ reversal, saturation: Float64Array.of(3e4) })],
  ])('follows accurate with %s: membrane to a hundredth of its swing, the error falls with the step', (_, p) => {
    const course = (integrator: PartPlan['integrator'], step: number): Float64Array => {
      const chip = part(p, { threshold: 5 }, { step }, 2e4, integrator);
      const taken: number[] = [];
      for (let k = 0; k < Math.round(60e-6 / step); k++) {
        // every 3 us an event of excitation, every 7 of inhibition, each 30 ns after its begin
        const due = [0, 1].filter((which) => Math.round((k * step * 1e9) % (which === 0 ? 3000 : 7000)) === 0);
        chip.advance(k, { count: due.length, from: Uint32Array.from(due), to: Uint32Array.from(due, (d) => d + 1), remaining: new Float64Array(2).fill(step - 3e-8) }); // prettier-ignore
        if (Math.round(((k + 1) * step * 1e9) % 1000) === 0) taken.push(chip.voltages()[0]!);
      }
      return Float64Array.from(taken);
    };
    const exact = course('accurate', 5e-8);
    const swing = Math.max(...exact) - 0.42;
    const error = (step: number): number => Math.max(...course('fast', step).map((v, k) => Math.abs(v - exact[k]!)));
    expect(swing).toBeGreaterThan(0.03);
    expect(error(1e-7)).toBeLessThan(0.01 * swing);
    expect(error(2e-7) / error(1e-7)).toBeGreaterThan(1.5);
  });

  test.each(['lif', 'adex'] as const)('random codes of %s circuits, every layer on: no voltage is NaN or out of bounds', (circuit) => {
    const card = bss2('geometry.cores.value=2', `neuron.circuit=${circuit}`, INPUT, 'synapse.short_term.mode=depression', 'corner=SS', "synapse.input.saturation={ value: 50 nA, evidence: assumed, source: 'a test' }"); // prettier-ignore
    const codes = fc.array(fc.integer({ min: 0, max: 1022 }), { minLength: 64, maxLength: 64 });
    fc.assert(
      fc.property(fc.record(Object.fromEntries(NEURON_CELLS.map((kind) => [kind, codes]))), (written) => {
        const die = compileDie(card, 5);
        const effective = Object.fromEntries(Object.entries(written).map(([kind, list]) => [kind, Float64Array.from(list)]));
        const parameters = circuitParameters(card, die, effective as Record<NeuronCell, Float64Array>, new Uint8Array(64).fill(2));
        const { driveExcitatory } = parameters;
        const chip = new ChipPart({
          integrator: 'fast',
          parameters,
          options: options(64, { noise: 0.002, ...adexOptions(card) }),
          synapses: { circuit: Uint32Array.from({ length: 128 }, (_, k) => k >> 1), sign: Int8Array.from({ length: 128 }, (_, k) => (k % 2 === 0 ? 1 : -1)), drive: Float64Array.from({ length: 128 }, (_, k) => driveExcitatory[k >> 1]!), row: new Uint16Array(128) }, // prettier-ignore
          shortTerm: shortTermPlan(card, die),
        });
        for (let k = 0; k < 60; k++) {
          const count = k % 3 === 0 ? 1 : 0;
          const { fraction, count: spikes } = chip.advance(k, {
            ...NOTHING,
            count,
            to: Uint32Array.of(128),
            remaining: Float64Array.of(7e-8),
          });
          expect(fraction.subarray(0, spikes).every((f) => f > 0 && f <= 1)).toBe(true);
        }
        expect(chip.voltages().every((v) => Math.abs(v) < (circuit === 'adex' ? 1.3 : 100))).toBe(true);
      }),
      { numRuns: 25 },
    );
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

  test('runs on the bench, whose amplitudes vanish at the reversal potential and are those of a current at the reference', async () => {
    const cells = {
      conductance_code: '{ value: 500, evidence: assumed, source: a test }',
      reversal_per_code: '{ value: 1.2 mV, evidence: assumed, source: a test }',
    };
    const settable = INPUT.replace(
      / }$/,
      `, ${Object.entries(cells)
        .map(([name, value]) => `${name}: ${value}`)
        .join(', ')} }`,
    );
    const fine = ['cadc.bits.value=14', 'cadc.lsb.value=0.05 mV', 'neuron.ota=linear', 'geometry.cores.value=1'];
    const card = bss2(...IDEAL, ...fine, settable.replace('mode: conductance', 'mode: current'));
    const amplitude = async (setting: Setting, sign: 1 | -1): Promise<number> => {
      const die = new DieSubstrate(card, 1, 1);
      await die.configure({ ...nominal(card), spiking: false });
      await die.configure(setting);
      const rest = (await die.read(Uint32Array.of(0), 1))[0]!;
      const { samples } = await die.run({
        stimulus: { rowEvents: [{ tick: 0, row: 3, sign }] },
        probes: [{ kind: 'cadc', circuits: Uint32Array.of(0), from: 0 }],
        until: 60_000,
      });
      return samples[0]!.values.reduce((most, value) => (Math.abs(value - rest) > Math.abs(most) ? value - rest : most), 0);
    };
    const all = (code: number): Int32Array => new Int32Array(32).fill(code);
    for (const [sign, cell] of [
      [1, 'reversal_excitatory'],
      [-1, 'reversal_inhibitory'],
    ] as const) {
      const current = await amplitude({}, sign);
      const small = all(20);
      const weak = { synapse_bias_excitatory: small, synapse_bias_inhibitory: small };
      const [asCurrent, asConductance] = [
        await amplitude({ codes: weak }, sign),
        await amplitude({ codes: weak, conductanceSynapses: true }, sign),
      ];
      expect(Math.sign(current)).toBe(sign);
      // a small potential at the reference: both modes alike
      expect(Math.abs(asConductance / asCurrent - 1)).toBeLessThan(0.15);
      // the reversal potential moved to the rest: nothing is left; beyond: reversed
      const moved = (volts: number): Setting => ({
        codes: { ...weak, [cell]: all(Math.round(volts / 1.2e-3)) },
        conductanceSynapses: true,
      });
      expect(Math.abs((await amplitude(moved(0.42), sign)) / asCurrent)).toBeLessThan(0.02);
      expect(Math.sign(await amplitude(moved(0.42 - sign * 0.2), sign))).toBe(-sign);
    }
  });

  test('has a reference between its reversal potentials', () => {
    expect(parametersOf(...IDEAL).inputs).toBeDefined();
    expect(() => bss2(INPUT.replace('0.42 V', '1.3 V'))).toThrow('between the reversal potentials');
  });
});
