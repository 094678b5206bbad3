/**
 * What is kept of a run while its packets arrive, and the figures that come of it: latencies, jitter and reordering of the packets offered in the measured span; accepted load, occupancy and
 * link loads of its cycles; the errors of the means.
 */
import { giniCoefficient } from '../analysis/index.ts';
import { ARRIVAL_WORDS, OFFER_WORDS } from '../kernels/index.ts';
import { totalOf, type Activity } from './counters.ts';
import { ARRIVAL, type Arrive, type Drop } from './engine.ts';
import type { NocLayout } from './layout.ts';
import { Flows, LatencyCounts, type FlowRow, type FlowStatistics, type LatencyStatistics } from './packet-statistics.ts';
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
  readonly flowRows: readonly FlowRow[]; // with `listFlows`, else empty
  readonly offered: number;
  readonly accepted: number;
  /** Smallest accepted load among the source nodes that send, and among the destinations. */
  readonly acceptedMinBySource: number;
  readonly acceptedMinByDestination: number;
  readonly routersMean: number; // routers traversed; links = routers - 1
  readonly packets: number; // measured
  readonly lost: number; // measured, dropped at a source queue or for a dead node
  readonly lostToDead: number; // of these, for a dead node
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
  readonly #latencies = new LatencyCounts();
  readonly #networkLatencies = new LatencyCounts();
  readonly #flows: Flows;
  #series = new Float64Array(4096); // latencies of the measured packets, in the order of arrival
  readonly #steps = new Steps();
  readonly #acceptedBySource: Float64Array;
  #openOffered = 0; // sum of the cycles in which the open packets were offered
  #routers = 0;
  #lost = 0;
  #lostToDead = 0;
  /** Flits of the packets offered, of those arrived, and of the measured ones dropped, in the cycles of the measured span so far. */
  offeredFlits = 0;
  arrivedFlits = 0;
  droppedFlits = 0;
  /** Measured packets that have neither arrived nor been dropped. */
  open = 0;

  constructor(layout: NocLayout) {
    this.#layout = layout;
    this.#flows = new Flows(layout.nodes);
    this.#acceptedBySource = new Float64Array(layout.nodes);
  }

  /** Packets offered in the cycles [start, end) are measured. */
  begin(start: number, end: number): void {
    this.#start = start;
    this.#end = end;
  }

  /** Cycles before `end` that MSER-5 would cut. */
  truncation(end: number): number {
    const { cycles, packets, latencies } = this.#steps;
    const filled = Array.from({ length: Math.ceil(end / cycles) }, (_, step) => step).filter((step) => packets[step]! > 0);
    const cut = mser5(filled.map((step) => latencies[step]! / packets[step]!));
    return cut === 0 ? 0 : filled[cut]! * cycles;
  }

  /** Told of the packets of the next cycles before they are offered. */
  create(offers: Uint32Array): void {
    if (offers.length === 0 || !(offers.at(-OFFER_WORDS)! >= this.#start)) return;
    let [open, openOffered, flits] = [0, 0, 0];
    for (let i = 0; i < offers.length; i += OFFER_WORDS) {
      const offered = offers[i]!;
      if (!this.#isMeasured(offered)) continue;
      open += 1;
      openOffered += offered;
      flits += offers[i + 3]!;
    }
    this.offeredFlits += flits;
    this.open += open;
    this.#openOffered += openOffered;
  }

  readonly arrive: Arrive = (rows, count): void => {
    const [start, end] = [this.#start, this.#end];
    let [open, openOffered, routers, arrivedFlits] = [0, 0, 0, 0];
    for (let i = 0; i < count * ARRIVAL_WORDS; i += ARRIVAL_WORDS) {
      const source = rows[i + ARRIVAL.source]!;
      const flits = rows[i + ARRIVAL.flits]!;
      const offered = rows[i + ARRIVAL.offered]!;
      const arrived = rows[i + ARRIVAL.arrived]!;
      const latency = arrived - offered;
      this.#steps.add(arrived, latency, flits);
      if (arrived >= start && arrived < end) {
        this.#acceptedBySource[source]! += flits;
        arrivedFlits += flits;
      }
      if (!(offered >= start && offered < end)) continue;
      open -= 1;
      openOffered -= offered;
      const place = this.#latencies.packets;
      if (place === this.#series.length) {
        const grown = new Float64Array(2 * place);
        grown.set(this.#series);
        this.#series = grown;
      }
      this.#series[place] = latency;
      this.#latencies.add(latency);
      this.#networkLatencies.add(arrived - rows[i + ARRIVAL.injected]!);
      this.#flows.add(rows[i + ARRIVAL.id]!, source, rows[i + ARRIVAL.destination]!, latency);
      routers += rows[i + ARRIVAL.routers]!;
    }
    this.open += open;
    this.arrivedFlits += arrivedFlits;
    this.#openOffered += openOffered;
    this.#routers += routers;
  };

  readonly drop: Drop = (_id, _source, offered): void => {
    if (!this.#isMeasured(offered)) return;
    this.open -= 1;
    this.#openOffered -= offered;
    this.droppedFlits += this.#layout.packetFlits;
    this.#lost += 1;
  };

  /** Told of a packet for a dead node. */
  readonly lose = (cycle: number): void => {
    if (!this.#isMeasured(cycle)) return;
    this.#lost += 1;
    this.#lostToDead += 1;
  };

  #isMeasured(cycle: number): boolean {
    return cycle >= this.#start && cycle < this.#end;
  }

  /** Mean latency of the measured packets, those under way counted with their age at `cycle`. */
  meanAge(cycle: number): number {
    const ages = this.open * cycle - this.#openOffered;
    return (this.#latencies.total + ages) / Math.max(1, this.#latencies.packets + this.open);
  }

  /** All figures; whether they are those of a network that carries its load is for the caller to say. */
  conclude(
    activity: Activity,
    run: { rate: number; seed: number; share: ArrayLike<number>; listFlows: boolean },
  ): Omit<Measurement, 'stable' | 'verdict'> {
    const { nodes, packetFlits, graph } = this.#layout;
    const lives = (_: unknown, node: number): boolean => graph.isDeadNode[node] === 0;
    const { cycles } = activity;
    const perNodeCycle = 1 / (nodes * cycles);
    const arrived = this.#latencies.packets;
    const linkLoad = activity.linkFlits.map((flits) => flits / cycles);
    const truncation = this.truncation(this.#start + cycles);
    const step = this.#steps.cycles;
    const flits = this.#steps.flits.slice(Math.ceil(this.#start / step), Math.floor((this.#start + cycles) / step));
    const sending = Array.from(this.#acceptedBySource).filter((_, node) => run.share[node]! > 0 && lives(_, node));
    return {
      rate: run.rate,
      seed: run.seed,
      latency: this.#latencies.statistics(),
      networkLatency: this.#networkLatencies.statistics(),
      latencyError: batchMeans(this.#series.subarray(0, arrived)),
      acceptedError: batchMeans(flits.map((sum) => sum / (nodes * step))),
      warmup: { cycles: this.#start, truncation, isLongEnough: truncation <= this.#start },
      flows: this.#flows.statistics(),
      flowRows: run.listFlows ? this.#flows.rows() : [],
      offered: totalOf(activity.offeredPackets) * packetFlits * perNodeCycle,
      accepted: totalOf(activity.ejectedFlits) * perNodeCycle,
      acceptedMinBySource: Math.min(...sending) / cycles,
      acceptedMinByDestination: Math.min(...activity.ejectedFlits.filter(lives)) / cycles,
      routersMean: this.#routers / Math.max(1, arrived),
      packets: arrived + this.open + this.#lost,
      lost: this.#lost,
      lostToDead: this.#lostToDead,
      linkLoad,
      linkGini: giniCoefficient(linkLoad) ?? 0,
      activity,
    };
  }
}

/** Arrivals by steps of equal length from cycle 0 on; when there are too many steps, two become one. */
class Steps {
  cycles = 10; // of a step
  readonly packets = new Float64Array(STEPS);
  readonly latencies = new Float64Array(STEPS); // sum over the packets
  readonly flits = new Float64Array(STEPS);
  #step = 0; // the last one, and its first cycle
  #from = 0;

  add(cycle: number, latency: number, flits: number): void {
    if (cycle < this.#from || cycle >= this.#from + this.cycles) this.#find(cycle);
    const step = this.#step;
    this.packets[step]! += 1;
    this.latencies[step]! += latency;
    this.flits[step]! += flits;
  }

  #find(cycle: number): void {
    while (cycle >= this.cycles * STEPS) this.#coarsen();
    this.#step = Math.floor(cycle / this.cycles);
    this.#from = this.#step * this.cycles;
  }

  #coarsen(): void {
    this.cycles *= 2;
    for (const column of [this.packets, this.latencies, this.flits]) {
      for (let step = 0; step < STEPS / 2; step++) column[step] = column[2 * step]! + column[2 * step + 1]!;
      column.fill(0, STEPS / 2);
    }
  }
}

const STEPS = 8192;
