/** The random spikes of a workload through one design: their latency, the energy and the silicon. Spike latency = cycles from the source queue to a core, over all (spike, core). */
import { Chance, InfeasibleError, log, UsageError } from '../base/index.ts';
import type { Network } from '../network/index.ts';
import { activityBetween, areaOf, energyOf, NocNetwork, zeroLoadLatencies, type NocLayout } from '../noc/index.ts';

/** What a design makes of the spikes. */
export interface WiringRun {
  readonly name: string;
  readonly links: number;
  readonly wire: number; // mm
  readonly flitBits: number;
  readonly packetFlits: number;
  readonly meanLatency: number; // cycles
  readonly maxLatency: number; // cycles
  readonly dynamicPerSpike: number; // J
  readonly staticPower: number; // W
  readonly area: number; // m^2 of silicon
  /** Mean latency of single packets between all pairs of nodes, idle network, cycles. */
  readonly uniformZeroLoad: number;
  readonly certificate: string;
}

/** A spike on its way: the node that it leaves and those that hold its targets. */
export interface SpikePacket {
  readonly cycle: number;
  readonly source: number;
  readonly destinations: readonly number[];
}

/** Poisson spikes of all neurons over `cycles`, `rate` per neuron and cycle, as packets to the nodes that hold their targets. Throws UsageError for over two million. */
export function spikesOf(
  network: Network,
  coreOf: Uint32Array,
  routerOf: Uint32Array,
  { rate, seed, cycles = 20_000 }: { readonly rate: number; readonly seed: number; readonly cycles?: number },
): SpikePacket[] {
  const targets = Array.from({ length: network.count }, (_, neuron) => {
    const cores = new Set(network.target.subarray(network.rowStart[neuron], network.rowStart[neuron + 1]).map((target) => coreOf[target]!));
    cores.delete(coreOf[neuron]!);
    return Array.from(cores, (core) => routerOf[core]!).toSorted((p, q) => p - q);
  });
  const chance = new Chance(seed, 'traffic', 2);
  const packets: SpikePacket[] = [];
  let at = 0;
  for (let k = 0; ; k++) {
    at -= log(chance.uniform(0, k)) / (rate * network.count);
    if (at >= cycles) return packets;
    const neuron = chance.integer(1, k, network.count);
    if (targets[neuron]!.length > 0)
      packets.push({ cycle: Math.floor(at), source: routerOf[coreOf[neuron]!]!, destinations: targets[neuron]! });
    if (packets.length > 2_000_000) throw new UsageError('so many spikes: a lower rate or fewer cycles would do');
  }
}

/** Sends the spikes of `neurons` through a design. Throws UsageError where there are none, InfeasibleError where they come faster than the network carries them. */
export function wiringRun(layout: NocLayout, spikes: readonly SpikePacket[], neurons: number): WiringRun {
  if (spikes.length === 0)
    throw new UsageError(`no spike of ${String(neurons)} neurons left its core: a higher rate or more cycles would do`);
  const net = new NocNetwork(layout, { multicast: true });
  for (const [id, { cycle, source, destinations }] of spikes.entries()) net.offer(cycle, source, destinations, layout.packetFlits, id);
  const before = net.read();
  let [sum, count, most] = [0, 0, 0];
  net.advance(10 * spikes.at(-1)!.cycle + 100_000, (id, cycle) => {
    const latency = cycle - spikes[id]!.cycle;
    sum += latency;
    count += 1;
    most = Math.max(most, latency);
  });
  if (!net.idle) throw new InfeasibleError(`${layout.name}: spikes come faster than the network carries them; a lower rate would do`);
  const energy = energyOf(layout, activityBetween(layout, before, net.read()));
  const area = areaOf(layout);
  const pairs = zeroLoadLatencies(layout);
  return {
    name: layout.name,
    links: layout.graph.linkFrom.length / 2,
    wire: area.wireLength * 1e3,
    flitBits: layout.flitBits,
    packetFlits: layout.packetFlits,
    meanLatency: sum / count,
    maxLatency: most,
    dynamicPerSpike: energy.dynamic / spikes.length,
    staticPower: energy.staticPower,
    area: area.routers,
    uniformZeroLoad: pairs.reduce((total, cycles) => total + cycles, 0) / pairs.length,
    certificate: layout.certificate.statement,
  };
}
