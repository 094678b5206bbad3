/** Where the neurons of a study sit on a network-on-chip, and where their spikes go. */
import { seated, seatsOf } from '../emulator/index.ts';
import { bridgeOf, coreGroups, type SpikingNeuron } from '../noc/index.ts';
import { layoutOf } from './study-cards.ts';
import type { Study } from './study.ts';

/** Core of every neuron on a network-on-chip of the study. */
export function coresOf(study: Study, noc: string): Uint32Array {
  return seated(
    study.groupOf.map((group) => study.placement[noc]![group]!),
    seatsOf(study.chips[study.reference.chip]!),
  );
}

/** Packets per spike of all neurons from node to node, as the design's packet mode makes them: a multicast spike counts once for every core, a two-level one by its bridges. */
export function trafficMatrix(study: Study, noc: string): Float64Array {
  const layout = layoutOf(study.nocs[noc]!);
  const { mode, group_cores: groupCores } = layout.design.packet;
  const groups = mode === 'two-level' ? coreGroups(layout, groupCores) : undefined;
  const matrix = new Float64Array(layout.nodes * layout.nodes);
  for (const { home, parts } of spikingNeurons(study, noc)) {
    const bridged = new Set<number>();
    for (const { node, synapses } of parts) {
      const [from, to] = groups === undefined ? [0, 0] : [groups.groupOf[home]!, groups.groupOf[node]!];
      const bridge = from === to ? node : bridgeOf(groups!, from, to);
      if (bridge !== node) matrix[bridge * layout.nodes + node]! += 1;
      if (from !== to && bridged.has(bridge)) continue;
      bridged.add(bridge);
      matrix[home * layout.nodes + bridge]! += mode === 'per-synapse' ? synapses : 1;
    }
  }
  return matrix;
}

/** Every neuron on a network-on-chip with the other nodes that hold targets of it. */
export function spikingNeurons(study: Study, noc: string): readonly SpikingNeuron[] {
  const { network } = study;
  const coreOf = coresOf(study, noc);
  const filled = new Map<number, number>();
  return Array.from(coreOf, (home, s): SpikingNeuron => {
    const id = filled.get(home) ?? 0;
    filled.set(home, id + 1);
    const reached = new Map<number, number>();
    for (let k = network.rowStart[s]!; k < network.rowStart[s + 1]!; k++) {
      const node = coreOf[network.target[k]!]!;
      if (node !== home) reached.set(node, (reached.get(node) ?? 0) + 1);
    }
    return { home, id, parts: Array.from(reached, ([node, synapses]) => ({ node, synapses })).toSorted((a, b) => a.node - b.node) };
  });
}
