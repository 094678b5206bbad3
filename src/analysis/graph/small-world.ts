/**
 * Small-world indices of a connected graph. They rank graphs differently and depend on the null model, so all are reported, each with its null:
 *   sigma = (C / C_rand) / (L / L_rand)                              > 1 small world; against G(n, m) and against the degree-preserving null
 *   omega = L_rand / L - C / C_latt                                  -1 lattice, 0 small world, +1 random; G(n, m) and ring lattice
 *   SWP   = 1 - sqrt((dC^2 + dL^2) / 2)                              1 small world
 *           dC = (C_latt - C) / (C_latt - C_rand),  dL = (L - L_rand) / (L_latt - L_rand), both clipped to 0..1; ring lattice and either null
 * Sources: Humphries and Gurney 2008, PLoS ONE 3:e2051 (sigma); Telesford et al. 2011, Brain Connectivity 1:367 (omega, there with degree-preserving nulls);
 * Muldoon, Bridgeford, Bassett 2016, Sci. Rep. 6:22057 (SWP).
 */
import { mean } from 'simple-statistics';
import { clustering } from './clustering.ts';
import { type Graph, giantComponent } from './graph.ts';
import { randomGraph, rewiredGraph, ringLattice } from './null-models.ts';
import { pathLengths } from './paths.ts';

/** Mean clustering and characteristic path length of a graph, or their mean over replicates of a null. */
export interface ClusteringAndPath {
  readonly clustering: number;
  readonly pathLength: number;
}

/** Indices are null where a null model leaves a denominator of 0 (a tree has no clustering to compare, a complete graph no lattice other than itself). */
export interface SmallWorld {
  readonly sigmaRandom: number | null;
  readonly sigmaRewired: number | null;
  readonly omega: number | null;
  readonly propensityRandom: number | null;
  readonly propensityRewired: number | null;
  readonly graph: ClusteringAndPath;
  readonly random: ClusteringAndPath;
  readonly rewired: ClusteringAndPath;
  readonly lattice: ClusteringAndPath;
}

export interface NullOptions {
  readonly seed: number;
  /** Replicates of G(n, m), 10 unless given. */
  readonly randomReplicates?: number;
  /** Replicates of the degree-preserving null, 3 unless given. */
  readonly rewiredReplicates?: number;
}

/** Small-world indices; the graph should be connected (take its giant component). A graph without edges has all of them null. */
export function smallWorld(graph: Graph, { seed, randomReplicates = 10, rewiredReplicates = 3 }: NullOptions): SmallWorld {
  const own = clusteringAndPath(graph);
  const random = replicates(randomReplicates, (k) => randomGraph(graph.nodes, graph.edges, seed, k));
  const rewired = replicates(rewiredReplicates, (k) => rewiredGraph(graph, seed, k));
  const lattice = clusteringAndPath(ringLattice(graph.nodes, graph.edges));
  return {
    sigmaRandom: sigma(own, random),
    sigmaRewired: sigma(own, rewired),
    omega: own.pathLength > 0 && lattice.clustering > 0 ? random.pathLength / own.pathLength - own.clustering / lattice.clustering : null,
    propensityRandom: smallWorldPropensity(own, random, lattice),
    propensityRewired: smallWorldPropensity(own, rewired, lattice),
    graph: own,
    random,
    rewired,
    lattice,
  };
}

function clusteringAndPath(graph: Graph): ClusteringAndPath {
  const giant = giantComponent(graph).graph;
  return { clustering: clustering(giant).mean, pathLength: pathLengths(giant).mean ?? 0 };
}

function replicates(count: number, build: (replicate: number) => Graph): ClusteringAndPath {
  const built = Array.from({ length: count }, (_, k) => clusteringAndPath(build(k)));
  return { clustering: mean(built.map((one) => one.clustering)), pathLength: mean(built.map((one) => one.pathLength)) };
}

function sigma(own: ClusteringAndPath, reference: ClusteringAndPath): number | null {
  if (reference.clustering === 0 || reference.pathLength === 0 || own.pathLength === 0) return null;
  return own.clustering / reference.clustering / (own.pathLength / reference.pathLength);
}

function smallWorldPropensity(own: ClusteringAndPath, random: ClusteringAndPath, lattice: ClusteringAndPath): number | null {
  const clusteringSpan = lattice.clustering - random.clustering;
  const pathSpan = lattice.pathLength - random.pathLength;
  if (clusteringSpan === 0 || pathSpan === 0) return null;
  const clusteringLoss = clipToShare((lattice.clustering - own.clustering) / clusteringSpan);
  const pathLoss = clipToShare((own.pathLength - random.pathLength) / pathSpan);
  return 1 - Math.sqrt((clusteringLoss ** 2 + pathLoss ** 2) / 2);
}

function clipToShare(value: number): number {
  return Math.min(1, Math.max(0, value));
}
