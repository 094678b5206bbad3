/**
 * Whole windows of an emulation in WebAssembly memory (assembly/windows.ts): a bank of membranes, a network of routers with trees, and the calendar of waiting events share one memory, and one call runs
 * many windows. What is left to the host: rooms that grow, routes of neurons that spike for the first time, losses, and lists to be emptied.
 */
import { ContractError } from '../base/errors.ts';
import type { LifBank } from './lif-bank.ts';
import { instantiate, type Kernels } from './load.ts';
import type { KernelMemory } from './memory.ts';
import type { RouterNet } from './router-net.ts';
import { WindowHeader, type Time } from './window-header.ts';

const ROUTE_BYTES = 32;
const PART_BYTES = 16;
const SLOT_BYTES = 32;
const EVENT_BYTES = 32;
const DAYS = 256;
const SPIKES = 4096;
const LATENCIES = 4096;
const RARE = 256;
/** What a call of the kernel returns. */
const ASKS = { nothing: 0, room: 1, route: 2, draining: 3, losses: 4, causality: 5 } as const;

/** Largest ratio of ticks and cycles, and largest source, that the kernel takes. */
export const WINDOW_LIMITS = { ticks: 2 ** 31, sources: 2 ** 30 } as const;

interface WindowTiming {
  readonly window: number; // ticks, like all but the last
  readonly out: number;
  readonly in: number;
  readonly local: number;
  readonly delay: number;
  readonly delayLine: { readonly step: number; readonly longest: number } | null;
  readonly ticksPerSecond: number;
}

interface WindowRunnerOptions {
  readonly timing: WindowTiming;
  /** A cycle of the network has ticks / parts ticks. */
  readonly cycle: { readonly ticks: number; readonly parts: number };
  readonly noise: boolean;
  /** Neuron of each circuit, -1 = none. */
  readonly neuronOf: Int32Array;
  readonly neurons: number;
  /** Flits of a packet. */
  readonly flits: number;
  /** Place of an event in its tick. */
  readonly kinds: { readonly loop: number; readonly network: number };
}

/** Parts of the spikes of a neuron, four words each: core, slice [from, to) of the synapses, rank among all parts. */
export interface WindowRoute {
  readonly home: number; // node
  readonly tree: number; // set of destinations in the network
  readonly parts: number; // all of them
  readonly near: ArrayLike<number>; // by the core's own loop
  readonly far: ArrayLike<number>; // over the network, by ascending cores
}

/** What a run asks of its caller. */
interface WindowHost {
  route(neuron: number): WindowRoute;
  spikes(ticks: Float64Array, neurons: Uint32Array): void;
  latency(ticks: number, synapses: number): void;
  /** Takes the packets that the network has thrown away: their slots, and the node in whose queue they were. */
  takeDrops(each: (slot: number, node: number) => void): void;
  /** What such a packet carried; its parts as in its route. */
  lost(node: number, parts: Uint32Array): void;
}

/** Counters since the beginning. */
type WindowCounts = Readonly<
  Record<'spikes' | 'late' | 'offered' | 'delivered' | 'packets' | 'underWay' | 'windowsDone', number> & {
    reached: readonly [number, number, number];
  }
>;

export class WindowRunner {
  readonly #memory: KernelMemory;
  readonly #kernels: Kernels;
  readonly #net: RouterNet;
  readonly #host: WindowHost;
  readonly #header: WindowHeader;

