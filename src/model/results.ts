/**
 * What the jobs of the house produce, as plain data: the content of a run record. Reports are made from these alone. SI units; hardware time unless a name says biological.
 */

/** A calibrated quantity of one die: per circuit (per driver for `driver_amplitude`: row after row, core after core) the code and what was read. Null marks a circuit without a value. */
export interface CalibratedQuantity {
  readonly quantity:
    | 'cadc_offset'
    | 'leak'
    | 'reset'
    | 'threshold'
    | 'tau_mem'
    | 'tau_syn_excitatory'
    | 'tau_syn_inhibitory'
    | 'strength_excitatory'
    | 'strength_inhibitory'
    | 'driver_amplitude'
    | 'v_exp'
    | 'delta_t'
    | 'v_adaptation'
    | 'tau_w'
    | 'a'
    | 'b'
    | 'rate';
  /** V/s: step of dV/dt by a full-scale weight, at the circuit, without the mismatch of single synapses and drivers. 1: relative to the leak conductance. */
  readonly unit: 'LSB' | 's' | 'V/s' | 'V' | 'Hz' | '1';
  readonly target: number;
  readonly codes: readonly number[];
  /** Last fresh reading minus target, by the calibration's own instrument. */
  readonly residual: readonly (number | null)[];
  readonly status: readonly CircuitStatus[];
  /** Fresh readings of the final codes after everything else was set, with what is known of their error; absent for a calibration without verification. */
  readonly verification?: QuantityVerification;
}

/** What fresh readings say of each circuit with the codes as they stand, in the unit of the quantity; null marks a circuit without a value. */
export interface QuantityVerification {
  /** Mean of the fresh readings. */
  readonly reading: readonly (number | null)[];
  /** Half widths of the intervals around it that hold the truth with 68 and 95 %. */
  readonly error68: readonly (number | null)[];
  readonly error95: readonly (number | null)[];
  readonly budget: readonly UncertaintyComponent[];
  /** A sample of circuits read by another instrument, where there is one and the quantity is a settled potential. */
  readonly second?: SecondInstrument;
}

/** What another instrument says of a sample of circuits; LSB of the column ADC. */
export interface SecondInstrument {
  readonly instrument: 'madc';
  readonly circuits: readonly number[];
  /** Column reading minus the other's, without what all circuits of a line have in common. */
  readonly difference: readonly (number | null)[];
  readonly rms: number;
  /** Standard deviation of a difference by the noise of both instruments alone. */
  readonly noise: number;
  /** Spread beyond that noise: systematic error of the column reader. */
  readonly systematic: number;
}

/** One line of an uncertainty budget: RMS over the circuits of a standard deviation. */
export interface UncertaintyComponent {
  readonly component: string;
  /** In LSB for potentials, relative to the target for times and strengths. */
  readonly rms: number;
  /** A component of the value that stands, one that only the next write of the same codes adds, or a component once more as a second instrument sees it. */
  readonly of: 'value as it stands' | 'next write' | 'second instrument';
}
export type CircuitStatus = 'ok' | 'at limit' | 'noisy' | 'masked' | 'not reached';

/** A calibration of one die against truth: only grading can make this. */
export interface GradedQuantity {
  readonly quantity: CalibratedQuantity['quantity'];
  readonly unit: CalibratedQuantity['unit'];
  readonly target: number;
  /** True value per circuit with the nominal codes, before. */
  readonly before: readonly number[];
  /** True value per circuit with the calibrated codes. */
  readonly after: readonly number[];
  readonly masked: readonly boolean[];
  /** RMS deviation from the target over unmasked circuits: in LSB, or relative to the target for times and strengths. */
  readonly rmsBefore: number;
  readonly rmsAfter: number;
  /** Unmasked circuits whose truth lies within the stated intervals; absent where none were stated. */
  readonly coverage?: { readonly circuits: number; readonly within68: number; readonly within95: number };
}

export interface CalibrationResult {
  readonly chip: string;
  readonly die: number;
  readonly order: readonly string[];
  /** What the routines need and what they invalidate: why the order is as it is. */
  readonly graph?: readonly { readonly name: string; readonly needs: readonly string[]; readonly invalidates: readonly string[] }[];
  readonly quantities: readonly CalibratedQuantity[];
  readonly graded: readonly GradedQuantity[];
  readonly hardwareTime: { readonly settling: number; readonly reading: number; readonly running: number };
  /** Index into LEAK_MODES per circuit, where the calibration chose it: an update begins from it. */
  readonly leakMode?: readonly number[];
  /** s of hardware time that the calibration took which this one updates. */
  readonly updates?: number;
}

