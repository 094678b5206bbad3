/**
 * The interface with which an experiment meets a die, a teacher, or one day real silicon. Whoever uses it sees only what a laboratory could see: codes go in,
 * readings and spikes come out, and every write, reading and run is billed in hardware time. Settling is billed, not integrated.
 */
import type { Tick } from '../base/index.ts';
import type { Recording } from './recording.ts';

/** Parameters of a neuron circuit that a code sets; each is one 10-bit cell per neuron. */
export const NEURON_CELLS = [
  'leak',
  'reset',
  'threshold',
  'leak_bias',
  'synapse_bias_excitatory',
  'synapse_bias_inhibitory',
  'synapse_tau_excitatory',
  'synapse_tau_inhibitory',
  'offset_current',
  'exponential',
  'exponential_slope',
  'adaptation_leak',
  'adaptation_reference',
  'adaptation_tau',
  'adaptation_strength',
  'adaptation_jump',
  'inter_compartment',
  'reversal_excitatory',
  'reversal_inhibitory',
  'conductance_excitatory',
  'conductance_inhibitory',
  'synapse_reference_excitatory',
  'synapse_reference_inhibitory',
] as const;
export type NeuronCell = (typeof NEURON_CELLS)[number];

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

/** What the substrate is and can do: sizes, ranges, rates. All times in s, voltages in V. */
export interface Capabilities {
  readonly neurons: number;
  readonly ticksPerSecond: number;
  /** Hardware runs this much faster than biology. */
  readonly speedUp: number;
  /** Neurons that disturb one another's parameter cells. */
  readonly blockSize: number;
  readonly codes: Readonly<Record<NeuronCell, { readonly min: number; readonly max: number }>>;
  readonly cadc: {
    readonly bits: number;
    /** Nominal transfer: reading = (V - zero) / lsb. */
    readonly zero: number;
    readonly lsb: number;
    readonly sampleInterval: number;
    /** LSB between which a reading can be trusted. */
    readonly reliable: readonly [number, number];
  };
  /** The fast converter, where there is one: reading = (V - zero) / lsb. Samples of the first `invalid` s are not delivered; a recording has at most `longest`. */
  readonly madc?:
    | {
        readonly bits: number;
        readonly zero: number;
        readonly lsb: number;
        readonly sampleInterval: number;
        readonly invalid: number;
        readonly longest: number;
      }
    | undefined;
  /** Refractory counter: period of its clock at scale 0, s, number of scales, each twice as slow as the one before, largest count, and largest hold-off in periods of the clock in use. */
  readonly refractory?:
    { readonly clock: number; readonly scales: number; readonly largest: number; readonly holdOffLargest: number } | undefined;
  /** Correlation sensors of the synapses, where there are any: amplitude of a coincident pair, LSB, time constant, s, LSB at which they are full, and change of either per trim code, a share of nominal. */
  readonly correlation?:
    | {
        readonly amplitude: number;
        readonly tau: number;
        readonly saturation: number;
        readonly amplitudePerTrim: number;
        readonly tauPerTrim: number;
        /** Codes of the currents of a block at which its sensors are as the data sheet says, where there are such cells: amplitude and time constant fall as one over them. */
        readonly currents?: { readonly store: number; readonly ramp: number; readonly largest: number } | undefined;
      }
    | undefined;
  /** Joins of circuits, where there are any: conductance over membrane capacitance per code of the cell, 1/s. */
  readonly interCompartment?: { readonly ratePerCode: number } | undefined;
  /** Synapse DACs: the code at which synapses are as strong as the data sheet says. */
  readonly synapseDac?: { readonly design: number; readonly largest: number } | undefined;
  /** Short-term plasticity of the drivers: share of the swing per code + 1, time constant at code 0, s (code c has it divided by c + 1), codes as designed, and those of the ramps where there are any. */
  readonly shortTerm?:
    | {
        readonly utilisationPerCode: number;
        readonly recoveryLongest: number;
        readonly mode: 'off' | 'depression' | 'facilitation';
        readonly utilisation: number;
        readonly recovery: number;
        readonly ramp?: { readonly design: number; readonly largest: number } | undefined;
      }
    | undefined;
  /** Membrane capacitance at its largest code, F, and what is left of it at code 0, where it can be set. */
  readonly capacitance?:
    | {
        readonly full: number;
        readonly intrinsic: number;
        readonly largest: number;
        readonly currentPerCode: number;
        /** Relative spread of the full capacitance from circuit to circuit. */
        readonly spread: number;
      }
    | undefined;
  /** Synaptic inputs whose resting current can be cancelled: change of it per code of the reference cell, a share of the current by an event of full weight. */
  readonly synapticReference?: { readonly sharePerCode: number; readonly design: number } | undefined;
  /** Synaptic inputs that can be conductances: potential per code of the reversal cells, V; code of the conductance cells at which both modes agree at the reference potential, V. */
  readonly conductanceSynapses?:
    | {
        readonly reversalPerCode: number;
        readonly design: number;
        readonly reference: number;
        readonly reversalExcitatory: number;
        readonly reversalInhibitory: number;
      }
    | undefined;
  /** Spike counters, where there are any. */
  readonly counters?: { readonly bits: number } | undefined;
  /** Data sheet: time from the crossing of the threshold to the spike and its spread from circuit to circuit, s; absent where spikes come at once. */
  readonly comparatorDelay?: { readonly typical: number; readonly spread: number } | undefined;
  /** Data sheet: linear range of the leak, V; Infinity for a linear one. */
  readonly leakLinearRange: number;
  /** Data sheet of the whole circuit at full membrane capacitance, where it runs. */
  readonly adex?:
    | {
        /** dV/dt by one code of the offset current, V/s. */
        readonly offsetDrive: number;
        /** dV/dt of the exponential circuit at its own voltage, V/s. */
        readonly exponentialRate: number;
        /** Exponential voltage and adaptation leak per code, V; exponential slope per code, V. */
        readonly voltagePerCode: number;
        readonly slopePerCode: number;
        /** dV/dt per volt of adaptation voltage, 1/s, and the linear range of that coupling, V (Infinity for a linear one). */
        readonly adaptationCoupling: number;
        readonly adaptationLinearRange: number;
        /** Volt of settled adaptation voltage per volt of membrane, per code of the strength and per second of its time constant. */
        readonly adaptationGainRate: number;
        /** Time constant of the adaptation at code 1, s: it falls as one over the code. */
        readonly adaptationTau: number;
      }
    | undefined;
  /** Synapse rows of a core and the largest weight code; absent where a run cannot send events to rows. */
  readonly synapses?: {
    readonly rows: number;
    readonly largestWeight: number;
    /** Trim of the drivers, where there is one: circuits that a driver serves (those of its core, in a row), the code that shifts nothing, the largest, what a code does (a share of full amplitude), and that amplitude, V. */
    readonly trim?:
      | {
          readonly circuits: number;
          readonly middle: number;
          readonly largest: number;
          readonly step: number;
          readonly amplitude: number;
        }
      | undefined;
  };
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
