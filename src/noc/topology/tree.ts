/**
 * Trees: routers at the leaves carry the nodes, those above only join. Every router but the root has one link upwards; `arity` 2 is the binary tree of Neurogrid.
 * Routers are numbered level by level from the root; the leaves lie in a row, a router above them over the middle of its children, levels one tile apart.
 */
import type { Wire, Wiring } from '../graph.ts';

/** A complete tree with `levels` levels below the root. */
export function tree(arity: number, levels: number, nodesPerLeaf = 1): Wiring {
  const first = [0];
  for (let level = 0; level <= levels; level++) first.push(first[level]! + arity ** level);
  const routers = first[levels + 1]!;
  const leaves = first[levels]!;
  const wires: Wire[] = [];
  const x: number[] = Array.from({ length: routers });
  const y: number[] = Array.from({ length: routers });
  for (let level = levels; level >= 0; level--) {
    for (let router = first[level]!; router < first[level + 1]!; router++) {
      const place = router - first[level]!;
      const child = first[level + 1]! + place * arity;
      x[router] = level === levels ? place : (x[child]! + x[child + arity - 1]!) / 2;
      y[router] = level;
      if (level > 0) wires.push({ a: first[level - 1]! + Math.floor(place / arity), b: router });
    }
  }
  return {
    name: `tree of arity ${String(arity)}, ${String(levels)} levels`,
    routers,
    wires,
    routerOfNode: Array.from({ length: (routers - leaves) * nodesPerLeaf }, (_, node) => leaves + Math.floor(node / nodesPerLeaf)),
    x,
    y,
  };
}
