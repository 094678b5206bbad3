/**
 * A small world: a ring on which every neuron is connected with its nearest `neighbours`, of whose connections a share is rewired to random partners.
 *   without rewiring the clustering coefficient is 3 (k - 2) / (4 (k - 1)); rewiring keeps the number of connected pairs, n k / 2
 * Source: Watts and Strogatz 1998, "Collective dynamics of small-world networks" (the undirected graph). Synapses have a direction: a pair gets one synapse of random
 * direction, or, for a share `reciprocal` of the pairs, one each way.
 */
import { InfeasibleError, type Chance } from '../../base/index.ts';
import { emptyEdges, type EdgeList, type Neurons } from './edge-list.ts';

export interface WattsStrogatz {
  /** k, even: half of them on each side. */
  readonly neighbours: number;
  /** Probability with which a connection is rewired. */
  readonly rewired: number;
  /** Probability with which a connected pair has a synapse in each direction. */
  readonly reciprocal: number;
}

/** Synapses within one population, in order of the ring. Draws: unit = neuron on the ring, index = place and attempt. Throws InfeasibleError when k is too large. */
export function wattsStrogatz(within: Neurons, parameters: WattsStrogatz, chance: Chance): EdgeList {
  const { neighbours, rewired, reciprocal } = parameters;
  const n = within.count;
  const half = neighbours / 2;
  if (!Number.isInteger(half) || neighbours >= n) {
    throw new InfeasibleError(
      `a ring of ${String(n)} neurons allows an even number of neighbours below ${String(n)}, found ${String(neighbours)}`,
    );
  }
  const pairs = emptyEdges(n * half);
  const partners = Array.from({ length: n }, () => new Set<number>());
  for (let i = 0; i < n; i++) {
    for (let step = 1; step <= half; step++) {
      partners[i]!.add((i + step) % n);
      partners[(i + step) % n]!.add(i);
    }
  }
  for (let step = 1; step <= half; step++) {
    for (let i = 0; i < n; i++) {
      let other = (i + step) % n;
      const draws = new Draws(chance, i, step);
      // a neuron that is connected with all others has nowhere to rewire to
      if (draws.uniform() < rewired && partners[i]!.size < n - 1) {
        partners[i]!.delete(other);
        partners[other]!.delete(i);
        // the old partner is not a new one
        const old = other;
        do other = Math.floor(draws.uniform() * n);
        while (other === i || other === old || partners[i]!.has(other));
        partners[i]!.add(other);
        partners[other]!.add(i);
      }
      const k = (step - 1) * n + i;
      pairs.source[k] = i;
      pairs.target[k] = other;
    }
  }
  return direct(pairs, within.first, reciprocal, half, chance);
}

function direct(pairs: EdgeList, first: number, reciprocal: number, half: number, chance: Chance): EdgeList {
  const n = pairs.source.length / half;
  const [source, target]: [number[], number[]] = [[], []];
  pairs.source.forEach((a, k) => {
    const b = pairs.target[k]!;
    const draws = new Draws(chance, a, half + 1 + Math.floor(k / n));
    const both = draws.uniform() < reciprocal;
    const forward = draws.uniform() < 0.5;
    if (both || forward) {
      source.push(first + a);
      target.push(first + b);
    }
    if (both || !forward) {
      source.push(first + b);
      target.push(first + a);
    }
  });
  return { source: Uint32Array.from(source), target: Uint32Array.from(target) };
}

/** Draws that belong to one place on the ring: attempt after attempt. */
class Draws {
  readonly #chance: Chance;
  readonly #unit: number;
  #index: number;

  constructor(chance: Chance, unit: number, place: number) {
    this.#chance = chance;
    this.#unit = unit;
    this.#index = place * 2 ** 24;
  }

  uniform(): number {
    return this.#chance.uniform(this.#unit, this.#index++);
  }
}
