/**
 * A tree for a set of destinations, with few links: again and again the destination that takes the fewest new links is joined to the tree by them (Takahashi and Matsuyama 1980). It keeps two
 * promises that the heuristic alone does not know:
 *   safe    every turn is one of the allowed turns of `turn-order.ts`, so trees of all sets together are free of deadlock, and no link is used twice
 *   short   no destination is reached later than (1 + detour) times the cycles of the shortest allowed way in an idle network
 * With detour 0 ways are shortest and only share what they can; a larger one saves links for latency. Ties go to the links of the source's own tree, which spread the load.
 */
import type { RouterGraph } from '../design/graph.ts';
import { LAYER_SHIFT, layerOfHop, linkOfHop } from './route-table.ts';

/** A tree from a router: its edges in an order in which parents come first. */
export interface BranchTree {
  /** Link and layer of every edge, as in a route table. */
  readonly hops: Int32Array;
  /** Edge before every edge, -1 at the source. */
  readonly parents: Int32Array;
  /** Edge by which a packet for each router arrives; -1 at the source, -2 for routers that the tree does not lead to. */
  readonly arrival: Int32Array;
}

const UNREACHED = 0x3fffffff;
/** Numbers of distances that are kept; 64 MB. All are forgotten when there are more. */
const KEPT = 2 ** 24;

/** A way from the tree to a destination: its channels in order, the channel of the tree that it leaves (-1 the source), and what it costs. */
interface Way {
  readonly channels: readonly number[];
  readonly from: number;
  readonly strange: number;
}

/** What has been built of one tree. */
interface Growing {
  readonly source: number;
  /** 1 for channels of the source's own tree. */
  readonly isOwn: Uint8Array;
  /** Channels in the tree, parents first, with their parents and the cycles at their ends. */
  readonly parent: Map<number, number>;
  readonly cycles: Map<number, number>;
  readonly isLinkUsed: Uint8Array;
}

/** Makes trees; keeps what it has learnt of distances. */
export class SetTrees {
  readonly #graph: RouterGraph;
  readonly #links: number;
  readonly #next: readonly (readonly number[])[];
  readonly #before: number[][];
  readonly #leaving: readonly number[][];
  readonly #cost: Int32Array;
  readonly #detour: number;
  /** Per destination: cycles from the end of every channel. */
  readonly #ahead = new Map<number, Int32Array>();
  // labels of one search: new links, cycles at the end, links that are not the source's own, channel before
  readonly #seen: Int32Array;
  readonly #count: Int32Array;
  readonly #late: Int32Array;
  readonly #strange: Int32Array;
  readonly #from: Int32Array;
  #search = 0;

  /** `turns` as from `allowedTurns`, over `layers` layers; `hopCycles` is the zero-load delay of one router. */
  constructor(graph: RouterGraph, layers: number, turns: readonly (readonly number[])[], hopCycles: number, detour: number) {
    const links = graph.linkFrom.length;
    this.#graph = graph;
    this.#links = links;
    this.#next = turns;
    this.#detour = detour;
    this.#before = Array.from({ length: turns.length }, () => []);
    for (const [channel, list] of turns.entries()) for (const next of list) this.#before[next]!.push(channel);
    this.#leaving = Array.from({ length: graph.routers }, () => []);
    for (let channel = 0; channel < links * layers; channel++) this.#leaving[graph.linkFrom[channel % links]!]!.push(channel);
    this.#cost = Int32Array.from({ length: links * layers }, (_, channel) => hopCycles + graph.linkLatency[channel % links]!);
    this.#seen = new Int32Array(turns.length);
    this.#count = new Int32Array(turns.length);
    this.#late = new Int32Array(turns.length);
    this.#strange = new Int32Array(turns.length);
    this.#from = new Int32Array(turns.length);
  }

