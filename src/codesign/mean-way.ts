/**
 * Mean time that a subthreshold membrane takes from the dark current to its threshold under a constant input, with the noise of its comparator.
 *   t(I) = tau [(I_g / L) ln(I / I_dark) - (1 + I_g / L) ln((L - I) / (L - I_dark))],   L = level that it would settle at
 *   the comparator sees I (1 + s z), a fresh z in every interval:   P(not yet at t) = P(z < (I_th / I(t) - 1) / s) times the same at the end of every interval before
 *   E[T] = integral of P, mean over the moments of the intervals at which a way may begin
 * Source: Chicca et al. 2014, Proc. IEEE 102(9), the membrane with a constant input; first passage of independent draws.
 */
import { normalDistribution } from '../analysis/index.ts';
import { log } from '../base/index.ts';
import type { DynapseCard } from '../model/index.ts';

/** One membrane: time constant, s; threshold, gain current, level and dark current, A. */
interface DrivenMembrane {
  readonly tau: number;
  readonly threshold: number;
  readonly gain: number;
  readonly level: number;
  readonly dark: number;
}

/** Standard deviations of the noise below and above the threshold between which the way is looked at. */
const REACH = 5;
const STEPS = 120;
const PHASES = 6;
/** So near to its level, as a share of the last part of the way, a membrane counts as there. */
const THERE = 1e-3;

/** s; Infinity for a membrane that never gets there. */
export function meanWay(membrane: DrivenMembrane, { scale, membrane: { value }, interval }: DynapseCard['noise']): number {
  const { threshold, level } = membrane;
  const noise = scale * value;
  if (noise === 0 || threshold === Infinity) return level > threshold ? wayTo(membrane, threshold) : Infinity;
  const from = threshold * Math.max(1 - REACH * noise, THERE);
  if (from >= level) return Infinity;
  const to = Math.min(threshold * (1 + REACH * noise), level - THERE * (level - from));
  const unseen = (current: number): number => normalDistribution((threshold / current - 1) / noise);
  const currents = Array.from({ length: STEPS + 1 }, (_, k) => from + ((to - from) * k) / STEPS);
  const times = currents.map((current) => wayTo(membrane, current));
  const left = currents.map(unseen);
  let sum = 0;
  for (let phase = 0; phase < PHASES; phase++) {
    const begin = ((phase + 0.5) / PHASES) * interval.value;
    const intervalAt = (k: number): number => Math.floor((times[k]! + begin) / interval.value);
    let before = 1;
    for (let k = 0; k < STEPS; k++) {
      sum += before * ((left[k]! + left[k + 1]!) / 2) * (times[k + 1]! - times[k]!);
      // a slow membrane may pass many intervals within a step
      before *= left[k + 1]! ** (intervalAt(k + 1) - intervalAt(k));
    }
    // at its level it waits for a large draw
    sum += to < threshold * (1 + REACH * noise) ? (before * interval.value) / (1 - unseen(level)) : 0;
  }
  return times[0]! + sum / PHASES;
}

function wayTo({ tau, gain, level, dark }: DrivenMembrane, current: number): number {
  const share = gain / level;
  return tau * (share * log(current / dark) - (1 + share) * log((level - current) / (level - dark)));
}
