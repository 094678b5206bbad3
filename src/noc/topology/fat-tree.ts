/**
 * Fat tree as a k-ary n-tree: n levels of k^(n-1) switches with k links down and k up, k^n nodes below the lowest level. Switch (level l, word w), w of n - 1 digits of base k; it is
 * joined to the k switches of level l + 1 whose words differ from w in digit l at most. All bandwidth of a level goes up, so the bisection is that of the nodes.
 * Floor plan: the n switches of one word lie beside each other, words row by row on a near-square grid.
 * Degree 2 k (top: k), diameter 2 (n - 1), k^n / 2 links over the bisection. Source: Petrini and Vanneschi 1997; Leiserson 1985.
 */
import type { Wire, Wiring } from '../design/graph.ts';

/** A fat tree of `levels` levels of switches with `arity` links down each. */
export function fatTree(arity: number, levels: number): Wiring {
  const perLevel = arity ** (levels - 1);
  const wires: Wire[] = [];
  for (let level = 0; level + 1 < levels; level++) {
    const weight = arity ** level;
    for (let word = 0; word < perLevel; word++) {
      const digit = Math.floor(word / weight) % arity;
      for (let other = 0; other < arity; other++)
        wires.push({ a: level * perLevel + word, b: (level + 1) * perLevel + word + (other - digit) * weight });
    }
  }
  const columns = Math.ceil(Math.sqrt(perLevel));
  const routers = levels * perLevel;
  const wordOf = (router: number): number => router % perLevel;
  return {
    name: `fat tree of arity ${String(arity)}, ${String(levels)} levels`,
    routers,
    wires,
    routerOfNode: Array.from({ length: arity ** levels }, (_, node) => Math.floor(node / arity)),
    x: Array.from({ length: routers }, (_, router) => (wordOf(router) % columns) * levels + Math.floor(router / perLevel)),
    y: Array.from({ length: routers }, (_, router) => Math.floor(wordOf(router) / columns)),
    fatTree: { arity, levels },
  };
}
