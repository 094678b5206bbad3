import { expect, test } from 'vitest';
import { ChipPart, type EffectiveSynapses, type PartPlan, type StepArrivals } from '../../src/chip/index.ts';
import { circuits, options } from './cards.ts';

type Integrator = PartPlan['integrator'];
const NOTHING: StepArrivals = { count: 0, from: new Uint32Array(1), to: new Uint32Array(1), remaining: new Float64Array(1) };
const ONE_SYNAPSE: EffectiveSynapses = { circuit: Uint32Array.of(0), sign: Int8Array.of(1), drive: Float64Array.of(4e4) };

function part(integrator: Integrator, parameters = circuits(1), changes = {}, synapses = ONE_SYNAPSE): ChipPart {
  return new ChipPart({ integrator, parameters, options: options(parameters.rest.length, changes), synapses });
}

/** An event on synapse 0, `remaining` s before the end of the step. */
const event = (remaining: number): StepArrivals => ({ ...NOTHING, count: 1, to: Uint32Array.of(1), remaining: Float64Array.of(remaining) });

/** Puts the membrane to `v` through a snapshot. */
function started(integrator: Integrator, v: number, parameters = circuits(1), changes = {}): ChipPart {
  const chip = part(integrator, parameters, changes);
  const { kind, columns } = chip.snapshot();
  chip.restore({ kind, columns: columns.map((column, i) => (i === 0 ? column.fill(v) : column)) });
  return chip;
}

test('with a linear leak the membrane decays exponentially, to 1e-6', () => {
  const chip = started('accurate', 0.3, circuits(1), { linearRange: Infinity });
  for (let k = 0; k < 100; k++) chip.advance(k, NOTHING);
  expect(Math.abs(chip.voltages()[0]! - (0.42 - 0.12 * Math.exp(-1)))).toBeLessThan(1e-6 * 0.12);
});

test('with a tanh leak sinh(u / range) decays exponentially, to 1e-6, far outside the linear range too', () => {
  for (const distance of [0.05, 0.3, 0.6]) {
    const chip = started('accurate', 0.42 - distance);
    for (let k = 0; k < 100; k++) chip.advance(k, NOTHING);
    const expected = 0.25 * Math.asinh(Math.sinh(distance / 0.25) * Math.exp(-1));
    expect(Math.abs(0.42 - chip.voltages()[0]! - expected) / distance).toBeLessThan(1e-6);
  }
});

test('a synaptic event inside a step gives the closed postsynaptic potential, to 1e-6', () => {
  for (const remaining of [1e-7, 3.7e-8, 0]) {
    const chip = part('accurate', circuits(1), { linearRange: Infinity });
    chip.advance(0, event(remaining));
    for (let k = 1; k < 60; k++) chip.advance(k, NOTHING);
    const t = 59 * 1e-7 + remaining;
    const closed = (4e4 * (Math.exp(-t / 10e-6) - Math.exp(-t / 5e-6))) / (1 / 5e-6 - 1 / 10e-6);
    expect(Math.abs(chip.voltages()[0]! - 0.42 - closed) / closed).toBeLessThan(1e-6);
  }
});

test('the error of the accurate integrator falls with the fourth power of the step', () => {
  const error = (step: number): number => {
    const chip = started('accurate', -0.1, circuits(1), { step });
    const steps = Math.round(16e-6 / step);
    for (let k = 0; k < steps; k++) chip.advance(k, NOTHING);
    return Math.abs(chip.voltages()[0]! - (0.42 - 0.25 * Math.asinh(Math.sinh(0.52 / 0.25) * Math.exp(-1.6))));
  };
  const errors = [4e-6, 2e-6, 1e-6, 0.5e-6].map(error);
  for (let k = 0; k < 3; k++) {
    const order = Math.log2(errors[k]! / errors[k + 1]!);
    expect(order).toBeGreaterThan(3.6);
    expect(order).toBeLessThan(4.6);
  }
});

test('spikes of a driven linear membrane come at the closed time and every refractory period counts', () => {
  // rest 0.9 V over the threshold: period = refractory + tau ln((0.9 - 0.3) / (0.9 - 0.6))
  const chip = started('accurate', 0.3, circuits(1, { rest: 0.9, reset: 0.3, threshold: 0.6 }), { linearRange: Infinity });
  const times: number[] = [];
  for (let k = 0; k < 400; k++) {
    const { count, fraction } = chip.advance(k, NOTHING);
    for (let i = 0; i < count; i++) times.push((k + fraction[i]!) * 1e-7);
  }
  const rise = 10e-6 * Math.log(2);
  expect(times).toHaveLength(4);
  times.forEach((time, i) => expect(Math.abs(time - (rise + i * (rise + 2e-6)))).toBeLessThan(1e-12));
});

test.each(['fast', 'accurate'] as const)(
  '%s: a circuit whose reset lies over its threshold fires once per refractory period, within (0, 1] of a step',
  (integrator) => {
    for (const refractory of [0, 1e-7, 2.5e-7]) {
      const chip = part(integrator, circuits(1, { rest: 0.7, reset: 0.65, threshold: 0.6 }), { refractory });
      let spikes = 0;
      for (let k = 0; k < 100; k++) {
        const { count, fraction } = chip.advance(k, NOTHING);
        spikes += count;
        for (let i = 0; i < count; i++) expect(fraction[i]! > 0 && fraction[i]! <= 1).toBe(true);
      }
      expect(spikes).toBeGreaterThanOrEqual(39);
      expect(spikes).toBeLessThanOrEqual(101);
    }
  },
);

test('a membrane that noise lifts over its threshold fires at the end of that step, not in the next', () => {
  const chip = part('accurate', circuits(64, { threshold: 0.4205 }), { noise: 0.002 });
  for (let k = 0; k < 200; k++) {
    chip.advance(k, NOTHING);
    for (const v of chip.voltages()) expect(v).toBeLessThan(0.4205);
  }
});

test('fast follows accurate: potentials to a thousandth, spikes to a tenth of a step', () => {
  const parameters = circuits(1, { threshold: 0.55 });
  const chips = (['fast', 'accurate'] as const).map((integrator) => part(integrator, parameters));
  const times: number[][] = [[], []];
  for (let k = 0; k < 600; k++) {
    const arrivals = k % 40 < 3 ? event(((k * 37) % 100) * 1e-9) : NOTHING;
    chips.forEach((chip, i) => {
      const { count, fraction } = chip.advance(k, arrivals);
      for (let s = 0; s < count; s++) times[i]!.push(k + fraction[s]!);
    });
    if (times[0]!.length === times[1]!.length) expect(Math.abs(chips[0]!.voltages()[0]! - chips[1]!.voltages()[0]!)).toBeLessThan(1e-3);
  }
  expect(times[0]!.length).toBe(times[1]!.length);
  expect(times[0]!.length).toBeGreaterThan(3);
  times[0]!.forEach((time, i) => expect(Math.abs(time - times[1]![i]!)).toBeLessThan(0.5));
});
