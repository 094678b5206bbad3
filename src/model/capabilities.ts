/** What a substrate says of itself before anything is set on it: the sizes, ranges, rates and data sheet of a die or a teacher. */
import type { NeuronCell } from './neuron-cells.ts';

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