/** Spike latency: threshold crossing to effect on the target. */
export interface LatencySummary {
  /** s of hardware time; null when no spike arrived. */
  readonly p50: number | null;
  readonly p99: number | null;
  readonly mean: number | null;
  readonly cyclesP50: number | null;
  readonly cyclesP99: number | null;
}

/** Where spikes went: emitted = spikes of neurons. A delivery is a spike at one other core that it has to reach (at one synapse, for packets per synapse); offered = delivered + lost + in flight. */
export interface SpikeAccount {
  readonly emitted: number;
  readonly deliveriesOffered: number;
  readonly deliveriesMade: number;
  readonly deliveriesInFlight: number;
  /** Deliveries lost, by what happened to them, for example "source queue". */
  readonly deliveriesLost: Readonly<Record<string, number>>;
  readonly synapticEvents: number;
  readonly synapticEventsLost: number;
  /** Synaptic events that arrived later than due by more than half an analog step. */
  readonly synapticEventsLate: number;
  /** Null on an ideal network. */
  readonly packets: SpikePackets | null;
}

/** Packets that carried the spikes, and where some were lost. */
export interface SpikePackets {
  readonly made: number;
  readonly flits: number;
  /** Spikes in all packets together: those of a bridge core count again. */
  readonly spikes: number;
  /** Packets by the codec of their ids; empty where a packet holds one spike. */
  readonly codecs: Readonly<Record<string, number>>;
  /** Deliveries lost at the source queue of each core. */
  readonly lostAt: readonly number[];
  /** Core of the neuron, core of its targets, deliveries lost: every flow that lost some, the worst first. */
  readonly lostFlows: readonly (readonly [from: number, to: number, lost: number])[];
}

/** J per emitted spike unless a field says otherwise; static power and energy stand beside them and are never added. */
export interface EnergySummary {
  readonly perSpike: number | null;
  readonly router: number;
  readonly link: number;
  readonly synapse: number;
  readonly neuron: number;
  readonly perSynapticEvent: number | null;
  /** W; never added to the energy per spike. */
  readonly staticPower: number;
  readonly staticEnergy: number;
}

/** m^2. */
export interface AreaSummary {
  readonly total: number;
  readonly routers: number;
  readonly wires: number;
  readonly synapses: number;
  readonly parameterCells: number;
  readonly converters: number;
  readonly neurons: number;
}

/** How well a student followed the teacher. Null where the measure is not defined (a silent network). */
export interface FidelitySummary {
  readonly timing: number | null;
  readonly rates: number | null;
  readonly meanRate: number | null;
  readonly teacherMeanRate: number | null;
  readonly cv: number | null;
  readonly teacherCv: number | null;
  readonly correlation: number | null;
  readonly teacherCorrelation: number | null;
}

/** Columns in .npy files of the run directory: spikes of one run. Times in ticks of hardware time. */
export interface SpikeFiles {
  readonly tick: string;
  readonly neuron: string;
}

/** Load of the network-on-chip by place: a floor plan with numbers. */
export interface NocMap {
  readonly label: string;
  /** What the colours of routers and links say, where it is not flits that wait and flits per cycle. */
  readonly colours?: { readonly router: string; readonly link: string };
  /** Router centres, m. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Time-averaged buffer occupancy per router, flits. */
  readonly occupancy: readonly number[];
  /** Directed links: from, to, flits per cycle. */
  readonly links: readonly { readonly from: number; readonly to: number; readonly load: number }[];
}

/** One latency-load curve of a network-on-chip under the workload's own traffic matrix. */
export interface LatencyLoadCurve {
  readonly label: string;
  /** Zero-load mean latency, cycles. */
  readonly zeroLoad: number;
  /** Highest stable offered load, flits per cycle and node. */
  readonly saturation: number;
  /** The curve was not followed up to saturation: `saturation` is only the highest load that was tried. */
  readonly isOpen?: boolean;
  readonly points: readonly {
    readonly offered: number;
    readonly accepted: number;
    readonly latencyMean: number | null;
    readonly latencyP99: number | null;
    readonly stable: boolean;
  }[];
  /** Where the design points of the plan work on this curve: offered load, flits per cycle and node. */
  readonly operating: readonly { readonly label: string; readonly offered: number; readonly share: number }[];
}

