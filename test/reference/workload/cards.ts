/** Small workload cards with neurons of every model, and their runs on the teacher. */
import { expect } from 'vitest';
import { parseCard, WorkloadSchema, type WorkloadCard } from '../../../src/model/index.ts';
import { buildNetwork, currentChanges, stimulusEvents, type Network } from '../../../src/network/index.ts';
import { TEACHER_TICKS_PER_SECOND as TICKS, teacherOf, type TeacherMethod, type TeacherSnapshot } from '../../../src/reference/index.ts';

export const PRECISE: TeacherMethod = { mode: 'precise', tolerance: 1e-10, step: 1e-4 };

export const LEAK = { tau_mem: '20 ms', tau_syn_excitatory: '5 ms', tau_syn_inhibitory: '10 ms', rest: '-70 mV' };
export const ADEX = {
  ...LEAK,
  threshold: '0 mV',
  reset: '-58 mV',
  refractory: '0 ms',
  exponential: { threshold: '-50 mV', slope: '2 mV' },
  adaptation: { strength: 0.2, tau: '120 ms', jump: '10 mV' },
};
export const HH = {
  ...LEAK,
  threshold: '0 mV',
  onset: '-55 mV',
  sodium: 2000,
  sodium_reversal: '50 mV',
  potassium: 600,
  potassium_reversal: '-90 mV',
};
export const IZH = { a: 0.02, b: 0.2, c: '-65 mV', d: 8, start: '-70 mV' };
export const DENDRITES = [
  { coupling: 2, leak: 0.5, capacitance: 0.4 },
  { coupling: 1.5, leak: 0.5, capacitance: 0.4 },
];
export const CONDUCTANCE = { kind: 'conductance', reversal_excitatory: '0 mV', reversal_inhibitory: '-80 mV' };

/** A card of these fields, with short delays and a duration of 400 ms. */
export function cardOf(fields: Record<string, unknown>): WorkloadCard {
  const card = {
    name: 'small',
    description: 'a small one',
    weight_unit: '1 mV',
    sign: 'of the weight',
    delay: '1.5 ms',
    edges: [],
    stimuli: [],
    duration: '400 ms',
    warm_up: '0 ms',
    seeds: { graph: 1, stimulus: [1] },
    ...fields,
  };
  return parseCard(WorkloadSchema, JSON.stringify(card)).value;
}

/** Stimuli of the card up to tick `until`. */
function inputOf(card: WorkloadCard, network: Network, until: number) {
  return { events: stimulusEvents(card, network, 1, until, TICKS, 1), currents: currentChanges(card, network, 1, until, TICKS) };
}

/** Spikes of a run of this many seconds on the teacher, ms and neuron. */
export function run(card: WorkloadCard, method = PRECISE, seconds = card.duration) {
  const network = buildNetwork(card);
  const until = Math.round(seconds * TICKS);
  const { ticks, fractions, neurons } = teacherOf(card, network, inputOf(card, network, until), method).advance(until);
  return Array.from(ticks, (tick, i) => ({ ms: ((tick + fractions[i]!) / TICKS) * 1000, neuron: neurons[i]! }));
}

/** Runs a card whole, and in parts that end at `cuts` and take up what the one before laid down: the same bits. Gives the spikes of the whole. */
export function expectSameInParts(card: WorkloadCard, method: TeacherMethod, cuts: readonly number[]) {
  const network = buildNetwork(card);
  const until = Math.round(card.duration * TICKS);
  const whole = teacherOf(card, network, inputOf(card, network, until), method).advance(until);
  let snapshot: TeacherSnapshot | undefined;
  const parts = [...cuts, until].map((end) => {
    const teacher = teacherOf(card, network, inputOf(card, network, until), method, snapshot);
    const spikes = teacher.advance(end);
    snapshot = structuredClone(teacher.snapshot());
    return spikes;
  });
  for (const column of ['ticks', 'fractions', 'neurons'] as const)
    expect(parts.flatMap((part) => Array.from(part[column]))).toEqual(Array.from(whole[column]));
  return whole;
}
