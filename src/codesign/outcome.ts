/**
 * What one emulation showed: fidelity, latency, energy, losses, load of the network, the specified properties of its contract. A pure function of a run that has ended.
 */
import type { Fidelity } from '../analysis/index.ts';
import { NocTransport, type Emulation } from '../emulator/index.ts';
import {
  traceHash,
  type BindingSummary,
  type ChipCard,
  type CrossbarCounts,
  type EnergySummary,
  type FidelitySummary,
  type LatencySummary,
  type SpikeAccount,
} from '../model/index.ts';
import { activityBetween, type NocLayout, type Reading } from '../noc/index.ts';
import { energySummary, latencySummary, spikeAccount } from './accounting.ts';

export interface EmulationOutcome {
  readonly fidelity: FidelitySummary;
  readonly latency: LatencySummary;
  readonly energy: EnergySummary;
  readonly spikes: SpikeAccount;
  readonly binding: BindingSummary;
  /** Offered load, flits per node and cycle; null on an ideal network. */
  readonly offered: number | null;
  /** Time-averaged flits per router and flits per cycle on each directed link; null on an ideal network. */
  readonly occupancy: readonly number[] | null;
  readonly linkLoad: readonly number[] | null;
  /** Largest number of flits in the buffers of each router at once. */
  readonly peakOccupancy: readonly number[] | null;
  /** What happened, counted: the sum over the trace. */
  readonly activity: Readonly<Record<string, number>>;
  /** Present where the chip has a crossbar. */
  readonly crossbar?: CrossbarCounts;
  readonly traceHash: string;
  /** The specified properties of the contract, and whether the run had them. Causality needs no entry here: a run that breaks it ends. */
  readonly properties: Readonly<Record<string, boolean>>;
}

/** A run that has ended, with what it ran on. */
export interface EndedRun {
  readonly emulation: Pick<Emulation, 'emulator' | 'transport' | 'timing'>;
  readonly card: Pick<ChipCard, 'energy'>;
  readonly layout: NocLayout;
  /** Counters of the network before the run; null on an ideal network. */
  readonly before: Reading | null;
  /** Ticks. */
  readonly until: number;
  readonly binding: BindingSummary;
  readonly fidelity: Fidelity;
  readonly crossbar?: CrossbarCounts;
}

/** Scores and counts of a run that has ended. */
export function outcomeOf({ emulation, card, layout, before, until, binding, fidelity, crossbar }: EndedRun): EmulationOutcome {
  const { emulator, transport, timing } = emulation;
  const seconds = until / timing.ticksPerSecond;
  const activity = transport instanceof NocTransport && before !== null ? activityBetween(layout, before, transport.read()) : null;
  const account = spikeAccount(emulator.activity, transport.account());
  const lost = Object.values(account.deliveriesLost).reduce((sum, packets) => sum + packets, 0);
  const balanced = account.deliveriesOffered === account.deliveriesMade + lost + account.deliveriesInFlight;
  return {
    fidelity: summariseFidelity(fidelity),
    latency: latencySummary(emulator.latencies(), timing.ticksPerSecond, layout.frequency),
    energy: energySummary(card, emulator.activity, seconds, activity === null ? null : { layout, activity }),
    spikes: account,
    binding,
    offered: activity === null ? null : (account.packets?.flits ?? 0) / (seconds * layout.frequency) / layout.nodes,
    occupancy: activity === null ? null : Array.from(activity.meanOccupancy),
    linkLoad: activity === null ? null : Array.from(activity.linkFlits, (flits) => flits / activity.cycles),
    peakOccupancy: activity === null ? null : Array.from(activity.peakOccupancy),
    activity: { ...emulator.activity },
    ...(crossbar !== undefined && { crossbar }),
    traceHash: traceHash(emulator.spikes()),
    properties: {
      'conservation of packets': balanced && (!(transport instanceof NocTransport) || transport.audit().balanced),
      'no NaN in a state': emulator.membranes().every(Number.isFinite),
    },
  };
}

/** The two numbers with population statistics. */
export function summariseFidelity({ timing, rates, student, teacher }: Fidelity): FidelitySummary {
  return {
    timing,
    rates,
    meanRate: student.meanRate,
    teacherMeanRate: teacher.meanRate,
    cv: student.cv,
    teacherCv: teacher.cv,
    correlation: student.correlation,
    teacherCorrelation: teacher.correlation,
  };
}
