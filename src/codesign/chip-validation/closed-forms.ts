/**
 * The `accurate` integrator against closed forms, and as the teacher. V, s.
 *   linear leak:   u = u0 exp(-t / tau)                                 tanh leak: sinh(u / L) = sinh(u0 / L) exp(-t / tau)
 *   synaptic line: ds/dt = -s / tau_syn, du/dt = s - u / tau_mem   =>   u = s0 (exp(-t / tau_mem) - exp(-t / tau_syn)) / (1 / tau_syn - 1 / tau_mem)
 */
import { asinh, exp, log, sinh } from '../../base/index.ts';
import { ChipPart, type StepArrivals } from '../../chip/index.ts';
import type { ChipCard } from '../../model/index.ts';
import { runCell } from '../../reference/index.ts';
import { CHAOTIC, FIRING_CASES, integratorErrors, spikesOnChip, teacherCase } from '../sheets/firing-cases.ts';
import { atLeast, atMost, type ChipBar } from './bar.ts';

const REST = 0.6;
const TAU_MEM = 10e-6;
const TAU_SYN = 5e-6;
const DRIVE = 4e4;
const NOTHING: StepArrivals = { count: 0, from: new Uint32Array(1), to: new Uint32Array(1), remaining: new Float64Array(1) };

/** Relative errors of single parameters. */
export function closedFormBars(card: ChipCard): ChipBar[] {
  const { step, neuron } = card;
  const range = neuron.linear_range.value;
  const decayed = exp(-1);
  const bars = [0.05, 0.3, 0.6].flatMap((distance) => {
    const linear = decay(step.value, Infinity, distance);
    const tanh = decay(step.value, range, distance);
    const settled = range * asinh(sinh(distance / range) * decayed);
    return [
      atMost(
        'closed forms',
        `leak from ${String(distance)} V, linear, after tau`,
        Math.abs(linear / (distance * decayed) - 1),
        1e-6,
        'relative',
      ),
      atMost('closed forms', `leak from ${String(distance)} V, tanh, after tau`, Math.abs(tanh / settled - 1), 1e-6, 'relative'),
    ];
  });
  const potentials = [1, 0.37, 0].map((share) => {
    const found = potential(step.value, share);
    const name = `potential of one event, ${String(share)} of a step before its end`;
    return atMost('closed forms', name, found, 1e-6, 'relative');
  });
  return [...bars, ...potentials];
}

/** Patterns without distortions as on the teacher; order of the error over three halvings of the step, starting at four times the card's. */
export function teacherBars(card: ChipCard): ChipBar[] {
  if (card.neuron.adex === undefined) return [];
  const errors = integratorErrors(card).filter(({ integrator }) => integrator === 'accurate');
  const bars = errors.map(({ pattern, largest, found, expected, compared }) => {
    const chaotic = pattern === CHAOTIC.name;
    const name = `${pattern}: ${chaotic ? `first ${String(compared)} spikes` : `${String(found)} of ${String(expected)} spikes`}, largest error`;
    const missing = chaotic ? Math.abs(found - expected) > expected / 5 : found !== expected;
    return atMost('teacher', name, missing ? Infinity : largest, chaotic ? 0.1 : 0.02, 'ms');
  });
  const orders = Object.entries(FIRING_CASES)
    .filter(([pattern]) => pattern !== CHAOTIC.name)
    .map(([pattern, p]) => {
      const expected = runCell(teacherCase(p), { tolerance: 1e-11 }).spikes;
      const [first, last] = [4, 0.5].map((factor) => {
        const found = spikesOnChip(card, [p], 'accurate', factor * card.step.value)[0]!;
        return found.length === expected.length ? Math.max(...found.map((time, k) => Math.abs(time - expected[k]!))) : Infinity;
      });
      return atLeast('teacher', `${pattern}: order of the error over three halvings of the step`, log(first! / last!) / log(8), 2, '');
    });
  return [...bars, ...orders];
}

/** Distance from rest one time constant after `distance`, V. */
function decay(step: number, linearRange: number, distance: number): number {
  const part = silentPart(step, linearRange);
  const { kind, columns } = part.snapshot();
  part.restore({ kind, columns: columns.map((column, i) => (i === 0 ? column.fill(REST - distance) : column)) });
  const steps = Math.round(TAU_MEM / step);
  for (let k = 0; k < steps; k++) part.advance(k, NOTHING);
  return REST - part.voltages()[0]!;
}

/** Relative error of the potential some steps after an event. */
function potential(step: number, share: number): number {
  const part = silentPart(step, Infinity);
  part.advance(0, { ...NOTHING, count: 1, to: Uint32Array.of(1), remaining: Float64Array.of(share * step) });
  const steps = Math.round(6e-6 / step);
  for (let k = 1; k < steps; k++) part.advance(k, NOTHING);
  const time = (steps - 1 + share) * step;
  const closed = (DRIVE * (exp(-time / TAU_MEM) - exp(-time / TAU_SYN))) / (1 / TAU_SYN - 1 / TAU_MEM);
  return Math.abs((part.voltages()[0]! - REST) / closed - 1);
}

/** One circuit that never fires, with one synapse. */
function silentPart(step: number, linearRange: number): ChipPart {
  return new ChipPart({
    integrator: 'accurate',
    parameters: {
      rest: one(REST),
      reset: one(REST),
      threshold: one(5),
      tauMem: one(TAU_MEM),
      tauSynExcitatory: one(TAU_SYN),
      tauSynInhibitory: one(TAU_SYN),
      driveExcitatory: one(DRIVE),
      driveInhibitory: one(DRIVE),
      offsetCurrent: one(0),
    },
    synapses: { circuit: Uint32Array.of(0), sign: Int8Array.of(1), drive: one(DRIVE) },
    options: { first: 0, count: 1, step, linearRange, noise: 0, noiseSeed: 1, dieSeed: 1, refractory: 2e-6 },
  });
}

function one(value: number): Float64Array {
  return Float64Array.of(value);
}
