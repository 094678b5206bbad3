export { neutralAdex } from './adex-neurons.ts';
export { backgroundEvents, type BackgroundEvent, type BackgroundGenerator } from './background.ts';
export { buildNetwork, type BuildOptions } from './build.ts';
export { CONNECTOME_CARD, loadWorkload, wrapEdges } from './connectome.ts';
export { currentChanges, teacherOnly, type CurrentChanges } from './currents.ts';
export { readEdgesCsv, splitCsv, type EdgeRows, type EdgesCsvOptions } from './edges-csv.ts';
export { poissonDrives, runsOf, type PoissonDrive } from './counted.ts';
export { allToAll } from './generators/all-to-all.ts';
export { type EdgeList, type Neurons } from './generators/edge-list.ts';
export { fixedInDegree } from './generators/fixed-in-degree.ts';
export { oneToOne } from './generators/one-to-one.ts';
export { wattsStrogatz, type WattsStrogatz } from './generators/watts-strogatz.ts';
export { readLavaNetwork, type LavaLayer, type LavaNetwork } from './lava-dl.ts';
export { isNeurons, isSpiking, type NirConvolution, type NirGraph, type NirNeurons, type NirNode, type NirPool } from './nir/graph.ts';
export { readNir } from './nir/read.ts';
export {
  withDelay,
  type InputSynapses,
  type Network,
  type NeuronColumns,
  type Note,
  type PlasticProjection,
  type Plasticity,
  type PopulationRange,
} from './network.ts';
export { flagLabel, parseStimulus } from './stimulus-flag.ts';
export { stimulusEvents, type StimulusEvents } from './stimulus.ts';
export { readSonata, type SonataEdges, type SonataNetwork, type SonataPopulation, type SonataType } from './sonata/network.ts';
