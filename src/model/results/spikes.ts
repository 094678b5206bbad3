/** Spikes on their way, and what they cost: latency, account, packets, energy, fidelity, files of columns, loads of the network. SI units; hardware time unless a name says biological. */

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
