/**
 * Latency and saturation without simulating: every channel of the certified routes is a queue with constant service,
 *   load = rate x gamma / capacity,   wait = load x flits / (2 (1 - load))   (M/D/1),   latency = latency of an idle network + waits on the way + wait at the source
 *   capacity = min(1, V S / (S + 2), V B / (3 + 2 L + credit delay))
 * for V VCs of B flits, packets of S flits and links of L cycles: a VC takes two cycles more than its packet has flits to be given away again, and a place of a buffer comes back after a round
 * trip. A node that creates packets by fair draws waits load (S - 1) / (2 (1 - load)). Packets that block each other are not in it, so it is too low near saturation: by how much is printed
 * beside the cycle mode. Saturation is where the busiest channel is full.
 * Sources: Dally and Towles 2004, sections 3.3 and 23.1 (channel loads, queueing at zero load); Kleinrock 1975 (Pollaczek-Khinchine).
 */
import { channelLoads } from './channel-load.ts';
import { vcsOfLayer, type NocLayout } from './layout.ts';
import { expectedMatrix, type TrafficSpec } from '../traffic/traffic.ts';
import { meanZeroLoadLatency } from './zero-load.ts';

/** What the model says. */
export interface NocEstimate {
  /** Mean latency in cycles; Infinity where a channel gets more than it can carry. */
  readonly latency: number;
  /** Flits per node and cycle at which the busiest channel is full. */
  readonly saturation: number;
}

/** Estimates a load of `rate` flits per node and cycle. */
export function estimateLoad(layout: NocLayout, traffic: TrafficSpec, rate: number): NocEstimate {
  const { nodes, graph, vcs, buffer, delays, routes, periods, packetFlits: size } = layout;
  const weights = expectedMatrix(traffic, layout);
  const [low, high] = vcsOfLayer(routes.layers === 1 ? -1 : 0, routes.layers, vcs);
  // a layer carries its share of the packets on its share of the VCs
  const usable = (high - low) * routes.layers;
  const byVcs = (usable * size) / (size + 2);
  const [sends, receives] = [new Float64Array(nodes), new Float64Array(nodes)];
  for (let pair = 0; pair < weights.length; pair++) {
    sends[Math.floor(pair / nodes)]! += weights[pair]! * nodes;
    receives[pair % nodes]! += weights[pair]! * nodes;
  }
  let [waits, saturation] = [0, Infinity];
  /** One queue, which `gamma` flits per cycle of its own clock use at one flit per node and cycle. */
  const add = (gamma: number, capacity: number, wait: (load: number) => number): void => {
    if (gamma === 0) return;
    saturation = Math.min(saturation, capacity / gamma);
    const load = (rate * gamma) / capacity;
    waits += load >= 1 ? Infinity : (gamma / nodes) * wait(load);
  };
  const queue = (load: number): number => (load * size) / (2 * (1 - load));
  for (const [link, gamma] of channelLoads(layout, weights).entries())
    add(
      gamma * periods[graph.linkFrom[link]!]!,
      Math.min(1, byVcs, (usable * buffer) / (3 + 2 * graph.linkLatency[link]! + delays.credit)),
      queue,
    );
  for (const [node, gamma] of receives.entries()) add(gamma * periods[graph.routerOfNode[node]!]!, 1, queue);
  for (const [node, gamma] of sends.entries())
    add(gamma * periods[graph.routerOfNode[node]!]!, Math.min(1, byVcs), (load) => (load * (size - 1)) / (2 * (1 - load)));
  return { latency: meanZeroLoadLatency(layout, weights) + waits, saturation };
}
