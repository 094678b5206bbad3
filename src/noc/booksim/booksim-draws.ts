/**
 * The random numbers of BookSim2, so that a run of ours is its run packet by packet: the same seed gives the same packets, and all figures agree to the last digit.
 * Two lagged Fibonacci generators with lags 100 and 37, of each 1009 numbers the first 100 used; one over integers modulo 2^30, one over multiples of 2^-52 modulo 1:
 *   x[j] = (x[j-100] - x[j-37]) mod 2^30        u[j] = (u[j-100] + u[j-37]) mod 1
 * A seed s is spread by the powers of a polynomial over the residue class of s, so that different seeds give stretches far apart.
 * Source: Knuth, The Art of Computer Programming, volume 2, section 3.6 (edition of 2002, with its known answers); which draw serves what: BookSim2's behaviour, found from its runs.
 * A node whose queue is empty draws one fraction per cycle, in the order of nodes, and catches up on cycles that it was too busy for. A packet costs an integer for its destination where
 * there is a choice of one, and one more (for the network that takes it). A node that sends in bursts draws a fraction for its state, and while it is on another for a packet.
 */
import { Chance, InfeasibleError } from '../../base/index.ts';
import type { ArrivalProcess } from '../traffic/arrival-process.ts';
import { compileTraffic, type Traffic, type TrafficSpec } from '../traffic/traffic.ts';
import type { NocLayout } from '../design/layout.ts';

const LONG = 100;
const SHORT = 37;
const BATCH = 1009;
const USED = 100;
const APART = 70; // stretches of different seeds overlap at a distance of 2^70 at least

/** Arithmetic of one of the two generators. */
interface Ring {
  /** The recurrence: of the elements 100 and 37 back. */
  readonly next: (long: number, short: number) => number;
  /** Element 0 of the polynomial for a seed; element i is 2^i times it. */
  readonly first: (seed: number) => number;
  readonly double: (value: number) => number;
  /** Makes element 1 odd, the others are even. */
  readonly odd: (value: number) => number;
}

const MODULUS = 2 ** 30;
const ULP = 2 ** -52;

const INTEGERS: Ring = {
  next: (long, short) => (long - short) & (MODULUS - 1),
  first: (seed) => (seed + 2) & (MODULUS - 2),
  double: (value) => (2 * value >= MODULUS ? 2 * value - (MODULUS - 2) : 2 * value),
  odd: (value) => value + 1,
};

const FRACTIONS: Ring = {
  next: (long, short) => (long + short) % 1,
  first: (seed) => 2 * ULP * ((seed & (MODULUS - 1)) + 2),
  double: (value) => (2 * value >= 1 ? 2 * value - (1 - 2 * ULP) : 2 * value),
  odd: (value) => value + ULP,
};

/** One generator. */
export class KnuthSequence {
  readonly #ring: Ring;
  readonly #state = new Float64Array(LONG);
  readonly #batch = new Float64Array(BATCH);
  #given = USED;

  constructor(kind: 'integers' | 'fractions', seed: number) {
    this.#ring = kind === 'integers' ? INTEGERS : FRACTIONS;
    this.#seed(seed);
  }

  /** The next number: an integer below 2^30, or a fraction below 1. */
  next(): number {
    if (this.#given === USED) {
      this.recur(this.#batch);
      this.#given = 0;
    }
    return this.#batch[this.#given++]!;
  }

  /** The next numbers of the bare recurrence, none left out; at least 100. */
  recur(numbers: Float64Array): void {
    const { next } = this.#ring;
    const state = this.#state;
    const n = numbers.length;
    numbers.set(state);
    for (let j = LONG; j < n; j++) numbers[j] = next(numbers[j - LONG]!, numbers[j - SHORT]!);
    for (let i = 0; i < SHORT; i++) state[i] = next(numbers[n + i - LONG]!, numbers[n + i - SHORT]!);
    for (let i = SHORT; i < LONG; i++) state[i] = next(numbers[n + i - LONG]!, state[i - SHORT]!);
  }

  #seed(seed: number): void {
    const { next, first, double, odd } = this.#ring;
    const x = new Float64Array(2 * LONG - 1);
    let value = first(seed);
    for (let j = 0; j < LONG; j++) {
      x[j] = value;
      value = double(value);
    }
    x[1] = odd(x[1]!);
    let bits = seed & (MODULUS - 1);
    let left = APART - 1;
    while (left > 0) {
      // the square of the polynomial, reduced by z^100 + z^37 + 1
      for (let j = LONG - 1; j > 0; j--) {
        x[2 * j] = x[j]!;
        x[2 * j - 1] = 0;
      }
      for (let j = 2 * LONG - 2; j >= LONG; j--) {
        x[j - (LONG - SHORT)] = next(x[j - (LONG - SHORT)]!, x[j]!);
        x[j - LONG] = next(x[j - LONG]!, x[j]!);
      }
      if (bits % 2 === 1) {
        // times z
        x.copyWithin(1, 0, LONG);
        x[0] = x[LONG]!;
        x[SHORT] = next(x[SHORT]!, x[LONG]!);
      }
      if (bits > 0) bits = Math.floor(bits / 2);
      else left -= 1;
    }
    for (let j = 0; j < SHORT; j++) this.#state[j + LONG - SHORT] = x[j]!;
    for (let j = SHORT; j < LONG; j++) this.#state[j - SHORT] = x[j]!;
    const discarded = new Float64Array(2 * LONG - 1);
    for (let i = 0; i < 10; i++) this.recur(discarded);
  }
}

