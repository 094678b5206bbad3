/**
 * How much neurons act together.
 *   signal synchrony     chi^2 = var(mean over neurons) / mean(var of each neuron)       1 for equal signals, 1/N for N independent ones
 *   SPIKE synchronisation  a spike of one train and one of another coincide when they lie closer than half the shortest interval next to either; share of coincident spikes, mean over pairs
 *   order parameter      R(t) = |mean over neurons of e^(i phi)|, phi growing by 2 pi from spike to spike; the mean over t is 1 for neurons in phase, about 0.89 / sqrt(N) for random phases
 * Sources: Golomb and Rinzel 1993, Phys. Rev. E 48:4810; Kreuz, Mulansky and Bozanic 2015, J. Neurophysiol. 113:3432; Kuramoto 1984; Pikovsky, Rosenblum and Kurths 2001 (linear phase).
 */
import { cos, sin } from '../base/index.ts';
import { type SpikeTrains, withinWindow } from './spike-trains.ts';

/** chi^2 of signals of equal length; null with fewer than two signals or where none varies. */
export function signalSynchrony(signals: readonly ArrayLike<number>[]): number | null {
  const [first] = signals;
  if (first === undefined || signals.length < 2 || first.length < 2) return null;
  const mean = Float64Array.from({ length: first.length }, (_, k) => signals.reduce((sum, signal) => sum + signal[k]!, 0) / signals.length);
  const single = signals.reduce((sum, signal) => sum + variance(signal), 0) / signals.length;
  return single > 0 ? variance(mean) / single : null;
}

/** Share of the spikes of two trains (ascending) that coincide, 0 to 1; null when both are silent. */
export function spikeSynchronization(a: Float64Array, b: Float64Array): number | null {
  if (a.length + b.length === 0) return null;
  let coincident = 0;
  let j = 0;
  for (let i = 0; i < a.length; i++) {
    while (j + 1 < b.length && Math.abs(b[j + 1]! - a[i]!) <= Math.abs(b[j]! - a[i]!)) j++;
    if (j >= b.length) break;
    const window = Math.min(nearest(a, i), nearest(b, j)) / 2;
    // a spike of b must have this one as its own nearest: each counts once
    const mutual = Math.abs(a[i]! - b[j]!) < window && (i + 1 >= a.length || Math.abs(a[i + 1]! - b[j]!) > Math.abs(a[i]! - b[j]!));
    if (mutual) coincident++;
  }
  return (2 * coincident) / (a.length + b.length);
}

/** Mean over all pairs of trains that are not both silent, in [from, until); null without such a pair. Of more than `most` trains (64) the first that spike are taken. */
export function meanSpikeSynchronization(trains: SpikeTrains, from: number, until: number, most = 64): number | null {
  const active = withinWindow(trains, from, until)
    .times.filter((train) => train.length > 0)
    .slice(0, most);
  let [sum, pairs] = [0, 0];
  for (let i = 0; i < active.length; i++) {
    for (let j = i + 1; j < active.length; j++) {
      sum += spikeSynchronization(active[i]!, active[j]!) ?? 0;
      pairs++;
    }
  }
  return pairs === 0 ? null : sum / pairs;
}

/** Mean over `samples` instants of [from, until) of the order parameter of those neurons that have a spike before and after the instant; null where never two have. */
export function orderParameter(trains: SpikeTrains, from: number, until: number, samples = 500): number | null {
  let [sum, used] = [0, 0];
  const at = trains.times.map(() => 0);
  for (let k = 0; k < samples; k++) {
    const time = from + ((k + 0.5) / samples) * (until - from);
    let [x, y, neurons] = [0, 0, 0];
    trains.times.forEach((train, n) => {
      let place = at[n]!;
      while (place < train.length && train[place]! <= time) place++;
      at[n] = place;
      if (place === 0 || place === train.length) return;
      const phase = (2 * Math.PI * (time - train[place - 1]!)) / (train[place]! - train[place - 1]!);
      x += cos(phase);
      y += sin(phase);
      neurons++;
    });
    if (neurons < 2) continue;
    sum += Math.sqrt(x * x + y * y) / neurons;
    used++;
  }
  return used === 0 ? null : sum / used;
}

/** Shortest of the intervals next to a spike; Infinity for a lonely one. */
function nearest(train: Float64Array, k: number): number {
  const before = k > 0 ? train[k]! - train[k - 1]! : Infinity;
  const after = k + 1 < train.length ? train[k + 1]! - train[k]! : Infinity;
  return Math.min(before, after);
}

function variance(values: ArrayLike<number>): number {
  let mean = 0;
  for (let k = 0; k < values.length; k++) mean += values[k]! / values.length;
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += (values[k]! - mean) ** 2;
  return sum / values.length;
}
