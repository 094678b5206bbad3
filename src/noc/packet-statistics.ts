/**
 * Statistics over packets, taken one by one without keeping them: latencies as counts per cycle, and per flow (source, destination) what its receiver sees:
 *   jitter      | latency of a packet - latency of the packet of its flow that arrived before it |   (RFC 3393, packet delay variation of consecutive packets)
 *   reordered   a packet that arrives after one of its flow that was offered later   (RFC 4737, type P reordered)
 */

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

  /** Sum of all latencies, exact. */
  get total(): number {
    return this.#counts.reduce((sum, count, cycles) => sum + count * cycles, 0);
  }

  /** Mean, standard deviation and percentiles (nearest rank); all 0 when there was no packet. */
  statistics(): LatencyStatistics {
    const n = this.#packets;
    if (n === 0) return { mean: 0, std: 0, p50: 0, p95: 0, p99: 0, max: 0 };
    const mean = this.total / n;
    const variance = this.#counts.reduce((sum, count, cycles) => sum + count * (cycles - mean) * (cycles - mean), 0) / n;
    const [p50, p95, p99, max] = [0.5, 0.95, 0.99, 1].map((share) => this.#atRank(Math.max(1, Math.ceil(share * n - 1e-9)))) as [
      number,
      number,
      number,
      number,
    ];
    return { mean, std: Math.sqrt(variance), p50, p95, p99, max };
  }

  #atRank(rank: number): number {
    let below = 0;
    let cycles = 0;
    while (below + this.#counts[cycles]! < rank) below += this.#counts[cycles++]!;
    return cycles;
  }
}

// columns of a flow's record
const [PAIR, PACKETS, SUM, SQUARES, LAST, NEWEST, JITTER, REORDERED] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
const FIELDS = 8;

/** Flows of a network, found by (source, destination). A flow's numbers lie side by side: packets of many flows arrive in turns. */
export class Flows {
  readonly #nodes: number;
  readonly #places = new Map<number, number>();
  readonly #direct: Int32Array | undefined; // place + 1 of each pair, for networks whose pairs fit
  #size = 0;
  #records = new Float64Array(256 * FIELDS);

  constructor(nodes: number) {
    this.#nodes = nodes;
    this.#direct = nodes <= 1024 ? new Int32Array(nodes * nodes) : undefined;
  }

  /** A packet has arrived; `id` counts packets in the order in which they were offered. */
  add(id: number, source: number, destination: number, latency: number): void {
    const at = this.#place(source * this.#nodes + destination) * FIELDS;
    const records = this.#records;
    if (records[at + PACKETS]! > 0) records[at + JITTER]! += Math.abs(latency - records[at + LAST]!);
    if (id < records[at + NEWEST]!) records[at + REORDERED]! += 1;
    else records[at + NEWEST] = id;
    records[at + LAST] = latency;
    records[at + PACKETS]! += 1;
    records[at + SUM]! += latency;
    records[at + SQUARES]! += latency * latency;
  }

  statistics(): FlowStatistics {
    const records = this.#records;
    let [pairs, sum, worst, late, flowsReordered] = [0, 0, 0, 0, 0];
    for (let at = 0; at < this.#size * FIELDS; at += FIELDS) {
      pairs += records[at + PACKETS]! - 1;
      sum += records[at + JITTER]!;
      worst = Math.max(worst, records[at + JITTER]! / Math.max(1, records[at + PACKETS]! - 1));
      late += records[at + REORDERED]!;
      flowsReordered += records[at + REORDERED]! > 0 ? 1 : 0;
    }
    return { flows: this.#size, jitter: pairs === 0 ? 0 : sum / pairs, jitterWorst: worst, reordered: late, flowsReordered };
  }

  /** Every flow, in the order of source and destination. */
  rows(): FlowRow[] {
    return Array.from({ length: this.#size }, (_, place) => this.#records.subarray(place * FIELDS, (place + 1) * FIELDS))
      .toSorted((p, q) => p[PAIR]! - q[PAIR]!)
      .map((record) => {
        const n = record[PACKETS]!;
        const mean = record[SUM]! / n;
        return {
          source: Math.floor(record[PAIR]! / this.#nodes),
          destination: record[PAIR]! % this.#nodes,
          packets: n,
          mean,
          std: Math.sqrt(Math.max(0, record[SQUARES]! / n - mean * mean)),
          jitter: n === 1 ? 0 : record[JITTER]! / (n - 1),
          reordered: record[REORDERED]!,
        };
      });
  }

  #place(pair: number): number {
    const known = this.#direct === undefined ? this.#places.get(pair) : this.#direct[pair]! - 1;
    if (known !== undefined && known >= 0) return known;
    const place = this.#size++;
    if (this.#direct === undefined) this.#places.set(pair, place);
    else this.#direct[pair] = place + 1;
    if (place * FIELDS === this.#records.length) {
      const grown = new Float64Array(2 * this.#records.length);
      grown.set(this.#records);
      this.#records = grown;
    }
    this.#records[place * FIELDS + PAIR] = pair;
    this.#records[place * FIELDS + NEWEST] = -1;
    return place;
  }
}

/** A distribution in seconds, from one in cycles of a clock of `frequency` Hz; times `acceleration` it is biological time. */
export function inSeconds(statistics: LatencyStatistics, frequency: number, acceleration = 1): LatencyStatistics {
  const scale = acceleration / frequency;
  const { mean, std, p50, p95, p99, max } = statistics;
  return { mean: mean * scale, std: std * scale, p50: p50 * scale, p95: p95 * scale, p99: p99 * scale, max: max * scale };
}
