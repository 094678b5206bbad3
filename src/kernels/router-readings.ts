/** What a network of routers holds, counted when it is asked: packets that wait, flits and their holdings, counters. */
import type { Kernels } from './load.ts';
import type { KernelMemory } from './memory.ts';
import { countsOf } from './router-counts.ts';
import { HEADER, PLACE } from './router-header.ts';
import { HOLDING_WORDS, type RouterCounts, type RouterTables } from './router-tables.ts';

const NODE_BYTES = 64;

export class RouterReadings {
  readonly #memory: KernelMemory;
  readonly #kernels: Kernels;
  readonly #header: number;
  readonly #tables: RouterTables;
  /** Address of the room that readings are written to. */
  readonly #counters: number;

  /** `header`: address of that of the network. */
  constructor(memory: KernelMemory, kernels: Kernels, header: number, tables: RouterTables) {
    this.#memory = memory;
    this.#kernels = kernels;
    this.#header = header;
    this.#tables = tables;
    const { nodes, vcs, peer, portBase } = tables;
    this.#counters = memory.allocate(
      Math.max((peer.length + 4 * (portBase.length - 1) + 4 * nodes) * 8, peer.length * vcs * HOLDING_WORDS * 4),
    );
  }

  /** Packets that wait in source queues and are not next to be sent, and the sum of the cycles in which they were offered. */
  waiting(): readonly [packets: number, offered: number] {
    this.#kernels.routerWaiting(this.#header, this.#counters);
    const [packets, offered] = new Float64Array(this.#memory.memory.buffer, this.#counters, 2) as unknown as [number, number];
    return [packets, offered];
  }

  /** Flits in buffers or on their way to one. */
  flitsInside(): number {
    const words = this.holdings();
    let sum = 0;
    for (let i = 3; i < words.length; i += HOLDING_WORDS) sum += words[i]!;
    return sum;
  }

  /** HOLDING_WORDS numbers per input VC, VCs numbered through all routers: packet (-1 = none), its source and destination node, flits in the buffer or under way, output VC held (-1 = none), output port and layer wanted (-1 where an adaptive packet has not chosen), flits of the packet. */
  holdings(): Int32Array {
    const { peer, vcs } = this.#tables;
    const words = peer.length * vcs * HOLDING_WORDS;
    this.#kernels.routerHoldings(this.#header, this.#counters);
    return new Int32Array(this.#memory.memory.buffer, this.#counters, words).slice();
  }

  /** Copies of the counters. */
  counts(): RouterCounts {
    const { peer, portBase, nodes } = this.#tables;
    this.#kernels.routerCounters(this.#header, this.#counters);
    return countsOf(this.#memory.memory.buffer, this.#counters, { ports: peer.length, routers: portBase.length - 1, nodes });
  }

  /** Sets 1 for every node with a packet that waits or is being sent, else 0. */
  markBusy(nodes: Uint8Array): void {
    nodes.fill(0);
    const words = this.#memory.u32(this.#header, HEADER.length);
    const first = words[PLACE.nodeRecords]!;
    const list = this.#memory.u32(words[PLACE.nodeList]!, words[PLACE.nodeCount]!);
    for (let i = 0; i < list.length; i++) nodes[(list[i]! - first) / NODE_BYTES] = 1;
  }
}
