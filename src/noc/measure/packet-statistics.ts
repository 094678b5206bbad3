/**
 * Statistics over packets that are not kept: latencies as counts per cycle, and per flow (source, destination) what its receiver sees:
 *   jitter      | latency of a packet - latency of the packet of its flow that arrived before it |   (RFC 3393, packet delay variation of consecutive packets)
 *   reordered   a packet that arrives after one of its flow that was offered later   (RFC 4737, type P reordered)
 */
import type { FlowTally } from '../../kernels/index.ts';

/** Distribution over packets, in cycles. */
export interface LatencyStatistics {
  readonly mean: number;
  readonly std: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** What the receivers of all flows saw. */
export interface FlowStatistics {
  readonly flows: number; // with at least one packet
  /** Mean over all pairs of consecutive packets of a flow, and the worst flow's mean, in cycles. */
  readonly jitter: number;
  readonly jitterWorst: number;
  readonly reordered: number; // packets
  readonly flowsReordered: number;
}

/** One flow. */
export interface FlowRow {
  readonly source: number;
  readonly destination: number;
  readonly packets: number;
  readonly mean: number; // cycles
  readonly std: number; // cycles
  readonly jitter: number; // cycles
  readonly reordered: number;
}

/** Counts of whole numbers of cycles. */
export class LatencyCounts {
  #counts = new Float64Array(1024);
  #packets = 0;

  get packets(): number {
    return this.#packets;
  }

  add(cycles: number): void {
    if (cycles >= this.#counts.length) {
      let size = 2 * this.#counts.length;
      while (size <= cycles) size *= 2;
      const grown = new Float64Array(size);
      grown.set(this.#counts);
      this.#counts = grown;
    }
    this.#counts[cycles]! += 1;
    this.#packets += 1;
  }

  statistics(): LatencyStatistics {
    return latencyStatistics(this.#counts);
  }
}

/** Sum of all latencies, of packets counted by their latency in cycles; exact. */
export function totalLatency(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let cycles = 0; cycles < counts.length; cycles++) sum += counts[cycles]! * cycles;
  return sum;
}

/** Mean, standard deviation and percentiles (nearest rank) of packets counted by their latency in cycles; all 0 when there was no packet. */
export function latencyStatistics(counts: ArrayLike<number>): LatencyStatistics {
  let n = 0;
  for (let cycles = 0; cycles < counts.length; cycles++) n += counts[cycles]!;
  if (n === 0) return { mean: 0, std: 0, p50: 0, p95: 0, p99: 0, max: 0 };
  const mean = totalLatency(counts) / n;
  let squares = 0;
  for (let cycles = 0; cycles < counts.length; cycles++) squares += counts[cycles]! * (cycles - mean) * (cycles - mean);
  const atRank = (rank: number): number => {
    let below = 0;
    let cycles = 0;
    while (below + counts[cycles]! < rank) below += counts[cycles++]!;
    return cycles;
  };
  const [p50, p95, p99, max] = [0.5, 0.95, 0.99, 1].map((share) => atRank(Math.max(1, Math.ceil(share * n - 1e-9)))) as [
    number,
    number,
    number,
    number,
  ];
  return { mean, std: Math.sqrt(squares / n), p50, p95, p99, max };
}

/** Jitter and reordering over all flows. */
export function flowStatistics(flows: readonly FlowTally[]): FlowStatistics {
  let [pairs, sum, worst, late, flowsReordered] = [0, 0, 0, 0, 0];
  for (const { packets, jitter, reordered } of flows) {
    pairs += packets - 1;
    sum += jitter;
    worst = Math.max(worst, jitter / Math.max(1, packets - 1));
    late += reordered;
    flowsReordered += reordered > 0 ? 1 : 0;
  }
  return { flows: flows.length, jitter: pairs === 0 ? 0 : sum / pairs, jitterWorst: worst, reordered: late, flowsReordered };
}

/** Every flow, in the order of source and destination. */
export function flowRows(flows: readonly FlowTally[]): FlowRow[] {
  return flows
    .toSorted((p, q) => p.source - q.source || p.destination - q.destination)
    .map(({ source, destination, packets, sum, squares, jitter, reordered }) => {
      const mean = sum / packets;
      const std = Math.sqrt(Math.max(0, squares / packets - mean * mean));
      return { source, destination, packets, mean, std, jitter: packets === 1 ? 0 : jitter / (packets - 1), reordered };
    });
}

/** A distribution in seconds, from one in cycles of a clock of `frequency` Hz; times `acceleration` it is biological time. */
export function inSeconds(statistics: LatencyStatistics, frequency: number, acceleration = 1): LatencyStatistics {
  const scale = acceleration / frequency;
  const { mean, std, p50, p95, p99, max } = statistics;
  return { mean: mean * scale, std: std * scale, p50: p50 * scale, p95: p95 * scale, p99: p99 * scale, max: max * scale };
}
