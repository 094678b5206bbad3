/**
 * Modularity and its communities, by the Louvain method.
 *   Q = sum over communities of  e_c / m - (d_c / 2m)^2      e_c edges inside, d_c sum of degrees, m edges
 * Nodes move one by one to the neighbouring community that raises Q most; when none moves, communities become nodes and it starts again. The result depends on the order in
 * which nodes are visited and on where they start: several seeded orders are tried, from single nodes and from random blocks (from which communities also shrink), and the best is
 * kept. Q is a lower bound of the maximum, which is NP-hard.
 * Source: Blondel et al. 2008, J. Stat. Mech. P10008; Newman and Girvan 2004.
 */
import { Chance } from '../../base/index.ts';
import { degrees, edgesOf, type Graph, neighboursOf } from './graph.ts';

export interface Communities {
  readonly modularity: number;
  /** Community of each node, numbered from 0 in the order of their lowest node. */
  readonly community: Uint32Array;
  readonly count: number;
}

export interface CommunityOptions {
  readonly seed: number;
  /** Visiting orders tried, each from single nodes and from random blocks; 10 unless given. */
  readonly orders?: number;
}

/** Best partition found. A graph without edges is all single nodes with Q = 0. */
export function communities(graph: Graph, { seed, orders = 10 }: CommunityOptions): Communities {
  let best: Communities | undefined;
  for (let order = 0; order < orders; order++) {
    const chance = new Chance(seed, 'graph', order);
    for (const start of [singleNodes(graph), randomBlocks(graph, chance)]) {
      const partition = louvain(graph, start, chance);
      const found = { ...partition, modularity: modularityOf(graph, partition.community) };
      if (best === undefined || found.modularity > best.modularity) best = found;
    }
  }
  return best ?? { modularity: 0, community: singleNodes(graph), count: graph.nodes };
}

function singleNodes(graph: Graph): Uint32Array {
  return Uint32Array.from({ length: graph.nodes }, (_, i) => i);
}

/** Nodes thrown into two to five blocks. */
function randomBlocks(graph: Graph, chance: Chance): Uint32Array {
  const blocks = 2 + chance.integer(START, graph.nodes, 4);
  return Uint32Array.from({ length: graph.nodes }, (_, i) => chance.integer(START, i, blocks) % graph.nodes);
}
/** Unit of the draws of random blocks, beyond any depth of aggregation (whose permutations have their depth as unit). */
const START = 1000;

/** Q of a given partition, whose communities may have any numbers; 0 for a graph without edges. */
export function modularityOf(graph: Graph, community: ArrayLike<number>): number {
  const inside = new Map<number, number>();
  const degreeSum = new Map<number, number>();
  degrees(graph).forEach((degree, i) => degreeSum.set(community[i]!, (degreeSum.get(community[i]!) ?? 0) + degree));
  const { from, to } = edgesOf(graph);
  from.forEach((a, k) => {
    if (community[a] === community[to[k]!]) inside.set(community[a]!, (inside.get(community[a]!) ?? 0) + 1);
  });
  const m = graph.edges;
  let modularity = 0;
  if (m > 0) for (const [name, sum] of degreeSum) modularity += (inside.get(name) ?? 0) / m - (sum / (2 * m)) ** 2;
  return modularity;
}

/** A graph whose nodes are communities of the level below; `strength` is the summed degree of their members. Edges inside a node never change a gain and are left out. */
interface Level {
  readonly links: readonly ReadonlyMap<number, number>[];
  readonly strength: readonly number[];
}

interface Partition {
  readonly community: Uint32Array;
  readonly count: number;
}

function louvain(graph: Graph, start: Uint32Array, chance: Chance): Partition {
  let level: Level = {
    links: Array.from({ length: graph.nodes }, (_, i) => new Map(Array.from(neighboursOf(graph, i), (j) => [j, 1]))),
    strength: Array.from(degrees(graph)),
  };
  let community = singleNodes(graph);
  for (let depth = 0; ; depth++) {
    const first = depth === 0 ? start : Uint32Array.from(level.links.keys());
    const merged = renumbered(moveNodes(level, first, chance.permutation(depth, level.links.length), 2 * graph.edges));
    if (merged.count === level.links.length) return renumbered(community);
    community = community.map((node) => merged.community[node]!);
    level = aggregate(level, merged);
  }
}

/** Moves single nodes from their first communities, in the given order and over and over, until no move raises Q. */
function moveNodes({ links, strength }: Level, first: Uint32Array, order: Uint32Array, doubledEdges: number): Uint32Array {
  const community = Uint32Array.from(first);
  const total = new Float64Array(links.length);
  strength.forEach((own, node) => (total[community[node]!]! += own));
  const tolerance = 1e-12;
  for (let moved = true; moved;) {
    moved = false;
    for (const node of order) {
      const old = community[node]!;
      const weightTo = new Map<number, number>([[old, 0]]);
      for (const [next, weight] of links[node]!) weightTo.set(community[next]!, (weightTo.get(community[next]!) ?? 0) + weight);
      const own = strength[node]!;
      total[old]! -= own;
      // gain of joining c, up to a constant factor
      const gain = (c: number): number => weightTo.get(c)! - (own * total[c]!) / doubledEdges;
      let target = old;
      for (const c of weightTo.keys()) if (gain(c) > gain(target) + tolerance) target = c;
      total[target]! += own;
      community[node] = target;
      moved ||= target !== old;
    }
  }
  return community;
}

function aggregate({ links, strength }: Level, { community, count }: Partition): Level {
  const next = Array.from({ length: count }, () => new Map<number, number>());
  const nextStrength = Array.from<number>({ length: count }).fill(0);
  links.forEach((row, node) => {
    const own = community[node]!;
    nextStrength[own]! += strength[node]!;
    for (const [other, weight] of row) {
      const theirs = community[other]!;
      if (theirs !== own) next[own]!.set(theirs, (next[own]!.get(theirs) ?? 0) + weight);
    }
  });
  return { links: next, strength: nextStrength };
}

/** The same partition with communities numbered from 0 in the order of their lowest node. */
function renumbered(community: Uint32Array): Partition {
  const names = new Map<number, number>();
  const numbers = community.map((name) => {
    const known = names.get(name) ?? names.size;
    names.set(name, known);
    return known;
  });
  return { community: numbers, count: names.size };
}
