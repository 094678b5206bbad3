/**
 * A network on the router kernel in which nodes pass packets on: what arrives may be offered again, some cycles later, while time advances. The kernel knows arrivals before their time, so it
 * advances by a few cycles at a time, as many as no packet can be passed on in that has not been told yet:
 *   at cycle t   arrivals before t + 3 are known and told; what they pass on is offered from t + 3 + delay on at the earliest, so the cycles before can be simulated
 * Offers wait here, in the order of their cycles, within a cycle those that are passed on first.
 */
import { InternalError } from '../../base/index.ts';
import type { NocLayout } from '../design/layout.ts';
import type { Audit } from '../router/audit.ts';
import type { Reading } from '../router/counters.ts';
import type { OnDrop, OnEject } from '../router/network-types.ts';
import { KernelNetwork, type KernelNetworkSnapshot } from './kernel-network.ts';

/** Cycles for which arrivals are known at least: a flit crosses the last switch so much before its arrival. */
const KNOWN = 3;

interface Offer {
  readonly cycle: number;
  readonly source: number;
  readonly destination: number;
  readonly flits: number;
  readonly packetId: number;
  readonly choice: number;
}

/** The whole state. */
export interface BridgedNetworkSnapshot {
  readonly inner: KernelNetworkSnapshot;
  readonly own: readonly Offer[];
  readonly passed: readonly Offer[];
}

/** A network in operation. */
export class BridgedNetwork {
  readonly layout: NocLayout;
  readonly #inner: KernelNetwork;
  readonly #delay: number;
  /** Offers that wait, in the order of their cycles. */
  #own: Offer[] = [];
  #passed: Offer[] = [];

  /** `delay` cycles lie between an arrival and the offer that passes it on, at least. Undefined where the kernel has not what the layout asks for. */
  static of(layout: NocLayout, delay: number): BridgedNetwork | undefined {
    const inner = KernelNetwork.of(layout, false);
    return inner === undefined ? undefined : new BridgedNetwork(layout, inner, delay);
  }

  private constructor(layout: NocLayout, inner: KernelNetwork, delay: number) {
    this.layout = layout;
    this.#inner = inner;
    this.#delay = delay;
  }

  /** The next cycle that will be simulated. */
  get cycle(): number {
    return this.#inner.cycle;
  }

  /** As in NocNetwork, in the order of cycles, those that are passed on apart. */
  offer(
    cycle: number,
    source: number,
    destination: number | readonly number[],
    flits: number,
    packetId: number,
    choice = 0,
    passedOn = false,
  ): void {
    if (typeof destination !== 'number') throw new InternalError('a packet for several nodes needs a network with trees');
    const list = passedOn ? this.#passed : this.#own;
    const last = list.at(-1)?.cycle ?? this.cycle;
    if (!(Number.isInteger(cycle) && cycle >= this.cycle && cycle >= last))
      throw new InternalError(`a packet was offered for cycle ${String(cycle)}, expected ${String(last)} or later`);
    list.push({ cycle, source, destination, flits, packetId, choice });
  }

  /** Simulates all cycles before `until`. Calls back in the order of cycles, within a cycle in the order of nodes; packets may be offered from within. */
  advance(until: number, onEject: OnEject, onDrop?: OnDrop): void {
    for (;;) {
      this.#inner.tellArrivals(Math.min(until, this.cycle + KNOWN), onEject);
      if (this.cycle >= until) return;
      // an idle network jumps to its next packet
      const ahead = this.#inner.idle ? this.#nextOffer() : 0;
      const next = Math.min(until, Math.max(ahead, this.cycle + KNOWN + this.#delay));
      this.#hand(next);
      this.#inner.advance(next, onEject, onDrop);
    }
  }

  /** The counters now, to be compared with another reading by `activityBetween`. */
  read(): Reading {
    const reading = this.#inner.read();
    for (const { source } of [...this.#own, ...this.#passed]) reading.values['offeredPackets']![source]! += 1;
    return reading;
  }

  /** Counts packets and flits from both ends. */
  audit(): Audit {
    const audit = this.#inner.audit();
    const waiting = this.#own.length + this.#passed.length;
    return { ...audit, offered: audit.offered + waiting, inFlight: audit.inFlight + waiting };
  }

  /** A copy of the whole state; a network of the same layout that restores it continues bit for bit. */
  snapshot(): BridgedNetworkSnapshot {
    return { inner: this.#inner.snapshot(), own: this.#own.slice(), passed: this.#passed.slice() };
  }

  restore({ inner, own, passed }: BridgedNetworkSnapshot): void {
    this.#inner.restore(inner);
    this.#own = own.slice();
    this.#passed = passed.slice();
  }

  /** Cycle of the first offer that waits. */
  #nextOffer(): number {
    return Math.min(this.#own[0]?.cycle ?? Infinity, this.#passed[0]?.cycle ?? Infinity);
  }

  /** Gives the kernel the offers of the cycles before `until`. */
  #hand(until: number): void {
    const [own, passed] = [this.#own, this.#passed];
    let [o, p] = [0, 0];
    for (;;) {
      const fromOwn = own[o]?.cycle ?? Infinity;
      const fromPassed = passed[p]?.cycle ?? Infinity;
      if (Math.min(fromOwn, fromPassed) >= until) break;
      const { cycle, source, destination, flits, packetId, choice } = fromPassed <= fromOwn ? passed[p++]! : own[o++]!;
      this.#inner.offer(cycle, source, destination, flits, packetId, choice);
    }
    if (o > 0) this.#own = own.slice(o);
    if (p > 0) this.#passed = passed.slice(p);
  }
}
