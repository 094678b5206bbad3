/**
 * Which group of neurons sits on which router: simulated annealing over swaps of the cost sum over (a, b) of packets(a, b) x hops(router of a, router of b).
 * Source: Kirkpatrick, Gelatt, Vecchi 1983. The schedule is fixed, every choice is seeded.
 */
import { Chance, exp } from '../../base/index.ts';
import type { Connectivity } from './partition.ts';

export type PlacementMethod = 'identity' | 'random' | 'annealed';

/** Router of every group. `hops` holds router-to-router path lengths, row after row. */
export function place(traffic: Float64Array, hops: Float64Array, groups: number, method: PlacementMethod, seed: number): Uint32Array {
  const chance = new Chance(seed, 'mapping', 1);
  const routerOf = Uint32Array.from({ length: groups }, (_, g) => g);
  if (method === 'identity' || groups < 2) return routerOf;
  if (method === 'random') return chance.permutation(0, groups);
  const symmetric = Float64Array.from(traffic, (_, i) => traffic[i]! + traffic[(i % groups) * groups + Math.floor(i / groups)]!);
  const distance = Float64Array.from(hops, (_, i) => (hops[i]! + hops[(i % groups) * groups + Math.floor(i / groups)]!) / 2);
  const change = (a: number, b: number): number => {
    const [ra, rb] = [routerOf[a]!, routerOf[b]!];
    let sum = 0;
    for (let g = 0; g < groups; g++) {
      if (g === a || g === b) continue;
      const r = routerOf[g]!;
      sum += (symmetric[a * groups + g]! - symmetric[b * groups + g]!) * (distance[rb * groups + r]! - distance[ra * groups + r]!);
    }
    return sum;
  };
  const steps = 400 * groups;
  // start hot enough that an average swap is accepted, end where none that costs is
  let scale = 0;
  for (let i = 0; i < 50; i++) scale += Math.abs(change(chance.integer(1, 2 * i, groups), chance.integer(1, 2 * i + 1, groups))) / 50;
  let best = routerOf.slice();
  let cost = 0;
  let bestCost = 0;
  for (let step = 0; step < steps; step++) {
    const a = chance.integer(2, 2 * step, groups);
    const b = chance.integer(2, 2 * step + 1, groups);
    if (a === b) continue;
    const delta = change(a, b);
    const temperature = scale * (1 - step / steps) ** 2;
    if (delta > 0 && chance.uniform(3, step) >= exp(-delta / Math.max(temperature, 1e-300))) continue;
    [routerOf[a], routerOf[b]] = [routerOf[b]!, routerOf[a]!];
    cost += delta;
    if (cost < bestCost - 1e-9) {
      bestCost = cost;
      best = routerOf.slice();
    }
  }
  return best;
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
