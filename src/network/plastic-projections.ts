/** Which synapses of a network are plastic, how strong they can become, and where they start: a relative weight of 1 is the maximum of the projection, or the weight of the edge for short-term plasticity. */
import type { WorkloadCard } from '../model/schemas/workload.ts';
import type { Plasticity, PlasticProjection } from './network.ts';

/** Synapses as built: `order` lists them by source, `entry` says from which edges each came, `weight` (V) is in the order of the network. */
interface Built {
  readonly entry: ArrayLike<number>;
  readonly order: Uint32Array;
  readonly weight: Float64Array;
  readonly signOf: (synapse: number) => number;
  readonly count: (text: string, times?: number) => void;
}

/** The plastic synapses of a card; undefined where all are static. */
export function plasticSynapses(card: WorkloadCard, { entry, order, weight, signOf, count }: Built): Plasticity | undefined {
  if (card.edges.every(({ plasticity }) => plasticity === undefined)) return undefined;
  const projections: PlasticProjection[] = [];
  const ofEdges = card.edges.map((edges) => {
    if (edges.plasticity === undefined) return -1;
    return projections.push({ name: nameOf(edges), plasticity: edges.plasticity }) - 1;
  });
  const [synapse, projection, full, start]: number[][] = [[], [], [], []];
  order.forEach((k, place) => {
    const p = ofEdges[entry[k]!]!;
    if (p < 0) return;
    const { plasticity } = projections[p]!;
    const largest = 'maximum' in plasticity ? plasticity.maximum * card.weight_unit : Math.abs(weight[place]!);
    const relative = largest === 0 ? 0 : Math.abs(weight[place]!) / largest;
    if (relative > 1) count('plastic weights above their maximum, started there');
    synapse!.push(place);
    projection!.push(p);
    full!.push(signOf(k) * largest);
    start!.push(Math.min(1, relative));
  });
  return {
    projections,
    synapse: Uint32Array.from(synapse!),
    projection: Uint16Array.from(projection!),
    full: Float64Array.from(full!),
    start: Float64Array.from(start!),
  };
}

function nameOf(edges: WorkloadCard['edges'][number]): string {
  if (edges.kind === 'watts-strogatz') return `${edges.within} -> ${edges.within}`;
  if (edges.kind === 'file') return `${edges.from ?? edges.file} -> ${edges.to ?? edges.file}`;
  return edges.kind === 'inline' ? 'inline synapses' : `${edges.from} -> ${edges.to}`;
}
