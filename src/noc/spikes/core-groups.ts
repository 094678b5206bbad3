/**
 * Groups of cores for two-level spike packets. A spike goes once to every group that it has to reach, to a bridge core of it, and from there to the members.
 *   groups   the nodes halved along the longer side of their floor plan again and again, until no part is larger than the group size: 2 x 2 blocks of a mesh for groups of 4
 *   bridge   of group b for packets from group a: the member number a modulo the size of b, so that the work is shared evenly over the members
 * A core then talks to one core per other group and to the members of its own: about 2 sqrt(cores) peers instead of all, paid for with more packets.
 */
import type { NocLayout } from '../design/layout.ts';

/** Who belongs where. */
export interface CoreGroups {
  readonly groupOf: Int32Array;
  /** Nodes of every group, ascending. */
  readonly members: readonly (readonly number[])[];
}

/** Cuts the nodes of a network into groups of at most `size`; dead ones are in none. */
export function coreGroups({ graph, nodes }: NocLayout, size: number): CoreGroups {
  const members: number[][] = [];
  const x = (node: number): number => graph.x[graph.routerOfNode[node]!]!;
  const y = (node: number): number => graph.y[graph.routerOfNode[node]!]!;
  const cut = (list: readonly number[]): void => {
    if (list.length <= size) {
      members.push(list.toSorted((a, b) => a - b));
      return;
    }
    const [first, second] = span(list, x) > span(list, y) * (1 + 1e-9) ? [x, y] : [y, x];
    const sorted = list.toSorted((a, b) => first(a) - first(b) || second(a) - second(b) || a - b);
    // halves of whole groups, so that as few groups as can be are smaller than the others
    const half = Math.ceil(Math.ceil(list.length / size) / 2) * size;
    cut(sorted.slice(0, half));
    cut(sorted.slice(half));
  };
  cut(Array.from({ length: nodes }, (_, node) => node).filter((node) => graph.isDeadNode[node] === 0));
  const groupOf = new Int32Array(nodes);
  for (const [group, list] of members.entries()) for (const node of list) groupOf[node] = group;
  return { groupOf, members };
}

/** The core of group `to` that takes packets from cores of group `from`. */
export function bridgeOf({ members }: CoreGroups, from: number, to: number): number {
  const list = members[to]!;
  return list[from % list.length]!;
}

function span(list: readonly number[], of: (node: number) => number): number {
  const places = list.map(of);
  return Math.max(...places) - Math.min(...places);
}
