/**
 * What is kept of a run while its packets arrive, and the figures that come of it: latencies, jitter and reordering of the packets offered in the measured span; accepted load, occupancy and
 * link loads of its cycles; the errors of the means.
 */
import { giniCoefficient } from '../../analysis/index.ts';
import { OFFER_WORDS, PacketTally, type StepTally } from '../../kernels/index.ts';
import { totalOf, type Activity } from '../router/counters.ts';
import type { Arrive, Drop } from '../kernel/engine.ts';
import type { NocLayout } from '../design/layout.ts';
import {
  flowRows,
  flowStatistics,
  latencyStatistics,
  totalLatency,
  type FlowRow,
  type FlowStatistics,
  type LatencyStatistics,
} from './packet-statistics.ts';
import { batchMeans, mser5, type BatchMeans } from './steady-state.ts';

/** What was measured. Loads are flits per node and cycle. */
export interface Measurement {
  readonly rate: number;
  readonly seed: number;
  readonly stable: boolean;
  /** One sentence. */
  readonly verdict: string;
  /** Creation to arrival of the tail, of the measured packets that arrived. */
  readonly latency: LatencyStatistics;
  /** The same from the injection of the head: without waiting in the source queue. */
  readonly networkLatency: LatencyStatistics;
  /** How well the mean latency and the accepted load are known within this run; undefined when there are too few packets or cycles for 20 batches. */
  readonly latencyError: BatchMeans | undefined;
  readonly acceptedError: BatchMeans | undefined;
  readonly warmup: Warmup;
  /** Jitter and reordering, over the measured packets. */
  readonly flows: FlowStatistics;
  readonly flowRows: readonly FlowRow[]; // the first `listFlows`, the most jitter first
  readonly offered: number;
  readonly accepted: number;
  /** Smallest accepted load among the source nodes that send, and among the destinations. */
  readonly acceptedMinBySource: number;
  readonly acceptedMinByDestination: number;
  readonly routersMean: number; // routers traversed; links = routers - 1
  readonly packets: number; // measured
  readonly lost: number; // measured, dropped at a source queue or for a dead node
  readonly lostToDead: number; // of these, for a dead node
  /** Source node, destination node, packets lost: every flow that lost some, the worst first. */
  readonly lostFlows: readonly (readonly [from: number, to: number, lost: number])[];
  readonly inFlight: number; // measured, neither arrived nor lost when the run ended
  readonly linkLoad: Float64Array; // flits per cycle, per directed link
  /** Gini coefficient of the link loads: 0 = all alike; 0 when nothing moved. */
  readonly linkGini: number;
  readonly activity: Activity; // of the measured span
}

/** Cycles before the measured span, and what MSER-5 says about them. */
interface Warmup {
  readonly cycles: number;
  /** Cycles that MSER-5 would cut, of warm-up and measured span together. */
  readonly truncation: number;
  readonly isLongEnough: boolean;
}

/** Follows the packets of the measured span. */
export class MeasureRecord {
  readonly #layout: NocLayout;
  #start = Infinity;
  #end = Infinity;
  readonly #tally: PacketTally;
  #created = 0; // measured packets that were not dropped
  #createdOffered = 0; // sum of the cycles in which they were offered
  #lost = 0;
  #lostToDead = 0;
  readonly #lostFlows = new Map<number, number>(); // by source * nodes + destination
  /** Flits of the packets offered, and of the measured ones dropped, in the cycles of the measured span so far. */
  offeredFlits = 0;
  droppedFlits = 0;

  constructor(layout: NocLayout) {
    this.#layout = layout;
    this.#tally = new PacketTally(layout.nodes);
  }

  /** Measured packets that have neither arrived nor been dropped. */
  get open(): number {
    return this.#created - this.#tally.packets;
  }

