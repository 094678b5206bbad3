/**
 * Destination sets: the tree, or part of a tree, that a multicast packet walks, as flat arrays. Place p of a set has the branches firstBranch[p] .. firstBranch[p + 1] - 1, those with
 * more destinations behind them first, among equals the longest way, the nodes at this router last: where outputs are contested, the order in which branches are served.
 */
import { InfeasibleError } from '../../base/index.ts';
import { routerDelay, type NocLayout } from '../design/layout.ts';
import { layerOfHop, linkOfHop } from '../routing/route-table.ts';
import { treeFor, treesOf, type MulticastTrees } from './multicast-trees.ts';

/** All destination sets that a network has been told of. */
export class MulticastGroups {
  readonly trees: MulticastTrees;
  readonly #layout: NocLayout;
  /** Sets by a number that does not depend on the order of the destinations. */
  readonly #numbers = new Map<number, readonly number[]>();
  /** Source node and destination nodes of every set. */
  readonly members: number[][] = [];
  readonly root: number[] = []; // place at the source's router
  readonly layer: number[] = []; // whose VCs a packet may use on its way in, -1 = all
  readonly firstBranch: number[] = [0];
  /** Link and layer, or ~node. */
  readonly hop: number[] = [];
  /** Place at the other end of a link. */
  readonly next: number[] = [];

  constructor(layout: NocLayout) {
    this.#layout = layout;
    this.trees = treesOf(layout);
  }

  /** Number of the set of `destinations` of node `source`, made when it is new. InfeasibleError for no node, a node that is not there, or one that is named twice. */
  numberOf(source: number, destinations: readonly number[]): number {
    const { nodes, name } = this.#layout;
    const key = hashOf(source, destinations);
    const rivals = this.#numbers.get(key) ?? [];
    for (const rival of rivals) if (isSet(this.members[rival]!, source, destinations)) return rival;
    const members = [source, ...destinations.toSorted((p, q) => p - q)];
    const old = rivals.find((rival) => isSet(this.members[rival]!, source, members.slice(1)));
    if (old !== undefined) return old;
    const isRight = members.every((node, i) => Number.isInteger(node) && node >= 0 && node < nodes && (i < 2 || node !== members[i - 1]));
    const dead = members.find((node) => this.#layout.graph.isDeadNode[node] === 1);
    if (dead !== undefined)
      throw new InfeasibleError(
        `a packet from node ${String(source)} to nodes ${destinations.join(', ')}: node ${String(dead)} of ${name} is dead`,
      );
    if (!isRight || destinations.length === 0)
      throw new InfeasibleError(
        `a packet from node ${String(source)} to nodes ${destinations.join(', ')}: ${name} has the nodes 0 to ${String(nodes - 1)}, each is named once`,
      );
    const group = this.members.push(members) - 1;
    this.#numbers.set(key, [...rivals, group]);
    const root = this.#build(source, members.slice(1));
    this.root.push(root);
    this.layer.push(this.#injectionLayer(this.#layout.graph.routerOfNode[source]!, root));
    return group;
  }

  /** Links that a packet of this set crosses: each once. */
  linksOf(group: number): number {
    const end = group + 1 < this.root.length ? this.root[group + 1]! : this.firstBranch.length - 1;
    return end - this.root[group]! - 1;
  }

  /** Forgets all sets and takes those of a snapshot, under the numbers that they had. */
  restore(members: readonly (readonly number[])[]): void {
    this.#numbers.clear();
    for (const list of [this.members, this.root, this.layer, this.hop, this.next]) list.length = 0;
    this.firstBranch.length = 1;
    for (const [source, ...destinations] of members) this.numberOf(source!, destinations);
  }

  /** The layer of the first links if they share one, -1 = any. With one VC per layer all packets of a source enter by the same, and so keep their order. */
  #injectionLayer(home: number, root: number): number {
    const { layers: count, trees, sets } = this.trees;
    if (count === 1) return -1;
    if (sets === undefined && this.#layout.vcs < 2 * count) return layerOfHop(trees[home]!.hops[0] ?? 0);
    const layers = this.hop.slice(this.firstBranch[root], this.firstBranch[root + 1]).filter((hop) => hop >= 0);
    return layers.length > 0 && layers.every((hop) => layerOfHop(hop) === layerOfHop(layers[0]!)) ? layerOfHop(layers[0]!) : -1;
  }

  /** Writes the places of a set, the root first; returns its place. */
  #build(source: number, destinations: readonly number[]): number {
    const { graph, delays } = this.#layout;
    const home = graph.routerOfNode[source]!;
    const routers = destinations.map((node) => graph.routerOfNode[node]!);
    const { hops, parents, arrival } = treeFor(this.trees, home, routers);
    // wanted edges with the cycles of the longest way and the destinations behind them; -1 is the root
    const behind = new Map<number, number>([[-1, 0]]);
    const served = new Map<number, number>();
    const exits = new Map<number, number[]>();
    for (const node of destinations) {
      const last = arrival[graph.routerOfNode[node]!]!;
      exits.set(last, [...(exits.get(last) ?? []), node]);
      let cycles = 0;
      for (let edge = last; edge >= 0; edge = parents[edge]!) {
        behind.set(edge, Math.max(behind.get(edge) ?? 0, cycles));
        served.set(edge, (served.get(edge) ?? 0) + 1);
        cycles += routerDelay(delays) + graph.linkLatency[linkOfHop(hops[edge]!)]!;
      }
    }
    const edges = Array.from(behind.keys()).toSorted((p, q) => p - q);
    const base = this.firstBranch.length - 1;
    const placeOf = new Map(edges.map((edge, i) => [edge, base + i]));
    const remaining = (edge: number): number => behind.get(edge)! + graph.linkLatency[linkOfHop(hops[edge]!)]!;
    for (const place of edges) {
      const onward = edges.filter((edge) => edge >= 0 && parents[edge] === place);
      onward.sort((p, q) => served.get(q)! - served.get(p)! || remaining(q) - remaining(p) || hops[p]! - hops[q]!);
      for (const edge of onward) {
        this.hop.push(hops[edge]!);
        this.next.push(placeOf.get(edge)!);
      }
      for (const node of exits.get(place) ?? []) {
        this.hop.push(~node);
        this.next.push(-1);
      }
      this.firstBranch.push(this.hop.length);
    }
    return base;
  }
}

function hashOf(source: number, destinations: readonly number[]): number {
  let hash = 0;
  for (const node of destinations) hash = (hash + Math.imul(node + 1, 0x9e3779b1) + Math.imul(node, node)) | 0;
  return hash ^ Math.imul(source + 1, 0x85ebca6b);
}

/** Whether `members`, a source and its destinations, are these, in this order. */
function isSet(members: readonly number[], source: number, destinations: readonly number[]): boolean {
  if (members[0] !== source || members.length !== destinations.length + 1) return false;
  for (let i = 0; i < destinations.length; i++) if (members[i + 1] !== destinations[i]) return false;
  return true;
}
