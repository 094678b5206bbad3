/**
 * Which group of neurons sits on which router: simulated annealing over swaps of the cost sum over (a, b) of packets(a, b) x hops(router of a, router of b).
 * Source: Kirkpatrick, Gelatt, Vecchi 1983. The schedule is fixed, every choice is seeded.
 */
import { Chance } from '../../base/index.ts';
import { annealed } from '../../kernels/index.ts';
import type { Connectivity } from './partition.ts';

export type PlacementMethod = 'identity' | 'random' | 'annealed';

/** Swaps that are tried, per group. */
const SWAPS = 400;

/** Router of every group. `hops` holds router-to-router path lengths, row after row. */
export function place(traffic: Float64Array, hops: Float64Array, groups: number, method: PlacementMethod, seed: number): Uint32Array {
  if (method === 'identity' || groups < 2) return Uint32Array.from({ length: groups }, (_, group) => group);
  if (method === 'random') return new Chance(seed, 'mapping', 1).permutation(0, groups);
  const symmetric = new Float64Array(groups * groups);
  const distance = new Float64Array(groups * groups);
  for (let a = 0; a < groups; a++) {
    for (let b = 0; b < groups; b++) {
      symmetric[a * groups + b] = traffic[a * groups + b]! + traffic[b * groups + a]!;
      distance[a * groups + b] = (hops[a * groups + b]! + hops[b * groups + a]!) / 2;
    }
  }
  return annealed(symmetric, distance, groups, SWAPS * groups, seed);
}

/** Packets per spike of all neurons from group to group, one packet per (source, remote group); row after row. */
export function groupTraffic(network: Connectivity, coreOf: Uint32Array, groups: number): Float64Array {
  const traffic = new Float64Array(groups * groups);
  for (let source = 0; source < network.count; source++) {
    const reached = new Set<number>();
    for (let k = network.rowStart[source]!; k < network.rowStart[source + 1]!; k++) reached.add(coreOf[network.target[k]!]!);
    reached.delete(coreOf[source]!);
    for (const core of reached) traffic[coreOf[source]! * groups + core]!++;
  }
  return traffic;
}
