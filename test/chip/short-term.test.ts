/** Short-term plasticity of the drivers against the teacher's exact Tsodyks-Markram model and its steady state. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ChipPart,
  compileDie,
  DieSubstrate,
  ShortTerm,
  shortTermPlan,
  type ShortTermPlan,
  type StepArrivals,
} from '../../src/chip/index.ts';
import { tsodyksMarkramCourse } from '../../src/reference/index.ts';
import { bss2, circuits, deviation, IDEAL, mean, nominal, options } from './cards.ts';

function plan(mode: ShortTermPlan['mode'], utilisation: number, recovery: number, offset = 0): ShortTermPlan {
  return { mode, utilisation: Float64Array.of(utilisation), recovery: Float64Array.of(recovery), offset: Float64Array.of(offset) };
}

/** Times of a train in us, ascending. */
const trains = fc.array(fc.double({ min: 0.01, max: 300, noNaN: true }), { minLength: 1, maxLength: 40 }).map((gaps) => {
  let at = 0;
  return gaps.map((gap) => (at += gap));
});

describe('a driver', () => {
  test('that depresses is the teacher without facilitation: pulse width = resources', () => {
    fc.assert(
      fc.property(trains, fc.double({ min: 0.05, max: 1, noNaN: true }), fc.double({ min: 1, max: 500, noNaN: true }), (times, U, tau) => {
        const driver = new ShortTerm(plan('depression', U, tau * 1e-6));
        const { x } = tsodyksMarkramCourse({ utilisation: U, tauRecovery: tau, tauFacilitation: 0 }, times);
        times.forEach((at, i) => expect(driver.event(0, at * 1e-6)).toBeCloseTo(x[i]!, 9));
      }),
      { numRuns: 60 },
    );
  });

  test('that facilitates is the teacher with instant recovery: pulse width = release probability', () => {
    fc.assert(
      fc.property(trains, fc.double({ min: 0.05, max: 1, noNaN: true }), fc.double({ min: 1, max: 500, noNaN: true }), (times, U, tau) => {
        const driver = new ShortTerm(plan('facilitation', U, tau * 1e-6));
        const { u } = tsodyksMarkramCourse({ utilisation: U, tauRecovery: 1e-9, tauFacilitation: tau }, times);
        times.forEach((at, i) => expect(driver.event(0, at * 1e-6)).toBeCloseTo(u[i]!, 9));
      }),
      { numRuns: 60 },
    );
  });

  test('under a regular train settles at (1 - e) / (1 - (1 - U) e), e = exp(-T / tau)', () => {
    const driver = new ShortTerm(plan('depression', 0.4, 50e-6));
    let width = 0;
    for (let k = 0; k < 200; k++) width = driver.event(0, k * 10e-6);
    const e = Math.exp(-10 / 50);
    expect(width).toBeCloseTo((1 - e) / (1 - 0.6 * e), 12);
  });

  test('has a width error that is absolute: short pulses suffer most, none goes below zero', () => {
    const driver = new ShortTerm(plan('facilitation', 0.1, 1, -0.08));
    // 0.1 of full width less 0.08, against 0.92 of a full pulse of this driver
    expect(driver.event(0, 0)).toBeCloseTo(0.02 / 0.92, 12);
    expect(new ShortTerm(plan('facilitation', 0.05, 1, -0.08)).event(0, 0)).toBe(0);
  });
});

test('drivers of a die spread as the card states', () => {
  const card = bss2('synapse.short_term.mode=depression');
  const { utilisation, recovery } = shortTermPlan(card, compileDie(card, 2))!;
  // code 7 of 6.25 % per code; code 4 of 500 us; 4,096 drivers, hence five standard errors
  expect(Math.abs(mean(utilisation) / 0.5 - 1)).toBeLessThan((5 * 0.1) / 64);
  expect(Math.abs(deviation(recovery) / mean(recovery) / 0.2 - 1)).toBeLessThan(5 / Math.sqrt(2 * 4096));
  expect(shortTermPlan(bss2(), compileDie(bss2(), 2))).toBeUndefined();
});

test.each(['fast', 'accurate'] as const)(
  '%s: the second of two pulses is weaker by what the driver has used up, and a snapshot knows it',
  (integrator) => {
    const build = (): ChipPart =>
      new ChipPart({
        integrator,
        parameters: circuits(1, { tauMem: 1e-6, tauSynExcitatory: 1e-6 }),
        synapses: { circuit: Uint32Array.of(0), sign: Int8Array.of(1), drive: Float64Array.of(1e4), row: Uint16Array.of(0) },
        shortTerm: plan('depression', 0.5, 1),
        options: options(1, { linearRange: Infinity, step: 1e-7 }),
      });
    const none: StepArrivals = { count: 0, from: new Uint32Array(1), to: Uint32Array.of(1), remaining: new Float64Array(1) };
    const one = { ...none, count: 1, remaining: Float64Array.of(0.5e-7) };
    let part = build();
    const peaks = [0, 500, 1000].map((at) => {
      let peak = 0;
      for (let k = at; k < at + 500; k++) {
        part.advance(k, k === at ? one : none);
        peak = Math.max(peak, part.voltages()[0]! - 0.42);
      }
      const copy = build();
      copy.restore(part.snapshot());
      part = copy;
      return peak;
    });
    expect(peaks[0]).toBeGreaterThan(1e-3);
    expect(peaks[1]! / peaks[0]!).toBeCloseTo(0.5, 3);
    expect(peaks[2]! / peaks[0]!).toBeCloseTo(0.25, 3);
  },
);

test('on the bench, events in quick succession are seen to depress, and a new run begins rested', async () => {
  const card = bss2(...IDEAL, 'synapse.short_term.mode=depression', 'neuron.ota=linear', 'geometry.cores.value=1');
  const die = new DieSubstrate(card, 1, 1);
  await die.configure({ ...nominal(card), spiking: false });
  const peakAfter = async (rowEvents: { tick: number; row: number; sign: 1 }[]): Promise<number> => {
    const probe = { kind: 'cadc', circuits: Uint32Array.of(0), from: 0 } as const;
    const { samples } = await die.run({ stimulus: { rowEvents, weight: 40 }, probes: [probe], until: 600_000 });
    const { tick, values } = samples[0]!;
    const last = rowEvents.at(-1)!.tick;
    return Math.max(...values.filter((_, k) => tick[k]! > last)) - values[0]!;
  };
  const event = (tick: number): { tick: number; row: number; sign: 1 } => ({ tick, row: 3, sign: 1 });
  const alone = await peakAfter([event(400_000)]);
  const second = await peakAfter([event(200_000), event(400_000)]);
  expect(alone).toBeGreaterThan(30);
  // U = 0.5 at code 7, 100 us at code 4, 200 us apart: 1 - 0.5 exp(-2); readings are rounded
  expect(Math.abs(second / alone - (1 - 0.5 * Math.exp(-2)))).toBeLessThan(1.5 / alone);
  expect(await peakAfter([event(400_000)])).toBe(alone);
});
