/**
 * The interface with which an experiment meets a die, a teacher, or one day real silicon. Whoever uses it sees only what a laboratory could see: codes go in,
 * readings and spikes come out, and every write, reading and run is billed in hardware time. Settling is billed, not integrated.
 */
import type { Tick } from '../base/index.ts';
import type { Capabilities } from './capabilities.ts';
import type { NeuronCell } from './neuron-cells.ts';
import type { Recording } from './recording.ts';

/** Divider of the leak bias current. */
export const LEAK_MODES = ['divided', 'normal', 'multiplied'] as const;
export type LeakMode = (typeof LEAK_MODES)[number];

/** Physical parameters of ideal neurons, one value per neuron: what a target means. The names are those of calibration targets. */
export interface NeuronParameters {
  readonly leak: Float64Array; // V
  readonly reset: Float64Array; // V
  readonly threshold: Float64Array; // V
  readonly tauMem: Float64Array; // s
  readonly tauSynExcitatory: Float64Array; // s
  readonly tauSynInhibitory: Float64Array; // s
  /** dV/dt by one event of full weight, V/s; both positive. */
  readonly driveExcitatory: Float64Array;
  readonly driveInhibitory: Float64Array;
  /** dV/dt of the offset current where it is switched on, V/s. */
  readonly offset: Float64Array;
}

/** Short-term plasticity of the synapse drivers; absent members stay as they are, at first as on the card. Codes are 4-bit, one per row over all cores. */
export interface ShortTermCodes {
  readonly mode?: 'off' | 'depression' | 'facilitation';
  readonly utilisation?: Uint8Array;
  readonly recovery?: Uint8Array;
  /** Code of the ramp with which the drivers of a block compare their resources, one per block of circuits: pulses are as wide as it is fast. */
  readonly ramp?: Int32Array;
}

/** Trim bits of the correlation sensors, 0 to 3; 2 is nominal. One per synapse: row within a core x neurons of the chip + neuron. */
export interface CorrelationTrim {
  readonly amplitude: Uint8Array;
  readonly tau: Uint8Array;
}

/** Codes of the two currents of the correlation sensors of each block of circuits: their amplitude falls with the store current, their time constant with the ramp current. */
export interface CorrelationCurrents {
  readonly store: Int32Array;
  readonly ramp: Int32Array;
}

/** A closed switch between two circuits; its conductance is set by the cell of the circuit on the side of the dendrite. */
export interface Join {
  readonly soma: number;
  readonly dendrite: number;
}

/** What can be set on a die, by codes, or on a teacher, by parameters. Absent members keep their value. Arrays have one entry per neuron. */
export interface Setting {
  readonly codes?: Readonly<Partial<Record<NeuronCell, Int32Array>>>;
  /** A teacher's; a die refuses them. */
  readonly parameters?: Partial<NeuronParameters>;
  /** Index into LEAK_MODES, one per neuron. */
  readonly leakMode?: Uint8Array;
  /** Membrane capacitance code, 0 to 63, one per neuron; 63 until it is set. */
  readonly capacitance?: Uint8Array;
  /** Direction of the sub-threshold adaptation and of its jump at a spike, +1 or -1, one per neuron; +1 until it is set. */
  readonly adaptationSign?: Int8Array;
  readonly jumpSign?: Int8Array;
  /** Sign and size of the offset current are codes; this switches it on. */
  readonly offsetCurrentOn?: boolean;
  /** Keep all membranes in reset. */
  readonly holdReset?: boolean;
  /** Switch the spike comparators on or off. */
  readonly spiking?: boolean;
  /** What all converters see: the membranes, or one known debug voltage in V on all channels and lines. */
  readonly cadcInput?: 'membrane' | { readonly debugVoltage: number };
  /** Refractory period in s; the nearest that the counter can do is taken, see `capabilities.refractory`. */
  readonly refractory?: number;
  /** Scale of the refractory clock, 0 to 15: its period is 2^scale times that of the card. `finest`, which it is until it is set: the finest at which the counter reaches the period. */
  readonly refractoryClock?: number | 'finest';
  /** Last part of the refractory period in which membranes are free, s; a whole number of periods of the counter's clock. That of the card until it is set; only whole circuits have one. */
  readonly holdOff?: number;
  /** Code of the synapse DACs, one per block of circuits: the strength of all synapses of the block is proportional to it. As designed until it is set. */
  readonly synapseDac?: Int32Array;
  /** Synaptic inputs whose currents are proportional to the distance from the reversal potential (`true`) or not; as on the card until it is set. */
  readonly conductanceSynapses?: boolean;
  /** Which synaptic inputs drive their membranes, all circuits alike; one that is switched off has neither events nor a resting current. Both until it is set. */
  readonly synapticInputs?: 'both' | 'excitatory' | 'inhibitory' | 'none';
  readonly shortTerm?: ShortTermCodes;
  readonly correlationTrim?: CorrelationTrim;
  /** Currents of the correlation sensors, as designed until they are set. */
  readonly correlationCurrents?: CorrelationCurrents;
  /** Trim of the synapse drivers, 4-bit codes, one per row over all cores; 8, which shifts nothing, until it is set. */
  readonly driverTrim?: Uint8Array;
  /** Switches between circuits that are closed during runs, those of the card unless given. Runs with any closed deliver releases and column ADC samples alone; readings see single circuits. */
  readonly joins?: readonly Join[];
}

