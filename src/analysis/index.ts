export { avalanches, powerLaw, type Avalanches, type PowerLaw } from './avalanches.ts';
export { bootstrapMean, type BootstrapOptions, type Interval } from './bootstrap.ts';
export { effectSize, type EffectSize } from './effect-size.ts';
export { cellFeatures, sweepFeatures, type Sweep } from './electrophysiology.ts';
export { equivalence, type Equivalence, type EquivalenceOptions, type JudgedStatistic, type SeededStatistic } from './equivalence.ts';
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
export {
  burstsOf,
  FIRING_PATTERNS,
  firingFeatures,
  firingPattern,
  type FiringClass,
  type FiringFeatures,
  type FiringPattern,
} from './firing-pattern.ts';
export { giniCoefficient } from './gini.ts';
export { betweenness, type Betweenness } from './graph/betweenness.ts';
export { bisection, type Bisection, type BisectionOptions } from './graph/bisection.ts';
export { clustering } from './graph/clustering.ts';
export { connectedComponents, degrees, edgesOf, giantComponent, graphOf, neighboursOf, type Graph } from './graph/graph.ts';
export { localEfficiency } from './graph/local-efficiency.ts';
export { communities, modularityOf, type Communities, type CommunityOptions } from './graph/modularity.ts';
export { randomGraph, rewiredGraph, ringLattice } from './graph/null-models.ts';
export { distancesFrom, pathLengths, type PathLengths } from './graph/paths.ts';
export { physicalRent, topologicalRent } from './graph/rent.ts';
export { richClub, type RichClub } from './graph/rich-club.ts';
export { smallWorld, type ClusteringAndPath, type NullOptions, type SmallWorld } from './graph/small-world.ts';
export { steinerTreeSize } from './graph/steiner.ts';
export { graphSummary, type GraphSummary } from './graph/summary.ts';
export { wiringEconomy, type Wiring, type WiringOptions } from './graph/wiring.ts';
export { benjaminiHochberg, holm } from './holm.ts';
export { kolmogorovSmirnov, ksDistance, type KolmogorovSmirnov } from './ks.ts';
export { levene, type Levene } from './levene.ts';
export { mannWhitney, type MannWhitney } from './mann-whitney.ts';
export { normalDistribution, normalQuantile } from './normal.ts';
export { histogram, linearEdges, logarithmicEdges, percentiles, summarise, type Histogram, type Summary } from './percentiles.ts';
export { groupDistanceTest, type GroupDistances, type PermutationOptions } from './permutation.ts';
export { wilsonInterval, type Proportion } from './proportion.ts';
export { coincidenceFactor, schreiberSimilarity } from './coincidence.ts';
export { isiDistance, spikeDistance } from './isi-spike-distance.ts';
export { victorPurpuraDistance } from './victor-purpura.ts';
export { digamma, studentQuantile, trigamma, trigammaInverse } from './student.ts';
export { powerSpectrum, rateSpectrum, spectralPeak, type PowerSpectrum } from './spectrum.ts';
export { meanSpikeSynchronization, orderParameter, signalSynchrony, spikeSynchronization } from './synchrony.ts';
export { matchSpikes, type SpikeMatch } from './spike-matching.ts';
export { spikeTrainsOf, totalSpikes, withinWindow, type SpikeTrains } from './spike-trains.ts';
export { twoSampleScores, type TwoSampleScores } from './two-sample.ts';
export { meanVanRossumDistance, vanRossumDistance } from './van-rossum.ts';
export { wassersteinDistance, wassersteinTest } from './wasserstein.ts';
export { wilcoxonSignedRank, type Alternative, type WilcoxonResult } from './wilcoxon.ts';
