/**
 * Undirected, binarised graph without self loops, as compressed sparse rows: the form in which the small-world literature compares a connectome with a network-on-chip.
 * Direction, weight and multiplicity are dropped on purpose (Humphries and Gurney 2008; Bassett and Bullmore 2006 do the same), and metrics are taken on the giant component,
 * because path lengths between components do not exist.
 */
import { InternalError } from '../../base/index.ts';

/** Neighbours of node i are neighbours[offsets[i]] .. neighbours[offsets[i + 1] - 1], ascending; every edge stands in both rows. */
export interface Graph {
  readonly nodes: number;
  /** Undirected edges. */
  readonly edges: number;
  readonly offsets: Uint32Array;
  readonly neighbours: Uint32Array;
}

/** Graph over nodes 0..nodes-1 from edge columns in any order and direction; repeated edges count once, self loops are dropped. Throws InternalError for a node out of range. */
export function graphOf(nodes: number, from: ArrayLike<number>, to: ArrayLike<number>): Graph {
  if (from.length !== to.length) throw new InternalError('the columns of an edge list differ in length');
  const keys = new Float64Array(2 * from.length);
  let used = 0;
  for (let k = 0; k < from.length; k++) {
    const [a, b] = [from[k]!, to[k]!];
    if (!isNode(a, nodes) || !isNode(b, nodes))
      throw new InternalError(`edge ${String(k)} joins ${String(a)} and ${String(b)} of ${String(nodes)} nodes`);
    if (a === b) continue;
    keys[used++] = a * nodes + b;
    keys[used++] = b * nodes + a;
  }
  const sorted = keys.subarray(0, used).toSorted();
  const unique = sorted.filter((key, k) => k === 0 || key !== sorted[k - 1]);
  const offsets = new Uint32Array(nodes + 1);
  const neighbours = new Uint32Array(unique.length);
  unique.forEach((key, k) => {
    const row = Math.floor(key / nodes);
    offsets[row + 1]!++;
    neighbours[k] = key - row * nodes;
  });
  for (let i = 0; i < nodes; i++) offsets[i + 1]! += offsets[i]!;
  return { nodes, edges: unique.length / 2, offsets, neighbours };
}

/** Neighbours of one node, ascending; a view. */
export function neighboursOf(graph: Graph, node: number): Uint32Array {
  return graph.neighbours.subarray(graph.offsets[node], graph.offsets[node + 1]);
}

/** Number of neighbours of each node. */
export function degrees(graph: Graph): Uint32Array {
  return Uint32Array.from({ length: graph.nodes }, (_, i) => graph.offsets[i + 1]! - graph.offsets[i]!);
}

/** Edges as two columns, each edge once with from < to, in ascending order. */
export function edgesOf(graph: Graph): { from: Uint32Array; to: Uint32Array } {
  const from = new Uint32Array(graph.edges);
  const to = new Uint32Array(graph.edges);
  let k = 0;
  for (let i = 0; i < graph.nodes; i++) {
    for (const j of neighboursOf(graph, i)) {
      if (i >= j) continue;
      from[k] = i;
      to[k++] = j;
    }
  }
  return { from, to };
}

/** Component of each node, numbered from 0 in the order of their lowest node, and the size of each component. */
export function connectedComponents(graph: Graph): { component: Uint32Array; sizes: number[] } {
  const unseen = graph.nodes;
  const component = new Uint32Array(graph.nodes).fill(unseen);
  const sizes: number[] = [];
  for (let seed = 0; seed < graph.nodes; seed++) {
    if (component[seed] !== unseen) continue;
    const stack = [seed];
    component[seed] = sizes.length;
    let size = 0;
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      size++;
      for (const next of neighboursOf(graph, node)) {
        if (component[next] !== unseen) continue;
        component[next] = sizes.length;
        stack.push(next);
      }
    }
    sizes.push(size);
  }
  return { component, sizes };
}

/** The largest component (the first of equals) with its nodes renumbered in their order; `members[i]` is the old number of node i. */
export function giantComponent(graph: Graph): { graph: Graph; members: Uint32Array } {
  const { component, sizes } = connectedComponents(graph);
  const giant = sizes.indexOf(sizes.reduce((most, size) => Math.max(most, size), 0));
  const members = Uint32Array.from({ length: graph.nodes }, (_, i) => i).filter((i) => component[i] === giant);
  if (members.length === graph.nodes) return { graph, members };
  const renumbered = new Map(Array.from(members, (old, i) => [old, i]));
  const { from, to } = edgesOf(graph);
  const kept = Uint32Array.from(from.keys()).filter((k) => component[from[k]!] === giant);
  const column = (ends: Uint32Array): Uint32Array => kept.map((k) => renumbered.get(ends[k]!) ?? 0);
  return { graph: graphOf(members.length, column(from), column(to)), members };
}

function isNode(value: number, nodes: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < nodes;
}