/** An event on one synapse row of every core: it reaches all neurons, each through its own synapse of that row. */
export interface RowEvent {
  readonly tick: Tick;
  /** Row within a core, from 0. */
  readonly row: number;
  /** +1 excitatory, -1 inhibitory: a property of the row, which the run sets. */
  readonly sign: 1 | -1;
}

/** One stimulus of a run: release from reset, or events on synapse rows. */
export interface Stimulus {
  /** Ticks at which all membranes are put to their reset plateau and released. */
  readonly releaseAt?: readonly Tick[];
  /** Events in any order; each acts from its exact tick on. */
  readonly rowEvents?: readonly RowEvent[];
  /** Weight code of all synapses of the rows in `rowEvents`; full scale unless given. */
  readonly weight?: number;
}

/** What reads membranes: the column ADC has a channel per circuit, the membrane ADC is faster and finer but serves one even and one odd circuit at a time. */
export type Instrument = 'cadc' | 'madc';

/** One probe of a run: an instrument on these circuits, their spike counters, or the correlation sensors of their synapses in the stimulated rows. At most one probe of each kind. */
export interface Probe {
  readonly kind: Instrument | 'counter' | 'correlation';
  readonly circuits: Uint32Array;
  /** Tick of the first sample, the instrument's own sample interval follows; the membrane ADC is switched on then. Counters count and sensors accumulate from there on. */
  readonly from: Tick;
}

export interface Experiment {
  readonly stimulus: Stimulus;
  readonly probes: readonly Probe[];
  readonly until: Tick;
}

/** Modelled hardware time, in s, by what it was spent on. */
export interface Bill {
  readonly settling: number;
  readonly reading: number;
  readonly running: number;
}

/** Everything that changes on a substrate, as plain data and typed arrays: what was written, drawn and billed. Its content is the substrate's own affair. */
export type SubstrateState = Readonly<Record<string, unknown>>;

export interface Substrate {
  readonly capabilities: Capabilities;
  /** Modelled hardware time so far. */
  readonly bill: Bill;
  /** Writes what differs from the present setting, waits until it has settled (billed). */
  configure(setting: Setting): Promise<void>;
  /**
   * `samples` readings of every circuit at its settled state, in LSB of the instrument (the column ADC unless said): circuits.length x samples, row after row.
   * The membrane ADC reads circuits two by two, which is billed. Throws InfeasibleError for an instrument that is not there.
   */
  read(circuits: Uint32Array, samples: number, instrument?: Instrument): Promise<Float64Array>;
  run(experiment: Experiment): Promise<Recording>;
  /** The state right after a write or a run, where a substrate can tell it; `restore` puts an equal substrate into it and goes on bit for bit. A laboratory chip has neither. */
  snapshot?(): SubstrateState;
  restore?(state: SubstrateState): void;
}
