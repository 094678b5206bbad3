/** NIR files made by hand: nodes as plain parameters, nested graphs as nodes with nodes. */
import { join } from 'node:path';
import { writeHdf5, type Hdf5Set, type Hdf5Tree } from '../../../src/store/index.ts';
import { temporaryFolder } from '../../store/temporary.ts';

export interface HandGraph {
  readonly nodes: Readonly<Record<string, HandNode | HandGraph>>;
  readonly edges: readonly (readonly [string, string])[];
}
export interface HandNode {
  readonly type: string;
  readonly [parameter: string]: string | readonly number[] | { readonly shape: readonly number[]; readonly data: readonly number[] };
}

/** Writes the graph and gives the path of the file. */
export async function writtenNir(graph: HandGraph): Promise<string> {
  const path = join(temporaryFolder(), 'graph.nir');
  await writeHdf5(path, { sets: { version: { data: '1.0' } }, groups: { node: graphTree(graph) } });
  return path;
}

function graphTree({ nodes, edges }: HandGraph): Hdf5Tree {
  const trees = Object.entries(nodes).map(([name, node]) => [name, isGraph(node) ? graphTree(node) : nodeTree(node)] as const);
  return {
    sets: { type: { data: 'NIRGraph' }, edges: { data: edges.flat(), shape: [edges.length, 2] } },
    groups: { nodes: { groups: Object.fromEntries(trees) } },
  };
}

function isGraph(node: HandNode | HandGraph): node is HandGraph {
  return 'nodes' in node;
}

function nodeTree(node: HandNode): Hdf5Tree {
  const sets = Object.entries(node).map(([name, value]): [string, Hdf5Set] => {
    if (typeof value === 'string') return [name, { data: value }];
    if ('data' in value) return [name, { data: Float64Array.from(value.data), shape: value.shape }];
    return [name, { data: Float64Array.from(value) }];
  });
  return { sets: Object.fromEntries(sets) };
}
