/**
 * One point of a latency-load curve: a network, a pattern, an offered load, a seed.
 * After a warm-up, packets created in the measured span are followed to their arrival while traffic goes on (so late packets meet the same load as early ones).
 * A point is past saturation when the mean latency, packets still under way counted with their age, exceeds the limit, when less than 95 % of the offered flits are accepted in the span,
 * or when measured packets are left after the drain. Its latencies then say how long we watched, not how the network behaves, and the verdict says so.
 */
import { percentiles } from '../analysis/index.ts';
import { OFFER_WORDS } from '../kernels/index.ts';
import { activityBetween, totalOf, type Activity } from './counters.ts';
import { engineOf, type Arrive, type Drop } from './engine.ts';
import type { NocLayout } from './layout.ts';
import { PacketSource } from './packet-source.ts';
import { compileTraffic, expectedMatrix, type TrafficSpec } from './traffic.ts';
import { meanZeroLoadLatency } from './zero-load.ts';

/** What to run. */
export interface MeasureOptions {
  readonly traffic: TrafficSpec;
  /** Offered load in flits per node and cycle, mean over the nodes. */
  readonly rate: number;
  readonly seed: number;
  readonly warmup?: number; // cycles, 1500
  readonly cycles?: number; // cycles of the measured span, 4000
  /** Mean latency in cycles above which a point is past saturation; 10 times the zero-load mean. */
  readonly latencyLimit?: number;
}

/** Distribution over packets, in cycles. */
export interface LatencyStatistics {
  readonly mean: number;
  readonly std: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

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
  readonly offered: number;
  readonly accepted: number;
  /** Smallest accepted load among the source nodes that send, and among the destinations. */
  readonly acceptedMinBySource: number;
  readonly acceptedMinByDestination: number;
  readonly routersMean: number; // routers traversed; links = routers - 1
  readonly packets: number; // measured
  readonly lost: number; // measured, dropped at a source queue
  readonly linkLoad: Float64Array; // flits per cycle, per directed link
  readonly activity: Activity; // of the measured span
}

/** Simulates one point. */
export function measure(layout: NocLayout, options: MeasureOptions): Measurement {
  const { rate, seed, warmup = 1500, cycles = 4000 } = options;
  const traffic = compileTraffic(options.traffic, layout);
  const zeroLoad = meanZeroLoadLatency(layout, expectedMatrix(options.traffic, layout));
  const limit = options.latencyLimit ?? 10 * zeroLoad;
  const source = new PacketSource(layout, traffic, rate / layout.packetFlits, seed);
  const engine = engineOf(layout);
  const record = new Record(layout, warmup, warmup + cycles);
  const runUntil = (end: number, isDone: () => boolean): void => {
    while (engine.cycle < end && !isDone()) {
      const offers = source.draw(Math.min(end, engine.cycle + STRETCH));
      record.create(offers);
      engine.advance(source.cycle, offers, record.arrive, record.drop);
    }
  };
  runUntil(warmup, () => false);
  const before = engine.read();
  runUntil(warmup + cycles, () => false);
  const activity = activityBetween(layout, before, engine.read());
  runUntil(warmup + cycles + Math.ceil(4 * limit) + 1000, () => record.open === 0);
  return record.conclude(activity, {
    rate,
    seed,
    share: traffic.share,
    limit,
    end: engine.cycle,
    name: `${layout.name}, ${traffic.name} traffic`,
  });
}

/** Cycles between two looks at whether all measured packets have arrived. */
const STRETCH = 256;

/** Follows the packets of the measured span. */
class Record {
  readonly #layout: NocLayout;
  readonly #start: number;
  readonly #end: number;
  readonly #latencies: number[] = [];
  readonly #networkLatencies: number[] = [];
  readonly #acceptedBySource: Float64Array;
  #openOffered = 0; // sum of the cycles in which the open packets were offered
  #routers = 0;
  #lost = 0;
  /** Measured packets that have neither arrived nor been dropped. */
  open = 0;

