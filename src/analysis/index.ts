export { bootstrapMean, type BootstrapOptions, type Interval } from './bootstrap.ts';
export { fidelity, fidelityJudge, type Fidelity, type FidelityInput } from './fidelity.ts';
export {
  coefficientOfVariation,
  fanoFactor,
  firingRates,
  interspikeIntervals,
  localVariation,
  meanPairwiseCorrelation,
  pairwiseCorrelations,
  populationStatistics,
  spikeCounts,
  type PopulationStatistics,
} from './firing.ts';
export { giniCoefficient } from './gini.ts';
export { clustering } from './graph/clustering.ts';
export { connectedComponents, degrees, edgesOf, giantComponent, graphOf, neighboursOf, type Graph } from './graph/graph.ts';
export { communities, modularityOf, type Communities, type CommunityOptions } from './graph/modularity.ts';
export { randomGraph, rewiredGraph, ringLattice } from './graph/null-models.ts';
export { distancesFrom, pathLengths, type PathLengths } from './graph/paths.ts';
export { richClub, type RichClub } from './graph/rich-club.ts';
export { smallWorld, type ClusteringAndPath, type NullOptions, type SmallWorld } from './graph/small-world.ts';
export { graphSummary, type GraphSummary } from './graph/summary.ts';
export { normalDistribution, normalQuantile } from './normal.ts';
export { histogram, linearEdges, logarithmicEdges, percentiles, summarise, type Histogram, type Summary } from './percentiles.ts';
export { wilsonInterval, type Proportion } from './proportion.ts';
export { spikeTrainsOf, totalSpikes, withinWindow, type SpikeTrains } from './spike-trains.ts';
export { meanVanRossumDistance, vanRossumDistance } from './van-rossum.ts';
export { wilcoxonSignedRank, type Alternative, type WilcoxonResult } from './wilcoxon.ts';
