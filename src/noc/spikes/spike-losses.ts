/** What a network has lost of the spikes that it carries: deliveries, counted by what happened to them, by place and by flow. */
import type { NocLayout } from '../design/layout.ts';

/** What was lost, where and between whom. */
export interface SpikeLossAccount {
  /** Deliveries lost, by what happened to them. */
  readonly lost: Readonly<Record<string, number>>;
  readonly synapsesLost: number;
  /** Deliveries lost at each core: at its source queue, or because it is dead. */
  readonly lostAt: Float64Array;
  /** (core of the neuron, core of its targets, deliveries lost), those with the most first. */
  readonly lostFlows: readonly (readonly [from: number, to: number, lost: number])[];
}

/** State as plain data. */
export interface SpikeLossesSnapshot {
  readonly lost: number;
  readonly lostToDead: number;
  readonly synapsesLost: number;
  readonly lostAt: Float64Array;
  readonly lostFlows: readonly (readonly [number, number])[];
}

export class SpikeLosses {
  readonly #layout: NocLayout;
  #lost = 0;
  #lostToDead = 0;
  #synapsesLost = 0;
  readonly #lostAt: Float64Array;
  /** By core of the neuron x nodes + core of its targets. */
  readonly #lostFlows = new Map<number, number>();

  constructor(layout: NocLayout) {
    this.#layout = layout;
    this.#lostAt = new Float64Array(layout.nodes);
  }

  /** Deliveries lost. */
  get count(): number {
    return this.#lost;
  }

  /** Counts the delivery from core `home` to core `node`, with so many synapses, that was lost at core `place`: in its source queue, or because it or the other end is dead. */
  add(home: number, node: number, synapses: number, place: number, cause: 'queue' | 'dead'): void {
    this.#lost += 1;
    if (cause === 'dead') this.#lostToDead += 1;
    this.#synapsesLost += synapses;
    this.#lostAt[place]! += 1;
    const flow = home * this.#layout.nodes + node;
    this.#lostFlows.set(flow, (this.#lostFlows.get(flow) ?? 0) + 1);
  }

  account(): SpikeLossAccount {
    const { sourceQueue, graph, nodes } = this.#layout;
    return {
      lost: {
        [sourceQueue.policy === 'expire' ? 'expired in the source queue' : 'source queue']: this.#lost - this.#lostToDead,
        ...(graph.isDeadNode.includes(1) ? { 'dead core': this.#lostToDead } : {}),
      },
      synapsesLost: this.#synapsesLost,
      lostAt: this.#lostAt.slice(),
      lostFlows: Array.from(this.#lostFlows, ([flow, times]) => [Math.floor(flow / nodes), flow % nodes, times] as const).toSorted(
        (a, b) => b[2] - a[2] || a[0] - b[0] || a[1] - b[1],
      ),
    };
  }

  snapshot(): SpikeLossesSnapshot {
    return {
      lost: this.#lost,
      lostToDead: this.#lostToDead,
      synapsesLost: this.#synapsesLost,
      lostAt: this.#lostAt.slice(),
      lostFlows: [...this.#lostFlows],
    };
  }

  restore(snapshot: SpikeLossesSnapshot): void {
    this.#lost = snapshot.lost;
    this.#lostToDead = snapshot.lostToDead;
    this.#synapsesLost = snapshot.synapsesLost;
    this.#lostAt.set(snapshot.lostAt);
    this.#lostFlows.clear();
    for (const [flow, times] of snapshot.lostFlows) this.#lostFlows.set(flow, times);
  }
}
