/**
 * Routines of what only some designs use: constant input, gate of the NMDA synapses, adaptation after a spike (AHP). A bias at the dark current is a switch that is off, and then there is nothing to set.
 * All follow the rate: they are read through membrane, refractory period and threshold, whose medians stand by then. g = I_gain / I_tau of the membrane.
 *   dc          membrane current under it alone:   I = g (I_dark + I_dc)
 *   nmda_gate   membrane currents under a constant input alone, I1, under NMDA events beside it, I2, and with the gate open, I3; what the gate lets through is I2 / (I2 + I_gate):
 *               I_gate = I2 (I3 - I2) / (I2 - I1),   in which all gains drop out
 *   tau_ahp, ahp   spikes under a constant input, adaptation off (f0, and N0 within a span T from rest) and on (f, N). Adaptation is a loss of the membrane, l = 1 + I_ahp / I_tau; between spikes
 *               1 / f(l) = t_dead - (tau / l) ln(1 - l r),   r = threshold / level from f0, l from f,   mean I_ahp = J tau_ahp f,   J = jump at a spike
 *               dI_ahp / dt = -I_ahp / tau_ahp + J f(l):   N - N0 = tau_ahp K - (f0 - f) T,   K = integral of f(l(s)) - f over s = t / tau_ahp, a course that f0 and f alone decide
 *               Membranes and refractory periods are made faster meanwhile: rates of kilohertz leave little of the rounding to whole spikes.
 * Sources: the membrane of Chicca et al. 2014, Proc. IEEE 102(9), with a constant input; rates follow a slow adaptation as if it stood still (Benda and Herz 2003, Neural Computation 15).
 */
import { expm1, log } from '../../base/index.ts';
import type { BiasCapabilities, BiasChange, BiasSubstrate, DynapseBias } from '../../model/index.ts';
import type { CoreRoutine, CoreTargets, UsedTargets } from './core-routine.ts';

/** Of no current but the dark one: a switch that is off. */
const OFF = { coarse: 0, fine: 0 } as const;
/** Membrane currents under the constant input, and under the NMDA current with an open gate, of that of the gate: the gate then stands a little over its half. */
const BASE = 0.5;
const GATED = 1.5;
/** Events follow one another within this share of the synaptic time constant: the membrane hardly sees them one by one. */
const DENSE = 0.25;
/** A membrane has settled after this many time constants. */
const SETTLED = 6;
/** Level of the membrane over its threshold while it adapts. */
const DRIVEN = 2.4;
/** Membranes and refractory periods are this much faster then. */
const FASTER = { membrane: 40, refractory: 20 } as const;
/** Mean adaptation current over the leak current by which a time constant is read: rates fall to about half. */
const STRONG = 0.7;
/** Adaptation is over after this many of its time constants, and its rate is read over as many. */
const ADAPTED = 5;
const STEPS = 200;

/** Changes of the biases that leave nothing but events and what an experiment adds. */
export const SWITCHED_OFF: BiasChange = { dc: OFF, weight_ahp: OFF };

/** The routines of what is used, in their order. */
export function usedRoutines(targets: CoreTargets, sheet: BiasCapabilities): readonly CoreRoutine[] {
  const { dc, nmdaGate, ahp } = targets.used;
  return [
    ...(dc === undefined ? [] : [constantInput(targets, dc)]),
    ...(nmdaGate === undefined ? [] : [gate(targets, sheet, nmdaGate)]),
    ...(ahp === undefined ? [] : adaptation(targets, sheet, ahp)),
  ];
}

function constantInput({ tauMem }: CoreTargets, target: number): CoreRoutine {
  return {
    name: 'dc',
    unit: 'A',
    target,
    bias: 'dc',
    power: 1,
    // it is configured: the membrane rests under it
    read: (substrate, neurons) => settledMembranes(substrate, neurons, SETTLED * tauMem, {}),
  };
}

function gate(
  targets: CoreTargets,
  { codeOf, currentOf, design, weightBits, sampleInterval }: BiasCapabilities,
  target: number,
): CoreRoutine {
  const gain = currentOf(design.gain_mem) / currentOf(design.tau_mem);
  const tau = targets.tauSyn.nmda;
  const strengths = [...targets.bits, targets.strength.ampa].map((one) => (one / targets.strength.ampa) * targets.strength.nmda);
  const periodOf = (bit: number): number => Math.max((gain * strengths[bit]! * tau) / (GATED * target), sampleInterval / 10);
  const bit = Array.from({ length: weightBits }, (_, k) => weightBits - 1 - k).find((k) => periodOf(k) <= DENSE * tau) ?? 0;
  const events = { kind: 'nmda', code: 2 ** bit, period: Math.min(periodOf(bit), DENSE * tau) } as const;
  return {
    name: 'nmda_gate',
    unit: 'A',
    target,
    bias: 'nmda_gate',
    power: 1,
    read: async (substrate, neurons) => {
      const input = { ...SWITCHED_OFF, dc: codeOf((BASE * target) / gain) };
      const duration = SETTLED * (targets.tauMem + tau);
      const alone = await settledMembranes(substrate, neurons, duration, { rested: input, switched: input });
      const gated = await settledMembranes(substrate, neurons, duration, { rested: input, switched: input, events });
      const open = await settledMembranes(substrate, neurons, duration, { rested: input, switched: { ...input, nmda_gate: OFF }, events });
      return gated.map((through, i) => {
        const current = (through * (open[i]! - through)) / (through - alone[i]!);
        return current > 0 && Number.isFinite(current) ? current : NaN;
      });
    },
  };
}

