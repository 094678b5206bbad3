/**
 * The topology of a card -> its wiring: one line per kind, and the files that some of them name.
 */
import { InfeasibleError } from '../../base/index.ts';
import type { NocDesign } from '../../model/schemas/noc.ts';
import { readAnynet } from '../booksim/booksim-files.ts';
import { cube } from '../topology/cube.ts';
import { edgeListWiring } from '../topology/edge-list.ts';
import { expressMesh } from '../topology/express-mesh.ts';
import { fatTree } from '../topology/fat-tree.ts';
import { flattenedButterfly } from '../topology/flattened-butterfly.ts';
import { hierarchical } from '../topology/hierarchical.ts';
import { modular } from '../topology/modular.ts';
import { hexagonalTorus } from '../topology/hexagonal-torus.ts';
import { longLinks } from '../topology/long-links.ts';
import { concentratedMesh, mesh, torus } from '../topology/mesh.ts';
import { randomRegular } from '../topology/random-regular.ts';
import { ringLattice } from '../topology/ring.ts';
import { kleinberg, newmanWatts } from '../topology/shortcuts.ts';
import { tree } from '../topology/tree.ts';
import { wattsStrogatz } from '../topology/watts-strogatz.ts';
import { readTrafficMatrix } from '../traffic/traffic-csv.ts';
import type { Wiring } from './graph.ts';

/** The largest number of routers whose paths are kept in tables; dimension order is computed and has no such limit. */
export const LARGEST_TABLE = 1024;

/**
 * The wiring. `readText` gives the text of a file that the card names, `hopCycles` the cycles of a hop over a wire of so many tiles.
 * CardError for a mistake in such a file; InfeasibleError for numbers that make no graph.
 */
export function wiringOf(design: NocDesign, readText: (name: string) => string, hopCycles: (tiles: number) => number): Wiring {
  const { topology, nodes_per_router: nodesPerRouter } = design;
  if (topology.kind === 'mesh') return mesh(topology.width, topology.height, nodesPerRouter);
  if (topology.kind === 'torus') return torus(topology.width, topology.height, nodesPerRouter);
  if (topology.kind === 'concentrated-mesh' || topology.kind === 'flattened-butterfly') {
    const build = topology.kind === 'concentrated-mesh' ? concentratedMesh : flattenedButterfly;
    return build(topology.width, topology.height, ...topology.block);
  }
  if (topology.kind === 'watts-strogatz') {
    return wattsStrogatz(smallBase(design, topology.base), topology.rewiring, topology.seed, topology.max_degree);
  }
  if (topology.kind === 'newman-watts')
    return newmanWatts(smallBase(design, topology.base), topology.shortcuts, topology.seed, topology.max_degree);
  if (topology.kind === 'kleinberg') {
    const { links, exponent, seed, max_degree: maxDegree } = topology;
    return kleinberg(smallBase(design, topology.base), links, exponent, seed, maxDegree);
  }
  if (topology.kind === 'ring') return baseOf(topology, nodesPerRouter);
  if (topology.kind === 'random-regular') return randomRegular(topology.routers, topology.degree, topology.seed, nodesPerRouter);
  if (topology.kind === 'tree') return tree(topology.arity, topology.levels, nodesPerRouter);
  if (topology.kind === 'express-mesh') return expressMesh(topology.width, topology.height, topology.span, nodesPerRouter);
  if (topology.kind === 'long-links') {
    const base = baseOf(topology.base, nodesPerRouter);
    const nodes = base.routerOfNode.length;
    const { traffic, wire_budget: budget, max_degree: maxDegree } = topology;
    const rates =
      traffic === 'uniform' ? new Float64Array(nodes * nodes).fill(1) : readTrafficMatrix(readText(traffic.file), traffic.file, nodes);
    return longLinks(base, { rates, budget: budget * tilesOf(base), maxDegree, hopCycles });
  }
  if (topology.kind === 'cube') return cube(topology.sides, topology.wrap, nodesPerRouter);
  if (topology.kind === 'fat-tree') return fatTree(topology.arity, topology.levels);
  if (topology.kind === 'hierarchical') return hierarchical(topology.width, topology.height, topology.cores);
  if (topology.kind === 'modular') return modular({ ...topology, maxDegree: topology.max_degree }, nodesPerRouter);
  if (topology.kind === 'hexagonal-torus') return hexagonalTorus(topology.width, topology.height, nodesPerRouter);
  const text = readText(topology.file);
  return topology.format === 'csv' ? edgeListWiring(text, topology.file, nodesPerRouter) : readAnynet(text, topology.file);
}

/** Wire of a graph, in tiles. */
function tilesOf({ wires, x, y }: Wiring): number {
  return wires.reduce((sum, { a, b, length }) => sum + (length ?? Math.abs(x[a]! - x[b]!) + Math.abs(y[a]! - y[b]!)), 0);
}

/** The graph to which shortcuts are added: every routing of such a graph keeps a path per pair, and drawing shortcuts of a larger one would take minutes to no use. */
function smallBase(design: NocDesign, base: Parameters<typeof baseOf>[0]): Wiring {
  const routers = base.kind === 'mesh' ? base.width * base.height : base.routers;
  if (routers > LARGEST_TABLE)
    throw new InfeasibleError(
      `${design.name}: routings of a graph with shortcuts keep a path per pair and do up to ${String(LARGEST_TABLE)} routers, found ${String(routers)}`,
      { path: 'topology.base' },
    );
  return baseOf(base, design.nodes_per_router);
}

function baseOf(base: Extract<NocDesign['topology'], { kind: 'mesh' | 'ring' }>, nodesPerRouter: number): Wiring {
  return base.kind === 'mesh' ? mesh(base.width, base.height, nodesPerRouter) : ringLattice(base.routers, base.degree, nodesPerRouter);
}
