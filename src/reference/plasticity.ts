/**
 * Plastic synapses of the teacher, event-driven with exact exponential traces: nothing happens between spikes but decay, which has a closed form.
 *   pair STDP      pre:  w -= alpha lambda w^mu_minus y(t-)        post: w += lambda (1 - w)^mu_plus x(t-)            w within [0, 1]
 *                  additive mu = 0, 0; multiplicative 1, 1; van Rossum 0, 1; Guetig anything between
 *   triplet STDP   pre:  w -= o1(t-) (A2- + A3- r2(t-))            post: w += r1(t-) (A2+ + A3+ o2(t-))               w unbounded, a change in units of the first weight
 *   traces         +1 at a spike (all-to-all) or set to 1 (nearest neighbour), decaying with their time constants; a spike never sees one of the same instant
 *   depression and facilitation (Tsodyks-Markram)   u <- U + u (1 - U) e^(-dt/tau_fac),   x <- 1 + (x - x u_previous - 1) e^(-dt/tau_rec),   efficacy u x
 * Source: Guetig et al. 2003; Morrison, Diesmann, Gerstner 2008; Pfister and Gerstner 2006; Tsodyks, Pawelzik, Markram 1998.
 */
import { exp, InfeasibleError, pow } from '../base/index.ts';

/** Which earlier spikes count: all of them, or only the nearest. */
export type Pairing = 'all' | 'nearest';

/** Pair-based STDP with weight dependence; times in ms, weight relative to its maximum. */
export interface PairStdp {
  readonly lambda: number;
  readonly alpha: number;
  readonly muPlus: number;
  readonly muMinus: number;
  readonly tauPlus: number; // ms
  readonly tauMinus: number; // ms
}

/** Triplet STDP; times in ms. */
export interface TripletStdp {
  readonly pairPlus: number; // A2+
  readonly tripletPlus: number; // A3+
  readonly pairMinus: number; // A2-
  readonly tripletMinus: number; // A3-
  readonly tauPlus: number; // ms, r1
  readonly tauMinus: number; // ms, o1
  readonly tauX: number; // ms, r2
  readonly tauY: number; // ms, o2
}

/** One entry per spike, in order of time; of one instant the presynaptic one first. */
export interface WeightCourse {
  readonly times: Float64Array; // ms
  readonly sides: readonly ('pre' | 'post')[];
  readonly weights: Float64Array; // after the spike
}

/** Weight of a pair-based plastic synapse under two spike trains (ms, ascending). Throws InfeasibleError for trains out of order or time constants at or below 0. */
export function pairStdpCourse(
  rule: PairStdp,
  pre: ArrayLike<number>,
  post: ArrayLike<number>,
  start: number,
  pairing: Pairing = 'all',
): WeightCourse {
  const [x, y] = [new Trace(rule.tauPlus, pairing), new Trace(rule.tauMinus, pairing)];
  return course(pre, post, start, {
    depress: (weight, at) => depressed(rule, weight, y.before(at)),
    potentiate: (weight, at) => potentiated(rule, weight, x.before(at)),
    pre: (at) => x.spike(at),
    post: (at) => y.spike(at),
  });
}

/** Weight of a triplet-rule synapse under two spike trains (ms, ascending); a change, starting from `start`. Throws as pairStdpCourse does. */
export function tripletStdpCourse(
  rule: TripletStdp,
  pre: ArrayLike<number>,
  post: ArrayLike<number>,
  start = 0,
  pairing: Pairing = 'all',
): WeightCourse {
  const [r1, r2] = [new Trace(rule.tauPlus, pairing), new Trace(rule.tauX, pairing)];
  const [o1, o2] = [new Trace(rule.tauMinus, pairing), new Trace(rule.tauY, pairing)];
  return course(pre, post, start, {
    depress: (weight, at) => weight - tripletDepression(rule, o1.before(at), r2.before(at)),
    potentiate: (weight, at) => weight + tripletPotentiation(rule, r1.before(at), o2.before(at)),
    pre: (at) => {
      r1.spike(at);
      r2.spike(at);
    },
    post: (at) => {
      o1.spike(at);
      o2.spike(at);
    },
  });
}

/** Weight of a pair-based synapse after a spike of its source that finds the trace y of its target. */
export function depressed(rule: PairStdp, weight: number, y: number): number {
  return clipped(weight - rule.alpha * rule.lambda * pow(weight, rule.muMinus) * y);
}

/** Weight of a pair-based synapse after a spike of its target that finds the trace x of its source. */
export function potentiated(rule: PairStdp, weight: number, x: number): number {
  return clipped(weight + rule.lambda * pow(1 - weight, rule.muPlus) * x);
}

/** What a spike of the source takes from a triplet-rule weight. */
export function tripletDepression(rule: TripletStdp, o1: number, r2: number): number {
  return o1 * (rule.pairMinus + rule.tripletMinus * r2);
}

