/**
 * Traffic as the command line and cards say it, resolved to what the simulator takes: a pattern of nodes, or a matrix.
 * On the command line: the word of a pattern (`uniform`), a file with a permutation (`permutation:FILE`), a pattern in braces (`{kind: hotspot, nodes: [27]}`), a traffic card (.yaml, or in braces:
 * `{pattern: {kind: uniform}, measure: {kind: spikes}}`) or a matrix (.csv).
 * A workload becomes a matrix by sharing its neurons out over the nodes and placing the groups where the zero-load latency between those that talk is smallest.
 */
import { basename } from 'node:path';
import { InfeasibleError } from '../base/errors.ts';
import { cardFile, type NamedAt } from '../codesign/workspace.ts';
import { groupTraffic, partition, place } from '../emulator/index.ts';
import { loadCard, parseCard, type Card, type FaultyCard, type LoadOptions } from '../model/load.ts';
import { PatternSchema, TrafficSchema, type MeasurePlan, type Pattern, type TrafficCard } from '../model/schemas/traffic.ts';
import { valueAt } from '../model/zod-errors.ts';
import { buildNetwork, loadWorkload, type Network } from '../network/index.ts';
import {
  compileTraffic,
  matrixOf,
  readMatrixRows,
  readPermutation,
  readTrafficPattern,
  zeroLoadLatencies,
  type ArrivalProcess,
  type MatrixRow,
  type NocLayout,
  type SpikingNeuron,
  type TrafficSpec,
} from '../noc/index.ts';

type PatternOfKind<K extends Pattern['kind']> = Extract<Pattern, { kind: K }>;

/** Traffic that was fitted to a network, and how it is to be measured. */
export interface FittedTraffic {
  readonly spec: TrafficSpec;
  readonly process: ArrivalProcess;
  readonly seed: number;
  readonly plan: MeasurePlan;
  /** Biological over hardware time. */
  readonly speedUp: number;
  /** Of a workload, where whole spikes are measured. */
  readonly spikes?: readonly SpikingNeuron[] | undefined;
}

/** A pattern with everything read that it names. Plain data. */
export type PatternSource =
  | { readonly kind: 'pattern'; readonly spec: Exclude<TrafficSpec, { kind: 'matrix' }> }
  | { readonly kind: 'matrix'; readonly file: string; readonly rows: readonly MatrixRow[] }
  | {
      readonly kind: 'workload';
      readonly network: Pick<Network, 'count' | 'rowStart' | 'target'>;
      readonly mapping: PatternOfKind<'workload'>['mapping'];
    };

/** Reads what was given for traffic, and the files that it names. CardError with every mistake. */
export function loadTraffic(written: string, overrides: readonly string[] = []): Card<TrafficCard> {
  const card = cardOf(written, { overrides, files: checkFiles });
  readPattern(card, card.value.pattern);
  return card;
}

/** Reads the files of a pattern on a card with mistakes. CardError with theirs. */
function checkFiles(card: FaultyCard): void {
  const pattern = PatternSchema.safeParse(valueAt(card.written, ['pattern'])).data;
  if (pattern !== undefined) readPattern(card, pattern);
}

