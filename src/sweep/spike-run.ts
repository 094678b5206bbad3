/**
 * Whole spikes of a workload over a network: every neuron spikes as a Poisson process of one rate, and a spike has to reach all cores that hold targets of it, by one packet per core, one
 * per synapse, or one multicast packet that is copied in the routers. The load is told in the packets that one per core would make, so that the same rate means the same spikes in all
 * three. A run is past saturation when less than 95 % of the deliveries of the span arrive in it, or deliveries of the span are left after the drain.
 */
import { Chance, InfeasibleError, InternalError, log } from '../base/index.ts';
import type { NocPoint } from '../model/noc-results.ts';
import type { NocMap } from '../model/results.ts';
import type { MeasurePlan } from '../model/schemas/traffic.ts';
import { percentiles } from '../analysis/index.ts';
import { activityBetween, energyOf, NocNetwork, type NocLayout } from '../noc/index.ts';
import { mapOf } from './measures.ts';
import type { SpikeSets } from './traffic.ts';

const DRAIN = 20_000; // cycles

/** Runs spikes at a load. InfeasibleError for traffic that is no workload. */
export function runSpikes(
  layout: NocLayout,
  sets: SpikeSets | undefined,
  { warmup, cycles }: Extract<MeasurePlan, { kind: 'spikes' }>,
  rate: number,
  seed: number,
): { readonly point: NocPoint; readonly map: NocMap } {
  if (sets === undefined) throw new InfeasibleError('spikes are those of a workload: pattern: { kind: workload, workload: NAME }');
  const network = new NocNetwork(layout, { multicast: sets.packets === 'multicast' });
  const end = warmup + cycles;
  const perCore = sets.targets.reduce((sum, list) => sum + list.length, 0);
  if (perCore === 0) throw new InfeasibleError('every spike stays in its core: there is nothing to send');
  const perNeuron = (rate * layout.nodes) / layout.packetFlits / perCore; // spikes per cycle
  const spikes = spikesUntil(sets, end, perNeuron, seed);
  const spikeOf: number[] = []; // by packet
  const left = new Float64Array(spikes.length); // deliveries that have not arrived
  const latencies: number[] = [];
  const last: number[] = [];
  let [inSpan, offered, packets, lost, measured] = [0, 0, 0, 0, 0];
  const missing = { deliveries: 0 }; // of the measured spikes
  for (const [k, { neuron, cycle }] of spikes.entries()) {
    const home = sets.home[neuron]!;
    const targets = sets.targets[neuron]!;
    const send = (destination: number | readonly number[]): void => {
      network.offer(cycle, home, destination, layout.packetFlits, spikeOf.push(k) - 1);
    };
    const before = spikeOf.length;
    if (sets.packets === 'multicast') send(targets);
    else
      for (const [i, node] of targets.entries())
        for (let n = 0; n < (sets.packets === 'per-core' ? 1 : sets.synapses[neuron]![i]!); n++) send(node);
    const deliveries = sets.packets === 'multicast' ? targets.length : spikeOf.length - before;
    left[k] = deliveries;
    if (cycle < warmup) continue;
    measured += 1;
    packets += spikeOf.length - before;
    offered += deliveries;
    missing.deliveries += deliveries;
  }
  const arrive = (id: number, cycle: number): void => {
    const k = spikeOf[id]!;
    left[k]! -= 1;
    if (cycle >= warmup && cycle < end) inSpan += 1;
    const born = spikes[k]!.cycle;
    if (born < warmup) return;
    missing.deliveries -= 1;
    latencies.push(cycle - born);
    if (left[k] === 0) last.push(cycle - born);
  };
  const drop = (id: number): void => {
    if (spikes[spikeOf[id]!]!.cycle < warmup) return;
    lost += 1;
    missing.deliveries -= sets.packets === 'multicast' ? sets.targets[spikes[spikeOf[id]!]!.neuron]!.length : 1;
  };
  network.advance(warmup, arrive, drop);
  const before = network.read();
  network.advance(end, arrive, drop);
  const activity = activityBetween(layout, before, network.read());
  for (let until = end; missing.deliveries > 0 && until < end + DRAIN; until += 500) network.advance(until + 500, arrive, drop);
  if (!network.audit().balanced) throw new InternalError(`${layout.name}: packets were lost or doubled`);
  const open = missing.deliveries;
  const isLate = inSpan < 0.95 * (offered - lost);
  const stable = open === 0 && !isLate;
  const [p50 = null, p99 = null, max = null] = stable && latencies.length > 0 ? (percentiles(latencies, [0.5, 0.99, 1]) ?? []) : [];
  const mean = (list: readonly number[]): number | null =>
    stable && list.length > 0 ? list.reduce((sum, value) => sum + value, 0) / list.length : null;
  const hops = activity.linkFlits.reduce((sum, flits) => sum + flits, 0) / layout.packetFlits;
  const perSpike = (value: number): number | null => (stable && measured > 0 ? value / measured : null);
  const linkLoad = activity.linkFlits.map((flits) => flits / cycles);
  const reasons = [
    open > 0 ? `${String(open)} deliveries had not arrived ${String(DRAIN)} cycles later` : '',
    isLate ? 'less than 95 % of the deliveries arrived in the span' : '',
  ].filter((reason) => reason !== '');
  const what = `${layout.name}, spikes ${sets.packets === 'multicast' ? 'as multicast packets' : `as packets ${sets.packets}`} at ${String(rate)} flits per node and cycle (counted per core)`;
  return {
    point: {
      rate,
      seed,
      stable,
      verdict: stable ? `${what}: stable` : `${what}: past saturation (${reasons.join('; ')})`,
      measures: {
        'latency.mean': mean(latencies),
        'latency.p50': p50,
        'latency.p99': p99,
        'latency.max': max,
        'spike.count': measured,
        'spike.packets': measured === 0 ? null : packets / measured,
        'spike.link_hops': perSpike(hops),
        'spike.last_latency': mean(last),
        'spike.energy': perSpike(energyOf(layout, activity).dynamic),
        'packets.measured': packets,
        'packets.lost': lost,
        'link.load_max': linkLoad.reduce((most, load) => Math.max(most, load), 0),
      },
    },
    map: mapOf(layout, { activity, linkLoad }),
  };
}

/** Spikes that leave their core, in the order of cycles: exponential gaps, drawn by (neuron, number of the spike). */
function spikesUntil(
  { targets }: SpikeSets,
  end: number,
  perCycle: number,
  seed: number,
): { readonly neuron: number; readonly cycle: number }[] {
  const chance = new Chance(seed, 'traffic', 5);
  const spikes: { neuron: number; cycle: number }[] = [];
  if (perCycle <= 0) return spikes;
  for (const [neuron, list] of targets.entries()) {
    if (list.length === 0) continue;
    let time = 0;
    for (let k = 0; ; k++) {
      time -= log(chance.uniform(neuron, k)) / perCycle;
      if (time >= end) break;
      spikes.push({ neuron, cycle: Math.floor(time) });
    }
  }
  return spikes.toSorted((a, b) => a.cycle - b.cycle || a.neuron - b.neuron);
}
