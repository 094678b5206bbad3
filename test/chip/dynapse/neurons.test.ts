/** Circuits of the subthreshold family against their closed forms. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  biasCurrent,
  biasLadder,
  compileDynapseDie,
  designBiases,
  dynapseParameters,
  DynapseNeurons,
  nearestBias,
  weightCurrent,
  type CoreBiases,
  type DynapseNeuronOptions,
} from '../../../src/chip/index.ts';
import { cardFile } from '../../../src/codesign/index.ts';
import { DYNAPSE_BIASES, DynapseSchema, loadCard, type DynapseBias, type DynapseCard } from '../../../src/model/index.ts';

const cardWith = (...overrides: string[]): DynapseCard => loadCard(DynapseSchema, cardFile('chip', 'dynapse2'), { overrides }).value;
const IDEAL = cardWith('variation=0', 'noise.scale=0');

/** Neurons of core 0 of a card with these bias currents (nearest codes), A. */
function neurons(
  card: DynapseCard,
  currents: Partial<Record<DynapseBias, number>> = {},
  options: Partial<DynapseNeuronOptions> = {},
  codes: Partial<CoreBiases> = {},
) {
  const chosen = Object.fromEntries(Object.entries(currents).map(([name, value]) => [name, nearestBias(card, value)]));
  const biases = { ...designBiases(card), ...chosen, ...codes };
  const parameters = dynapseParameters(
    card,
    compileDynapseDie(card, 1),
    Array.from({ length: card.geometry.cores.value }, () => biases),
  );
  const all: DynapseNeuronOptions = { first: 0, count: 1, step: 1e-3, noise: 0, noiseSteps: 1, noiseSeed: 1, ...options };
  return { parameters, bank: new DynapseNeurons(parameters, all) };
}

test('a synaptic current decays exponentially after an event, and a regular train settles at its geometric sum', () => {
  const { parameters, bank } = neurons(IDEAL);
  const tau = parameters.tauSyn.ampa[0]!;
  bank.advance(0, [{ neuron: 0, kind: 0, charge: 1e-10, remaining: 0.3e-3 }]);
  for (let step = 1; step < 20; step++) bank.advance(step, []);
  expect(bank.synapses(0)[0]! / (1e-10 * Math.exp(-19.3e-3 / tau))).toBeCloseTo(1, 10);
  for (let step = 20; step < 400; step++) bank.advance(step, [{ neuron: 0, kind: 0, charge: 1e-10, remaining: 0 }]);
  expect(bank.synapses(0)[0]! / (1e-10 / (1 - Math.exp(-1e-3 / tau)))).toBeCloseTo(1, 9);
});

test('the charge of an event is that of a filter charged by a pulse', () => {
  const { parameters } = neurons(IDEAL);
  // the differential pair integrator: I rises to (I_gain / I_tau) I_w with tau for the length of the pulse
  const tau = parameters.tauSyn.ampa[0]!;
  expect(tau).toBeGreaterThan(0.0099);
  expect(tau).toBeLessThan(0.0101);
  const full = weightCurrent(parameters, 0, 15);
  expect(full / 15e-9).toBeCloseTo(1, 1);
  expect(parameters.synapseGain.ampa[0]! * full).toBeCloseTo(100 * 15e-9 * (1 - Math.exp(-10e-6 / 10e-3)), 10);
});

test('far above the gain current the membrane decays with its time constant', () => {
  const { parameters, bank } = neurons(IDEAL, { threshold: 2e-6 });
  const start = 1e-6;
  bank.restore({ ...bank.snapshot(), membrane: Float64Array.of(start) });
  for (let step = 0; step < 20; step++) bank.advance(step, []);
  const tau = parameters.tauMem[0]!;
  expect((bank.currents()[0]! / start) * Math.exp(20e-3 / tau)).toBeCloseTo(1, 3);
});

/** Time in which a membrane with gain current g, end level e and time constant tau goes from a to b: the integral of tau (I + g) / (I (e - I)). */
function travel(a: number, b: number, g: number, e: number, tau: number): number {
  return tau * ((g / e) * Math.log(b / a) - (1 + g / e) * Math.log((e - b) / (e - a)));
}

