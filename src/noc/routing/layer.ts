/**
 * One layer of virtual channels while paths are being put into it: its channel dependency graph, kept free of cycles.
 * A path adds one dependency for every two links that follow each other. Dependencies are counted, so that a path can be taken out again.
 */

/** Pairs that have a path, those with long paths first: they are the hardest to place. */
export function longestFirst(paths: readonly (readonly number[])[]): number[] {
  const pairs = Array.from(paths.keys()).filter((pair) => paths[pair]!.length > 0);
  return pairs.toSorted((p, q) => paths[q]!.length - paths[p]!.length || p - q);
}

/** The dependencies of one layer between `links` channels. */
export class Layer {
  readonly #next: Map<number, number>[]; // link -> (following link -> number of paths)
  readonly #seen: Int32Array;
  #search = 0;

  constructor(links: number) {
    this.#next = Array.from({ length: links }, () => new Map<number, number>());
    this.#seen = new Int32Array(links);
  }

  /** Puts the path in if no cycle arises; leaves the layer as it was and returns false otherwise. */
  tryAdd(path: readonly number[]): boolean {
    for (let i = 0; i + 1 < path.length; i++) {
      const [from, to] = [path[i]!, path[i + 1]!];
      const known = this.#next[from]!.get(to);
      if (known === undefined && this.#reaches(to, from)) {
        this.#release(path, i);
        return false;
      }
      this.#next[from]!.set(to, (known ?? 0) + 1);
    }
    return true;
  }

  /** Takes out a path that was put in. */
  remove(path: readonly number[]): void {
    this.#release(path, path.length - 1);
  }

  #release(path: readonly number[], dependencies: number): void {
    for (let i = 0; i < dependencies; i++) {
      const following = this.#next[path[i]!]!;
      const count = following.get(path[i + 1]!)!;
      if (count === 1) following.delete(path[i + 1]!);
      else following.set(path[i + 1]!, count - 1);
    }
  }

  #reaches(start: number, goal: number): boolean {
    if (start === goal) return true;
    this.#search += 1;
    const stack = [start];
    this.#seen[start] = this.#search;
    for (let link = stack.pop(); link !== undefined; link = stack.pop()) {
      for (const next of this.#next[link]!.keys()) {
        if (next === goal) return true;
        if (this.#seen[next] === this.#search) continue;
        this.#seen[next] = this.#search;
        stack.push(next);
      }
    }
    return false;
  }
}

const ROUNDS = 3;

/** Every path in turn goes to the layer in which it meets the least traffic, if that layer stays acyclic. Paths with their links, in `order`; `layerOfPair` is rewritten. */
export function evenOut(
  order: readonly number[],
  paths: readonly (readonly number[])[],
  layerOfPair: Uint8Array,
  layers: readonly Layer[],
  links: number,
): void {
  const load = layers.map(() => new Float64Array(links));
  for (const pair of order) for (const link of paths[pair]!) load[layerOfPair[pair]!]![link]! += 1;
  // where a path meets how much, by layer; the layers that are still to be tried
  const meets = new Float64Array(layers.length);
  for (let round = 0; round < ROUNDS; round++) {
    for (const pair of order) {
      const path = paths[pair]!;
      const home = layerOfPair[pair]!;
      for (let index = 0; index < layers.length; index++) meets[index] = trafficMet(path, load[index]!);
      // taken out of its own layer, the path meets its length less there
      const stay = meets[home]! - path.length;
      meets[home] = Infinity;
      let target = leastBelow(meets, stay);
      while (target >= 0 && !layers[target]!.tryAdd(path)) {
        meets[target] = Infinity;
        target = leastBelow(meets, stay);
      }
      if (target < 0) continue;
      layers[home]!.remove(path);
      for (const link of path) {
        load[home]![link]! -= 1;
        load[target]![link]! += 1;
      }
      layerOfPair[pair] = target;
    }
  }
}

function trafficMet(path: readonly number[], load: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < path.length; i++) sum += load[path[i]!]!;
  return sum;
}

/** The first of the smallest values, if it is below `limit`; else -1. */
function leastBelow(values: Float64Array, limit: number): number {
  let best = -1;
  let least = limit;
  for (let index = 0; index < values.length; index++) {
    if (values[index]! < least) {
      least = values[index]!;
      best = index;
    }
  }
  return best;
}
