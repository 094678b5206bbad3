/**
 * When a node creates packets, at a given mean rate r of packets per cycle:
 *   bernoulli    in every cycle with probability r
 *   poisson      at the points of a Poisson process of rate r in continuous time; several may fall into one cycle
 *   on-off       in bursts: a two-state chain stays on for `on` cycles and off for `off` cycles in the mean (both geometric) and creates packets with probability
 *                r (on + off) / on per cycle while it is on (a Markov-modulated Bernoulli process; BookSim2's `on_off` with alpha = 1 / off and beta = 1 / on)
 *   synchronous  all nodes in the same cycles, `period` apart: r * period packets at once, its fraction drawn
 * A packet is a function of (seed, node, its number within the node), so nothing depends on the pieces in which a run is drawn. Bernoulli traffic is drawn by a kernel (kernels/router-traffic.ts).
 */
import { Chance, InfeasibleError, log, log1p } from '../../base/index.ts';
import { OFFER_WORDS } from '../../kernels/index.ts';

/** A process by name and parameters: plain data. */
export type ArrivalProcess =
  | { readonly kind: 'bernoulli' }
  | { readonly kind: 'poisson' }
  /** Mean cycles of a burst and of the pause behind it, each at least 1. */
  | { readonly kind: 'on-off'; readonly on: number; readonly off: number }
  /** Cycles from burst to burst. */
  | { readonly kind: 'synchronous'; readonly period: number };

const EXPECTED = 4096; // packets of one window
const LONGEST = 65_536; // cycles of one window

/** Packets of all nodes in the order (cycle, node): rows of OFFER_WORDS numbers whose destination and choice are still raw 32-bit words. */
export class ProcessDraws {
  readonly #process: Exclude<ArrivalProcess, { kind: 'bernoulli' }>;
  readonly #rate: Float64Array; // packets per cycle, per node
  readonly #flits: number;
  readonly #packets: Chance;
  readonly #bursts: Chance;
  readonly #count: Float64Array; // packets drawn, per node
  readonly #next: Float64Array; // time of the next packet in cycles, per node; synchronous: number of packets left in this burst
  readonly #burstEnd: Float64Array; // on-off: one past the last cycle of the present burst
  readonly #burst: Float64Array; // number of the present burst
  readonly #window: number; // cycles
  #cycle = 0;

  /** `rate` packets per cycle, one per node. InfeasibleError when a node would have to create more than one packet per cycle while it is on, or numbers are out of range. */
  constructor(process: Exclude<ArrivalProcess, { kind: 'bernoulli' }>, rate: Float64Array, flits: number, seed: number) {
    checkProcess(process, rate);
    const nodes = rate.length;
    this.#process = process;
    this.#rate = rate;
    this.#flits = flits;
    this.#packets = new Chance(seed, 'traffic', 2);
    this.#bursts = new Chance(seed, 'traffic', 3);
    this.#count = new Float64Array(nodes);
    this.#next = new Float64Array(nodes);
    this.#burstEnd = new Float64Array(nodes);
    this.#burst = new Float64Array(nodes);
    const total = rate.reduce((sum, one) => sum + one, 0);
    this.#window = Math.max(1, Math.floor(Math.min(LONGEST, EXPECTED / Math.max(total, 1e-9))));
    for (let node = 0; node < nodes; node++) {
      if (process.kind === 'on-off') this.#beginBursts(node, process.on, process.off);
      if (process.kind !== 'synchronous') this.#next[node] = this.#follow(node, process.kind === 'on-off' ? this.#next[node]! - 1 : 0);
    }
  }

  /** The next cycle whose packets have not been drawn. */
  get cycle(): number {
    return this.#cycle;
  }

