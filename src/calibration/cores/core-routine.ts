/** What a core is calibrated for, and one step of it: the plain types of core-routines.ts and used-routines.ts. */
import type { BiasCodes, BiasEvents, BiasSubstrate, DynapseBias, DynapseSynapse } from '../../model/index.ts';
import type { CoreQuantity } from './core-quantity.ts';

/** What the median neuron of every core shall have. */
export interface CoreTargets {
  /** s. */
  readonly tauMem: number;
  readonly refractory: number;
  readonly tauSyn: Readonly<Record<DynapseSynapse, number>>;
  /** Synaptic current of one event with the highest bit of the weight, A. */
  readonly strength: Readonly<Record<DynapseSynapse, number>>;
  /** The same at an AMPA synapse with each of the lower bits, lowest first, A. */
  readonly bits: readonly number[];
  /** Mean membrane current under `trains.level`, A. */
  readonly level: number;
  /** Hz under `trains.rate`. */
  readonly rate: number;
  readonly trains: Readonly<Record<'level' | 'rate', BiasEvents>>;
  /** What only some designs use. */
  readonly used: UsedTargets;
}

/** One bias of every core, set by one observable. */
export interface CoreRoutine {
  readonly name: string;
  readonly unit: CoreQuantity['unit'];
  readonly target: number;
  readonly bias: DynapseBias;
  /** Whether the observable rises with the bias as I or falls as 1 / I. */
  readonly power: 1 | -1;
  /** Biases that follow the one that is set. */
  with?(this: void, code: BiasCodes[DynapseBias]): Partial<BiasCodes>;
  /**
   * Readings of these neurons of every core, whose biases are configured; NaN where nothing could be read. Another `repeat` looks through other spans of time and other synapses, where not all
   * are read: what a reading leaves out then shows among the repeats.
   */
  read(
    this: void,
    substrate: BiasSubstrate,
    neurons: readonly number[],
    cores: readonly BiasCodes[],
    repeat: number,
  ): Promise<Float64Array>;
}

/** What a design uses; absent: off. */
export interface UsedTargets {
  /** Membrane current under the constant input alone, A. */
  readonly dc?: number;
  /** Membrane current at which half of the NMDA current flows, A. */
  readonly nmdaGate?: number;
  /** Jump of the adaptation current at a spike, A, its time constant, s, and the product of leak current and time constant of a membrane, A s, C U_T / kappa of the data sheet. */
  readonly ahp?: { readonly jump: number; readonly tau: number; readonly charge: number };
}