  /** `bank` and `net` stand in `memory`; the bank has its synapses and lists as many spikes as it has neurons. */
  constructor(memory: KernelMemory, bank: LifBank, net: RouterNet, options: WindowRunnerOptions, host: WindowHost) {
    const { timing, cycle, neuronOf, neurons, kinds } = options;
    this.#memory = memory;
    this.#net = net;
    this.#host = host;
    this.#kernels = instantiate(memory);
    this.#header = new WindowHeader(memory, this.#kernels);
    const { address, synapses, isWhole } = bank.inMemory;
    const circuits = memory.allocate(4 * bank.sampleStride);
    memory.u32(circuits, neuronOf.length).set(neuronOf);
    const rooms = {
      neuronOf: circuits,
      routes: memory.allocate(neurons * ROUTE_BYTES),
      sequences: memory.allocate(8 * neurons),
      days: memory.allocate(8 * DAYS),
      crossings: memory.allocate(8 * bank.sampleStride),
      spikeTicks: memory.allocate(8 * SPIKES),
      spikeNeurons: memory.allocate(4 * SPIKES),
      latencies: memory.allocate(8 * LATENCIES),
      rare: memory.allocate(16 * RARE),
    };
    this.#header.setTimes({
      window: timing.window,
      out: timing.out,
      inward: timing.in,
      local: timing.local,
      delay: timing.delay,
      lineStep: timing.delayLine?.step ?? 0,
      lineLongest: timing.delayLine?.longest ?? 0,
      ticksPerSecond: timing.ticksPerSecond,
      cycleTicks: cycle.ticks,
      cycleParts: cycle.parts,
    });
    this.#header.setWords({
      bank: address,
      net: net.header,
      adex: isWhole ? 1 : 0,
      noisy: options.noise ? 1 : 0,
      arriving: 1,
      circuits: synapses.circuits,
      drives: synapses.drives,
      groups: synapses.groups,
      events: synapses.events,
      ...rooms,
      flits: options.flits,
      spikeRoom: SPIKES,
      latencyRoom: LATENCIES,
      rareRoom: RARE,
      ...kinds,
    });
    this.#growEvents(1024);
    this.#growSlots(64);
    this.#see();
  }

  get counts(): WindowCounts {
    const time = (name: Time): number => this.#header.time(name);
    return {
      spikes: time('spikes'),
      late: time('late'),
      offered: time('offered'),
      delivered: time('delivered'),
      packets: time('packets'),
      underWay: time('underWay'),
      windowsDone: time('windowsDone'),
      reached: [time('reached'), time('reached1'), time('reached2')],
    };
  }

  /** Events in the calendar. */
  get waiting(): number {
    return this.#header.word('waiting');
  }

  /** An event from outside, in the present window or later. */
  push(tick: number, kind: number, source: number, sequence: number, from: number, to: number): void {
    let asks = this.#kernels.pushEvent(this.#header.address, tick, kind, source, sequence, from, to);
    if (asks === ASKS.room) {
      this.#growEvents(this.#header.word('waiting'));
      asks = this.#kernels.pushEvent(this.#header.address, tick, kind, source, sequence, from, to);
    }
    if (asks !== ASKS.nothing) throw this.#broken();
  }

  /** Runs the windows before number `until`. */
  run(until: number): void {
    this.#see();
    for (let asks = this.#go(until); asks !== ASKS.nothing; asks = this.#go(until)) {
      if (asks === ASKS.route) this.#learn(this.#header.word('wanted'));
      else if (asks === ASKS.draining) this.#drain();
      else if (asks === ASKS.losses) this.#lose();
      else if (asks === ASKS.room) this.#makeRoom();
      else throw this.#broken();
    }
    this.#drain();
  }

  #go(until: number): number {
    return this.#kernels.runWindows(this.#header.address, until);
  }

  #broken(): ContractError {
    return new ContractError(
      `causality: an event reached the chip for a time before the window that begins at ${String(this.#header.time('start'))}`,
    );
  }

  #learn(neuron: number): void {
    const { home, tree, parts, near, far } = this.#host.route(neuron);
    const put = (words: ArrayLike<number>): number => {
      const at = this.#memory.allocate(4 * words.length);
      this.#memory.u32(at, words.length).set(words);
      return at;
    };
    const [nearAt, farAt] = [put(near), put(far)];
    const record = [1, home, tree, parts, nearAt, (4 * near.length) / PART_BYTES, farAt, (4 * far.length) / PART_BYTES];
    this.#memory.u32(this.#header.word('routes') + neuron * ROUTE_BYTES, 8).set(record);
    this.#see();
  }

  #drain(): void {
    const spikes = this.#header.word('spikeCount');
    if (spikes > 0)
      this.#host.spikes(
        this.#memory.f64(this.#header.word('spikeTicks'), spikes),
        this.#memory.u32(this.#header.word('spikeNeurons'), spikes),
      );
    const latencies = this.#memory.f64(this.#header.word('latencies'), LATENCIES);
    for (let ticks = 0; ticks < LATENCIES; ticks++) {
      if (latencies[ticks] === 0) continue;
      this.#host.latency(ticks, latencies[ticks]!);
      latencies[ticks] = 0;
    }
    const rare = this.#memory.f64(this.#header.word('rare'), 2 * this.#header.word('rareCount'));
    for (let i = 0; i < rare.length; i += 2) this.#host.latency(rare[i]!, rare[i + 1]!);
    this.#header.setWords({ spikeCount: 0, rareCount: 0 });
  }

  #lose(): void {
    this.#host.takeDrops((slot, node) => {
      const [far, count] = this.#memory.u32(slot, 2) as unknown as [number, number];
      this.#host.lost(node, this.#memory.u32(far, (count * PART_BYTES) / 4));
      this.#header.setTimes({ underWay: this.#header.time('underWay') - count });
      this.#memory.u32(slot, 1)[0] = this.#header.word('freeSlot');
      this.#header.setWords({ freeSlot: slot });
    });
  }

  /** Doubles what is used up. */
  #makeRoom(): void {
    const route = this.#memory.u32(this.#header.word('routes') + this.#header.word('wanted') * ROUTE_BYTES, 8);
    const near = route[5]!;
    if (this.#header.word('freeEvents') <= near) this.#growEvents(Math.max(this.#header.word('waiting'), near, 1024));
    if (this.#header.word('freeSlot') === 0) this.#growSlots(1024);
    this.#net.makeRoom();
    this.#see();
  }

  #growEvents(more: number): void {
    const at = this.#memory.allocate(more * EVENT_BYTES);
    this.#chain(at, more, EVENT_BYTES, 'freeEvent');
    const free = this.#header.word('freeEvents') + more;
    this.#header.setWords({ freeEvents: free, order: this.#memory.allocate(4 * (this.#header.word('waiting') + free)) });
  }

  #growSlots(more: number): void {
    this.#chain(this.#memory.allocate(more * SLOT_BYTES), more, SLOT_BYTES, 'freeSlot');
  }

  /** Puts records in front of a list whose links are their first words. */
  #chain(at: number, count: number, bytes: number, head: 'freeEvent' | 'freeSlot'): void {
    const words = this.#memory.u32(at, (count * bytes) / 4);
    for (let i = 0; i < count; i++) words[(i * bytes) / 4] = i + 1 < count ? at + (i + 1) * bytes : this.#header.word(head);
    this.#header.setWords({ [head]: at });
  }

  /** Tells the kernel what room the network has. */
  #see(): void {
    const { packets, offers } = this.#net.rooms;
    this.#header.setWords({ packetRoom: packets, offerRoom: offers });
  }
}
