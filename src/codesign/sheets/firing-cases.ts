/**
 * The eight firing patterns of Naud, Marcille, Clopath and Gerstner 2008 (Biol Cybern 99:335, table 1) as steps of current into AdEx neurons: on the teacher, and on circuits of a die without
 * distortions. 1 mV biological = 10 mV, 1 ms = 1 us on the chip. pF, nS, mV, ms, pA.
 */
import { ChipPart, compileDie, exactAdex, type AdexTarget, type StepArrivals } from '../../chip/index.ts';
import type { ChipCard, IntegratorError } from '../../model/index.ts';
import { runCell, type CellCase } from '../../reference/index.ts';

export interface FiringCase {
  readonly C: number;
  readonly gL: number;
  readonly EL: number;
  readonly VT: number;
  readonly slope: number;
  readonly a: number;
  readonly tauW: number;
  readonly b: number;
  readonly reset: number;
  readonly current: number;
}

// prettier-ignore
const ROWS: Readonly<Record<string, readonly [number, number, number, number, number, number, number, number, number, number]>> = {
  'tonic': [200, 10, -70, -50, 2, 2, 30, 0, -58, 500],
  'adaptation': [200, 12, -70, -50, 2, 2, 300, 60, -58, 500],
  'initial burst': [130, 18, -58, -50, 2, 4, 150, 120, -50, 400],
  'regular bursting': [200, 10, -58, -50, 2, 2, 120, 100, -46, 210],
  'delayed accelerating': [200, 12, -70, -50, 2, -10, 300, 0, -58, 300],
  'delayed regular bursting': [100, 10, -65, -50, 2, -10, 90, 30, -47, 110],
  'transient': [100, 10, -65, -50, 2, 10, 90, 100, -47, 180],
  'irregular': [100, 12, -60, -50, 2, -11, 130, 30, -48, 160],
};

export const FIRING_CASES: Readonly<Record<string, FiringCase>> = Object.fromEntries(
  Object.entries(ROWS).map(([name, [C, gL, EL, VT, slope, a, tauW, b, reset, current]]) => [
    name,
    { C, gL, EL, VT, slope, a, tauW, b, reset, current },
  ]),
);

/** Biological ms that are compared, and the spikes of the chaotic pattern that are. */
export const DURATION = 600;
export const CHAOTIC = { name: 'irregular', spikes: 10 };
const HARDWARE = { offset: 1.12, gain: 0.01, time: 1e-6 };

/** The case for the teacher: current from time 0 on, `duration` in ms. */
export function teacherCase(p: FiringCase, duration = DURATION): CellCase {
  const parameters = {
    C_m: p.C,
    g_L: p.gL,
    E_L: p.EL,
    V_th: p.VT,
    Delta_T: p.slope,
    a: p.a,
    tau_w: p.tauW,
    b: p.b,
    V_reset: p.reset,
    V_peak: 0,
    t_ref: 0,
  };
  return { model: 'adex', parameters, duration, currentSteps: [[0, p.current]] };
}

/** Largest errors of spike times of both integrators at the card's step, pattern by pattern, with variation, noise and quantisation off and linear OTAs. Empty for cards without `neuron.adex`. */
export function integratorErrors(card: ChipCard): IntegratorError[] {
  if (card.neuron.adex === undefined) return [];
  return Object.entries(FIRING_CASES).flatMap(([pattern, p]) => {
    const teacher = runCell(teacherCase(p), { tolerance: 1e-11 }).spikes;
    return (['accurate', 'fast'] as const).map((integrator): IntegratorError => {
      const found = spikesOnChip(card, [p], integrator)[0]!;
      const compared = Math.min(teacher.length, found.length, pattern === CHAOTIC.name ? CHAOTIC.spikes : Infinity);
      let largest = 0;
      for (let k = 0; k < compared; k++) largest = Math.max(largest, Math.abs(found[k]! - teacher[k]!));
      return { pattern, integrator, expected: teacher.length, found: found.length, largest, compared };
    });
  });
}

const NOTHING: StepArrivals = { count: 0, from: new Uint32Array(1), to: new Uint32Array(1), remaining: new Float64Array(1) };

/** Spike times (ms biological, one list per case) of circuits that meet these cases exactly: no variation, noise or quantisation, linear OTAs; `step` is the analog step, s. */
export function spikesOnChip(
  card: ChipCard,
  cases: readonly FiringCase[],
  integrator: 'fast' | 'accurate',
  step = card.step.value,
): readonly (readonly number[])[] {
  const part = circuitsOf(card, cases, integrator, step);
  part.setCurrent(Float64Array.from(cases, (p) => ((p.current / p.C) * HARDWARE.gain) / HARDWARE.time));
  const trains = cases.map((): number[] => []);
  for (let k = 0; k < Math.round((DURATION * HARDWARE.time) / step); k++) {
    const { count, circuit, fraction } = part.advance(k, NOTHING);
    for (let i = 0; i < count; i++) trains[circuit[i]!]!.push(((k + fraction[i]!) * step) / HARDWARE.time);
  }
  return trains;
}

/** One circuit per case. */
function circuitsOf(card: ChipCard, cases: readonly FiringCase[], integrator: 'fast' | 'accurate', step: number): ChipPart {
  const { geometry, neuron } = card;
  const ideal: ChipCard = {
    ...card,
    variation: 0,
    geometry: { ...geometry, neurons_per_core: { ...geometry.neurons_per_core, value: cases.length } },
    neuron: { ...neuron, ota: 'linear', circuit: 'adex' },
  };
  const all = (value: (p: FiringCase) => number): Float64Array => Float64Array.from(cases, value);
  const tauMem = (p: FiringCase): number => (p.C / p.gL) * HARDWARE.time;
  const targets = cases.map((p): AdexTarget => ({
    threshold: hardware(p.VT),
    slope: p.slope * HARDWARE.gain,
    adaptation: p.a / p.gL,
    jump: (p.b / p.gL) * HARDWARE.gain,
    tau: p.tauW * HARDWARE.time,
    leak: hardware(p.EL),
    tauMem: tauMem(p),
  }));
  return new ChipPart({
    integrator,
    parameters: {
      rest: all((p) => hardware(p.EL)),
      reset: all((p) => hardware(p.reset)),
      threshold: all(() => hardware(0)),
      tauMem: all(tauMem),
      tauSynExcitatory: all(() => 1e-6),
      tauSynInhibitory: all(() => 1e-6),
      driveExcitatory: all(() => 0),
      driveInhibitory: all(() => 0),
      offsetCurrent: all(() => 0),
      adex: { ...exactAdex(ideal, compileDie(ideal, 1), targets), comparatorDelay: all(() => 0) },
    },
    synapses: { circuit: new Uint32Array(0), sign: new Int8Array(0), drive: new Float64Array(0) },
    options: {
      first: 0,
      count: cases.length,
      step,
      linearRange: Infinity,
      noise: 0,
      noiseSeed: 1,
      dieSeed: 1,
      refractory: 0,
      adex: { linearRange: Infinity, rails: [-5, 5], resetTau: 0, holdOff: 0, comparatorNoise: 0 },
    },
  });
}

function hardware(voltage: number): number {
  return HARDWARE.offset + HARDWARE.gain * voltage;
}
