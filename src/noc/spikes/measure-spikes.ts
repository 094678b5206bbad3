/**
 * Whole spikes over a network: every neuron spikes as a Poisson process of one rate, and a spike has to reach all cores that hold targets of it, in the packets that the design says
 * (spike-network.ts). The load is told in the flits that one packet per target core would make, so that the same rate means the same spikes however they are sent.
 * A run is past saturation when its deliveries are not carried (load-carried.ts), or deliveries of the span are left after the drain.
 */
import { Chance, InfeasibleError, InternalError, log } from '../../base/index.ts';
import { activityBetween, type Activity } from '../router/counters.ts';
import type { NocLayout } from '../design/layout.ts';
import { LOAD_BATCHES, whyNotCarried } from '../measure/load-carried.ts';
import { SpikeNetwork } from './spike-network.ts';
import type { SpikeAccounts, SpikePart } from './spike-packets.ts';

const DRAIN = 20_000; // cycles

/** A neuron: its core, its number there, and the other cores with targets of it. */
export interface SpikingNeuron {
  readonly home: number;
  readonly id: number;
  readonly parts: readonly SpikePart[];
}

/** One that is under way. */
interface PartOfSpike extends SpikePart {
  /** In the order of spikes. */
  readonly spike: number;
}

/** What to run. */
export interface MeasureSpikesOptions {
  /** Flits per node and cycle, as one packet per target core would make them. */
  readonly rate: number;
  readonly seed: number;
  readonly warmup: number;
  readonly cycles: number;
}

/** What was measured. Latencies are cycles, of every delivery of the measured spikes. */
export interface SpikeMeasurement {
  readonly stable: boolean;
  /** Why it is past saturation. */
  readonly reasons: readonly string[];
  readonly spikes: number;
  /** Of warm-up and span together: what packets and flits of the account are for. */
  readonly spikesSent: number;
  readonly latencies: readonly number[];
  /** Spike to its last delivery. */
  readonly last: readonly number[];
  /** Deliveries of the measured spikes that were offered and lost. */
  readonly deliveries: number;
  readonly lost: number;
  /** Flits that entered source queues, per node and cycle, over the whole run. */
  readonly injected: number;
  readonly activity: Activity;
  /** Of the whole run. */
  readonly account: SpikeAccounts;
}

/** Simulates one load. InfeasibleError when no spike leaves its core. */
export function measureSpikes(layout: NocLayout, neurons: readonly SpikingNeuron[], options: MeasureSpikesOptions): SpikeMeasurement {
  const { rate, seed, warmup, cycles } = options;
  const perCore = neurons.reduce((sum, { parts }) => sum + new Set(parts.map(({ node }) => node)).size, 0);
  if (perCore === 0) throw new InfeasibleError('every spike stays in its core: there is nothing to send');
  const end = warmup + cycles;
  const spikes = spikesUntil(neurons, end, (rate * layout.nodes) / layout.packetFlits / perCore, seed);
  const network = new SpikeNetwork<PartOfSpike>(layout, neurons.reduce((most, { id }) => Math.max(most, id), 0) + 1, seed);
  const isPerSynapse = layout.design.packet.mode === 'per-synapse';
  const left = new Float64Array(spikes.length); // deliveries of a spike that have not arrived
  const measured = { deliveries: 0, lost: 0 };
  const latencies: number[] = [];
  const last: number[] = [];
  const deliver = ({ spike: k }: PartOfSpike, cycle: number): void => {
    left[k]! -= 1;
    const born = spikes[k]!.cycle;
    if (born < warmup) return;
    latencies.push(cycle - born);
    if (left[k] === 0) last.push(cycle - born);
  };
  const lose = ({ spike: k }: PartOfSpike): void => {
    if (spikes[k]!.cycle >= warmup) measured.lost += 1;
  };
  let next = 0;
  const runUntil = (until: number): void => {
    for (; next < spikes.length && spikes[next]!.cycle < until; next++) {
      const { neuron, cycle } = spikes[next]!;
      const { home, id, parts } = neurons[neuron]!;
      const sent = parts.flatMap(({ node, synapses }): PartOfSpike[] =>
        isPerSynapse ? Array.from({ length: synapses }, () => ({ node, synapses: 1, spike: next })) : [{ node, synapses, spike: next }],
      );
      left[next] = sent.length;
      if (cycle >= warmup) measured.deliveries += sent.length;
      network.offer(cycle, home, id, sent, lose);
    }
    network.advance(until, deliver, lose);
  };
  runUntil(warmup);
  const before = network.network.read();
  const [given, taken, missed] = [new Float64Array(LOAD_BATCHES), new Float64Array(LOAD_BATCHES), new Float64Array(LOAD_BATCHES)];
  let earlier = network.account();
  for (let batch = 0; batch < LOAD_BATCHES; batch++) {
    runUntil(warmup + Math.round((cycles * (batch + 1)) / LOAD_BATCHES));
    const now = network.account();
    // what is dead does not saturate
    given[batch] = now.offered - earlier.offered - (dead(now) - dead(earlier));
    taken[batch] = now.delivered - earlier.delivered;
    missed[batch] = lostOf(now) - dead(now) - (lostOf(earlier) - dead(earlier));
    earlier = now;
  }
  const activity = activityBetween(layout, before, network.network.read());
  const { flits } = network;
  for (let until = end; network.pending > 0 && until < end + DRAIN; until += 500) network.advance(until + 500, deliver, lose);
  const account = network.account();
  if (account.offered !== account.delivered + lostOf(account) + account.inFlight || !network.network.audit().balanced)
    throw new InternalError(`${layout.name}: spikes were lost or doubled`);
  const reasons = [
    account.inFlight > 0 ? `${String(account.inFlight)} deliveries had not arrived ${String(DRAIN)} cycles later` : '',
    whyNotCarried({ offered: given, accepted: taken, lost: missed }, 'deliveries') ?? '',
  ].filter((reason) => reason !== '');
  const spikesMeasured = spikes.reduce((sum, { cycle }) => sum + (cycle >= warmup ? 1 : 0), 0);
  return {
    stable: reasons.length === 0,
    reasons,
    spikes: spikesMeasured,
    spikesSent: spikes.length,
    latencies,
    last,
    deliveries: measured.deliveries,
    lost: measured.lost,
    injected: flits / end / layout.nodes,
    activity,
    account,
  };
}

function dead({ lost }: SpikeAccounts): number {
  return lost['dead core'] ?? 0;
}

function lostOf({ lost }: SpikeAccounts): number {
  return Object.values(lost).reduce((sum, times) => sum + times, 0);
}

/** Spikes that leave their core, in the order of cycles: exponential gaps, drawn by (neuron, number of the spike). */
function spikesUntil(
  neurons: readonly SpikingNeuron[],
  end: number,
  perCycle: number,
  seed: number,
): { readonly neuron: number; readonly cycle: number }[] {
  const chance = new Chance(seed, 'traffic', 5);
  const spikes: { neuron: number; cycle: number }[] = [];
  if (perCycle <= 0) return spikes;
  for (const [neuron, { parts }] of neurons.entries()) {
    if (parts.length === 0) continue;
    let time = 0;
    for (let k = 0; ; k++) {
      time -= log(chance.uniform(neuron, k)) / perCycle;
      if (time >= end) break;
      spikes.push({ neuron, cycle: Math.floor(time) });
    }
  }
  return spikes.toSorted((a, b) => a.cycle - b.cycle || a.neuron - b.neuron);
}
