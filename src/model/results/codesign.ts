/** What a co-design plan gives: design points over dies, the value of calibration, the front. SI units; hardware time unless a name says biological. */
import type { CalibrationResult } from './calibration.ts';
import type {
  AreaSummary,
  EnergySummary,
  FidelitySummary,
  LatencyLoadCurve,
  LatencySummary,
  NocMap,
  SpikeAccount,
  SpikeFiles,
} from './spikes.ts';

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
