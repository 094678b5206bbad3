/** What a network of the teacher is, what it is asked and where it stands, as plain data; units in network.ts. */
import type { LifState } from './banks/lif-bank.ts';

/** Neurons as columns, one value per neuron. */
export interface LifNeurons {
  readonly tauMem: Float64Array; // s
  readonly tauSynExc: Float64Array; // s
  readonly tauSynInh: Float64Array; // s
  readonly restVoltage: Float64Array; // V
  readonly threshold: Float64Array; // V
  readonly reset: Float64Array; // V
  readonly refractory: Float64Array; // s
  readonly drive?: Float64Array; // V/s, constant part of dV/dt; 0 without it
}

/** Synapses in compressed rows: those of source s are entries offsets[s] to offsets[s + 1] - 1. Their order within a row is of no consequence. */
export interface SynapseTable {
  readonly offsets: Uint32Array; // one per source and one more
  readonly targets: Uint32Array; // neuron
  readonly amplitudes: Float64Array; // V/s, step of dV/dt; >= 0 goes to the excitatory current, < 0 to the inhibitory one
  readonly delayTicks: ArrayLike<number>; // integer ticks, at least 1 between neurons, at least 0 from external sources
}

/** What is asked: neurons, the synapses between them, and those from external sources. */
export interface LifNetwork {
  readonly neurons: LifNeurons;
  readonly synapses: SynapseTable; // one row per neuron
  readonly external?: SynapseTable; // one row per external source
  readonly ticksPerSecond?: number; // default 1e9
}

/** Events of external sources, in any order. */
export interface ExternalEvents {
  readonly ticks: ArrayLike<number>; // integer ticks at which the source spikes
  readonly sources: ArrayLike<number>; // row of `external`
}

/** Constant currents that change at ticks, sorted by tick. */
export interface DriveChanges {
  readonly ticks: ArrayLike<number>; // integer ticks; those before the initial tick are taken as in force
  readonly neurons: ArrayLike<number>;
  readonly drive: ArrayLike<number>; // V/s, from then on
}

/** Voltages to be read. */
export interface VoltageProbes {
  readonly neurons: readonly number[];
  readonly intervalTicks: number; // samples at its whole multiples
}

/** Spikes under way. */
export interface PendingArrivals {
  readonly ticks: Float64Array;
  readonly fractions: Float64Array; // of a tick
  readonly targets: Uint32Array;
  readonly amplitudes: Float64Array; // V/tick; of a synapse that settles it on arrival 0
  readonly synapses?: Int32Array; // plastic synapse that settles its amplitude on arrival, else -1; absent where there is none
}

/**
 * Where a run stands. Every neuron is kept as of its own last event, so a run resumed from here gives the same bits as one that was never interrupted. Times and rates are
 * in ticks, not seconds, because a conversion would round.
 */
export interface NetworkState<Neurons = LifState> {
  readonly tick: number; // everything before it has happened
  readonly neurons: Neurons; // V, V/tick, ticks
  readonly eventTicks: Float64Array; // tick of each neuron's last event
  readonly eventFractions: Float64Array; // its fraction
  readonly pending: PendingArrivals;
}

/** How far to run, from where, with which input. */
export interface NetworkOptions<Neurons = LifState> {
  readonly until: number; // tick, exclusive
  readonly initial?: NetworkState<Neurons>; // default: restingState
  readonly events?: ExternalEvents; // those before the initial tick are taken as past
  readonly drives?: DriveChanges;
  readonly probes?: VoltageProbes;
}

/** Spikes in order of (tick, fraction, neuron). The fraction is the teacher's own and is never handed to a student. */
export interface PreciseSpikes {
  readonly ticks: Float64Array; // integer ticks
  readonly fractions: Float64Array; // of a tick, in [0, 1)
  readonly neurons: Uint32Array;
}

/** What came out. */
export interface NetworkRun<Neurons = LifState> {
  readonly spikes: PreciseSpikes;
  readonly sampleTicks: Float64Array; // common to all probes
  readonly voltages: readonly Float64Array[]; // V, one column per probed neuron
  readonly state: NetworkState<Neurons>;
}