  /**
   * A tree from router `source` to `routers`; `own` is the tree that the source has for all. Undefined when links that are used already bar the way to some router in time, whether ties
   * go to `own` or to the lowest layers, from which there are more turns.
   */
  treeFor(source: number, routers: readonly number[], own: BranchTree): BranchTree | undefined {
    const isOwn = new Uint8Array(this.#next.length);
    for (const hop of own.hops) isOwn[layerOfHop(hop) * this.#links + linkOfHop(hop)] = 1;
    return this.#grown(source, routers, isOwn) ?? this.#grown(source, routers, isOwn.fill(0));
  }

  #grown(source: number, routers: readonly number[], isOwn: Uint8Array): BranchTree | undefined {
    const tree: Growing = { source, isOwn, parent: new Map(), cycles: new Map(), isLinkUsed: new Uint8Array(this.#links) };
    const arrival = new Int32Array(this.#graph.routers).fill(-2);
    arrival[source] = -1;
    const ways = new Map<number, Way>();
    for (const router of routers) {
      if (arrival[router] !== -2 || ways.has(router)) continue;
      const way = this.#way(tree, router, [-1], Infinity);
      if (way === undefined) return undefined;
      ways.set(router, way);
    }
    while (ways.size > 0) {
      const [nearest, way] = Array.from(ways).reduce((best, one) => (isShorter(one[1], best[1]) ? one : best));
      ways.delete(nearest);
      const added = this.#join(tree, way);
      arrival[nearest] = way.channels.at(-1) ?? way.from;
      if (!this.#revise(tree, ways, added)) return undefined;
    }
    return this.#written(tree, arrival);
  }

  /** Looks for ways that begin at the new channels; where the old way is barred, at all. False when some destination has none left. */
  #revise(tree: Growing, ways: Map<number, Way>, added: readonly number[]): boolean {
    for (const [router, old] of ways) {
      const isBarred = old.channels.some((channel) => tree.isLinkUsed[channel % this.#links] === 1);
      const starts = isBarred ? [-1, ...tree.parent.keys()] : added;
      const way = this.#way(tree, router, starts, isBarred ? Infinity : old.channels.length);
      if (way !== undefined && (isBarred || isShorter(way, old))) ways.set(router, way);
      else if (isBarred) return false;
    }
    return true;
  }

  /** The way with the fewest new links, at most `most`, from one of `starts` (channels of the tree, -1 its source) to a router, in time; then the earliest, then the most familiar. */
  #way(tree: Growing, router: number, starts: readonly number[], most: number): Way | undefined {
    const ahead = this.#aheadOf(router);
    const latest = this.#latest(tree.source, ahead);
    for (const start of starts) {
      const isThere = start >= 0 && this.#graph.linkTo[start % this.#links] === router && tree.cycles.get(start)! <= latest;
      if (isThere) return { channels: [], from: start, strange: 0 };
    }
    this.#search += 1;
    let front: number[] = [];
    let later: number[] = [];
    const reach = (channel: number, from: number, count: number, cycles: number, before: number): void => {
      if (tree.isLinkUsed[channel % this.#links] === 1) return;
      const late = cycles + this.#cost[channel]!;
      if (late + ahead[channel]! > latest) return;
      const strange = before + 1 - tree.isOwn[channel]!;
      if (this.#seen[channel] === this.#search) {
        const isWorse = this.#count[channel]! < count || this.#late[channel]! < late;
        if (isWorse || (this.#late[channel] === late && this.#strange[channel]! <= strange)) return;
      } else later.push(channel);
      this.#seen[channel] = this.#search;
      this.#count[channel] = count;
      this.#late[channel] = late;
      this.#strange[channel] = strange;
      this.#from[channel] = from;
    };
    for (const start of starts) {
      const onward = start < 0 ? this.#leaving[tree.source]! : this.#next[start]!;
      for (const channel of onward) reach(channel, start, 1, start < 0 ? 0 : tree.cycles.get(start)!, 0);
    }
    for (let count = 1; later.length > 0 && count <= most; count++) {
      [front, later] = [later, []];
      const ends = front.filter((channel) => this.#graph.linkTo[channel % this.#links] === router);
      if (ends.length > 0)
        return this.#traced(
          tree,
          ends.reduce((p, q) => ((this.#late[q]! - this.#late[p]! || this.#strange[q]! - this.#strange[p]!) < 0 ? q : p)),
        );
      for (const channel of front)
        for (const next of this.#next[channel]!) reach(next, channel, count + 1, this.#late[channel]!, this.#strange[channel]!);
    }
    return undefined;
  }

  #traced(tree: Growing, end: number): Way | undefined {
    const channels: number[] = [];
    const links = new Set<number>();
    let channel = end;
    for (; channel >= 0 && !tree.parent.has(channel); channel = this.#from[channel]!) {
      channels.push(channel);
      links.add(channel % this.#links);
    }
    // a way may not use a link in two layers either
    return links.size < channels.length ? undefined : { channels: channels.toReversed(), from: channel, strange: this.#strange[end]! };
  }

  /** Puts the channels of a way into the tree. */
  #join(tree: Growing, { channels, from }: Way): readonly number[] {
    let [before, cycles] = [from, from < 0 ? 0 : tree.cycles.get(from)!];
    for (const channel of channels) {
      cycles += this.#cost[channel]!;
      tree.parent.set(channel, before);
      tree.cycles.set(channel, cycles);
      tree.isLinkUsed[channel % this.#links] = 1;
      before = channel;
    }
    return channels;
  }

  #written({ parent }: Growing, arrival: Int32Array): BranchTree {
    const edges = new Map(Array.from(parent.keys(), (channel, edge) => [channel, edge]));
    const hopOf = (channel: number): number => (channel % this.#links) + Math.floor(channel / this.#links) * (1 << LAYER_SHIFT);
    return {
      hops: Int32Array.from(parent.keys(), hopOf),
      parents: Int32Array.from(parent.values(), (channel) => (channel < 0 ? -1 : edges.get(channel)!)),
      arrival: arrival.map((channel) => (channel < 0 ? channel : edges.get(channel)!)),
    };
  }

  /** The latest cycle at which a packet from `source` may reach the router that `ahead` counts to. */
  #latest(source: number, ahead: Int32Array): number {
    const shortest = this.#leaving[source]!.reduce((least, channel) => Math.min(least, this.#cost[channel]! + ahead[channel]!), UNREACHED);
    return shortest >= UNREACHED ? -1 : Math.floor(shortest * (1 + this.#detour) + 1e-9);
  }

  /** Cycles from the end of every channel to a router by allowed turns: Dijkstra's algorithm backwards, one bucket per distance. */
  #aheadOf(router: number): Int32Array {
    const known = this.#ahead.get(router);
    if (known !== undefined) return known;
    const ahead = new Int32Array(this.#next.length).fill(UNREACHED);
    const buckets: number[][] = [[]];
    for (let channel = 0; channel < ahead.length; channel++) {
      if (this.#graph.linkTo[channel % this.#links] !== router) continue;
      ahead[channel] = 0;
      buckets[0]!.push(channel);
    }
    for (let cycles = 0; cycles < buckets.length; cycles++) {
      for (const channel of buckets[cycles] ?? []) {
        if (ahead[channel] !== cycles) continue;
        const through = cycles + this.#cost[channel]!;
        for (const before of this.#before[channel]!) {
          if (through >= ahead[before]!) continue;
          ahead[before] = through;
          (buckets[through] ??= []).push(before);
        }
      }
    }
    if ((this.#ahead.size + 1) * ahead.length > KEPT) this.#ahead.clear();
    this.#ahead.set(router, ahead);
    return ahead;
  }
}

function isShorter(p: Way, q: Way): boolean {
  return p.channels.length < q.channels.length || (p.channels.length === q.channels.length && p.strange < q.strange);
}