  constructor(layout: NocLayout, start: number, end: number) {
    this.#layout = layout;
    this.#start = start;
    this.#end = end;
    this.#acceptedBySource = new Float64Array(layout.nodes);
  }

  create(offers: Uint32Array): void {
    for (let i = 0; i < offers.length; i += OFFER_WORDS) if (this.#isMeasured(offers[i]!)) this.#count(offers[i]!, 1);
  }

  readonly arrive: Arrive = (_id, source, _destination, flits, offered, injected, arrived, routers): void => {
    if (this.#isMeasured(arrived)) this.#acceptedBySource[source]! += flits;
    if (!this.#isMeasured(offered)) return;
    this.#count(offered, -1);
    this.#latencies.push(arrived - offered);
    this.#networkLatencies.push(arrived - injected);
    this.#routers += routers;
  };

  readonly drop: Drop = (_id, _source, offered): void => {
    if (!this.#isMeasured(offered)) return;
    this.#count(offered, -1);
    this.#lost += 1;
  };

  #isMeasured(cycle: number): boolean {
    return cycle >= this.#start && cycle < this.#end;
  }

  #count(offered: number, change: 1 | -1): void {
    this.open += change;
    this.#openOffered += change * offered;
  }

  conclude(
    activity: Activity,
    run: { rate: number; seed: number; share: Float64Array; limit: number; end: number; name: string },
  ): Measurement {
    const { nodes, packetFlits } = this.#layout;
    const { cycles } = activity;
    const perNodeCycle = 1 / (nodes * cycles);
    const offered = totalOf(activity.offeredPackets) * packetFlits * perNodeCycle;
    const accepted = totalOf(activity.ejectedFlits) * perNodeCycle;
    const arrived = this.#latencies.length;
    const ages = this.open * run.end - this.#openOffered;
    const meanAge = (totalOf(this.#latencies) + ages) / Math.max(1, arrived + this.open);
    const reasons = [
      meanAge > run.limit ? `mean latency ${meanAge.toFixed(0)} cycles is above ${run.limit.toFixed(0)}` : '',
      accepted < 0.95 * offered ? `only ${((100 * accepted) / offered).toFixed(0)} % of the offered flits were accepted` : '',
      this.open > 0 ? `${String(this.open)} measured packets had not arrived when the run ended` : '',
    ].filter((reason) => reason !== '');
    const load = `${run.name} at ${String(run.rate)} flits per node and cycle`;
    const sending = Array.from(this.#acceptedBySource).filter((_, node) => run.share[node]! > 0);
    return {
      rate: run.rate,
      seed: run.seed,
      stable: reasons.length === 0,
      verdict: reasons.length === 0 ? `${load}: stable` : `${load}: past saturation (${reasons.join('; ')})`,
      latency: statisticsOf(this.#latencies),
      networkLatency: statisticsOf(this.#networkLatencies),
      offered,
      accepted,
      acceptedMinBySource: Math.min(...sending) / cycles,
      acceptedMinByDestination: Math.min(...activity.ejectedFlits) / cycles,
      routersMean: this.#routers / Math.max(1, arrived),
      packets: arrived + this.open + this.#lost,
      lost: this.#lost,
      linkLoad: activity.linkFlits.map((flits) => flits / cycles),
      activity,
    };
  }
}

/** Mean, standard deviation and percentiles (nearest rank); all 0 for an empty list. */
function statisticsOf(values: readonly number[]): LatencyStatistics {
  const n = values.length;
  if (n === 0) return { mean: 0, std: 0, p50: 0, p95: 0, p99: 0, max: 0 };
  const [p50, p95, p99, max] = percentiles(values, [0.5, 0.95, 0.99, 1]) as [number, number, number, number];
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / n;
  return { mean, std: Math.sqrt(variance), p50, p95, p99, max };
}
