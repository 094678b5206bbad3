/**
 * NIR files (`.nir`, HDF5): root data set `version`, group `node` = { type "NIRGraph", edges (n, 2), nodes/NAME/{ type, parameters } }. Graphs nest: a node may be a graph
 * with its own Input and Output; it is flattened here, its nodes are called OUTER/INNER and its Input and Output pass values on. Edges are a set: their order means nothing.
 */
import { CardError } from '../../base/index.ts';
import { didYouMean } from '../../model/did-you-mean.ts';
import { openHdf5, type Hdf5File } from '../../store/index.ts';
import type { NirGraph, NirNode } from './graph.ts';
import { readNode } from './nodes.ts';

const DEEPEST = 16;
const MOST_NODES = 2000;
const MOST_EDGES = 20_000;

/** Reads a NIR graph. Throws CardError that names file and path for whatever is no NIR. */
export async function readNir(path: string): Promise<NirGraph> {
  const file = await openHdf5(path);
  try {
    if (file.kind('node') !== 'group')
      throw new CardError([{ file: path, path: 'node', found: 'nothing', expected: 'the group of a NIR graph' }]);
    const found: Found = { nodes: new Map(), edges: new Map() };
    readGraph(file, 'node', '', 0, found);
    const names = [...found.nodes.keys()].toSorted();
    return {
      version: file.kind('version') === 'dataset' ? file.text('version') : 'unknown',
      nodes: new Map(names.map((name) => [name, found.nodes.get(name)!])),
      edges: [...found.edges].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, edge]) => edge),
    };
  } finally {
    file.close();
  }
}

interface Found {
  readonly nodes: Map<string, NirNode>;
  readonly edges: Map<string, readonly [string, string]>;
}

/** Ends of a graph as seen from outside: where edges into it lead, and where edges out of it come from. */
interface Ends {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

function readGraph(file: Hdf5File, path: string, prefix: string, depth: number, found: Found): Ends {
  const wrong = (at: string, given: string, expected: string, nearest?: string): CardError =>
    new CardError([{ file: file.path, path: `${path}/${at}`, found: given, expected, ...(nearest === undefined ? {} : { nearest }) }]);
  if (depth > DEEPEST) throw wrong('nodes', `graphs nested deeper than ${String(DEEPEST)}`, 'a graph without an end to its nesting');
  const names = file.names(`${path}/nodes`);
  const ends = new Map<string, Ends>();
  for (const name of names) {
    const at = `${path}/nodes/${name}`;
    const full = prefix + name;
    const type = file.text(`${at}/type`);
    if (type === 'NIRGraph') ends.set(name, readGraph(file, at, `${full}/`, depth + 1, found));
    else {
      found.nodes.set(full, readNode(file, at, type));
      ends.set(name, { inputs: [full], outputs: [full] });
    }
    if (found.nodes.size > MOST_NODES) throw wrong('nodes', 'more nodes', `at most ${String(MOST_NODES)}`);
  }
  const shape = file.shape(`${path}/edges`);
  const pairs = shape.includes(0) ? [] : file.texts(`${path}/edges`);
  if (pairs.length % 2 !== 0) throw wrong('edges', `${String(pairs.length)} names`, 'pairs of names');
  if (pairs.length > 2 * MOST_EDGES) throw wrong('edges', `${String(pairs.length / 2)} edges`, `at most ${String(MOST_EDGES)}`);
  for (let k = 0; k < pairs.length; k += 2) {
    const [from, to] = [pairs[k]!, pairs[k + 1]!].map((name) => {
      const known = ends.get(name);
      if (known !== undefined) return known;
      throw wrong('edges', `"${name.slice(0, 80)}"`, 'the name of a node', didYouMean(name, names));
    });
    const pair = `${pairs[k]!} -> ${pairs[k + 1]!}`.slice(0, 160);
    if (from!.outputs.length === 0) throw wrong('edges', `${pair}, out of a graph without an Output`, 'a graph with an Output');
    if (to!.inputs.length === 0) throw wrong('edges', `${pair}, into a graph without an Input`, 'a graph with an Input');
    for (const source of from!.outputs) for (const target of to!.inputs) found.edges.set(`${source}\0${target}`, [source, target]);
  }
  const ofType = (type: string): string[] => names.map((name) => prefix + name).filter((name) => found.nodes.get(name)?.type === type);
  return { inputs: ofType('Input'), outputs: ofType('Output') };
}