/** One point of a co-design plan, over all dies and stimulus seeds. */
export interface DesignPoint {
  readonly id: string;
  readonly label: string;
  /** Level of each factor by name. */
  readonly levels: Readonly<Record<string, string>>;
  readonly reference: boolean;
  readonly onFront: boolean;
  /** Means over dies (each die: mean over stimulus seeds). */
  readonly fidelity: FidelitySummary;
  /** Timing and rates per die. */
  readonly perDie: readonly { readonly die: number; readonly timing: number | null; readonly rates: number | null }[];
  readonly latency: LatencySummary;
  readonly energy: EnergySummary;
  readonly area: AreaSummary;
  readonly spikes: SpikeAccount;
  readonly network: {
    /** Mean offered load as a share of saturation. */
    readonly share: number;
    readonly offered: number;
    readonly saturation: number;
    /** Timing with everything ideal but this network, mean over seeds, and the spread (standard deviation) between seeds. */
    readonly idealTiming: number | null;
    readonly idealTimingSpread: number | null;
    /** The network alone costs more timing than the spread between seeds. */
    readonly limited: boolean;
  };
  readonly binding: BindingSummary;
}

/** What binding had to approximate. */
export interface BindingSummary {
  readonly synapses: number;
  readonly clippedShare: number;
  readonly zeroShare: number;
  /** RMS of (bound weight - asked weight) / RMS of asked weight. */
  readonly weightError: number;
  readonly localShare: number;
  readonly refused: Readonly<Record<string, number>>;
}

/** Calibrated minus uncalibrated fidelity at the reference design. */
export interface CalibrationEffect {
  readonly perDie: readonly { readonly die: number; readonly calibrated: number; readonly uncalibrated: number }[];
  readonly mean: number;
  /** 95 % bootstrap interval over dies. */
  readonly interval: readonly [number, number];
  /** One-sided Wilcoxon signed rank. */
  readonly p: number;
}

export interface WorkloadSummary {
  readonly name: string;
  readonly neurons: number;
  readonly synapses: number;
  /** Notes on approximations made when the workload was read, each with a count. */
  readonly notes: readonly { readonly text: string; readonly count: number }[];
  readonly graph: Readonly<Record<string, number>>;
  /** Biological s. */
  readonly duration: number;
  readonly warmUp: number;
  /** Biological s. */
  readonly delay: number;
}

export interface CodesignResult {
  readonly workload: WorkloadSummary;
  readonly factors: readonly { readonly name: string; readonly levels: readonly string[] }[];
  readonly objectives: readonly { readonly name: string; readonly sense: 'min' | 'max'; readonly unit: string }[];
  readonly points: readonly DesignPoint[];
  /** The uncalibrated reference design: a control beside the front, not a design. */
  readonly control: {
    readonly label: string;
    readonly fidelity: FidelitySummary;
    readonly latency: LatencySummary;
    readonly energy: EnergySummary;
    readonly area: AreaSummary;
  };
  readonly ceiling: FidelitySummary;
  readonly shuffle: FidelitySummary;
  readonly calibrationEffect: CalibrationEffect;
  readonly calibration: readonly CalibrationResult[];
  readonly curves: readonly LatencyLoadCurve[];
  readonly maps: readonly NocMap[];
  readonly raster: {
    readonly teacher: SpikeFiles;
    readonly student: SpikeFiles;
    readonly uncalibrated: SpikeFiles;
    readonly ticksPerSecond: number;
    readonly speedUp: number;
  };
  /** Membrane of one neuron, biological mV over biological ms. */
  readonly overlay: {
    readonly neuron: number;
    readonly time: readonly number[];
    readonly teacher: readonly number[];
    readonly student: readonly number[];
    readonly uncalibrated: readonly number[];
  };
  /** Error split by teacher: as asked, as quantised, as mapped. */
  readonly errorSplit: readonly { readonly step: string; readonly timing: number | null }[];
}

/** One recording in a run directory: rows of neurons, columns of samples. */
export interface RecordingFiles {
  readonly name: string;
  readonly probe: 'v' | 'madc' | 'cadc';
  /** V of the hardware, or LSB of the converter. */
  readonly unit: 'V' | 'LSB';
  readonly values: string;
  readonly tick: string;
  readonly neuron: string;
}

/** What came from outside in a run: events by number of their source (`neuron` of the column files), and changes of currents, V of depolarisation held on the leak (biological). */
export interface StimulusFiles {
  readonly sources: number;
  readonly neurons: number;
  readonly events: SpikeFiles;
  readonly currents?: SpikeFiles & { readonly values: string };
}

