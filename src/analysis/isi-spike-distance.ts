/**
 * Distances of two spike trains without a time scale, each the mean over [from, until) of a profile in 0..1:
 *   ISI:    I(t) = |a - b| / max(a, b)                                        a, b the intervals of either train that hold t
 *   SPIKE:  S(t) = (S1 b + S2 a) / (2 m^2),  S_n = (d_P x_F + d_F x_P) / isi_n,  m = (a + b) / 2
 * x_P and x_F are the times from t to the preceding and following spike of a train, d_P and d_F the distances of these spikes to the nearest of the other train. Both trains
 * get one spike more at either end of the window, so every instant lies in an interval and a train without spikes is one long interval.
 * Between two spikes of either train I is constant and S linear in t, so both integrals are exact.
 * Sources: Kreuz et al. 2007, Journal of Neuroscience Methods 165:151 (ISI); Kreuz et al. 2013, Journal of Neurophysiology 109:1457 (SPIKE, equations 1 to 7).
 */
import { InternalError } from '../base/index.ts';

/** ISI-distance of two sorted trains within [from, until]; symmetric, 0 for equal trains, below 1. Throws InternalError for an empty window. */
export function isiDistance(a: Float64Array, b: Float64Array, from: number, until: number): number {
  return profileMean(a, b, from, until, ({ x, y, i, j }) => {
    const [u, v] = [x[i + 1]! - x[i]!, y[j + 1]! - y[j]!];
    const value = Math.abs(u - v) / Math.max(u, v);
    return [value, value];
  });
}

/** SPIKE-distance of two sorted trains within [from, until]; symmetric, 0 for equal trains. Throws InternalError for an empty window. */
export function spikeDistance(a: Float64Array, b: Float64Array, from: number, until: number): number {
  return profileMean(a, b, from, until, ({ x, y, i, j, begin, end }) => {
    const [u, v] = [x[i + 1]! - x[i]!, y[j + 1]! - y[j]!];
    const [uP, uF, vP, vF] = [nearest(y, x[i]!), nearest(y, x[i + 1]!), nearest(x, y[j]!), nearest(x, y[j + 1]!)];
    const at = (t: number): number => {
      const first = (uP * (x[i + 1]! - t) + uF * (t - x[i]!)) / u;
      const second = (vP * (y[j + 1]! - t) + vF * (t - y[j]!)) / v;
      return (2 * (first * v + second * u)) / (u + v) ** 2;
    };
    return [at(begin), at(end)];
  });
}

interface Piece {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** The piece lies between spikes i and i + 1 of x and j and j + 1 of y. */
  readonly i: number;
  readonly j: number;
  readonly begin: number;
  readonly end: number;
}

/** Mean of a profile that is linear between the spikes; `values` gives it at both ends of a piece. */
function profileMean(a: Float64Array, b: Float64Array, from: number, until: number, values: (piece: Piece) => [number, number]): number {
  if (!(until > from)) throw new InternalError(`an empty window has no distance: [${String(from)}, ${String(until)})`);
  const [x, y] = [framed(a, from, until), framed(b, from, until)];
  let [i, j, begin, sum] = [0, 0, from, 0];
  while (begin < until) {
    const end = Math.min(x[i + 1]!, y[j + 1]!);
    const [left, right] = values({ x, y, i, j, begin, end });
    sum += ((left + right) / 2) * (end - begin);
    if (x[i + 1] === end) i++;
    if (y[j + 1] === end) j++;
    begin = end;
  }
  return sum / (until - from);
}

/** The spikes inside the window, each time once, between spikes at its ends. */
function framed(train: Float64Array, from: number, until: number): Float64Array {
  return Float64Array.from(new Set([from, ...train.filter((time) => time > from && time < until), until]));
}

/** Distance of a time to the nearest of sorted times. */
function nearest(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return Math.min(Math.abs(times[low]! - time), low > 0 ? Math.abs(time - times[low - 1]!) : Infinity);
}
