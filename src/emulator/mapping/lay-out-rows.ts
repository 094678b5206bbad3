/**
 * Which synapse row, and which circuit, every synapse gets. A source needs a row for each sign in each core that it reaches, because the sign belongs to the row.
 * Sources share a row where all neurons that they reach in the core have several circuits there: each on a circuit of its own of each neuron, told apart by the label that every synapse compares
 * (2^label_bits of them). So m merged circuits have the fan-in of m: rows add up. A neuron whose circuits lie in several cores is reached in the core of them where fewest rows are taken.
 * Greedy and deterministic: sources in their order, the first row that has room. Between single circuits nothing is shared.
 */
import { InfeasibleError } from '../../base/index.ts';
import type { ChipCard } from '../../model/index.ts';
import type { Network } from '../../network/index.ts';
import type { Seats } from './seats.ts';

export interface LaidOut {
  readonly rowStart: Uint32Array;
  readonly circuit: Uint32Array;
  readonly weight: Float64Array;
  readonly sign: Int8Array;
  readonly row: Uint32Array;
  readonly refused: Readonly<Record<string, number>>;
}

/** Throws InfeasibleError where rows are short; with `allow` such synapses are left out and counted. */
export function layOutRows(
  network: Network,
  card: ChipCard,
  { circuitsOf }: Pick<Seats, 'circuitsOf'>,
  circuitOf: Uint32Array,
  allow: boolean,
): LaidOut {
  const [rowsPerCore, perCore] = [card.geometry.rows_per_core.value, card.geometry.neurons_per_core.value];
  const cores = Array.from({ length: card.geometry.cores.value }, () => new CoreRows(rowsPerCore, 2 ** card.synapse.label_bits.value));
  const coreOf = (circuit: number): number => Math.floor(circuit / perCore);
  const rowStart = [0];
  const [circuit, weight, sign, row]: number[][] = [[], [], [], []];
  let refused = 0;

  /** Core in which a neuron is reached by a source that has the rows of `reached` there already. */
  const choose = (members: readonly number[], of: number, reached: ReadonlyMap<number, unknown>): number => {
    const own = [...new Set(members.map(coreOf))];
    const known = own.find((core) => reached.has(2 * core + of));
    return known ?? own.reduce((best, core) => (cores[core]!.needed < cores[best]!.needed ? core : best));
  };

  const addSource = (start: number, end: number, target: Uint32Array, weights: Float64Array): void => {
    const order = Array.from({ length: end - start }, (_, i) => start + i).toSorted(
      (a, b) => circuitOf[target[a]!]! - circuitOf[target[b]!]! || a - b,
    );
    const reached = new Map<number, number[]>();
    for (const k of order) {
      const of = weights[k]! < 0 ? 1 : 0;
      const key = 2 * choose(circuitsOf[circuitOf[target[k]!]!]!, of, reached) + of;
      const list = reached.get(key);
      if (list === undefined) reached.set(key, [k]);
      else list.push(k);
    }
    const placed: { readonly at: number; readonly row: number; readonly k: number }[] = [];
    for (const [key, list] of reached) {
      const core = key >> 1;
      const members = list.map((k) => circuitsOf[circuitOf[target[k]!]!]!.filter((one) => coreOf(one) === core));
      const found = cores[core]!.place(key & 1, members);
      if (found === undefined) refused += list.length;
      else list.forEach((k, i) => placed.push({ at: found.circuits[i]!, row: core * rowsPerCore + found.row, k }));
    }
    // in the order of circuits, so that what one packet delivers to a core is one contiguous slice
    for (const one of placed.toSorted((a, b) => a.at - b.at)) {
      circuit!.push(one.at);
      weight!.push(weights[one.k]!);
      sign!.push(weights[one.k]! < 0 ? -1 : 1);
      row!.push(one.row);
    }
    rowStart.push(circuit!.length);
  };
  for (let s = 0; s < network.count; s++) addSource(network.rowStart[s]!, network.rowStart[s + 1]!, network.target, network.weight);
  const { inputs } = network;
  for (let s = 0; s < inputs.count; s++) addSource(inputs.rowStart[s]!, inputs.rowStart[s + 1]!, inputs.target, inputs.weight);
  if (refused > 0 && !allow) {
    const needed = cores.map((core) => core.needed);
    const core = needed.indexOf(Math.max(...needed));
    throw new InfeasibleError(
      `core ${String(core)} needs ${String(needed[core])} synapse rows for distinct sources and has ${String(rowsPerCore)}; ` +
        `${String(refused)} synapses would be lost (--allow leaves them out and counts them)`,
    );
  }
  return {
    rowStart: Uint32Array.from(rowStart),
    circuit: Uint32Array.from(circuit!),
    weight: Float64Array.from(weight!),
    sign: Int8Array.from(sign!),
    row: Uint32Array.from(row!),
    refused: refused > 0 ? { 'no free synapse row': refused } : {},
  };
}

/** The rows of a core. */
class CoreRows {
  readonly #rows: { readonly sign: number; sources: number; readonly taken: Set<number> }[] = [];
  readonly #limit: number;
  readonly #labels: number;
  /** Rows that its sources need, those that are not there included. */
  needed = 0;

  constructor(limit: number, labels: number) {
    this.#limit = limit;
    this.#labels = labels;
  }

  /** A row for one source and sign, and a circuit on it for each of its synapses, which lie on neurons of these circuits; undefined where no row is left. */
  place(sign: number, neurons: readonly (readonly number[])[]): { readonly row: number; readonly circuits: readonly number[] } | undefined {
    if (neurons.every((members) => members.length > 1))
      for (const [number, row] of this.#rows.entries()) {
        if (row.sign !== sign || row.sources >= this.#labels) continue;
        const circuits = neurons.map((members) => members.find((circuit) => !row.taken.has(circuit)) ?? -1);
        if (circuits.includes(-1)) continue;
        row.sources++;
        for (const circuit of circuits) row.taken.add(circuit);
        return { row: number, circuits };
      }
    this.needed++;
    if (this.#rows.length === this.#limit) return undefined;
    const circuits = neurons.map((members) => members[0]!);
    return { row: this.#rows.push({ sign, sources: 1, taken: new Set(circuits) }) - 1, circuits };
  }
}
