/** Results of experiments on networks-on-chip as plain data. Loads are flits per node and cycle, latencies cycles; lengths, areas and energies SI. */
import type { NocMap } from './spikes.ts';

/** Measures by name; null where a measure is not defined, as latencies past saturation are. */
export type NocValues = Readonly<Record<string, number | null>>;

/** One load on one network. */
export interface NocPoint {
  /** Load asked for. */
  readonly rate: number;
  readonly seed: number;
  readonly stable: boolean;
  /** One sentence: stable, or past saturation and why. */
  readonly verdict: string;
  readonly measures: NocValues;
}

/** The loads between which a network saturates. */
export interface NocSaturation {
  /** Highest load found stable; 0 when none was. */
  readonly stable: number;
  /** Lowest load found past saturation; null when the network carries all that can be offered. */
  readonly unstable: number | null;
}

/** Where packets (of whole spikes: deliveries) were lost. offered = delivered + lost + in flight. */
export interface NocLosses {
  readonly of: 'packets' | 'deliveries';
  readonly offered: number;
  readonly delivered: number;
  readonly lost: number;
  readonly inFlight: number;
  /** Node, lost at its source queue: every one that lost some, the worst first. */
  readonly places: readonly (readonly [node: number, lost: number])[];
  /** Source, destination, lost: every flow that lost some, the worst first. */
  readonly flows: readonly (readonly [from: number, to: number, lost: number])[];
}

/** Jitter and order of flows at one load. */
export interface NocFlows {
  readonly count: number;
  /** Biological over hardware time. */
  readonly speedUp: number;
  /** The flows with the most jitter. */
  readonly worst: readonly {
    readonly from: number; // node
    readonly to: number; // node
    readonly packets: number;
    readonly mean: number; // latency, cycles
    /** Mean change of latency from packet to packet. */
    readonly jitter: number; // cycles
    readonly jitterTime: number; // s, hardware
    readonly jitterBiological: number; // s
    /** Packets overtaken by a later one. */
    readonly late: number;
  }[];
}

/** One network of an experiment. */
export interface NocNetworkResult {
  readonly label: string;
  readonly description: string;
  readonly topology: string;
  readonly routing: string;
  /** What the certificate says about deadlocks. */
  readonly certificate: string;
  /** What computed it: the router kernel, or the clear router and why. Absent where nothing ran, and in older runs. */
  readonly router?: string;
  readonly facts: NocValues;
  readonly saturation: NocSaturation | null;
  /** By load. */
  readonly points: readonly NocPoint[];
  /** Where it is busy at the load `mapRate`. */
  readonly map: NocMap | null;
  readonly mapRate: number | null;
  /** Of one load: what became of everything offered. */
  readonly losses?: NocLosses;
  readonly flows?: NocFlows;
  /** Of `noc show`. */
  readonly structure?: NocStructure;
}

/** A replayed packet trace. */
export interface NocReplay {
  readonly trace: string;
  readonly packets: number;
  readonly delivered: number;
  readonly cycles: number;
  /** Packets whose injection, arrival or routers differ from what the trace says; null when the trace says nothing of them. */
  readonly mismatching: number | null;
  readonly examples: readonly { readonly id: number; readonly expected: readonly number[]; readonly found: readonly number[] }[];
}

/** What a design is made of, router by router, and how good its multicast trees are. */
export interface NocStructure {
  /** Unit and meaning of every fact, by name. */
  readonly meanings: Readonly<Record<string, { readonly unit: string; readonly meaning: string }>>;
  readonly routers: readonly {
    readonly router: number;
    readonly x: number; // m
    readonly y: number; // m
    readonly nodes: number;
    readonly links: number;
    /** Pairs of routers with a shortest path through it. */
    readonly betweenness: number;
    readonly energyPerFlit: number; // J
    readonly leakage: number; // W
    readonly area: number; // m^2
    readonly tableBits: number;
  }[];
  /** Certificate of the multicast trees; null where none were made. */
  readonly multicast: string | null;
  /** By number of destinations: links of the trees, of exact Steiner trees, of one packet per destination. */
  readonly trees: readonly {
    readonly destinations: number;
    readonly cases: number;
    readonly treeLinks: number;
    /** Parts of one tree per source; and the heuristic of Takahashi and Matsuyama with every turn allowed. Absent in older runs. */
    readonly sourceLinks?: number;
    readonly freeLinks?: number;
    readonly minimumLinks: number;
    readonly unicastLinks: number;
    readonly excess: number;
    readonly worst: number;
  }[];
}

export interface NocResult {
  readonly task: 'run' | 'saturate' | 'compare' | 'replay' | 'show';
  /** The traffic in words. */
  readonly traffic: string;
  readonly networks: readonly NocNetworkResult[];
  readonly replay: NocReplay | null;
  /** What came out, a sentence each. */
  readonly verdict: readonly string[];
}

/** An objective of a sweep. */
export interface SweepObjective {
  readonly name: string;
  readonly sense: 'min' | 'max';
  readonly unit: string;
}

/** One point of a sweep. */
export interface SweepRow {
  readonly label: string;
  /** Value of every axis by path. */
  readonly levels: Readonly<Record<string, string | number | boolean>>;
  readonly rate: number;
  readonly seed: number;
  readonly state: 'stable' | 'past saturation' | 'infeasible';
  readonly words: string;
  /** Facts, measures and derived values by name. */
  readonly values: NocValues;
  /** Among the stable points. */
  readonly onFront: boolean;
}

export interface SweepResult {
  readonly design: string;
  /** Paths that were varied. */
  readonly axes: readonly string[];
  readonly objectives: readonly SweepObjective[];
  /** Combinations that the constraints refused. */
  readonly leftOut: number;
  readonly rows: readonly SweepRow[];
  readonly verdict: readonly string[];
}