/** The permutation of BookSim2's `randperm`: node by node, a destination goes to one of the sources that have none yet. */
export function randomPermutation(nodes: number, seed: number): number[] {
  const integers = new KnuthSequence('integers', seed);
  const without = Array.from({ length: nodes }, (_, node) => node);
  const destinations = Array.from({ length: nodes }, () => 0);
  for (let node = 0; node < nodes; node++) destinations[without.splice(integers.next() % without.length, 1)[0]!] = node;
  return destinations;
}

/** Packets of a pattern as BookSim2 draws them. */
export class BookSimDraws {
  readonly #fractions: KnuthSequence;
  readonly #integers: KnuthSequence;
  readonly #traffic: Traffic;
  readonly #probability: Float64Array; // of a packet, while its node is on
  readonly #ends: number; // equally likely numbers that name a destination; 1: nothing is drawn
  readonly #leave: readonly [off: number, on: number] | undefined; // probability of leaving a state; undefined: always on
  readonly #isOn: Uint8Array;

  /** InfeasibleError for processes that BookSim2 has not, and for bursts that would have to hold more than a packet per cycle. */
  constructor(layout: NocLayout, spec: TrafficSpec, packetRate: number, seed: number, process: ArrivalProcess = { kind: 'bernoulli' }) {
    if (process.kind === 'poisson' || process.kind === 'synchronous')
      throw new InfeasibleError(`BookSim2 has no ${process.kind} process; its way of measuring takes bernoulli or on-off`);
    this.#fractions = new KnuthSequence('fractions', seed);
    this.#integers = new KnuthSequence('integers', seed);
    this.#traffic = compileTraffic(spec, layout);
    const share = process.kind === 'on-off' ? process.on / (process.on + process.off) : 1;
    this.#probability = this.#traffic.share.map((one) => (one * packetRate) / share);
    const most = this.#probability.reduce((max, one) => Math.max(max, one), 0);
    if (process.kind === 'on-off' && most > 1 + 1e-9)
      throw new InfeasibleError(
        `a node that is on for ${String(process.on)} of ${String(process.on + process.off)} cycles creates at most ${share.toPrecision(3)} packets per cycle, found ${(most * share).toPrecision(3)}`,
      );
    this.#ends = endsOf(spec, layout.nodes);
    this.#leave = process.kind === 'on-off' ? [1 / process.off, 1 / process.on] : undefined;
    // on or off at first by a fair coin of ours
    const coins = new Chance(seed, 'traffic', 5);
    this.#isOn = Uint8Array.from({ length: layout.nodes }, (_, node) => (coins.uniform(node, 0) < 0.5 ? 1 : 0));
  }

  /** Whether a node creates a packet in a cycle. */
  creates(node: number): boolean {
    if (this.#leave !== undefined) {
      if (this.#fractions.next() < this.#leave[this.#isOn[node] === 1 ? 1 : 0]) this.#isOn[node]! ^= 1;
      if (this.#isOn[node] === 0) return false;
    }
    return this.#fractions.next() < this.#probability[node]!;
  }

  /** Where it goes. */
  destination(node: number): number {
    const u = this.#ends === 1 ? 0.5 : ((this.#integers.next() % this.#ends) + 0.5) / this.#ends;
    this.#integers.next();
    return this.#traffic.destination(node, u);
  }
}

function endsOf(spec: TrafficSpec, nodes: number): number {
  if (spec.kind === 'uniform') return nodes;
  if (spec.kind === 'hotspot') return spec.nodes.length === 1 ? 1 : (spec.weights?.reduce((sum, one) => sum + one, 0) ?? spec.nodes.length);
  // BookSim2 has no matrices: a fraction of 30 bits
  return spec.kind === 'matrix' ? MODULUS : 1;
}
