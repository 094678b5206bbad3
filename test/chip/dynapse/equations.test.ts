/**
 * The `accurate` integrator of the subthreshold family against equations written down here once more, as they stand in the literature (Chicca et al. 2014; defaults and constants of rockpool), and
 * integrated for the logarithm of the membrane current by classical Runge-Kutta in fixed steps of 1 us: direct current, adaptation after spikes, positive feedback, the NMDA gate, shunting and subtractive inhibition, refractory period.
 */
import { describe, expect, test } from 'vitest';
import {
  compileDynapseDie,
  designBiases,
  dynapseParameters,
  DynapseNeurons,
  nearestBias,
  type DynapseParameters,
} from '../../../src/chip/index.ts';
import { cardFile } from '../../../src/codesign/index.ts';
import { DYNAPSE_SYNAPSES, DynapseSchema, loadCard, type DynapseBias } from '../../../src/model/index.ts';

const card = loadCard(DynapseSchema, cardFile('chip', 'dynapse2'), { overrides: ['noise.scale=0'] }).value;
const STEP = 1e-3;
const FINE = 1e-6;

/** One event: time in us, kind, charge in A. */
type Event = readonly [time: number, kind: 0 | 1 | 2 | 3, charge: number];

interface Trace {
  readonly spikes: readonly number[];
  /** Membrane current at every millisecond, A. */
  readonly currents: readonly number[];
}

/** Neuron n from the equations; times of events are whole microseconds. */
function byHand(p: DynapseParameters, n: number, events: readonly Event[], milliseconds: number): Trace {
  const [tau, leak, gain, dark] = [p.tauMem[n]!, p.leak[n]!, p.gain[n]!, p.dark];
  const slowTau = [...DYNAPSE_SYNAPSES.map((kind) => p.tauSyn[kind][n]!), p.tauAhp[n]!];
  const slow = [0, 0, 0, 0, 0];
  /** Of ln I, 1/s. */
  const slope = (logarithm: number, [ampa, nmda, shunt, subtracted, ahp]: readonly number[]): number => {
    const current = Math.exp(logarithm);
    const gated = p.nmdaGate[n] === 0 ? nmda! : (nmda! * current) / (current + p.nmdaGate[n]!);
    const input = Math.max(dark + p.dc[n]! + ampa! + gated - subtracted!, 0);
    const feedback = p.feedback[n] === 0 ? 0 : p.feedback[n]! / (1 + Math.exp(-(current - p.feedbackThreshold[n]!) / p.feedbackWidth[n]!));
    // tau (1 + I_g / I) dI/dt = I_g / I_tau I_in + f (I + I_g) / I_tau - I (1 + (I_ahp + I_shunt) / I_tau)
    const right = (gain / leak) * input + (feedback / leak) * (current + gain) - current * (1 + (ahp! + shunt!) / leak);
    return right / (tau * (current + gain));
  };
  const after = (time: number): number[] => slow.map((value, k) => value * Math.exp(-time / slowTau[k]!));
  let current = Math.log(dark);
  const threshold = Math.log(p.threshold[n]!);
  let held = 0;
  const spikes: number[] = [];
  const currents: number[] = [];
  let next = 0;
  for (let k = 0; k < milliseconds * 1000; k++) {
    for (; next < events.length && events[next]![0] === k; next++) slow[events[next]![1]]! += events[next]![2];
    let from = 0;
    while (from < FINE) {
      const h = FINE - from;
      if (held > 0) {
        const pause = Math.min(held, h);
        slow.splice(0, 5, ...after(pause));
        held = held - pause < 1e-15 ? 0 : held - pause;
        from = pause === h ? FINE : from + pause;
        continue;
      }
      const middle = after(h / 2);
      const k1 = slope(current, slow);
      const k2 = slope(current + (h / 2) * k1, middle);
      const k3 = slope(current + (h / 2) * k2, middle);
      const k4 = slope(current + h * k3, after(h));
      const end = Math.max(current + (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4), Math.log(dark));
      if (end < threshold) {
        current = end;
        slow.splice(0, 5, ...after(h));
        break;
      }
      // within a microsecond the way to the threshold is a straight line
      const part = (h * (threshold - current)) / (end - current);
      slow.splice(0, 5, ...after(part));
      from += part;
      spikes.push(k * FINE + from);
      current = Math.log(dark);
      held = p.refractory[n]!;
      slow[4]! += p.ahpJump[n]!;
    }
    if ((k + 1) % 1000 === 0) currents.push(Math.exp(current));
  }
  return { spikes, currents };
}

