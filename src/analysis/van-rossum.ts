/**
 * Van Rossum distance with the causal exponential kernel. Every spike becomes a step that decays with tau,
 *   f(t) = sum_i exp(-(t - t_i) / tau) for t >= t_i,     d(f, g)^2 = (2 / tau) * integral (f - g)^2 dt
 * The factor 2/tau (van Rossum wrote 1/tau) makes one extra spike, however placed, a distance of 1, and two trains of n and m far-apart spikes sqrt(n + m).
 * The integral runs to infinity: the last decay counts in full even when the recording ends earlier.
 * Exact in one pass over the merged trains: between two events the difference s = f - g only decays, so
 *   d^2 = sum_k s_k^2 (1 - q_k^2),   s_{k+1} = s_k q_k +- 1,   q_k = exp(-(t_{k+1} - t_k) / tau)
 * This is the running-trace idea of Houghton and Kreuz 2012, applied to the difference instead of to each train: same O(n + m), one exponential per event, a sum of squares
 * (theirs subtracts large sums of nearly equal size), and equal trains give exactly 0.
 * Sources: van Rossum 2001, Neural Computation 13:751; Houghton and Kreuz 2012, Network 23:48, section 3.
 */
import { exp, InternalError } from '../base/index.ts';
import type { SpikeTrains } from './spike-trains.ts';

/** Distance of two sorted spike trains; `tau` in the unit of the times. Symmetric, 0 for equal trains, 1 for one extra spike, obeys the triangle inequality. */
export function vanRossumDistance(a: Float64Array, b: Float64Array, tau: number): number {
  if (!(tau > 0)) throw new InternalError(`the van Rossum distance needs tau > 0, found ${String(tau)}`);
  let [i, j] = [0, 0];
  let difference = 0;
  let squared = 0;
  let now = 0;
  while (i < a.length || j < b.length) {
    const next = Math.min(a[i] ?? Infinity, b[j] ?? Infinity);
    if (difference !== 0) {
      const decay = exp((now - next) / tau);
      squared += difference * difference * (1 - decay * decay);
      difference *= decay;
    }
    // all spikes of this instant at once: equal times cancel exactly
    while (i < a.length && a[i] === next) [difference, i] = [difference + 1, i + 1];
    while (j < b.length && b[j] === next) [difference, j] = [difference - 1, j + 1];
    now = next;
  }
  return Math.sqrt(squared + difference * difference);
}

/** Mean over neurons of the van Rossum distance, 0 for an empty population. Throws InternalError when the populations differ in size. */
export function meanVanRossumDistance(a: SpikeTrains, b: SpikeTrains, tau: number): number {
  if (a.count !== b.count) throw new InternalError(`cannot compare ${String(a.count)} with ${String(b.count)} neurons`);
  if (a.count === 0) return 0;
  return a.times.reduce((total, train, neuron) => total + vanRossumDistance(train, b.times[neuron]!, tau), 0) / a.count;
}