function cardOf(written: string, options: Pick<LoadOptions, 'overrides' | 'files'>): Card<TrafficCard> {
  const given = written.replace(/^matrix:(?=.*\.csv$)/i, '');
  if (/\.ya?ml$/i.test(given)) return loadCard(TrafficSchema, given, options);
  if (/^\s*\{/.test(given) && /[{,]\s*pattern\s*:/.test(given))
    return parseCard(TrafficSchema, completed(given), { label: '--traffic', file: '--traffic', ...options });
  const permutation = /^permutation:(.+)$/.exec(given)?.[1];
  const isMatrix = permutation === undefined && /\.csv$/i.test(given);
  const file = isMatrix
    ? `{kind: matrix, file: ${JSON.stringify(basename(given))}}`
    : given.startsWith('hotspot:')
      ? JSON.stringify(readTrafficPattern(given, String))
      : permutation === undefined
        ? given
        : `{kind: permutation, destinations: {file: ${JSON.stringify(basename(permutation))}}}`;
  const pattern = file.trim().startsWith('{') ? file : `{kind: ${JSON.stringify(given)}}`;
  const name = isMatrix ? given : (/kind:\s*"?([\w-]+)/.exec(pattern)?.[1] ?? 'traffic');
  const text = `{kind: traffic, name: ${JSON.stringify(name)}, pattern: ${pattern}}`;
  return parseCard(TrafficSchema, text, { label: '--traffic', file: isMatrix ? given : (permutation ?? '--traffic'), ...options });
}

/** A card in braces, with the kind and the name that it leaves out. */
function completed(given: string): string {
  const head = [
    /[{,]\s*kind\s*:\s*"?traffic\b/.test(given) ? '' : 'kind: traffic, ',
    /[{,]\s*name\s*:/.test(given) ? '' : 'name: traffic, ',
  ];
  return given.replace('{', `{${head.join('')}`);
}

/** By pattern: workloads take seconds to build. */
const sources = new WeakMap<Pattern, PatternSource>();

type Naming = Pick<Card<unknown>, 'readText' | 'label' | 'lineOf'>;

/** Where a card names another one, for messages. */
export function placeOf({ label, lineOf }: Omit<Naming, 'readText'>, path: string): NamedAt {
  const line = lineOf(path);
  return { file: label, path, ...(line === undefined ? {} : { line }) };
}

/** Reads the files that a pattern names. CardError for mistakes in them. `path` is where the pattern stands on the card. */
export function readPattern(card: Naming, pattern: Pattern, path = 'pattern'): PatternSource {
  let source = sources.get(pattern);
  if (source === undefined) sources.set(pattern, (source = patternOf(card, pattern, path)));
  return source;
}

function patternOf(card: Naming, pattern: Pattern, path: string): PatternSource {
  if (pattern.kind === 'matrix')
    return { kind: 'matrix', file: pattern.file, rows: readMatrixRows(card.readText(pattern.file, `${path}.file`), pattern.file) };
  if (pattern.kind === 'permutation') {
    const { destinations: given } = pattern;
    const destinations = 'file' in given ? readPermutation(card.readText(given.file, `${path}.destinations.file`), given.file) : given;
    return { kind: 'pattern', spec: { kind: 'permutation', destinations } };
  }
  if (pattern.kind === 'hotspot') {
    const { nodes, weights } = pattern;
    return { kind: 'pattern', spec: { kind: 'hotspot', nodes, ...(weights === undefined ? {} : { weights }) } };
  }
  if (pattern.kind !== 'workload') return { kind: 'pattern', spec: pattern };
  const workload = loadWorkload(cardFile('workload', pattern.workload, placeOf(card, `${path}.workload`)));
  const { count, rowStart, target } = buildNetwork(workload.value, workload);
  return { kind: 'workload', network: { count, rowStart, target }, mapping: pattern.mapping };
}

/** Fits a pattern to a network. InfeasibleError when its numbers do not fit. */
export function fitPattern(source: PatternSource, layout: NocLayout): TrafficSpec {
  const { nodes } = layout;
  if (source.kind === 'workload') return { kind: 'matrix', rates: workloadMatrix(source, layout) };
  if (source.kind === 'matrix') {
    const strange = new Set(source.rows.flatMap(([from, to]) => [from, to].filter((node) => node >= nodes)));
    if (strange.size > 0) {
      const named = [...strange].toSorted((a, b) => a - b).slice(0, 10);
      throw new InfeasibleError(
        `${source.file} names node ${named.join(', ')}${strange.size > 10 ? ' and more' : ''}; ${layout.name} has the nodes 0 to ${String(nodes - 1)}`,
      );
    }
    return { kind: 'matrix', rates: matrixOf(source.rows, nodes) };
  }
  compileTraffic(source.spec, layout);
  return source.spec;
}

const partitions = new WeakMap<object, Map<number, Uint32Array>>();

/** Where the neurons of a workload are: groups of them, placed where those that talk are near. */
function placed({ network, mapping }: Extract<PatternSource, { kind: 'workload' }>, layout: NocLayout): Placed {
  const { nodes } = layout;
  let known = partitions.get(network);
  if (known === undefined) partitions.set(network, (known = new Map<number, Uint32Array>()));
  let groupOf = known.get(nodes);
  if (groupOf === undefined) {
    const capacity = Math.ceil(network.count / nodes) + 1;
    known.set(nodes, (groupOf = partition(network, nodes, capacity, mapping.partition, mapping.seed).coreOf));
  }
  const traffic = groupTraffic(network, groupOf, nodes);
  return { groupOf, traffic, nodeOf: place(traffic, zeroLoadLatencies(layout), nodes, mapping.placement, mapping.seed) };
}

interface Placed {
  readonly groupOf: Uint32Array;
  readonly traffic: Float64Array;
  readonly nodeOf: Uint32Array;
}

function workloadMatrix(source: Extract<PatternSource, { kind: 'workload' }>, layout: NocLayout): Float64Array {
  const { nodes } = layout;
  const { traffic, nodeOf } = placed(source, layout);
  const rates = new Float64Array(nodes * nodes);
  for (let a = 0; a < nodes; a++) for (let b = 0; b < nodes; b++) rates[nodeOf[a]! * nodes + nodeOf[b]!] = traffic[a * nodes + b]!;
  return rates;
}

/** The neurons of a workload pattern on a network, with the remote nodes that a spike of each has to reach; undefined for any other pattern. */
export function neuronsOf(source: PatternSource, layout: NocLayout): readonly SpikingNeuron[] | undefined {
  if (source.kind !== 'workload') return undefined;
  const { network } = source;
  const { groupOf, nodeOf } = placed(source, layout);
  const filled = new Map<number, number>();
  return Array.from({ length: network.count }, (_, neuron): SpikingNeuron => {
    const home = nodeOf[groupOf[neuron]!]!;
    const id = filled.get(home) ?? 0;
    filled.set(home, id + 1);
    const found = new Map<number, number>();
    for (let k = network.rowStart[neuron]!; k < network.rowStart[neuron + 1]!; k++) {
      const node = nodeOf[groupOf[network.target[k]!]!]!;
      if (node !== home) found.set(node, (found.get(node) ?? 0) + 1);
    }
    return { home, id, parts: Array.from(found, ([node, synapses]) => ({ node, synapses })).toSorted((a, b) => a.node - b.node) };
  });
}
