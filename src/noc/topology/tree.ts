/**
 * Trees: routers at the leaves carry the nodes, those above only join. Every router but the root has one link upwards; `arity` 2 is the binary tree of Neurogrid.
 * Routers are numbered level by level from the root. Floor plan: an H-tree. The leaves fill a grid, the blocks of a router's children lie side by side, across and upwards in turn (a square
 * of them where the arity is one), the router over their middle; half a tile and less aside where that is the place of one of them.
 */
import type { Wire, Wiring } from '../design/graph.ts';

/** A complete tree with `levels` levels below the root. */
export function tree(arity: number, levels: number, nodesPerLeaf = 1): Wiring {
  const first = [0];
  for (let level = 0; level <= levels; level++) first.push(first[level]! + arity ** level);
  const routers = first[levels + 1]!;
  const leaves = first[levels]!;
  const [wide, tall] = factorsOf(arity);
  const [x, y]: [number[], number[]] = [[0], [0]];
  let size = [1, 1] as readonly [number, number]; // tiles of the subtree of a router, from the leaves upwards
  const blocks = [size];
  for (let level = levels - 1; level >= 0; level--) {
    const [across, up] = wide === tall || (levels - level) % 2 === 1 ? [wide, tall] : [tall, wide];
    blocks.unshift((size = [size[0] * across, size[1] * up]));
  }
  const wires: Wire[] = [];
  for (let level = 1; level <= levels; level++) {
    const across = blocks[level - 1]![0] / blocks[level]![0];
    for (let router = first[level]!; router < first[level + 1]!; router++) {
      const place = (router - first[level]!) % arity;
      const parent = first[level - 1]! + Math.floor((router - first[level]!) / arity);
      // corners of blocks for now
      x[router] = x[parent]! + (place % across) * blocks[level]![0];
      y[router] = y[parent]! + Math.floor(place / across) * blocks[level]![1];
      wires.push({ a: parent, b: router });
    }
  }
  for (let level = 0; level < levels; level++) {
    const [width, height] = blocks[level]!;
    const aside = width % 2 === 1 && height % 2 === 1 ? 0.5 / (levels - level) : 0;
    for (let router = first[level]!; router < first[level + 1]!; router++) {
      x[router]! += (width - 1) / 2;
      y[router]! += (height - 1) / 2 + aside;
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

/** The two factors of a number that are nearest to each other, the larger first. */
function factorsOf(arity: number): readonly [number, number] {
  let small = Math.floor(Math.sqrt(arity));
  while (arity % small !== 0) small -= 1;
  return [arity / small, small];
}
