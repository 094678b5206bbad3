/**
 * Adaptation after a spike (AHP): its time constant, then its jump.
 *   spikes under a constant input, adaptation off (f0, and N0 within a span T from rest) and on (f, N). Adaptation is a loss of the membrane, l = 1 + I_ahp / I_tau; between spikes
 *   1 / f(l) = t_dead - (tau / l) ln(1 - l r),   r = threshold / level from f0, l from f,   mean I_ahp = J tau_ahp f,   J = jump at a spike
 *   dI_ahp / dt = -I_ahp / tau_ahp + J f(l):   N - N0 = tau_ahp K - (f0 - f) T,   K = integral of f(l(s)) - f over s = t / tau_ahp, a course that f0 and f alone decide
 * Membranes and refractory periods are made faster meanwhile: rates of kilohertz leave little of the rounding to whole spikes. They are made so in the ratio of the codes that each core
 * has, and tau, I_tau = C U_T / (kappa tau) and the refractory period are those that are read of the neuron: by the data sheet, what its core and its transistors deviate would end in the jump.
 * Sources: the membrane of Chicca et al. 2014, Proc. IEEE 102(9), with a constant input; rates follow a slow adaptation as if it stood still (Benda and Herz 2003, Neural Computation 15).
 */
import { expm1, log, log1p } from '../../base/index.ts';
import type { BiasCapabilities, BiasChange, BiasCodes, BiasSubstrate, DynapseBias } from '../../model/index.ts';
import { membraneDecays, OFF, refractoryPeriods } from './core-readings.ts';
import type { CoreRoutine, CoreTargets, UsedTargets } from './core-routine.ts';

/** Level of the membrane over its threshold while it adapts, and the input current for it, A: as strong as generators go, so that little of the way is that from the dark current, which nobody reads. */
const DRIVEN = 4;
const DRIVE = 1e-6;
/** Nearer to its level than this share, a threshold makes the rate tell more of its noise than of the adaptation. */
const NEAREST = 0.8;
/** Membranes and refractory periods are this much faster then. */
const FASTER = { membrane: 20, refractory: 10 } as const;
/** Mean adaptation current over the leak current by which a time constant is read: rates fall to about half. */
const STRONG = 1.8;
/** Adaptation is over after this many of its time constants, and its rate is read over as many. */
const ADAPTED = 5;
const STEPS = 200;

/** One neuron while it is driven: time constant, s, leak current, A, and what a period holds beside the way under loss, s. */
interface Driven {
  readonly tau: number;
  readonly leak: number;
  readonly dead: number;
}

/** Code of the weight of the adaptation in a core, in one run. */
type Weight = (core: BiasCodes) => BiasCodes[DynapseBias];

const off: Weight = () => OFF;

