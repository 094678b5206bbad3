/**
 * Statistics over packets that are not kept: latencies as counts per cycle, and per flow (source, destination) what its receiver sees:
 *   jitter      | latency of a packet - latency of the packet of its flow that arrived before it |   (RFC 3393, packet delay variation of consecutive packets)
 *   reordered   a packet that arrives after one of its flow that was offered later   (RFC 4737, type P reordered)
 */
import type { FlowTally, FlowTotals } from '../../kernels/index.ts';

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

const SHARES = [0.5, 0.95, 0.99, 1] as const;

/** Mean, standard deviation and percentiles (nearest rank) of packets counted by their latency in cycles; all 0 when there was no packet. */
export function latencyStatistics(counts: ArrayLike<number>): LatencyStatistics {
  const { length } = counts;
  let [n, total] = [0, 0];
  for (let cycles = 0; cycles < length; cycles++) {
    n += counts[cycles]!;
    total += counts[cycles]! * cycles;
  }
  if (n === 0) return { mean: 0, std: 0, p50: 0, p95: 0, p99: 0, max: 0 };
  const mean = total / n;
  const at: [number, number, number, number] = [0, 0, 0, 0];
  const rankOf = (which: number): number => Math.max(1, Math.ceil(SHARES[which]! * n - 1e-9));
  let [squares, below, which, rank] = [0, 0, 0, rankOf(0)];
  for (let cycles = 0; cycles < length; cycles++) {
    const count = counts[cycles]!;
    if (count === 0) continue;
    squares += count * (cycles - mean) * (cycles - mean);
    below += count;
    while (which < SHARES.length && below >= rank) {
      at[which++] = cycles;
      rank = which < SHARES.length ? rankOf(which) : Infinity;
    }
  }
  const [p50, p95, p99, max] = at;
  return { mean, std: Math.sqrt(squares / n), p50, p95, p99, max };
}

/** Jitter and reordering over all flows. */
export function flowStatistics({ flows, packets, jitter, jitterWorst, reordered, flowsReordered }: FlowTotals): FlowStatistics {
  const pairs = packets - flows;
  return { flows, jitter: pairs === 0 ? 0 : jitter / pairs, jitterWorst, reordered, flowsReordered };
}

/** Flows as their receivers see them, in the order given. */
export function flowRows(flows: readonly FlowTally[]): FlowRow[] {
  return flows.map(({ source, destination, packets, sum, squares, jitter, reordered }) => {
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