  /** The packets of the next cycles, at most up to `until`: `cycle` says how far. */
  draw(until: number): Uint32Array {
    const end = Math.min(until, this.#cycle + this.#window);
    const rows = this.#process.kind === 'synchronous' ? this.#together(end, this.#process.period) : this.#apart(end);
    this.#cycle = end;
    return rows;
  }

  /** Bursts of all nodes in the cycles before `end`. */
  #together(end: number, period: number): Uint32Array {
    const rows: number[] = [];
    for (let burst = Math.ceil(this.#cycle / period); burst * period < end; burst++) {
      for (const [node, rate] of this.#rate.entries()) {
        const packets = Math.floor(rate * period + this.#bursts.uniform(node, burst));
        for (let i = 0; i < packets; i++) this.#write(rows, burst * period, node);
      }
    }
    return Uint32Array.from(rows);
  }

  /** Packets of all nodes before `end`, put in the order of cycles. */
  #apart(end: number): Uint32Array {
    const rows: number[] = [];
    const keys: number[] = [];
    const start = this.#cycle;
    for (let node = 0; node < this.#next.length; node++) {
      while (this.#next[node]! < end) {
        const cycle = Math.floor(this.#next[node]!);
        keys.push((cycle - start) * 2 ** 24 + keys.length);
        this.#write(rows, cycle, node);
        this.#next[node] = this.#follow(node, this.#next[node]!);
      }
    }
    const sorted = new Uint32Array(rows.length);
    for (const [place, key] of Float64Array.from(keys).toSorted().entries()) {
      const from = (key % 2 ** 24) * OFFER_WORDS;
      for (let word = 0; word < OFFER_WORDS; word++) sorted[place * OFFER_WORDS + word] = rows[from + word]!;
    }
    return sorted;
  }

  #write(rows: number[], cycle: number, node: number): void {
    const index = this.#process.kind === 'synchronous' ? this.#count[node]!++ : this.#count[node]! - 1;
    const words = this.#packets.words(node, index);
    rows.push(cycle, node, words[2]!, this.#flits, words[3]!);
  }

  /** Time of the packet after one at `time`. */
  #follow(node: number, time: number): number {
    const u = this.#packets.uniform(node, this.#count[node]!++);
    const rate = this.#rate[node]!;
    if (rate === 0) return Infinity;
    if (this.#process.kind === 'poisson') return time - log(u) / rate;
    const { on, off } = this.#process as Extract<ArrivalProcess, { kind: 'on-off' }>;
    // the gap counts cycles in which the node is on
    let next = time + geometric(u, (rate * (on + off)) / on);
    while (next >= this.#burstEnd[node]!) {
      const beyond = next - this.#burstEnd[node]!;
      const words = this.#bursts.words(node, ++this.#burst[node]!);
      const start = this.#burstEnd[node]! + geometric(half(words[0]!), 1 / off);
      this.#burstEnd[node] = start + geometric(half(words[1]!), 1 / on);
      next = start + beyond;
    }
    return next;
  }

  /** The state in cycle 0, as in the long run; the rest of a burst or a pause is as long as a whole one. */
  #beginBursts(node: number, on: number, off: number): void {
    const words = this.#bursts.words(node, 0);
    const isOn = half(words[2]!) < on / (on + off);
    const start = isOn ? 0 : geometric(half(words[0]!), 1 / off);
    this.#next[node] = start;
    this.#burstEnd[node] = start + geometric(half(words[1]!), 1 / on);
  }
}

/** The most packets per cycle that a node can create in the mean: 1, or with bursts the share of cycles in which it is on. */
export function mostPackets(process: ArrivalProcess): number {
  return process.kind === 'on-off' ? process.on / (process.on + process.off) : 1;
}

/** InfeasibleError when a process does not go with the rates of the nodes (packets per cycle). */
function checkProcess(process: Exclude<ArrivalProcess, { kind: 'bernoulli' }>, rate: Float64Array): void {
  const most = rate.reduce((max, one) => Math.max(max, one), 0);
  if (process.kind === 'synchronous' && !(Number.isInteger(process.period) && process.period >= 1))
    throw new InfeasibleError(`synchronous bursts come every 1 or more cycles, found a period of ${String(process.period)}`);
  if (process.kind !== 'on-off') return;
  const { on, off } = process;
  if (!(on >= 1 && off >= 1 && Number.isFinite(on + off)))
    throw new InfeasibleError(`bursts and pauses last 1 cycle or more in the mean, found ${String(on)} on and ${String(off)} off`);
  const highest = mostPackets(process);
  if (most > highest * (1 + 1e-9)) {
    throw new InfeasibleError(
      `a node that is on for ${String(on)} of ${String(on + off)} cycles creates at most ${highest.toPrecision(3)} packets per cycle, found ${most.toPrecision(3)}`,
    );
  }
}

/** Number of trials up to and including the first success; at least 1. */
function geometric(u: number, probability: number): number {
  return probability >= 1 ? 1 : 1 + Math.floor(log(u) / log1p(-probability));
}

/** Uniform in (0, 1) from one word. */
function half(word: number): number {
  return (word + 0.5) / 2 ** 32;
}