test('the whole way from the dark current to the threshold takes the time of the closed form', () => {
  const { parameters: p, bank } = neurons(IDEAL, { dc: 60e-9 });
  const level = (p.gain[0]! / p.leak[0]!) * (p.dc[0]! + p.dark);
  const expected = travel(p.dark, p.threshold[0]!, p.gain[0]!, level, p.tauMem[0]!);
  let first: number | undefined;
  for (let step = 0; first === undefined && step < 100; step++) {
    const spikes = bank.advance(step, []);
    if (spikes.count > 0) first = (step + spikes.fraction[0]!) * 1e-3;
  }
  expect(first! / expected).toBeCloseTo(1, 5);
});

test('the rate rises with the input current as the closed form says, beginning at the threshold divided by the gain', () => {
  const rates = [20e-9, 30e-9, 50e-9, 100e-9, 200e-9, 400e-9].map((dc) => {
    const { parameters: p, bank } = neurons(IDEAL, { dc });
    const level = (p.gain[0]! / p.leak[0]!) * (p.dc[0]! + p.dark);
    const spikes: number[] = [];
    for (let step = 0; step < 500; step++) {
      const now = bank.advance(step, []);
      for (let s = 0; s < now.count; s++) spikes.push((step + now.fraction[s]!) * 1e-3);
    }
    const expected =
      level <= p.threshold[0]! ? 0 : 1 / (p.refractory[0]! + travel(p.dark, p.threshold[0]!, p.gain[0]!, level, p.tauMem[0]!));
    const found = spikes.length < 2 ? 0 : (spikes.length - 1) / (spikes.at(-1)! - spikes[0]!);
    return { found, expected };
  });
  for (const { found, expected } of rates) expect(found).toBeCloseTo(expected, 2);
  expect(rates[0]!.found).toBe(0);
  for (let i = 1; i < rates.length; i++) expect(rates[i]!.found).toBeGreaterThan(rates[i - 1]!.found);
});

test('fixed steps converge with third order', () => {
  const currentAfter = (largest: number): number => {
    const { bank } = neurons(
      IDEAL,
      { dc: 20e-9, threshold: 2e-6, feedback: 30e-12, feedback_threshold: 30e-9, feedback_width: 5e-9 },
      { step: 4e-3, tolerance: Infinity, largest },
    );
    bank.restore({ ...bank.snapshot(), membrane: Float64Array.of(10e-9), synapses: Float64Array.of(5e-9, 0, 1e-12, 2e-9) });
    for (let step = 0; step < 4; step++) bank.advance(step, []);
    return bank.currents()[0]!;
  };
  const exact = currentAfter(4e-3 / 512);
  const errors = [1, 2, 4, 8].map((parts) => Math.abs(currentAfter(4e-3 / (4 * parts)) - exact));
  for (let i = 1; i < errors.length; i++) {
    const order = Math.log2(errors[i - 1]! / errors[i]!);
    expect(order).toBeGreaterThan(2.6);
    expect(order).toBeLessThan(4);
  }
});

test('the NMDA current waits for the gate, GABA-A shunts, GABA-B subtracts, adaptation slows down', () => {
  const count = (currents: Partial<Record<DynapseBias, number>>, kind?: number, base = 60e-9): number => {
    const { bank } = neurons(IDEAL, { dc: base, ...currents });
    let spikes = 0;
    for (let step = 0; step < 300; step++)
      spikes += bank.advance(step, kind === undefined ? [] : [{ neuron: 0, kind, charge: kind === 2 ? 1e-12 : 5e-9, remaining: 0 }]).count;
    return spikes;
  };
  const alone = count({});
  expect(alone).toBeGreaterThan(5);
  expect(count({}, 0)).toBeGreaterThan(alone);
  expect(count({}, 1)).toBeGreaterThan(alone);
  expect(count({ nmda_gate: 1e-6 }, 1)).toBeLessThan(count({}, 1));
  expect(count({ nmda_gate: 20e-9 }, 1)).toBeGreaterThan(alone);
  expect(count({}, 2)).toBeLessThan(alone);
  expect(count({}, 3)).toBeLessThan(alone);
  expect(count({ weight_ahp: 50e-9 })).toBeLessThan(alone);
  expect(count({ feedback: 20e-12 })).toBeGreaterThan(alone);
});

