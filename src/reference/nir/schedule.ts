/**
 * In which order the nodes of a NIR graph act within one step. A node acts after all its sources; where edges close a cycle, one edge that leaves a population (or a Delay)
 * reads the step before. Which one: that whose source is furthest from the inputs, so that the loop is closed where the recurrence goes back and not where the signal goes
 * forward (for input -> fc -> lif -> w_rec -> lif it is lif -> w_rec). Ties go by name. A cycle without a state in it has no meaning and is refused.
 */
import { InfeasibleError } from '../../base/index.ts';
import { isNeurons, type NirGraph } from '../../network/index.ts';

export interface Schedule {
  /** Names in the order of a step. */
  readonly order: readonly string[];
  /** Edges that read the step before. */
  readonly delayed: readonly (readonly [string, string])[];
}

/** Order and delayed edges. Throws InfeasibleError for a cycle without a population or a delay. */
export function scheduleOf(graph: NirGraph): Schedule {
  const delayed: (readonly [string, string])[] = [];
  let edges = graph.edges;
  const depth = depths(graph);
  for (;;) {
    const sorted = topological(graph, edges);
    if (sorted.length === graph.nodes.size) return { order: sorted, delayed };
    const done = new Set(sorted);
    const closing = edges
      .filter(([from, to]) => !done.has(from) && !done.has(to) && holdsState(graph, from))
      .toSorted((a, b) => depth.get(b[0])! - depth.get(a[0])! || (a < b ? -1 : 1))
      .find(([from, to]) => reaches(edges, to, from));
    if (closing === undefined) {
      const names = [...graph.nodes.keys()].filter((name) => !done.has(name));
      throw new InfeasibleError(`the nodes ${names.slice(0, 5).join(', ')} form a cycle without a population or a delay in it`);
    }
    delayed.push(closing);
    edges = edges.filter((edge) => edge !== closing);
  }
}

function holdsState(graph: NirGraph, name: string): boolean {
  const node = graph.nodes.get(name)!;
  return isNeurons(node) || node.type === 'Delay';
}

/** Number of edges from the nearest input; beyond all for nodes that no input reaches. */
function depths(graph: NirGraph): Map<string, number> {
  const depth = new Map<string, number>();
  let front = [...graph.nodes].filter(([name, node]) => node.type === 'Input' && !name.includes('/')).map(([name]) => name);
  for (let steps = 0; front.length > 0; steps++) {
    for (const name of front) depth.set(name, steps);
    const here = new Set(front);
    front = [...new Set(graph.edges.filter(([from, to]) => here.has(from) && !depth.has(to)).map(([, to]) => to))];
  }
  for (const name of graph.nodes.keys()) if (!depth.has(name)) depth.set(name, Infinity);
  // Infinity - Infinity is no order
  for (const [name, steps] of depth) if (steps === Infinity) depth.set(name, graph.nodes.size);
  return depth;
}

/** Nodes whose sources are all there, in order; what stands on or behind a cycle is missing. Among free nodes the one first by name comes first. */
function topological(graph: NirGraph, edges: NirGraph['edges']): string[] {
  const waiting = new Map([...graph.nodes.keys()].map((name) => [name, 0]));
  const targets = new Map<string, string[]>();
  for (const [from, to] of edges) {
    waiting.set(to, waiting.get(to)! + 1);
    targets.set(from, [...(targets.get(from) ?? []), to]);
  }
  const sorted: string[] = [];
  const free = [...graph.nodes.keys()].filter((name) => waiting.get(name) === 0);
  while (free.length > 0) {
    const name = free.shift()!;
    sorted.push(name);
    for (const target of targets.get(name) ?? []) {
      const left = waiting.get(target)! - 1;
      waiting.set(target, left);
      if (left === 0) free.push(target);
    }
  }
  return sorted;
}

function reaches(edges: NirGraph['edges'], start: string, goal: string): boolean {
  const seen = new Set([start]);
  const front = [start];
  while (front.length > 0) {
    const name = front.pop()!;
    if (name === goal) return true;
    for (const [from, to] of edges) {
      if (from !== name || seen.has(to)) continue;
      seen.add(to);
      front.push(to);
    }
  }
  return false;
}
