/**
 * In which order the nodes of a NIR graph act within one step. A node acts after all its sources; where edges close a cycle,
 *   an edge out of a Delay of a step or more needs no order: what it hands on arrived in earlier steps, so the loop takes the delay and nothing more;
 *   else one edge that leaves a population reads the step before: that whose source is furthest from the inputs, so that the loop is closed where the recurrence goes back and
 *   not where the signal goes forward (for input -> fc -> lif -> w_rec -> lif it is lif -> w_rec). Ties go by name.
 * A cycle without a state in it has no meaning and is refused.
 */
import { InfeasibleError } from '../../base/index.ts';
import { isNeurons, type NirGraph } from '../../network/index.ts';

type Edge = readonly [from: string, to: string];

export interface Schedule {
  /** Names in the order of a step. */
  readonly order: readonly string[];
  /** Edges that read the step before. */
  readonly delayed: readonly Edge[];
  /** Edges out of a Delay whose values stand ready at the beginning of a step. */
  readonly ahead: readonly Edge[];
}

/**
 * Order of the nodes for steps of `dt` (in the file's unit of time).
 * Throws InfeasibleError for a cycle without a population or a delay.
 */
export function scheduleOf(graph: NirGraph, dt: number): Schedule {
  const links = new Links(graph);
  const depth = depths(graph, links);
  const candidates = graph.edges.toSorted((a, b) => depth.get(b[0])! - depth.get(a[0])! || compare(a, b));
  // the graph only loses edges, so one that stands on no cycle when its turn comes never will
  const cut = (wanted: (from: string) => boolean): Edge[] =>
    candidates.filter(([from, to]) => {
      if (!wanted(from) || !links.has(from, to) || !links.reaches(to, from)) return false;
      links.remove(from, to);
      return true;
    });
  const ahead = cut((name) => holdsBack(graph, name, dt));
  const delayed = cut((name) => holdsState(graph, name));
  const order = links.topological();
  if (order.length < graph.nodes.size) {
    const done = new Set(order);
    const names = [...graph.nodes.keys()].filter((name) => !done.has(name));
    throw new InfeasibleError(`the nodes ${names.slice(0, 5).join(', ')} form a cycle without a population or a delay in it`);
  }
  return { order, delayed, ahead };
}

function compare(a: Edge, b: Edge): number {
  return a[0] === b[0] ? (a[1] < b[1] ? -1 : 1) : a[0] < b[0] ? -1 : 1;
}

/** Whether every element of a node is a delay of at least one step. */
function holdsBack(graph: NirGraph, name: string, dt: number): boolean {
  const node = graph.nodes.get(name)!;
  return node.type === 'Delay' && node.values.every((delay) => Math.round(delay / dt) >= 1);
}

function holdsState(graph: NirGraph, name: string): boolean {
  const node = graph.nodes.get(name)!;
  return isNeurons(node) || node.type === 'Delay';
}

/** Number of edges from the nearest input; beyond all for nodes that no input reaches. */
function depths(graph: NirGraph, links: Links): Map<string, number> {
  const depth = new Map<string, number>();
  let front = [...graph.nodes].filter(([name, node]) => node.type === 'Input' && !name.includes('/')).map(([name]) => name);
  for (let steps = 0; front.length > 0; steps++) {
    for (const name of front) depth.set(name, steps);
    front = [...new Set(front.flatMap((name) => [...links.targets(name)].filter((to) => !depth.has(to))))];
  }
  for (const name of graph.nodes.keys()) if (!depth.has(name)) depth.set(name, graph.nodes.size);
  return depth;
}

/** The edges that still order the nodes. */
class Links {
  readonly #targets: ReadonlyMap<string, Set<string>>;

  constructor(graph: NirGraph) {
    this.#targets = new Map([...graph.nodes.keys()].map((name) => [name, new Set<string>()]));
    for (const [from, to] of graph.edges) this.#targets.get(from)!.add(to);
  }

  targets(name: string): ReadonlySet<string> {
    return this.#targets.get(name)!;
  }

  has(from: string, to: string): boolean {
    return this.targets(from).has(to);
  }

  remove(from: string, to: string): void {
    this.#targets.get(from)!.delete(to);
  }

  reaches(start: string, goal: string): boolean {
    const seen = new Set([start]);
    const front = [start];
    while (front.length > 0) {
      const name = front.pop()!;
      if (name === goal || this.has(name, goal)) return true;
      for (const to of this.targets(name)) {
        if (seen.has(to)) continue;
        seen.add(to);
        front.push(to);
      }
    }
    return false;
  }

  /** Nodes whose sources are all there, in order; what stands on or behind a cycle is missing. Among free nodes the one first by name comes first. */
  topological(): string[] {
    const waiting = new Map([...this.#targets.keys()].map((name) => [name, 0]));
    for (const targets of this.#targets.values()) for (const to of targets) waiting.set(to, waiting.get(to)! + 1);
    const sorted = [...waiting.keys()].filter((name) => waiting.get(name) === 0);
    for (let k = 0; k < sorted.length; k++) {
      for (const to of this.targets(sorted[k]!)) {
        const left = waiting.get(to)! - 1;
        waiting.set(to, left);
        if (left === 0) sorted.push(to);
      }
    }
    return sorted;
  }
}
