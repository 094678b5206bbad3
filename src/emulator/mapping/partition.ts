/**
 * Which neuron goes to which core. Cost = packets per spike when every source sends one packet per remote core that holds a target of it:
 *   cost = sum over sources s of |{cores of targets of s} \ {core of s}|.
 * `refined`: growth of connected groups from seeded starts, then rounds of moves and swaps that lower the cost, in the manner of Kernighan and Lin 1970 / Fiduccia and
 * Mattheyses 1982, until no move helps. Deterministic for a seed.
 */
import { Chance, InfeasibleError } from '../../base/index.ts';
import type { Network } from '../../network/index.ts';

/** What partition and placement look at. */
export type Connectivity = Pick<Network, 'count' | 'rowStart' | 'target'>;

export interface Partition {
  /** Core of each neuron. */
  readonly coreOf: Uint32Array;
  readonly cores: number;
  /** Packets per spike, averaged over neurons. */
  readonly packetsPerSpike: number;
  /** Share of synapses whose source and target share a core. */
  readonly localShare: number;
}

export type PartitionMethod = 'random' | 'round-robin' | 'refined';

/** Throws InfeasibleError when the network does not fit. */
export function partition(network: Connectivity, cores: number, capacity: number, method: PartitionMethod, seed: number): Partition {
  if (network.count > cores * capacity) {
    throw new InfeasibleError(
      `${String(network.count)} neurons do not fit ${String(cores)} cores of ${String(capacity)}: at most ${String(cores * capacity)}`,
    );
  }
  const coreOf = new Uint32Array(network.count);
  const size = Math.ceil(network.count / cores);
  if (method === 'round-robin') coreOf.forEach((_, n) => (coreOf[n] = n % cores));
  else if (method === 'random')
    new Chance(seed, 'mapping').permutation(0, network.count).forEach((n, i) => (coreOf[n] = Math.floor(i / size)));
  else {
    grow(network, cores, size, seed).forEach((core, n) => (coreOf[n] = core));
    refine(network, coreOf, cores, Math.min(capacity, size + 1), seed);
  }
  return { coreOf, cores, packetsPerSpike: packets(network, coreOf, cores) / network.count, localShare: localShare(network, coreOf) };
}

/** Undirected neighbours of every neuron, in ascending order, as rows. */
function neighbours(network: Connectivity): readonly Uint32Array[] {
  const sets = Array.from({ length: network.count }, () => new Set<number>());
  for (let source = 0; source < network.count; source++) {
    for (let k = network.rowStart[source]!; k < network.rowStart[source + 1]!; k++) {
      const target = network.target[k]!;
      if (target === source) continue;
      sets[source]!.add(target);
      sets[target]!.add(source);
    }
  }
  return sets.map((set) => Uint32Array.from(set).toSorted());
}

/** Fills one core after the other with the free neuron that has most links into it. */
function grow(network: Connectivity, cores: number, size: number, seed: number): Uint32Array {
  const rows = neighbours(network);
  const start = new Chance(seed, 'mapping').permutation(0, network.count);
  const coreOf = new Uint32Array(network.count).fill(cores);
  for (let core = 0; core < cores; core++) {
    const links = new Uint32Array(network.count);
    for (let filled = 0; filled < size; filled++) {
      let best = -1;
      for (const n of start) if (coreOf[n] === cores && (best < 0 || links[n]! > links[best]!)) best = n;
      if (best < 0) return coreOf;
      coreOf[best] = core;
      for (const other of rows[best]!) links[other]!++;
    }
  }
  return coreOf;
}