test('no code pair of any bias makes a current that is no number', () => {
  const { coarse, fine } = IDEAL.bias_generator;
  const code = fc.record({ coarse: fc.integer({ min: 0, max: coarse.value.length - 1 }), fine: fc.integer({ min: 0, max: fine.value }) });
  const noisy = cardWith();
  fc.assert(
    fc.property(fc.tuple(...DYNAPSE_BIASES.map(() => code)), (codes) => {
      const all = Object.fromEntries(DYNAPSE_BIASES.map((name, i) => [name, codes[i]!]));
      const { parameters, bank } = neurons(noisy, {}, { noise: 0.03, count: 2, step: 1e-4 }, all);
      for (let step = 0; step < 4; step++) {
        const events = [0, 1, 2, 3].map((kind) => ({
          neuron: 0,
          kind,
          charge: parameters.synapseGain[(['ampa', 'nmda', 'gaba_a', 'gaba_b'] as const)[kind]!][0]! * weightCurrent(parameters, 0, 15),
          remaining: 5e-5,
        }));
        bank.advance(step, events);
      }
      for (const current of bank.currents()) {
        expect(current).toBeGreaterThanOrEqual(parameters.dark);
        expect(current).toBeLessThanOrEqual(parameters.clip);
      }
      for (const kind of [0, 1, 2, 3]) expect(bank.synapses(kind).every(Number.isFinite)).toBe(true);
    }),
    { numRuns: 40 },
  );
});

test('cutting the neurons and stopping in between changes nothing', () => {
  const run = (cuts: readonly (readonly [number, number])[], pause: boolean): string => {
    const card = cardWith();
    const trace: string[] = [];
    for (const [first, count] of cuts) {
      let { bank } = neurons(card, { dc: 80e-9 }, { first, count, noise: 0.03, noiseSteps: 3 });
      for (let step = 0; step < 100; step++) {
        if (pause && step === 37) {
          const state = bank.snapshot();
          ({ bank } = neurons(card, { dc: 80e-9 }, { first, count, noise: 0.03, noiseSteps: 3 }));
          bank.restore(state);
        }
        const spikes = bank.advance(step, []);
        for (let s = 0; s < spikes.count; s++) trace.push(`${String(step)}:${String(spikes.circuit[s]!)}:${String(spikes.fraction[s]!)}`);
      }
    }
    return trace.toSorted().join();
  };
  const whole = run([[0, 12]], false);
  expect(whole.length).toBeGreaterThan(100);
  expect(
    run(
      [
        [0, 5],
        [5, 7],
      ],
      true,
    ),
  ).toBe(whole);
});

test('the ladder of codes ascends and the nearest code is the nearest', () => {
  const ladder = biasLadder(IDEAL).map((code) => biasCurrent(IDEAL, code));
  expect(ladder.every((current, i) => i === 0 || current > ladder[i - 1]!)).toBe(true);
  fc.assert(
    fc.property(fc.double({ min: Math.log(1e-12), max: Math.log(2e-6), noNaN: true }), (logarithm) => {
      const wanted = Math.exp(logarithm);
      const ratio = (current: number): number => Math.max(current / wanted, wanted / current);
      expect(ratio(biasCurrent(IDEAL, nearestBias(IDEAL, wanted)))).toBeLessThanOrEqual(Math.min(...ladder.map(ratio)) + 1e-12);
    }),
    { numRuns: 50 },
  );
});

test('spreads over 100 dies are those of the card', () => {
  const card = cardWith();
  const logs = Array.from({ length: 100 }, (_, seed) => compileDynapseDie(card, seed + 1));
  const cv = (pick: (die: (typeof logs)[number]) => Float64Array): { mean: number; cv: number } => {
    const values = logs.flatMap((die) => Array.from(pick(die)));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { mean, cv: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) / mean };
  };
  for (const [pick, stated] of [
    [(die: (typeof logs)[number]) => die.tauMem, 0.2],
    [(die: (typeof logs)[number]) => die.threshold, 0.15],
    [(die: (typeof logs)[number]) => die.weight.ampa, 0.25],
    [(die: (typeof logs)[number]) => die.refractory, 0.2],
  ] as const) {
    const { mean, cv: spread } = cv(pick);
    // 400 cores with a tenth of the variance in common: standard error of a mean is stated x sqrt(0.1 / 400)
    expect(Math.abs(mean - 1)).toBeLessThan(4 * stated * Math.sqrt(0.1 / 400));
    expect(Math.abs(spread / stated - 1)).toBeLessThan(0.05);
  }
  expect(compileDynapseDie(card, 3).tauMem).toEqual(logs[2]!.tauMem);
});
