/**
 * An equal share of every population of a network, with all synapses onto it: what one thread of a workload on the grid holds. Rows keep the numbers of the whole network, targets are
 * numbered anew. A target receives the same terms in the same order as in the whole, so the bits do not depend on the number of shares.
 */
import { runsOf, type CurrentChanges, type Network, type PoissonDrive } from '../../network/index.ts';
import type { TeacherSnapshot } from './method.ts';

/** A share. */
export interface GridShare {
  readonly network: Network;
  /** Neuron of the whole for each own neuron, ascending. */
  readonly names: Uint32Array;
  /** Plastic synapse of the whole for each own one. */
  readonly plastic: Uint32Array;
}

/** Share `index` of `of`. */
export function shareOf(network: Network, index: number, of: number): GridShare {
  const own = new Int32Array(network.count).fill(-1);
  const names: number[] = [];
  const populations: Network['populations'][number][] = [];
  const parameters: Network['parameters'][number][] = [];
  network.populations.forEach(({ name, first, count }, p) => {
    const [from, to] = [Math.floor((count * index) / of), Math.floor((count * (index + 1)) / of)];
    if (from === to) return;
    populations.push({ name, first: names.length, count: to - from });
    parameters.push(mapped(network.parameters[p]!, (column) => column.slice(from, to)));
    for (let n = first + from; n < first + to; n++) {
      own[n] = names.length;
      names.push(n);
    }
  });
  const rows = rowsOnto(own, network);
  const { plasticity } = network;
  // own place of a synapse of the whole; only plastic ones are looked up
  const place = new Map(plasticity === undefined ? [] : Array.from(rows.kept, (synapse, k): [number, number] => [synapse, k]));
  const plastic = plasticity === undefined ? [] : Array.from(plasticity.synapse.keys()).filter((k) => place.has(plasticity.synapse[k]!));
  const inputs = rowsOnto(own, network.inputs);
  return {
    names: Uint32Array.from(names),
    plastic: Uint32Array.from(plastic),
    network: {
      ...network,
      count: names.length,
      names: [],
      populations,
      parameters,
      tauMem: Float64Array.from(names, (n) => network.tauMem[n]!),
      rowStart: rows.rowStart,
      target: rows.target,
      weight: rows.weight,
      delay:
        network.delay instanceof Float64Array ? Float64Array.from(rows.kept, (k) => (network.delay as Float64Array)[k]!) : network.delay,
      ...(plasticity === undefined
        ? {}
        : {
            plasticity: {
              projections: plasticity.projections,
              synapse: Uint32Array.from(plastic, (k) => place.get(plasticity.synapse[k]!)!),
              projection: Uint16Array.from(plastic, (k) => plasticity.projection[k]!),
              full: Float64Array.from(plastic, (k) => plasticity.full[k]!),
              start: Float64Array.from(plastic, (k) => plasticity.start[k]!),
            },
          }),
      inputs: { ...network.inputs, rowStart: inputs.rowStart, target: inputs.target, weight: inputs.weight, trains: new Map() },
    },
  };
}

/** The changes of current that reach own neurons. */
export function currentsOnto({ names }: GridShare, currents: CurrentChanges): CurrentChanges {
  const own = new Map(Array.from(names, (name, n) => [name, n]));
  const kept = Array.from(currents.neuron.keys()).filter((i) => own.has(currents.neuron[i]!));
  return {
    tick: Float64Array.from(kept, (i) => currents.tick[i]!),
    neuron: Uint32Array.from(kept, (i) => own.get(currents.neuron[i]!)!),
    depolarisation: Float64Array.from(kept, (i) => currents.depolarisation[i]!),
  };
}

/** The counted drives of own neurons; draws belong to the numbers of the whole. */
export function drivesOnto({ names }: GridShare, drives: readonly PoissonDrive[]): PoissonDrive[] {
  const own = new Map(Array.from(names, (name, n) => [name, n]));
  return drives.map((drive) => ({
    ...drive,
    neurons: runsOf(
      drive.neurons.flatMap(({ name, count }) =>
        Array.from({ length: count }, (_, i) => name + i).flatMap((whole) => {
          const first = own.get(whole);
          return first === undefined ? [] : [{ first, name: whole }];
        }),
      ),
    ),
  }));
}

const SPIKES = 'plastic.spikes'; // triples of neuron, tick, fraction
const isPlastic = (name: string): boolean => name.startsWith('plastic.');

/** The columns of a share among those of the whole. */
export function snapshotOfShare({ names, plastic }: GridShare, { tick, columns }: TeacherSnapshot): TeacherSnapshot {
  const own = new Map(Array.from(names, (name, n) => [name, n]));
  const picked = mapped(columns, (column, name) => {
    if (name !== SPIKES) return Float64Array.from(isPlastic(name) ? plastic : names, (k) => column[k]!);
    return Float64Array.from(triples(column).flatMap(([neuron, ...when]) => (own.has(neuron) ? [own.get(neuron)!, ...when] : [])));
  });
  return { tick, columns: picked };
}

/** The columns of the whole from those of all shares. */
export function snapshotOfWhole(
  shares: readonly GridShare[],
  parts: readonly TeacherSnapshot[],
  { count, plasticity }: Network,
): TeacherSnapshot {
  const columns: Record<string, Float64Array> = {};
  const spikes: [number, number, number][] = [];
  parts.forEach((part, p) => {
    const { names, plastic } = shares[p]!;
    for (const [name, values] of Object.entries(part.columns)) {
      if (name === SPIKES) {
        spikes.push(...triples(values).map(([n, ...when]): [number, number, number] => [names[n]!, ...when]));
        continue;
      }
      columns[name] ??= new Float64Array(isPlastic(name) ? plasticity!.synapse.length : count).fill(NaN);
      const whole = columns[name];
      (isPlastic(name) ? plastic : names).forEach((k, i) => (whole[k] = values[i]!));
    }
  });
  if (plasticity !== undefined) columns[SPIKES] = Float64Array.from(spikes.toSorted((a, b) => a[0] - b[0]).flat());
  return { tick: parts[0]!.tick, columns };
}

function triples(column: Float64Array): [neuron: number, tick: number, fraction: number][] {
  return Array.from({ length: column.length / 3 }, (_, i) => [column[3 * i]!, column[3 * i + 1]!, column[3 * i + 2]!]);
}

/** Rows with the entries onto own neurons, in their order. */
function rowsOnto(
  own: Int32Array,
  { rowStart, target, weight }: Pick<Network, 'rowStart' | 'target' | 'weight'>,
): { rowStart: Uint32Array; target: Uint32Array; weight: Float64Array; kept: Uint32Array } {
  const starts = new Uint32Array(rowStart.length);
  let count = 0;
  for (let k = 0; k < target.length; k++) if (own[target[k]!]! >= 0) count++;
  const [targets, weights, kept] = [new Uint32Array(count), new Float64Array(count), new Uint32Array(count)];
  let next = 0;
  for (let source = 0; source + 1 < rowStart.length; source++) {
    for (let k = rowStart[source]!; k < rowStart[source + 1]!; k++) {
      const n = own[target[k]!]!;
      if (n < 0) continue;
      targets[next] = n;
      weights[next] = weight[k]!;
      kept[next++] = k;
    }
    starts[source + 1] = next;
  }
  return { rowStart: starts, target: targets, weight: weights, kept };
}

function mapped(
  columns: Readonly<Record<string, Float64Array>>,
  change: (column: Float64Array, name: string) => Float64Array,
): Record<string, Float64Array> {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, change(column, name)]));
}