/** The routines of the time constant and of the jump, in this order. */
export function adaptation(
  targets: CoreTargets,
  { codeOf, currentOf, design }: BiasCapabilities,
  { jump, tau, charge }: NonNullable<UsedTargets['ahp']>,
): readonly CoreRoutine[] {
  const level = currentOf(design.threshold);
  const drive = codeOf(DRIVE);
  const gain = (DRIVEN * level * currentOf(design.tau_mem) * FASTER.membrane) / (currentOf(drive) * currentOf(design.gain_mem));
  // the way up from the dark current, which no loss lengthens: tau I_tau / I_dc times its logarithm
  const way = (charge / currentOf(drive)) * log(level / currentOf(OFF));
  const span = ADAPTED * tau;
  const faster = (core: BiasCodes, name: DynapseBias, factor: number) => codeOf(currentOf(core[name]) * factor);
  const changeOf = (core: BiasCodes): BiasChange => ({
    tau_mem: faster(core, 'tau_mem', FASTER.membrane),
    gain_mem: faster(core, 'gain_mem', gain),
    refractory: faster(core, 'refractory', FASTER.refractory),
    dc: drive,
  });
  // by the data sheet, as strong as it is best read with: what is small beside the leak drowns in what else a period holds, and jumps rise with the weight as it is
  const tauNow = targets.tauMem / FASTER.membrane;
  const free = 1 / (targets.refractory / FASTER.refractory + way - tauNow * log(1 - 1 / DRIVEN));
  const strong = codeOf((currentOf(design.weight_ahp) * STRONG * charge) / (tauNow * (free / 2) * tau * jump));

  const bySheet: Weight = () => strong;
  const stronger: Weight = (core) => codeOf((currentOf(core.weight_ahp) * currentOf(strong)) / currentOf(design.weight_ahp));

  const drivenOf = async (substrate: BiasSubstrate, neurons: readonly number[], cores: readonly BiasCodes[]): Promise<Driven[]> => {
    const tauMem = await membraneDecays(substrate, neurons, 2 * targets.tauMem);
    const refractory = await refractoryPeriods(substrate, neurons, tauMem, 0);
    return Array.from(tauMem, (slow, i) => {
      const core = cores[Math.floor(i / neurons.length)]!;
      const change = changeOf(core);
      const slower = (name: 'tau_mem' | 'refractory') => currentOf(core[name]) / currentOf(change[name]!);
      const now = slow * slower('tau_mem');
      return { tau: now, leak: charge / now, dead: refractory[i]! * slower('refractory') + way };
    });
  };
  const count = async (
    substrate: BiasSubstrate,
    neurons: readonly number[],
    cores: readonly BiasCodes[],
    { from, duration, weight }: { readonly from: number; readonly duration: number; readonly weight: Weight },
  ) => {
    const { spikes } = await substrate.run({
      duration,
      from,
      neurons,
      switched: cores.map((core) => ({ ...changeOf(core), weight_ahp: weight(core) })),
    });
    return Float64Array.from(spikes);
  };
  const courses = async (substrate: BiasSubstrate, neurons: readonly number[], cores: readonly BiasCodes[], weight: Weight) => {
    const driven = await drivenOf(substrate, neurons, cores);
    const rates = async (with_: Weight): Promise<Float64Array> =>
      (await count(substrate, neurons, cores, { from: span, duration: 2 * span, weight: with_ })).map((spikes) => spikes / span);
    const [unslowed, adapted] = [await rates(off), await rates(weight)];
    return driven.map((neuron, i) => {
      const [f0, f] = [unslowed[i]!, adapted[i]!];
      return { ...neuron, f0, f, course: adaptationCourse(f0, f, neuron, tau) };
    });
  };
  const timeConstants: CoreRoutine['read'] = async (substrate, neurons, cores) => {
    const found = await courses(substrate, neurons, cores, bySheet);
    const begin = (weight: Weight) => count(substrate, neurons, cores, { from: 0, duration: span, weight });
    const [without, begun] = [await begin(off), await begin(bySheet)];
    return Float64Array.from(found, ({ f0, f, course }, i) => {
      const value = course === undefined ? NaN : (begun[i]! - without[i]! + (f0 - f) * span) / course.transient;
      return value > 0 ? value : NaN;
    });
  };
  const jumps: CoreRoutine['read'] = async (substrate, neurons, cores) =>
    Float64Array.from(await courses(substrate, neurons, cores, stronger), ({ f, leak, course }, i) => {
      const core = cores[Math.floor(i / neurons.length)]!;
      const times = currentOf(stronger(core)) / currentOf(core.weight_ahp);
      return course === undefined ? NaN : (course.loss * leak) / (f * tau * times);
    });
  return [
    { name: 'tau_ahp', unit: 's', target: tau, bias: 'tau_ahp', power: -1, read: timeConstants },
    { name: 'ahp', unit: 'A', target: jump, bias: 'weight_ahp', power: 1, read: jumps },
  ];
}

/**
 * How much less of an adaptation a membrane feels than its mean over a period, as a time over that of its decay, negative: it counts where the membrane is high, at the end.
 *   weight of a loss at s after the release: e^u - 1, u = s / tau of the membrane under loss, up to U = -ln(1 - x);   its mean u = ((U - 1) e^U + 1 - U^2 / 2) / (e^U - 1 - U)
 * `x`: threshold over level under loss; `from`: release after the middle of a period.
 */
function late(x: number, from: number, tau: number): number {
  const way = -log1p(-x);
  const grown = 1 / (1 - x);
  return -(from + (tau * ((way - 1) * grown + 1 - (way * way) / 2)) / (grown - 1 - way));
}

/**
 * What two rates (Hz) say of an adaptation: its mean current over the leak current, and the spikes of its beginning, more than if it had been there from the first on, per time constant of it. Undefined where
 * they say nothing: silent neurons, and such as adaptation has not slowed.
 */
function adaptationCourse(
  free: number,
  adapted: number,
  { tau, dead }: { readonly tau: number; readonly dead: number },
  decay: number,
): { readonly loss: number; readonly transient: number } | undefined {
  if (!(free > adapted) || !(adapted > 0) || !(1 / free > dead)) return undefined;
  const ratio = -expm1(-(1 / free - dead) / tau);
  if (ratio > NEAREST) return undefined;
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
  const felt = (low + high) / 2;
  const loss = felt / (1 + late((1 + felt) * ratio, dead - 1 / (2 * adapted), tau / (1 + felt)) / decay);
  // the current grows towards its mean as spikes add to it: x' = -x + loss f(x) / f, midpoint rule over ten time constants
  const perSpike = felt / adapted;
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
