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
  const met = (path: readonly number[], index: number): number => path.reduce((sum, link) => sum + load[index]![link]!, 0);
  for (let round = 0; round < ROUNDS; round++) {
    for (const pair of order) {
      const path = paths[pair]!;
      const home = layerOfPair[pair]!;
      // taken out of its own layer, the path meets its length less there
      const stay = met(path, home) - path.length;
      const better = layers
        .map((_, index) => ({ index, meets: met(path, index) }))
        .filter(({ index, meets }) => index !== home && meets < stay);
      better.sort((p, q) => p.meets - q.meets || p.index - q.index);
      const target = better.find(({ index }) => layers[index]!.tryAdd(path))?.index;
      if (target === undefined) continue;
      layers[home]!.remove(path);
      for (const link of path) {
        load[home]![link]! -= 1;
        load[target]![link]! += 1;
      }
      layerOfPair[pair] = target;
    }
  }
}
