/**
 * One layer of virtual channels while trees are being put into it: its channel dependency graph, kept free of cycles. Paths in bulk: src/kernels/route-layers.ts.
 * A path adds one dependency for every two links that follow each other. Dependencies are counted, so that a path can be taken out again.
 */

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
