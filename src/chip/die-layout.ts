/** What a die is, once it is drawn or measured: plain numbers per circuit, and functions for what is too large to hold (drivers, joins, synapses). Hidden truth; only `grading` may look at it. */

/** Fixed pattern of one die. Arrays have one entry per neuron. Voltages in V, factors relative to nominal, ADC offsets in LSB. */
export interface DieLayout {
  readonly seed: number;
  readonly neurons: number;
  /** 1 where the comparator never fires. */
  readonly dead: Uint8Array;
  readonly leakOffset: Float64Array;
  readonly resetOffset: Float64Array;
  readonly thresholdOffset: Float64Array;
  readonly tauMemFactor: Float64Array;
  readonly tauSynExcitatoryFactor: Float64Array;
  readonly tauSynInhibitoryFactor: Float64Array;
  readonly strengthExcitatoryFactor: Float64Array;
  readonly strengthInhibitoryFactor: Float64Array;
  readonly cadcOffset: Float64Array;
  /** Slope of each ADC channel relative to the data sheet. */
  readonly cadcSlope: Float64Array;
  readonly exponentialOffset: Float64Array;
  readonly exponentialSlopeFactor: Float64Array;
  readonly adaptationLeakOffset: Float64Array;
  readonly adaptationReferenceOffset: Float64Array;
  readonly adaptationTauFactor: Float64Array;
  readonly adaptationStrengthFactor: Float64Array;
  readonly adaptationJumpFactor: Float64Array;
  readonly comparatorDelayFactor: Float64Array;
  readonly reversalExcitatoryOffset: Float64Array;
  readonly reversalInhibitoryOffset: Float64Array;
  /** Slope of a conductance input over the membrane potential, relative to the data sheet. */
  readonly conductanceExcitatoryFactor: Float64Array;
  readonly conductanceInhibitoryFactor: Float64Array;
  /** Offset of the OTA of each synaptic input. */
  readonly synapseReferenceExcitatoryOffset: Float64Array;
  readonly synapseReferenceInhibitoryOffset: Float64Array;
  /** Switched and intrinsic part of the membrane capacitance. */
  readonly membraneCapacitanceFactor: Float64Array;
  readonly intrinsicCapacitanceFactor: Float64Array;
  /** Amplitude of the driver of a row (over all cores) relative to nominal. */
  driverFactor(row: number): number;
  /** Conductance of the join of two circuits relative to nominal. */
  joinFactor(soma: number, dendrite: number): number;
  /** Short-term plasticity of the driver of a row relative to nominal. */
  shortTermFactor(row: number, which: 'utilisation' | 'recovery'): number;
  /** Speed of the ramp of the short-term plasticity of a block of circuits relative to nominal. */
  rampFactor(block: number): number;
  /** Correlation sensor of the synapse between a row and a neuron relative to nominal, and the median sensor of every block of circuits. */
  correlationFactors(row: number, neuron: number): { readonly amplitude: number; readonly tau: number; readonly asymmetry: number };
  readonly correlationBlocks: { readonly amplitude: Float64Array; readonly tau: Float64Array };
  /** Strength of the synapse between a row (over all cores) and a neuron, driver included, relative to nominal. Pure; the array is too large to be drawn at once. */
  synapseFactor(row: number, neuron: number): number;
}
