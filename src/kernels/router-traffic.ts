/**
 * Packets of nodes that each create one with their own probability per cycle, in bulk: offers for a `RouterNet`. Destinations are put in place here; the choice of a way is left as a raw
 * 32-bit word.
 * A packet is a function of (seed, node, its number within the node); the formula of the gaps stands in assembly/router-traffic.ts.
 */
import { STREAMS } from '../base/chance.ts';
import { log1p } from '../base/elementary.ts';
import { InternalError } from '../base/errors.ts';
import { instantiate, type Kernels } from './load.ts';
import { KernelMemory } from './memory.ts';
import { OFFER_WORDS } from './router-tables.ts';

const CAPACITY = 65_536; // packets
const EXPECTED = 8192; // packets of one window, so that the capacity is never reached
const LONGEST = 65_536; // cycles of one window, unless packets are rare
const RARE = 16; // packets in the longest window below which they are sorted by insertion

/** Destinations by weight: the node of the first column whose cumulative weight is above u times that of the last one. */
export interface DestinationWeights {
  /** One per column. */
  readonly nodes: Uint32Array;
  /** `cumulative[row * columns + column]`, one row per source, or one for all. */
  readonly cumulative: Float64Array;
  /** The last column of each row with a weight above 0. */
  readonly last: Uint32Array;
}

/** What becomes of the words of a packet. */
export interface RouterTrafficEnds {
  /** even: any node alike; the only destination of each node; by weight; absent: the word is kept. */
  readonly destinations?: 'even' | Int32Array | DestinationWeights;
  /** The word of the way is kept; else it is 0. */
  readonly keepsWays: boolean;
}

export class RouterTraffic {
  readonly #memory = new KernelMemory();
  readonly #kernels: Kernels;
  readonly #source: number;
  readonly #sorted: number;
  readonly #flits: number;
  readonly #window: number; // cycles
  readonly #sparse: boolean;
  #cycle = 0;

  /** `probability` of a packet per cycle, one per node. */
  constructor(probability: ArrayLike<number>, flits: number, seed: number, ends: RouterTrafficEnds = { keepsWays: true }) {
    const nodes = probability.length;
    if (nodes > CAPACITY) throw new InternalError(`traffic of at most ${String(CAPACITY)} nodes, found ${String(nodes)}`);
    this.#flits = flits;
    const rate = Array.from(probability).reduce((sum, p) => sum + p, 0);
    this.#sparse = rate * LONGEST < RARE;
    this.#window = Math.max(
      1,
      Math.floor(Math.min(this.#sparse ? 2 ** 30 : LONGEST, (this.#sparse ? RARE : EXPECTED) / Math.max(rate, 1e-9))),
    );
    const memory = this.#memory;
    this.#source = memory.allocate(80);
    const scale = memory.allocate(8 * nodes);
    this.#sorted = memory.allocate(4 * OFFER_WORDS * CAPACITY);
    const { destinations } = ends;
    let [targets, cumulative, last] = [0, 0, 0];
    const weights = destinations === undefined || destinations === 'even' || destinations instanceof Int32Array ? undefined : destinations;
    const named = weights?.nodes ?? (destinations instanceof Int32Array ? destinations : undefined);
    if (named !== undefined) {
      targets = memory.allocate(4 * named.length);
      memory.u32(targets, named.length).set(named);
    }
    if (weights !== undefined) {
      cumulative = memory.allocate(8 * weights.cumulative.length);
      memory.f64(cumulative, weights.cumulative.length).set(weights.cumulative);
      last = memory.allocate(4 * weights.last.length);
      memory.u32(last, weights.last.length).set(weights.last);
    }
    const words = [
      nodes,
      seed >>> 0,
      Math.floor(seed / 2 ** 32),
      STREAMS.traffic,
      0,
      scale,
      memory.allocate(4 * nodes),
      memory.allocate(4 * nodes),
      memory.allocate(128 * nodes),
      memory.allocate(this.#sparse ? 0 : 4 * this.#window),
      memory.allocate(4 * OFFER_WORDS * CAPACITY),
      this.#sorted,
      CAPACITY,
      destinations === 'even' ? nodes : 0,
      targets,
      ends.keepsWays ? 1 : 0,
      cumulative,
      weights?.nodes.length ?? 0,
      last,
      weights === undefined || weights.last.length === 1 ? 0 : 1,
    ];
    memory.u32(this.#source, words.length).set(words);
    // probability 1: the gap is log(u) * -0, always 1
    new Float64Array(memory.memory.buffer, scale, nodes).set(Array.from(probability, (p) => 1 / log1p(-p)));
    this.#kernels = instantiate(memory);
    this.#kernels.routerTrafficBegin(this.#source);
  }

  /** The next cycle whose packets have not been drawn. */
  get cycle(): number {
    return this.#cycle;
  }

  /** The packets of the next cycles, at most up to `until`: `cycle` says how far. A window onto memory, valid until the next call; the caller puts in place what is still a word. */
  draw(until: number): Uint32Array {
    const end = Math.min(until, this.#cycle + this.#window);
    const count = this.#kernels.routerTraffic(this.#source, this.#cycle, end, this.#flits, this.#sparse);
    if (count > CAPACITY) throw new InternalError(`${String(count)} packets in ${String(end - this.#cycle)} cycles`);
    this.#cycle = end;
    return this.#memory.u32(this.#sorted, OFFER_WORDS * count);
  }
}
