/** The firing patterns of Naud et al. 2008 as circuits of a die without distortions, and as cases of the teacher. pF, nS, mV, ms, pA; a step of current from time 0 on. */
import { ChipPart, compileDie, exactAdex, type MembraneOptions, type PartPlan, type StepArrivals } from '../../src/chip/index.ts';
import type { FiringCase } from '../../src/codesign/sheets/firing-cases.ts';
import { bss2, circuits } from './cards.ts';

export { FIRING_CASES as PATTERNS, teacherCase as caseOf } from '../../src/codesign/sheets/firing-cases.ts';

export const NOTHING: StepArrivals = { count: 0, from: new Uint32Array(1), to: new Uint32Array(1), remaining: new Float64Array(1) };

/** Distortions off, OTAs linear, the cut-off at 0 mV. */
const card = bss2('variation=0', 'noise.scale=0', 'neuron.ota=linear', 'neuron.circuit=adex', 'geometry.cores.value=2');

/** One circuit with the pattern's parameters; 1 mV biological = 10 mV, 1 ms = 1 us. */
export function partOf(p: FiringCase, integrator: 'fast' | 'accurate', changes: Partial<MembraneOptions> = {}): ChipPart {
  const part = new ChipPart(planOf(p, integrator, changes));
  part.setCurrent(slopeOf(p));
  return part;
}

/** The same circuit with a passive dendrite of this capacitance, leak and coupling (pF, nS) on circuit 1, and a current of its own. */
export function dendritic(
  p: FiringCase,
  { C_d, g_d, g_c }: { readonly C_d: number; readonly g_d: number; readonly g_c: number },
  current: number,
  integrator: 'fast' | 'accurate',
  step: number,
): ChipPart {
  const plan = planOf(p, integrator, { step, count: 2 });
  const { parameters } = plan;
  const second = (values: Float64Array, value: number): Float64Array => values.map((own, n) => (n === 1 ? value : own));
  const part = new ChipPart({
    ...plan,
    parameters: {
      ...parameters,
      tauMem: second(parameters.tauMem, (C_d / g_d) * 1e-6),
      // a passive compartment has no adaptation
      adex: { ...parameters.adex!, adaptationCoupling: second(parameters.adex!.adaptationCoupling, 0) },
      joins: {
        soma: Uint32Array.of(0),
        dendrite: Uint32Array.of(1),
        somaRate: Float64Array.of((g_c / p.C) * 1e6),
        dendriteRate: Float64Array.of((g_c / C_d) * 1e6),
      },
    },
  });
  part.setCurrent(Float64Array.of((current / p.C) * 1e4, 0));
  return part;
}

export function planOf(p: FiringCase, integrator: 'fast' | 'accurate', changes: Partial<MembraneOptions>): PartPlan {
  const hardware = (v: number): number => 1.12 + 0.01 * v;
  const die = compileDie(card, 1);
  const tauMem = (p.C / p.gL) * 1e-6;
  const leak = hardware(p.EL);
  const target = {
    threshold: hardware(p.VT),
    slope: p.slope * 0.01,
    adaptation: p.a / p.gL,
    jump: (p.b / p.gL) * 0.01,
    tau: p.tauW * 1e-6,
    leak,
    tauMem,
  };
  const adex = exactAdex(
    card,
    die,
    Array.from({ length: die.neurons }, () => target),
  );
  const parameters = {
    ...circuits(die.neurons, { rest: leak, reset: hardware(p.reset), threshold: hardware(0), tauMem }),
    adex: { ...adex, comparatorDelay: new Float64Array(die.neurons) },
  };
  return {
    integrator,
    parameters,
    synapses: { circuit: new Uint32Array(0), sign: new Int8Array(0), drive: new Float64Array(0) },
    options: {
      first: 0,
      count: 1,
      step: 1e-7,
      linearRange: Infinity,
      noise: 0,
      noiseSeed: 1,
      dieSeed: 1,
      refractory: 0,
      adex: { linearRange: Infinity, rails: [-5, 5], resetTau: 0, holdOff: 0, comparatorNoise: 0 },
      ...changes,
    },
  };
}

/** Spike times, ms biological; the current is off before `onset`. */
export function spikesOf(
  part: ChipPart,
  duration = 600,
  step = 1e-7,
  onset?: { readonly time: number; readonly pattern: FiringCase },
): number[] {
  const times: number[] = [];
  const begin = onset === undefined ? 0 : Math.round((onset.time * 1e-6) / step);
  if (onset !== undefined) part.setCurrent(Float64Array.of(0));
  for (let k = 0; k < Math.round((duration * 1e-6) / step); k++) {
    if (onset !== undefined && k === begin) part.setCurrent(slopeOf(onset.pattern));
    const { count, fraction } = part.advance(k, NOTHING);
    for (let i = 0; i < count; i++) times.push((k + fraction[i]!) * step * 1e6);
  }
  return times;
}

/** The pattern's current as dV/dt of the hardware, V/s. */
function slopeOf({ current, C }: FiringCase): Float64Array {
  return Float64Array.of((current / C) * 1e4);
}
