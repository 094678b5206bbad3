/** What was read from a NeuroML network, written as a workload card and its table of edges. */
import { stringify } from 'yaml';
import { csvOf, inMs, plainName, type ImportedFile, type ImportedWorkload } from './imported.ts';
import { populationEntry, type NeuromlCell, type NeuromlSynapse } from './neuroml-cells.ts';

const DEFAULT_TAU = 5e-3; // s

/** Alike cells. */
export interface NeuromlPopulation {
  readonly name: string;
  readonly size: number;
  readonly cell: NeuromlCell;
  /** What arrives: decides time constants and shape. */
  readonly taus: { excitatory: Set<number>; inhibitory: Set<number> };
  readonly shapes: Set<NeuromlSynapse['shape']>;
}

/** One synapse between two cells. */
export interface NeuromlConnection {
  readonly from: NeuromlPopulation;
  readonly to: NeuromlPopulation;
  readonly pre: number;
  readonly post: number;
  /** V, signed. */
  readonly weight: number;
  /** s. */
  readonly delay: number;
}

/** A network that a workload can hold: one time constant per sign and one shape of synapse in every population. */
export interface NeuromlNetwork {
  readonly populations: readonly NeuromlPopulation[];
  readonly connections: readonly NeuromlConnection[];
  /** Entries of the card. */
  readonly stimuli: readonly Readonly<Record<string, unknown>>[];
  /** What was approximated, and how often. */
  readonly notes: ReadonlyMap<string, number>;
}

/** The card of this name and its edges, from the network of `file`, for a run of `duration` s. */
export function neuromlWorkload(network: NeuromlNetwork, file: string, card: string, duration: number): ImportedWorkload {
  const { populations, connections, stimuli, notes } = network;
  const stem = plainName(card).replace(/\.ya?ml$/i, '');
  const delays = new Set(connections.map(({ delay }) => delay));
  const constant = delays.size <= 1;
  const active = connections.filter(({ weight }) => weight !== 0);
  const files: ImportedFile[] =
    active.length === 0
      ? []
      : [
          {
            name: `${stem}.edges.csv`,
            content: csvOf({
              pre: active.map(({ from, pre }) => `${from.name}.${String(pre)}`),
              post: active.map(({ to, post }) => `${to.name}.${String(post)}`),
              weight: active.map(({ weight }) => Number((1000 * weight).toPrecision(12))),
              ...(constant ? {} : { delay: active.map(({ delay }) => Number((1000 * delay).toPrecision(12))) }),
            }),
          },
        ];
  const content = `# NeuroML network of ${plainName(file)}. Weights are peak postsynaptic potentials in mV, with their sign.\n${stringify(
    {
      name: stem,
      description: `Imported from the NeuroML network ${plainName(file)}`,
      populations: Object.fromEntries(
        populations.map(({ name, size, cell, taus, shapes }) => [
          name,
          {
            size,
            ...populationEntry(
              cell,
              [...shapes][0] ?? cell.synapses?.shape ?? 'exponential',
              timeConstant(taus.excitatory, cell.synapses?.excitatory),
              timeConstant(taus.inhibitory, cell.synapses?.inhibitory),
            ),
          },
        ]),
      ),
      weight_unit: '1 mV',
      sign: 'of the weight',
      delay: constant ? inMs([...delays][0] ?? 1e-3) : { column: 'delay', unit: '1 ms' },
      edges: files.map(({ name }) => ({
        kind: 'file',
        file: name,
        columns: { pre: 'pre', post: 'post', weight: 'weight' },
        absent_type: 'chemical',
      })),
      stimuli,
      duration: inMs(duration),
      warm_up: '0 s',
      seeds: { graph: 1, stimulus: [1] },
    },
    { lineWidth: 160 },
  )}`;
  const neurons = populations.reduce((sum, { size }) => sum + size, 0);
  return {
    format: 'neuroml',
    files: [{ name: plainName(card), content }, ...files],
    notes: [
      `${String(neurons)} cells in ${populations.map(({ name }) => name).join(', ')}; ${String(active.length)} connections`,
      ...[...notes].map(([words, count]) => `${words} (${String(count)})`),
    ],
    facts: { neurons, edges: active.length },
  };
}

/** s: the one that arrives, that of the cell, or a default for what nothing arrives at. */
function timeConstant(all: ReadonlySet<number>, own: number | undefined): number {
  return [...all][0] ?? own ?? DEFAULT_TAU;
}
