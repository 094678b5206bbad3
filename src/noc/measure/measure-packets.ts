/**
 * A list of packets through a network, from the first to the last arrival: what a placed workload or a recorded trace does on this design. Nothing else is offered, so there is no steady
 * state to look for; every packet is measured.
 */
import { Chance, InfeasibleError } from '../../base/index.ts';
import { ARRIVAL_WORDS, OFFER_WORDS, reusingMemory } from '../../kernels/index.ts';
import { activityBetween } from '../router/counters.ts';
import { deadlockIn, deadlockWords } from '../router/deadlock.ts';
import { ARRIVAL, engineOf } from '../kernel/engine.ts';
import type { NocLayout } from '../design/layout.ts';
import { meanZeroLoadLatency } from '../design/zero-load.ts';
import { LOAD_BATCHES, whyNotCarried } from './load-carried.ts';
import { MeasureRecord, type Measurement } from './measure-record.ts';
import type { ListedPacket } from '../traffic/traffic-text.ts';

/** Choices of the caller. */
export interface MeasurePacketsOptions {
  /** Draws the ways of routings that offer several; 1. */
  readonly seed?: number;
  /** How many single flows to list, those with the most jitter first; 0. */
  readonly listFlows?: number;
  /** Cycles without a flit that moves after which packets in the network are given up as deadlocked; 10,000. */
  readonly patience?: number;
}

const PIECE = 1000; // cycles between two looks at whether anything moves

/**
 * Offers the packets, in the order of their cycles, and runs until all have arrived. `rate` and the loads are means over the cycles up to the last arrival. Not stable: packets that will
 * never arrive, and a load that is not carried while it is offered (load-carried.ts), for latencies then grow with the list; a list shorter than 20 latencies of an idle network is a burst,
 * not a load. InfeasibleError when a packet names a node that is not there.
 */
export function measurePackets(layout: NocLayout, packets: readonly ListedPacket[], options: MeasurePacketsOptions = {}): Measurement {
  return reusingMemory(() => measured(layout, packets, options));
}

function measured(
  layout: NocLayout,
  packets: readonly ListedPacket[],
  { seed = 1, listFlows = 0, patience = 10_000 }: MeasurePacketsOptions,
): Measurement {
  const { nodes, routes, graph } = layout;
  const ways = new Chance(seed, 'traffic', 4);
  const { isDeadNode } = graph;
  const isLost = ({ source, destination }: ListedPacket): boolean => isDeadNode[source] === 1 || isDeadNode[destination] === 1;
  const sorted = packets.filter((packet) => !isLost(packet)).toSorted((p, q) => p.cycle - q.cycle);
  const share = new Float64Array(nodes);
  const offers = new Uint32Array(sorted.length * OFFER_WORDS);
  for (const [i, { cycle, source, destination, flits }] of sorted.entries()) {
    if (!(source < nodes && destination < nodes))
      throw new InfeasibleError(
        `packet ${String(i + 1)} goes from node ${String(source)} to node ${String(destination)}: ${layout.name} has the nodes 0 to ${String(nodes - 1)}`,
      );
    share[source]! += flits;
    const choice = routes.choices?.draw(graph.routerOfNode[source]!, graph.routerOfNode[destination]!, ways.uniform(source, i)) ?? 0;
    offers.set([cycle, source, destination, flits, choice], i * OFFER_WORDS);
  }
  const engine = engineOf(layout);
  const record = new MeasureRecord(layout);
  record.begin(0, Infinity);
  record.create(offers);
  for (const packet of packets) if (isLost(packet)) record.lose(packet.cycle, packet.source, packet.destination);
  const before = engine.read();
  const batches = new SpanBatches(sorted);
  let [given, quiet, last] = [0, 0, 0];
  while ((given < sorted.length || engine.inFlight > 0) && quiet < patience) {
    // with an empty network there is nothing to look at before the next packet
    const end = engine.inFlight > 0 ? engine.cycle + PIECE : Math.max(engine.cycle, sorted[given]!.cycle) + PIECE;
    const from = given;
    while (given < sorted.length && sorted[given]!.cycle < end) given += 1;
    const { moves } = engine;
    const arrive: typeof record.arrive = (rows, count) => {
      last = rows[(count - 1) * ARRIVAL_WORDS + ARRIVAL.arrived]!;
      record.arrive(rows, count);
      batches.arrive(rows, count);
    };
    engine.advance(end, offers.subarray(from * OFFER_WORDS, given * OFFER_WORDS), arrive, record.drop);
    quiet = engine.moves === moves && engine.inFlight > 0 ? quiet + PIECE : 0;
  }
  const activity = activityBetween(layout, before, engine.read());
  const cycles = Math.max(1, last);
  const total = share.reduce((sum, flits) => sum + flits, 0);
  const figures = record.conclude({ ...activity, cycles }, { rate: total / (nodes * cycles), seed, share, listFlows });
  const isThrough = record.open === 0;
  const overload = batches.cycles < LOAD_BATCHES * meanZeroLoadLatency(layout) ? undefined : batches.whyNotCarried();
  const stable = isThrough && overload === undefined;
  const lost = figures.lost === 0 ? '' : `, ${String(figures.lost)} lost at source queues or for dead nodes`;
  const deadlock = isThrough ? undefined : deadlockIn(layout, engine.holdings());
  const end = isThrough
    ? `all arrived by cycle ${String(last)}${lost}`
    : `${String(record.open)} will never arrive, nothing has moved for ${String(quiet)} cycles (${deadlock === undefined ? 'deadlocked' : deadlockWords(deadlock)})${lost}`;
  const over = overload === undefined ? '' : `past saturation while they were offered (${overload}); `;
  const verdict = `${layout.name}, ${String(sorted.length)} packets: ${over}${end}`;
  return { ...figures, offered: figures.rate, stable, verdict };
}

/** Flits offered and accepted in equal pieces of the cycles in which packets are offered; losses are told apart elsewhere and count as missing here. */
class SpanBatches {
  readonly cycles: number;
  readonly #begin: number;
  readonly #offered = new Float64Array(LOAD_BATCHES);
  readonly #accepted = new Float64Array(LOAD_BATCHES);

  constructor(sorted: readonly ListedPacket[]) {
    this.#begin = sorted[0]?.cycle ?? 0;
    this.cycles = (sorted.at(-1)?.cycle ?? 0) + 1 - this.#begin;
    for (const { cycle, flits } of sorted) this.#offered[this.#batchOf(cycle)]! += flits;
  }

  arrive(rows: Uint32Array, count: number): void {
    for (let row = 0; row < count; row++) {
      const batch = this.#batchOf(rows[row * ARRIVAL_WORDS + ARRIVAL.arrived]!);
      if (batch < LOAD_BATCHES) this.#accepted[batch]! += rows[row * ARRIVAL_WORDS + ARRIVAL.flits]!;
    }
  }

  whyNotCarried(): string | undefined {
    return whyNotCarried({ offered: this.#offered, accepted: this.#accepted }, 'flits');
  }

  #batchOf(cycle: number): number {
    return Math.floor(((cycle - this.#begin) * LOAD_BATCHES) / this.cycles);
  }
}
