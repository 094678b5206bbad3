/**
 * Spikes as exchange formats hold them: one table per population, times in biological ms, nodes counted from 0 within the population, sorted by (time, node).
 */
import { CardError } from '../../base/index.ts';

export interface SpikeTable {
  /** Name of the population; "" where the format has none. */
  readonly population: string;
  /** ms. */
  readonly time: Float64Array;
  readonly node: Uint32Array;
  /** Number of nodes of the population, silent ones included, where the file tells. */
  readonly nodes?: number;
  /** ms; end of the recording, where the file tells. */
  readonly end?: number;
}

/** Most spikes that are read from one file. */
export const MOST_SPIKES = 2 ** 27;

/** A sorted table from columns in any order. Throws CardError for times that are not finite and nodes that are no whole numbers below 2^32. */
export function tableOf(
  file: string,
  population: string,
  time: ArrayLike<number>,
  node: ArrayLike<number>,
  more: { readonly nodes?: number; readonly end?: number } = {},
): SpikeTable {
  if (time.length !== node.length) {
    throw new CardError([
      { file, path: population, found: `${String(time.length)} times and ${String(node.length)} nodes`, expected: 'as many of both' },
    ]);
  }
  const limit = more.nodes ?? 2 ** 32;
  for (let k = 0; k < time.length; k++) {
    if (Number.isFinite(time[k]!) && Number.isInteger(node[k]!) && node[k]! >= 0 && node[k]! < limit) continue;
    const found = `time ${String(time[k])}, node ${String(node[k])}`;
    throw new CardError([
      { file, path: `${population} spike ${String(k + 1)}`, found, expected: `a finite time and a node from 0 to ${String(limit - 1)}` },
    ]);
  }
  const order = Uint32Array.from(time, (_, k) => k).toSorted((a, b) => time[a]! - time[b]! || node[a]! - node[b]!);
  return { population, time: Float64Array.from(order, (k) => time[k]!), node: Uint32Array.from(order, (k) => node[k]!), ...more };
}