/** Mean membrane currents after `duration`, over as long. */
async function settledMembranes(
  substrate: BiasSubstrate,
  neurons: readonly number[],
  duration: number,
  experiment: Pick<Parameters<BiasSubstrate['run']>[0], 'rested' | 'switched' | 'events'>,
): Promise<Float64Array> {
  const { samples } = await substrate.run({ ...experiment, duration: 2 * duration, neurons, monitor: 'membrane' });
  return Float64Array.from(samples, (row) => {
    const late = row.subarray(row.length >> 1);
    return late.reduce((sum, value) => sum + value, 0) / late.length;
  });
}

function adaptation(
  targets: CoreTargets,
  { codeOf, currentOf, design }: BiasCapabilities,
  { jump, tau }: NonNullable<UsedTargets['ahp']>,
): readonly CoreRoutine[] {
  const leak = currentOf(design.tau_mem);
  const gain = currentOf(design.gain_mem) / leak;
  /** Code of a bias so many times its current by the data sheet, for a core whose codes the substrate knows: biases are changed in the ratio of the design. */
  const faster = (name: DynapseBias, factor: number) => codeOf(currentOf(design[name]) * factor);
  const membrane = faster('tau_mem', FASTER.membrane);
  const [leakNow, tauNow] = [currentOf(membrane), (targets.tauMem * leak) / currentOf(membrane)];
  const held = faster('refractory', FASTER.refractory);
  const drive = codeOf((DRIVEN * currentOf(design.threshold)) / gain);
  const driven: BiasChange = { tau_mem: membrane, gain_mem: codeOf(gain * leakNow), refractory: held, dc: drive };
  // what a period holds beside the way under loss: the refractory period, and the way up from the dark current, which no loss lengthens
  const share = leakNow / currentOf(drive);
  const dark = currentOf(OFF);
  const dead =
    (targets.refractory * currentOf(design.refractory)) / currentOf(held) + tauNow * share * log(currentOf(design.threshold) / dark);
  const span = ADAPTED * tau;
  // by the data sheet, as strong as the time constant is best read with
  const free = 1 / (dead - tauNow * log(1 - 1 / DRIVEN));
  const strong = codeOf((currentOf(design.weight_ahp) * STRONG * leakNow) / ((free / 2) * tau * jump));
  const count = async (substrate: BiasSubstrate, neurons: readonly number[], from: number, duration: number, also: BiasChange) => {
    const { spikes } = await substrate.run({ duration, from, neurons, switched: { ...driven, ...also } });
    return Float64Array.from(spikes);
  };
  const courses = async (substrate: BiasSubstrate, neurons: readonly number[], also: BiasChange) => {
    const rates = async (with_: BiasChange): Promise<Float64Array> =>
      (await count(substrate, neurons, span, 2 * span, with_)).map((spikes) => spikes / span);
    const [unslowed, adapted] = [await rates({ weight_ahp: OFF }), await rates(also)];
    return Array.from(unslowed, (f0, i) => ({ f0, f: adapted[i]!, course: adaptationCourse(f0, adapted[i]!, { tau: tauNow, dead }) }));
  };
  const timeConstants: CoreRoutine['read'] = async (substrate, neurons) => {
    const weight = { weight_ahp: strong };
    const found = await courses(substrate, neurons, weight);
    const [without, begun] = [
      await count(substrate, neurons, 0, span, { weight_ahp: OFF }),
      await count(substrate, neurons, 0, span, weight),
    ];
    return Float64Array.from(found, ({ f0, f, course }, i) => {
      const value = course === undefined ? NaN : (begun[i]! - without[i]! + (f0 - f) * span) / course.transient;
      return value > 0 ? value : NaN;
    });
  };
  const jumps: CoreRoutine['read'] = async (substrate, neurons) =>
    Float64Array.from(await courses(substrate, neurons, {}), ({ f, course }) =>
      course === undefined ? NaN : (course.loss * leakNow) / (f * tau),
    );
  return [
    { name: 'tau_ahp', unit: 's', target: tau, bias: 'tau_ahp', power: -1, read: timeConstants },
    { name: 'ahp', unit: 'A', target: jump, bias: 'weight_ahp', power: 1, read: jumps },
  ];
}

/**
 * What two rates (Hz) say of an adaptation: its mean current over the leak current, and the spikes of its beginning, more than if it had been there from the first on, per time constant of it. Undefined where
 * they say nothing: silent neurons, and such as adaptation has not slowed.
 */
function adaptationCourse(
  free: number,
  adapted: number,
  { tau, dead }: { readonly tau: number; readonly dead: number },
): { readonly loss: number; readonly transient: number } | undefined {
  if (!(free > adapted) || !(adapted > 0) || !(1 / free > dead)) return undefined;
  const ratio = -expm1(-(1 / free - dead) / tau);
  const rate = (current: number): number => {
    const reached = 1 - (1 + current) * ratio;
    return reached <= 0 ? 0 : 1 / (dead - (tau / (1 + current)) * log(reached));
  };
  let [low, high] = [0, 1 / ratio - 1];
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2;
    if (rate(middle) > adapted) low = middle;
    else high = middle;
  }
  const loss = (low + high) / 2;
  // the current grows towards its mean as spikes add to it: x' = -x + loss f(x) / f, midpoint rule over ten time constants
  const perSpike = loss / adapted;
  let [current, transient] = [0, 0];
  const h = 10 / STEPS;
  for (let k = 0; k < STEPS; k++) {
    const half = current + (h / 2) * (perSpike * rate(current) - current);
    const there = rate(half);
    transient += h * (there - adapted);
    current += h * (perSpike * there - half);
  }
  return transient > 0 ? { loss, transient } : undefined;
}
