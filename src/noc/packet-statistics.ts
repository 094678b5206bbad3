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

/** Flows of a network, found by (source, destination). */
export class Flows {
  readonly #nodes: number;
  readonly #places = new Map<number, number>();
  readonly #direct: Int32Array | undefined; // place + 1 of each pair, for networks whose pairs fit
  #size = 0;
  #columns = columnsOf(256);

  constructor(nodes: number) {
    this.#nodes = nodes;
    this.#direct = nodes <= 1024 ? new Int32Array(nodes * nodes) : undefined;
  }

  /** A packet has arrived; `id` counts packets in the order in which they were offered. */
  add(id: number, source: number, destination: number, latency: number): void {
    const place = this.#place(source * this.#nodes + destination);
    const { packets, sum, squares, last, newest, jitter, reordered } = this.#columns;
    if (packets[place]! > 0) jitter[place]! += Math.abs(latency - last[place]!);
    if (id < newest[place]!) reordered[place]! += 1;
    else newest[place] = id;
    last[place] = latency;
    packets[place]! += 1;
    sum[place]! += latency;
    squares[place]! += latency * latency;
  }

  statistics(): FlowStatistics {
    const { packets, jitter, reordered } = this.#columns;
    let [pairs, sum, worst, late, flowsReordered] = [0, 0, 0, 0, 0];
    for (let place = 0; place < this.#size; place++) {
      pairs += packets[place]! - 1;
      sum += jitter[place]!;
      worst = Math.max(worst, jitter[place]! / Math.max(1, packets[place]! - 1));
      late += reordered[place]!;
      flowsReordered += reordered[place]! > 0 ? 1 : 0;
    }
    return { flows: this.#size, jitter: pairs === 0 ? 0 : sum / pairs, jitterWorst: worst, reordered: late, flowsReordered };
  }

  /** Every flow, in the order of source and destination. */
  rows(): FlowRow[] {
    const { pair, packets, sum, squares, jitter, reordered } = this.#columns;
    return Array.from({ length: this.#size }, (_, place) => place)
      .toSorted((p, q) => pair[p]! - pair[q]!)
      .map((place) => {
        const n = packets[place]!;
        const mean = sum[place]! / n;
        return {
          source: Math.floor(pair[place]! / this.#nodes),
          destination: pair[place]! % this.#nodes,
          packets: n,
          mean,
          std: Math.sqrt(Math.max(0, squares[place]! / n - mean * mean)),
          jitter: n === 1 ? 0 : jitter[place]! / (n - 1),
          reordered: reordered[place]!,
        };
      });
  }

  #place(pair: number): number {
    const known = this.#direct === undefined ? this.#places.get(pair) : this.#direct[pair]! - 1;
    if (known !== undefined && known >= 0) return known;
    const place = this.#size++;
    if (this.#direct === undefined) this.#places.set(pair, place);
    else this.#direct[pair] = place + 1;
    if (place === this.#columns.pair.length) {
      const grown = columnsOf(2 * place);
      for (const [name, column] of Object.entries(this.#columns)) grown[name as keyof typeof grown].set(column);
      this.#columns = grown;
    }
    this.#columns.pair[place] = pair;
    this.#columns.newest[place] = -1;
    return place;
  }
}

function columnsOf(size: number) {
  return {
    pair: new Float64Array(size),
    packets: new Float64Array(size),
    sum: new Float64Array(size),
    squares: new Float64Array(size),
    last: new Float64Array(size),
    newest: new Float64Array(size),
    jitter: new Float64Array(size),
    reordered: new Float64Array(size),
  };
}

/** A distribution in seconds, from one in cycles of a clock of `frequency` Hz; times `acceleration` it is biological time. */
export function inSeconds(statistics: LatencyStatistics, frequency: number, acceleration = 1): LatencyStatistics {
  const scale = acceleration / frequency;
  const { mean, std, p50, p95, p99, max } = statistics;
  return { mean: mean * scale, std: std * scale, p50: p50 * scale, p95: p95 * scale, p99: p99 * scale, max: max * scale };
}