  /** Flits that arrived in the cycles of the measured span so far. */
  get arrivedFlits(): number {
    return totalOf(this.#tally.acceptedBySource());
  }

  /** Packets offered in the cycles [start, end) are measured. */
  begin(start: number, end: number): void {
    this.#start = start;
    this.#end = end;
    this.#tally.begin(start, end);
  }

  /** Cycles before `end` that MSER-5 would cut. */
  truncation(end: number): number {
    return truncationOf(this.#tally.steps(end), end);
  }

  /** Told of the packets of the next cycles before they are offered. */
  create(offers: Uint32Array): void {
    const first = firstFrom(offers, this.#start);
    const end = firstFrom(offers, this.#end);
    this.#created += end - first;
    this.offeredFlits += (end - first) * this.#layout.packetFlits;
    let sum = 0;
    for (let i = first * OFFER_WORDS; i < end * OFFER_WORDS; i += OFFER_WORDS) sum += offers[i]!;
    this.#createdOffered += sum;
  }

  readonly arrive: Arrive = (rows, count): void => {
    this.#tally.add(rows, count);
  };

  readonly drop: Drop = (_id, source, offered, destination): void => {
    if (!this.#isMeasured(offered)) return;
    this.#created -= 1;
    this.#createdOffered -= offered;
    this.droppedFlits += this.#layout.packetFlits;
    this.#loseOf(source, destination);
  };

  /** Told of a packet for a dead node. */
  readonly lose = (cycle: number, source: number, destination: number): void => {
    if (!this.#isMeasured(cycle)) return;
    this.#loseOf(source, destination);
    this.#lostToDead += 1;
  };

  #loseOf(source: number, destination: number): void {
    const flow = source * this.#layout.nodes + destination;
    this.#lost += 1;
    this.#lostFlows.set(flow, (this.#lostFlows.get(flow) ?? 0) + 1);
  }

  #isMeasured(cycle: number): boolean {
    return cycle >= this.#start && cycle < this.#end;
  }

  /** Mean latency of the measured packets, those under way counted with their age at `cycle`. */
  meanAge(cycle: number): number {
    const ages = this.open * cycle - (this.#createdOffered - this.#tally.sums.offered);
    return (totalLatency(this.#tally.latencies()[0]) + ages) / Math.max(1, this.#created);
  }

  /** All figures; whether they are those of a network that carries its load is for the caller to say. */
  conclude(
    activity: Activity,
    run: { rate: number; seed: number; share: ArrayLike<number>; listFlows: number },
  ): Omit<Measurement, 'stable' | 'verdict'> {
    const { nodes, packetFlits, graph } = this.#layout;
    const lives = (_: unknown, node: number): boolean => graph.isDeadNode[node] === 0;
    const { cycles } = activity;
    const perNodeCycle = 1 / (nodes * cycles);
    const tally = this.#tally;
    const arrived = tally.packets;
    const [latencies, networkLatencies] = tally.latencies();
    const steps = tally.steps(this.#start + cycles);
    const linkLoad = activity.linkFlits.map((flits) => flits / cycles);
    const truncation = truncationOf(steps, this.#start + cycles);
    const step = steps.cycles;
    const flits = steps.flits.slice(Math.ceil(this.#start / step), Math.floor((this.#start + cycles) / step));
    const sending = Array.from(tally.acceptedBySource()).filter((_, node) => run.share[node]! > 0 && lives(_, node));
    return {
      rate: run.rate,
      seed: run.seed,
      latency: latencyStatistics(latencies),
      networkLatency: latencyStatistics(networkLatencies),
      latencyError: batchMeans(tally.series()),
      acceptedError: batchMeans(flits.map((sum) => sum / (nodes * step))),
      warmup: { cycles: this.#start, truncation, isLongEnough: truncation <= this.#start },
      flows: flowStatistics(tally.flowTotals()),
      flowRows: run.listFlows > 0 ? flowRows(tally.flows(run.listFlows)) : [],
      offered: totalOf(activity.offeredPackets) * packetFlits * perNodeCycle,
      accepted: totalOf(activity.ejectedFlits) * perNodeCycle,
      acceptedMinBySource: Math.min(...sending) / cycles,
      acceptedMinByDestination: Math.min(...activity.ejectedFlits.filter(lives)) / cycles,
      routersMean: tally.sums.routers / Math.max(1, arrived),
      packets: arrived + this.open + this.#lost,
      lost: this.#lost,
      lostToDead: this.#lostToDead,
      lostFlows: Array.from(this.#lostFlows, ([flow, lost]) => [Math.floor(flow / nodes), flow % nodes, lost] as const).toSorted(
        ([from, to, lost], [otherFrom, otherTo, otherLost]) => otherLost - lost || from - otherFrom || to - otherTo,
      ),
      inFlight: this.open,
      linkLoad,
      linkGini: giniCoefficient(linkLoad) ?? 0,
      activity,
    };
  }
}

/** The first of the offers, which are in the order of cycles, at or after a cycle. */
function firstFrom(offers: Uint32Array, cycle: number): number {
  let low = 0;
  let high = offers.length / OFFER_WORDS;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offers[middle * OFFER_WORDS]! < cycle) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Cycles before `end` that MSER-5 would cut, of the mean latencies of the steps in which something arrived. */
function truncationOf({ cycles, packets, latencies }: StepTally, end: number): number {
  const filled = new Uint32Array(packets.length);
  const means = new Float64Array(packets.length);
  let count = 0;
  for (let step = 0; step < Math.min(packets.length, Math.ceil(end / cycles)); step++) {
    if (!(packets[step]! > 0)) continue;
    filled[count] = step;
    means[count++] = latencies[step]! / packets[step]!;
  }
  const cut = mser5(means.subarray(0, count));
  return cut === 0 ? 0 : filled[cut]! * cycles;
}