/** What a spike of the target adds to a triplet-rule weight. */
export function tripletPotentiation(rule: TripletStdp, r1: number, o2: number): number {
  return r1 * (rule.pairPlus + rule.tripletPlus * o2);
}

/** Short-term plasticity of one synapse; times in ms. */
export interface TsodyksMarkram {
  readonly utilisation: number; // U
  readonly tauRecovery: number; // ms
  readonly tauFacilitation: number; // ms; 0: none
}

/** Release probability u and resources x just before each spike of a train (ms, ascending); the efficacy is their product. Throws as pairStdpCourse does. */
export function tsodyksMarkramCourse(synapse: TsodyksMarkram, spikes: ArrayLike<number>): { u: Float64Array; x: Float64Array } {
  const { utilisation, tauRecovery } = synapse;
  checkTrain('spikes', spikes);
  checkTau(tauRecovery);
  const u = new Float64Array(spikes.length);
  const x = new Float64Array(spikes.length);
  for (let i = 0; i < spikes.length; i++) {
    if (i === 0) {
      [u[0], x[0]] = [utilisation, 1];
      continue;
    }
    [u[i], x[i]] = nextRelease(synapse, u[i - 1]!, x[i - 1]!, spikes[i]! - spikes[i - 1]!);
  }
  return { u, x };
}

/** u and x just before a spike that comes `elapsed` ms after the one that found u and x as given. */
export function nextRelease(synapse: TsodyksMarkram, u: number, x: number, elapsed: number): [u: number, x: number] {
  const { utilisation, tauRecovery, tauFacilitation } = synapse;
  return [
    tauFacilitation > 0 ? utilisation + u * (1 - utilisation) * exp(-elapsed / tauFacilitation) : utilisation,
    1 + (x - x * u - 1) * exp(-elapsed / tauRecovery),
  ];
}

/** Where u and x settle under a regular train with this interval (ms): the fixed point of the recursion, in closed form. */
export function tsodyksMarkramSteadyState(synapse: TsodyksMarkram, interval: number): { u: number; x: number } {
  const { utilisation, tauRecovery, tauFacilitation } = synapse;
  const kept = tauFacilitation > 0 ? exp(-interval / tauFacilitation) : 0;
  const missing = exp(-interval / tauRecovery);
  const u = utilisation / (1 - (1 - utilisation) * kept);
  return { u, x: (1 - missing) / (1 - (1 - u) * missing) };
}

/** An exponential trace that knows its value just before any later instant. */
class Trace {
  readonly #tau: number; // ms
  readonly #pairing: Pairing;
  #value = 0;
  #time = 0; // ms

  constructor(tau: number, pairing: Pairing) {
    checkTau(tau);
    this.#tau = tau;
    this.#pairing = pairing;
  }

  before(at: number): number {
    return this.#value === 0 ? 0 : this.#value * exp(-(at - this.#time) / this.#tau);
  }

  spike(at: number): void {
    this.#value = this.#pairing === 'all' ? this.before(at) + 1 : 1;
    this.#time = at;
  }
}

/** Into [0, 1]. */
export function clipped(weight: number): number {
  return Math.min(1, Math.max(0, weight));
}

interface Rule {
  depress(weight: number, at: number): number;
  potentiate(weight: number, at: number): number;
  pre(at: number): void;
  post(at: number): void;
}

/** Both trains merged. Spikes of one instant read the traces before any of them raises its own: a lag of zero contributes nothing. */
function course(pre: ArrayLike<number>, post: ArrayLike<number>, start: number, rule: Rule): WeightCourse {
  checkTrain('pre', pre);
  checkTrain('post', post);
  const total = pre.length + post.length;
  const times = new Float64Array(total);
  const weights = new Float64Array(total);
  const sides: ('pre' | 'post')[] = [];
  let [i, j] = [0, 0];
  let weight = start;
  const note = (at: number, side: 'pre' | 'post'): void => {
    times[sides.length] = at;
    weights[sides.length] = weight;
    sides.push(side);
  };
  while (sides.length < total) {
    const at = Math.min(pre[i] ?? Infinity, post[j] ?? Infinity);
    const [firstPre, firstPost] = [i, j];
    for (; pre[i] === at; i++) {
      weight = rule.depress(weight, at);
      note(at, 'pre');
    }
    for (; post[j] === at; j++) {
      weight = rule.potentiate(weight, at);
      note(at, 'post');
    }
    for (let k = firstPre; k < i; k++) rule.pre(at);
    for (let k = firstPost; k < j; k++) rule.post(at);
  }
  return { times, sides, weights };
}

function checkTrain(name: string, times: ArrayLike<number>): void {
  for (let i = 0; i < times.length; i++) {
    if (!Number.isFinite(times[i]!) || (i > 0 && times[i]! < times[i - 1]!)) {
      throw new InfeasibleError(`${name}: spike ${String(i)} at ${String(times[i])} ms, expected times in order`);
    }
  }
}

function checkTau(tau: number): void {
  if (!(tau > 0)) throw new InfeasibleError(`time constant: found ${String(tau)} ms, expected more than 0`);
}