export interface EmulationResult {
  readonly workload: WorkloadSummary;
  readonly die: number;
  readonly spikes: SpikeAccount;
  readonly latency: LatencySummary;
  readonly energy: EnergySummary;
  readonly fidelity: FidelitySummary;
  readonly binding: BindingSummary;
  readonly map: NocMap;
  readonly raster: {
    readonly teacher: SpikeFiles;
    readonly student: SpikeFiles;
    readonly ticksPerSecond: number;
    readonly speedUp: number;
  };
  readonly stimulus?: StimulusFiles;
  readonly traceHash: string;
  readonly admissible: boolean;
  readonly violations: readonly { readonly entity: string; readonly tick: number; readonly limit: string; readonly count: number }[];
  readonly activity: Readonly<Record<string, number>>;
  /** Share of column ADC readings outside the reliable range. */
  readonly cadcOutside?: number | null;
  /** What the probes saw; spikes are in `raster`. */
  readonly recordings?: readonly RecordingFiles[];
  /** Table of all synapses, when it was asked for. */
  readonly weights?: string;
}

/** A population as the teacher ran it, after the warm-up; what silent neurons cannot tell is null. */
export interface ReferencePopulation {
  readonly name: string;
  readonly neurons: number;
  /** In the whole run. */
  readonly spikes: number;
  readonly meanRate: number | null;
  readonly cv: number | null;
  readonly correlation: number | null;
}

/** A workload on the teacher alone, in biological time. */
export interface ReferenceResult {
  readonly workload: WorkloadSummary;
  /** `steps`: a network in discrete time. */
  readonly mode: 'precise' | 'grid' | 'steps';
  /** Integrators, tolerances, convention of delays, in words. */
  readonly method: readonly string[];
  readonly stimulus: number;
  readonly populations: readonly ReferencePopulation[];
  readonly raster: { readonly teacher: SpikeFiles; readonly ticksPerSecond: number; readonly speedUp: number };
  /** Column file: how far after its tick each spike lies, in ticks, [0, 1). */
  readonly fraction: string;
  readonly traceHash: string;
}

/** One metric of a regression run against its baseline. */
export interface RegressMetric {
  readonly metric: string;
  readonly baseline: number | string | null;
  readonly value: number | string | null;
  readonly status: 'identical' | 'moved' | 'new' | 'gone';
}

export interface RegressResult {
  readonly cards: readonly { readonly card: string; readonly metrics: readonly RegressMetric[] }[];
}

/** A share with its 95 % Wilson interval. */
export interface ShareOf {
  readonly share: number | null;
  readonly low: number;
  readonly high: number;
}

/** How the codes of a cell use its range, over all circuits of all dies. */
export interface CodeUse {
  readonly lowest: number;
  readonly highest: number;
  readonly median: number;
  /** Standard deviations of the needed codes that the range covers on its narrower side. */
  readonly covers: number;
  readonly atLowest: number;
  readonly atHighest: number;
  /** Circuits that the search itself found at a limit. */
  readonly atLimit: number;
  /** Circuits per bin, equal bins over the range. */
  readonly histogram: readonly number[];
}

/** One quantity over many dies. Deviations in LSB for potentials, else relative to the target. */
export interface YieldEntry {
  readonly quantity: CalibratedQuantity['quantity'];
  readonly unit: CalibratedQuantity['unit'];
  readonly target: number;
  /** Largest RMS deviation allowed; null without a gate. */
  readonly gate: number | null;
  /** Over unmasked circuits of all dies. */
  readonly rmsBefore: number;
  readonly rmsAfter: number;
  readonly worstDie: number;
  readonly maskedShare: number;
  /** Dies that keep the gate, masks included, on their own. */
  readonly dies: ShareOf;
  /** Circuits that are not masked and within twice the gate. */
  readonly circuits: ShareOf;
  readonly coverage: { readonly within68: number | null; readonly within95: number | null };
  readonly codes: CodeUse | null;
  /** Firing rates only: share of all circuits, masked ones included, within 0.9 to 1.15 of the target. */
  readonly within?: ShareOf;
}

/** The same dies of a card with one thing changed. */
export interface YieldVariant {
  readonly study: 'sensitivity' | 'bits';
  readonly name: string;
  /** RMS deviation after calibration and share masked, by quantity, over the dies of the study. */
  readonly quantities: readonly {
    readonly quantity: CalibratedQuantity['quantity'];
    readonly rmsAfter: number;
    readonly maskedShare: number;
  }[];
}

/** What a Monte Carlo over dies says about a design. */
export interface YieldResult {
  readonly gates: string;
  readonly passed: boolean;
  readonly shortfalls: readonly string[];
  readonly entries: readonly YieldEntry[];
  /** Dies that keep all gates. */
  readonly dies: ShareOf;
  /** Modelled hardware time of one calibration, s, mean over the dies. */
  readonly hardwareTime: { readonly settling: number; readonly reading: number; readonly running: number };
  /** Dies on which the studies ran, and their points; the first of each study is the card as it is. */
  readonly studyDies: readonly number[];
  readonly variants: readonly YieldVariant[];
}
