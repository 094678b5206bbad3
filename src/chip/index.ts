export {
  ADEX_CELLS,
  adexOf,
  adexParameters,
  capacitanceFactor,
  codesOfAdex,
  exactAdex,
  LARGEST_CAPACITANCE,
  type AdexCell,
  type AdexParameters,
  type AdexQuantities,
  type AdexTarget,
  type DigitalSetting,
} from './adex-circuit.ts';
export { ChipPart, PART_GRANULARITY, runsInKernel, type EffectiveSynapses, type PartPlan, type StepArrivals } from './array.ts';
export { ColumnAdc, lsbOfVoltage, voltageOfLsb } from './cadc.ts';
export { capabilitiesOf } from './capabilities.ts';
export { circuitParameters, type CircuitParameters } from './circuit.ts';
export { ParameterCells } from './cells.ts';
export { cellPattern } from './cell-pattern.ts';
export { faultsOf } from './faults.ts';
export { CorrelationSensors, correlationPlan, type CorrelationPlan, type CorrelationReadings } from './correlation.ts';
export { refractoryPeriod, type SensorFactors } from './shared-settings.ts';
export type { CurrentPlan } from './current-drive.ts';
export { synapticDrive, type SynapticInputs } from './synaptic-input.ts';
export { ShortTerm, shortTermPlan, type ShortTermPlan } from './short-term.ts';
export { trimmedDriver, trimmedSynapse } from './driver-trim.ts';
export { compileDie } from './die.ts';
export { commonScale, spreadScale } from './spread-scale.ts';
export { sharedCorrelation, WIDEST_UNFLOORED, type Spread } from './spread.ts';
export type { DieLayout } from './die-layout.ts';
export { NEVER } from './faults.ts';
export { DieSubstrate } from './die-substrate.ts';
export { firingPeriod, restOfPeriod, thresholdOfPeriod, type Oscillator } from './firing-period.ts';
export { MacArray, macNominal, macSetting, pairedInputs, signedWeights } from './mac.ts';
export { MembraneAdc } from './madc.ts';
export { dieColumns, dieNumber, type DieColumn } from './measured-die.ts';
export {
  biasCurrent,
  biasLadder,
  currentOfTau,
  designBiases,
  designCurrents,
  nearestBias,
  type BiasCode,
  type CoreBiases,
} from './dynapse/biases.ts';
export { compileDynapseDie, dynapseColumns, type DynapseDie } from './dynapse/die.ts';
export { dynapseParameters, weightCurrent, type DynapseParameters } from './dynapse/circuit.ts';
export type { DynapseNeuronOptions, SynapseEvent } from './dynapse/neuron-options.ts';
export { DynapseNeurons, type DynapseState } from './dynapse/neurons.ts';
export { DynapseBench } from './dynapse/bench.ts';
export { FastDynapseNeurons } from './dynapse/fast.ts';
export { dynapseNeurons, DynapsePart, type DynapsePartState, type DynapsePartPlan, type DynapseSynapses } from './dynapse/part.ts';
export { runLoihi, type LoihiRun, type StepEvents } from './loihi/network.ts';
export { validateLoihi, type LoihiValidation } from './loihi/validate.ts';
export {
  adexOptions,
  membraneNoise,
  noiseOptions,
  type AdexOptions,
  type MembraneOptions,
  type MembraneSnapshot,
  type StepSpikes,
} from './membranes.ts';
export {
  codeOfDrive,
  codeOfJoin,
  codeOfTauMem,
  codeOfTauSyn,
  codeOfVoltage,
  codeWeight,
  initialCode,
  largestCode,
  leakShift,
  modeFactor,
  peakPerDrive,
  reversalCode,
  tauMemOfCode,
  tauSynOfCode,
  voltageOfCode,
} from './transfer.ts';
export { firingCircuits, withOpenSwitches } from './switches.ts';
export { backgroundRowEvents } from './background-rows.ts';
