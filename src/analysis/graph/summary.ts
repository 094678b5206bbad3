/**
 * All graph figures that a report prints for a connectome, a workload or a network-on-chip, in one record: the giant component, its degrees, clustering, paths, small-world
 * indices with their nulls, communities. Undirected and binarised; see graph.ts.
 */
import { max, mean, standardDeviation } from 'simple-statistics';
import { giniCoefficient } from '../gini.ts';
import { clustering } from './clustering.ts';
import { connectedComponents, degrees, type Graph, giantComponent } from './graph.ts';
import { communities } from './modularity.ts';
import { pathLengths } from './paths.ts';
import { type NullOptions, type SmallWorld, smallWorld } from './small-world.ts';

export interface GraphSummary {
  /** Of the whole graph. */
  readonly nodes: number;
  readonly edges: number;
  readonly components: number;
  /** From here on of the giant component. */
  readonly giantNodes: number;
  readonly giantEdges: number;
  readonly degree: { readonly mean: number; readonly deviation: number; readonly maximum: number; readonly gini: number | null };
  readonly clustering: number;
  readonly transitivity: number;
  /** Characteristic path length in hops, null for a single node. */
  readonly pathLength: number | null;
  readonly globalEfficiency: number | null;
  readonly diameter: number;
  readonly smallWorld: SmallWorld;
  readonly modularity: number;
  readonly communities: number;
}

/** Summary of a graph, or null when it has no nodes. Cost O(n m) times the number of null replicates. */
export function graphSummary(graph: Graph, options: NullOptions): GraphSummary | null {
  if (graph.nodes === 0) return null;
  const giant = giantComponent(graph).graph;
  const degree = Array.from(degrees(giant));
  const closed = clustering(giant);
  const paths = pathLengths(giant);
  const partition = communities(giant, { seed: options.seed });
  return {
    nodes: graph.nodes,
    edges: graph.edges,
    components: connectedComponents(graph).sizes.length,
    giantNodes: giant.nodes,
    giantEdges: giant.edges,
    degree: { mean: mean(degree), deviation: standardDeviation(degree), maximum: max(degree), gini: giniCoefficient(degree) },
    clustering: closed.mean,
    transitivity: closed.transitivity,
    pathLength: paths.mean,
    globalEfficiency: paths.globalEfficiency,
    diameter: paths.diameter,
    smallWorld: smallWorld(giant, options),
    modularity: partition.modularity,
    communities: partition.count,
  };
}