/** Moves to cores with room and swaps between cores while the cost falls. `targets[s * cores + c]` counts the targets of s in core c. */
function refine(network: Connectivity, coreOf: Uint32Array, cores: number, capacity: number, seed: number): void {
  const chance = new Chance(seed, 'mapping');
  const sourcesOf = incoming(network);
  const targets = targetCounts(network, coreOf, cores);
  const filled = new Uint32Array(cores);
  for (const core of coreOf) filled[core]!++;
  // who is where, in ascending order; trials leave it alone
  const members: number[][] = Array.from({ length: cores }, () => []);
  coreOf.forEach((core, n) => members[core]!.push(n));
  const rehouse = (n: number, from: number, to: number): void => {
    members[from]!.splice(members[from]!.indexOf(n), 1);
    const after = members[to]!.findIndex((other) => other > n);
    members[to]!.splice(after < 0 ? members[to]!.length : after, 0, n);
  };

  /** Puts n into `to` and returns the change of the cost. Undone by putting it back. */
  const move = (n: number, to: number): number => {
    const from = coreOf[n]!;
    let change = 0;
    for (const s of sourcesOf[n]!) {
      const remote = (core: number): number => (coreOf[s] === core ? 0 : 1);
      if (--targets[s * cores + from]! === 0) change -= remote(from);
      if (targets[s * cores + to]!++ === 0) change += remote(to);
    }
    // n itself as a source: its own core no longer needs a packet, the old one may
    if (targets[n * cores + from]! > 0) change++;
    if (targets[n * cores + to]! > 0) change--;
    coreOf[n] = to;
    filled[from]!--;
    filled[to]!++;
    return change;
  };

  for (let round = 0; round < 12; round++) {
    let gain = 0;
    for (const n of chance.permutation(1 + round, network.count)) {
      const home = coreOf[n]!;
      const candidates = new Set<number>();
      for (const s of sourcesOf[n]!) candidates.add(coreOf[s]!);
      for (let k = network.rowStart[n]!; k < network.rowStart[n + 1]!; k++) candidates.add(coreOf[network.target[k]!]!);
      candidates.delete(home);
      let best = { change: 0, core: home, partner: -1 };
      for (const core of [...candidates].toSorted((a, b) => a - b)) {
        const change = move(n, core);
        if (filled[core]! <= capacity) {
          if (change < best.change) best = { change, core, partner: -1 };
        } else {
          // the core is full: try to swap with each of its neurons
          for (const partner of members[core]!) {
            const total = change + move(partner, home);
            if (total < best.change) best = { change: total, core, partner };
            move(partner, core);
          }
        }
        move(n, home);
      }
      if (best.change < 0) {
        move(n, best.core);
        rehouse(n, home, best.core);
        if (best.partner >= 0) {
          move(best.partner, home);
          rehouse(best.partner, best.core, home);
        }
        gain -= best.change;
      }
    }
    if (gain === 0) return;
  }
}

/** Sources of every neuron, one entry per distinct (source, synapse). */
function incoming(network: Connectivity): readonly number[][] {
  const sources: number[][] = Array.from({ length: network.count }, () => []);
  for (let source = 0; source < network.count; source++) {
    for (let k = network.rowStart[source]!; k < network.rowStart[source + 1]!; k++) {
      if (network.target[k] !== source) sources[network.target[k]!]!.push(source);
    }
  }
  return sources;
}

function targetCounts(network: Connectivity, coreOf: Uint32Array, cores: number): Uint32Array {
  const counts = new Uint32Array(network.count * cores);
  for (let source = 0; source < network.count; source++) {
    for (let k = network.rowStart[source]!; k < network.rowStart[source + 1]!; k++) {
      if (network.target[k] !== source) counts[source * cores + coreOf[network.target[k]!]!]!++;
    }
  }
  return counts;
}

function packets(network: Connectivity, coreOf: Uint32Array, cores: number): number {
  const counts = targetCounts(network, coreOf, cores);
  let total = 0;
  for (let s = 0; s < network.count; s++) {
    for (let core = 0; core < cores; core++) if (core !== coreOf[s] && counts[s * cores + core]! > 0) total++;
  }
  return total;
}

/** Share of synapses whose source and target share a core. */
export function localShare(network: Connectivity, coreOf: Uint32Array): number {
  let local = 0;
  for (let source = 0; source < network.count; source++) {
    for (let k = network.rowStart[source]!; k < network.rowStart[source + 1]!; k++)
      if (coreOf[source] === coreOf[network.target[k]!]) local++;
  }
  return network.target.length === 0 ? 0 : local / network.target.length;
}
