/**
 * The nodes of a NIR graph in the order of a step, each with its sources, its shape and (without a state) its map. A node whose parameters say no shape takes that of a source;
 * shapes therefore travel along all edges, the ones that close a cycle included.
 */
import { InfeasibleError } from '../../base/index.ts';
import { isNeurons, type NirGraph, type NirNode } from '../../network/index.ts';
import { linearMap, sizeOf, type LinearMap } from './linear.ts';
import type { Schedule } from './schedule.ts';

export interface Placed {
  readonly name: string;
  readonly node: NirNode;
  readonly size: number;
  readonly sources: readonly Source[];
  readonly map: LinearMap | null;
  /** Whether its values stand ready before its sources have acted: a Delay in a loop. */
  readonly ahead: boolean;
}

interface Source {
  /** Place in the order. */
  readonly from: number;
  /** Whether the values of the step before are read. */
  readonly delayed: boolean;
}

/** Throws InfeasibleError where the graph does not fit together. */
export function place(graph: NirGraph, { order, delayed, ahead }: Schedule): Placed[] {
  const late = new Set(delayed.map(([from, to]) => `${from}\0${to}`));
  const early = new Set(ahead.map(([from]) => from));
  const placeOf = new Map(order.map((name, k) => [name, k]));
  const sources = order.map((): Source[] => []);
  for (const [from, to] of graph.edges) {
    sources[placeOf.get(to)!]!.push({ from: placeOf.get(from)!, delayed: late.has(`${from}\0${to}`) });
  }
  order.forEach((name, k) => {
    if (sources[k]!.length === 0 && needsSource(name, graph.nodes.get(name)!))
      throw new InfeasibleError(`node ${name}: no edge leads to it, expected a source`);
  });
  const nodes = shaped(order, graph, sources).map(({ shape, map }, k): Placed => {
    const name = order[k]!;
    return { name, node: graph.nodes.get(name)!, size: sizeOf(shape), sources: sources[k]!, map, ahead: early.has(name) };
  });
  for (const { name, map, size, sources: from } of nodes) {
    const expected = map?.inputs ?? size;
    for (const source of from.map((one) => nodes[one.from]!)) {
      if (source.size !== expected) {
        throw new InfeasibleError(`edge ${source.name} -> ${name}: found ${String(source.size)} values, expected ${String(expected)}`);
      }
    }
  }
  return nodes;
}

/** Whether a node is an output of the whole graph. */
export function isOutput({ name, node }: Pick<Placed, 'name' | 'node'>): boolean {
  return node.type === 'Output' && !name.includes('/');
}

/** Whether a node is an input of the whole graph. */
export function isInput({ name, node }: Pick<Placed, 'name' | 'node'>): boolean {
  return node.type === 'Input' && !name.includes('/');
}

/** A population may live on its leak alone; whatever only passes on what it gets means nothing without a source. */
function needsSource(name: string, node: NirNode): boolean {
  return !isNeurons(node) && !isInput({ name, node });
}

interface Shaped {
  readonly shape: readonly number[];
  readonly map: LinearMap | null;
}

/** Goes through the nodes until every shape is known; where none can be known from elsewhere, one value is one element. */
function shaped(order: readonly string[], graph: NirGraph, sources: readonly (readonly Source[])[]): Shaped[] {
  const found: (Shaped | undefined)[] = order.map(() => undefined);
  let left = order.map((_, k) => k);
  for (let patient = true; left.length > 0;) {
    const before = left.length;
    left = left.filter((k) => {
      const node = graph.nodes.get(order[k]!)!;
      const near = sources[k]!.find(({ from, delayed }) => !delayed && found[from] !== undefined);
      const known = near ?? sources[k]!.find(({ from }) => found[from] !== undefined);
      const incoming = known === undefined ? undefined : found[known.from]!.shape;
      if (incoming === undefined && patient && sources[k]!.length > 0 && !saysItsShape(node)) return true;
      const map = linearMap(order[k]!, node, incoming ?? []);
      found[k] = { map, shape: map?.shape ?? shapeOf(node, incoming) };
      return false;
    });
    patient = left.length < before;
  }
  return found.map((one) => one!);
}

/** Whether a node's own parameters tell how many values it has. */
function saysItsShape(node: NirNode): boolean {
  return node.type === 'Affine' || (node.type !== 'Output' && 'shape' in node && sizeOf(node.shape) > 1);
}

/** Shape of a node that passes on what it gets, elementwise: its own, or that of its source where it says nothing of use. */
function shapeOf(node: NirNode, incoming: readonly number[] | undefined): readonly number[] {
  if (node.type === 'Output') return incoming ?? node.shape;
  const own = 'shape' in node ? node.shape : [];
  return sizeOf(own) === 1 && incoming !== undefined ? incoming : own;
}