/** The same neuron on the chip. */
function onChip(p: DynapseParameters, n: number, events: readonly Event[], milliseconds: number): Trace {
  const bank = new DynapseNeurons(p, { first: n, count: 1, step: STEP, noise: 0, noiseSteps: 1, noiseSeed: 0 });
  const spikes: number[] = [];
  const currents: number[] = [];
  for (let k = 0; k < milliseconds; k++) {
    const mine = events.filter(([time]) => Math.floor(time / 1000) === k);
    const found = bank.advance(
      k,
      mine.map(([time, kind, charge]) => ({ neuron: 0, kind, charge, remaining: STEP - (time - 1000 * k) * FINE })),
    );
    for (let i = 0; i < found.count; i++) spikes.push((k + found.fraction[i]!) * STEP);
    currents.push(bank.currents()[0]!);
  }
  return { spikes, currents };
}

const CASES: Readonly<
  Record<
    string,
    { readonly biases: Partial<Record<DynapseBias, number>>; readonly kinds: readonly (0 | 1 | 2 | 3)[]; readonly charge: number }
  >
> = {
  'a direct current': { biases: { dc: 60e-9 }, kinds: [], charge: 0 },
  'adaptation after spikes': { biases: { dc: 80e-9, weight_ahp: 20e-9 }, kinds: [], charge: 0 },
  'positive feedback': { biases: { dc: 40e-9, feedback: 20e-12 }, kinds: [], charge: 0 },
  'events through AMPA': { biases: { dc: 20e-9 }, kinds: [0], charge: 20e-9 },
  'events through an NMDA gate': { biases: { dc: 25e-9, nmda_gate: 20e-9 }, kinds: [1], charge: 30e-9 },
  'an NMDA gate with adaptation and feedback': {
    biases: { dc: 25e-9, nmda_gate: 40e-9, weight_ahp: 10e-9, feedback: 10e-12 },
    kinds: [1, 0],
    charge: 25e-9,
  },
  'shunting inhibition': { biases: { dc: 90e-9 }, kinds: [2], charge: 2e-12 },
  'subtractive inhibition': { biases: { dc: 70e-9 }, kinds: [3, 0], charge: 10e-9 },
};

describe.each(Object.entries(CASES))('%s', (_, { biases, kinds, charge }) => {
  test('moves the membrane and times the spikes as the equations say, on a die with mismatch', () => {
    const chosen = Object.fromEntries(Object.entries(biases).map(([name, value]) => [name, nearestBias(card, value)]));
    const core = { ...designBiases(card), ...chosen };
    const p = dynapseParameters(
      card,
      compileDynapseDie(card, 3),
      Array.from({ length: card.geometry.cores.value }, () => core),
    );
    const events = Array.from({ length: 20 }, (_unused, k): Event[] =>
      kinds.map((kind, i) => [3217 + 5003 * k + 411 * i, kind, charge]),
    ).flat();
    for (const n of [5, 300]) {
      const [expected, found] = [byHand(p, n, events, 110), onChip(p, n, events, 110)];
      expect(expected.spikes.length).toBeGreaterThan(3);
      expect(found.spikes).toHaveLength(expected.spikes.length);
      // 1 us is what a straight line within a microsecond may be off at the most
      expected.spikes.forEach((time, k) => expect(Math.abs(found.spikes[k]! - time)).toBeLessThan(1e-6));
      expected.currents.forEach((current, k) => expect(Math.abs(found.currents[k]! - current) / p.threshold[n]!).toBeLessThan(2e-5));
    }
  });
});
