/**
 * All turns that can be allowed at once: trees that are free of cycles together put their channels into an order (topological), and every turn to a later channel keeps it. So the order, not the
 * trees, says what is safe: whatever ways packets take afterwards, and wherever they are copied, they climb in it.
 *   channel = layer * links + link;   turns(c) = the channels d that leave the router at the end of c, do not go straight back, and come after c
 * Among the orders that the trees leave open the one by layer, then by number, is taken: a way may then change to a higher layer anywhere, and hardly any turn is missing where there are layers.
 * Source: Kahn 1962 (topological order); Dally and Seitz 1987 (channels in order cannot deadlock).
 */
import { outgoingLinks, type RouterGraph } from '../design/graph.ts';
import { layerOfHop, linkOfHop } from './route-table.ts';

/** A tree as far as its turns are concerned. */
interface Turning {
  readonly hops: Int32Array;
  readonly parents: Int32Array;
}

/** For every channel those that follow it in some tree, and 1 for every channel that a tree uses. */
export function turnsOfTrees(
  links: number,
  layers: number,
  trees: readonly Turning[],
): { readonly following: readonly Set<number>[]; readonly used: Uint8Array } {
  const following: Set<number>[] = Array.from({ length: links * layers }, () => new Set());
  const used = new Uint8Array(links * layers);
  const channelOf = (hop: number): number => layerOfHop(hop) * links + linkOfHop(hop);
  for (const { hops, parents } of trees) {
    for (const [edge, hop] of hops.entries()) {
      used[channelOf(hop)] = 1;
      if (parents[edge]! >= 0) following[channelOf(hops[parents[edge]!]!)]!.add(channelOf(hop));
    }
  }
  return { following, used };
}

/** For every channel the turns that an order of `following`, which has no cycle, allows; channels ascending. */
export function allowedTurns(graph: RouterGraph, layers: number, following: readonly ReadonlySet<number>[]): number[][] {
  const links = graph.linkFrom.length;
  const rank = ranks(following);
  const outgoing = outgoingLinks(graph);
  return Array.from(rank.keys(), (channel) => {
    const link = channel % links;
    const onward = outgoing[graph.linkTo[link]!]!.filter((next) => next !== (link ^ 1)).toSorted((p, q) => p - q);
    return Array.from({ length: layers }, (_, layer) => onward.map((next) => layer * links + next))
      .flat()
      .filter((next) => rank[next]! > rank[channel]!);
  });
}

/** Place of every channel in the order: of those that nothing has to come before any more, always the one with the smallest number. */
function ranks(following: readonly ReadonlySet<number>[]): Int32Array {
  const before = new Int32Array(following.length);
  for (const set of following) for (const next of set) before[next]! += 1;
  const rank = new Int32Array(following.length);
  const ready = new Heap();
  for (const [channel, count] of before.entries()) if (count === 0) ready.push(channel);
  let place = 0;
  for (let channel = ready.pop(); channel !== undefined; channel = ready.pop()) {
    rank[channel] = place++;
    for (const next of following[channel]!) if (--before[next]! === 0) ready.push(next);
  }
  return rank;
}

/** Numbers, of which the smallest is taken: a binary heap. */
class Heap {
  readonly #items: number[] = [];

  push(item: number): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    for (let up = (at - 1) >> 1; at > 0 && items[up]! > item; up = (at - 1) >> 1) {
      items[at] = items[up]!;
      at = up;
    }
    items[at] = item;
  }

  pop(): number | undefined {
    const items = this.#items;
    const [top, last] = [items[0], items.pop()];
    if (last === undefined || items.length === 0) return top;
    let at = 0;
    for (let child = 1; child < items.length; child = 2 * at + 1) {
      if (child + 1 < items.length && items[child + 1]! < items[child]!) child += 1;
      if (items[child]! >= last) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = last;
    return top;
  }
}
