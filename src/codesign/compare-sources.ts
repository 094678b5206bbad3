/**
 * The two sides of a comparison as spike trains: run directories and spike files become one train of sorted times (biological s) per neuron, population by population, over
 * one common span. Unequal spans alone give Kolmogorov-Smirnov distances of 0.6, so a span that not all recordings cover is cut to the one that they do.
 */
import { statSync } from 'node:fs';
import { spikeTrainsOf, type SpikeTrains } from '../analysis/index.ts';
import { UsageError } from '../base/index.ts';
import { readRunRecord, readSpikeFile, runTables, type SpikeTable, type SpikeTrain } from '../store/index.ts';

export interface CompareSources {
  readonly a: readonly string[];
  readonly b: readonly string[];
  /** Whose spikes of runs; unless given the student's, of a run without one the teacher's. */
  readonly train?: SpikeTrain;
  /** Biological s; the longest warm-up unless given. */
  readonly from?: number;
  /** Biological s; the end of the shortest recording unless given. */
  readonly until?: number;
}

export interface ComparedTrains {
  readonly from: number;
  readonly until: number;
  readonly populations: readonly { readonly name: string; readonly a: readonly SpikeTrains[]; readonly b: readonly SpikeTrains[] }[];
}

interface Source {
  readonly path: string;
  readonly tables: readonly SpikeTable[];
  readonly warmUp: number;
}

/** Reads both sides. Throws CardError for files that cannot be read, UsageError for populations or spans that do not fit together. */
export async function comparedTrains({ a, b, train, ...window }: CompareSources): Promise<ComparedTrains> {
  const first = await Promise.all(a.map((path) => readSource(path, train)));
  const second = await Promise.all(b.map((path) => readSource(path, train)));
  const all = alike([...first, ...second]);
  const single = all.every(({ tables }) => tables.length === 1);
  const names = single ? [all[0]!.tables[0]!.population || 'all'] : namesOf(all[0]!);
  if (!single) for (const source of all) mustHave(source, names, all[0]!.path);
  const ends = all.flatMap(({ tables }) => tables.flatMap(({ end }) => (end === undefined ? [] : [end / 1000])));
  const last = Math.max(0, ...all.flatMap(({ tables }) => tables.map(({ time }) => time.at(-1) ?? 0))) / 1000;
  const from = window.from ?? Math.max(0, ...all.map(({ warmUp }) => warmUp));
  const until = window.until ?? (ends.length > 0 ? Math.min(...ends) : last);
  if (!(until > from)) throw new UsageError(`nothing to compare from ${String(from)} s to ${String(until)} s: give --from and --until`);
  const populations = names.map((name) => {
    const tables = all.map((source) => (single ? source.tables[0]! : source.tables.find(({ population }) => population === name)!));
    const known = new Set(tables.flatMap(({ nodes }) => (nodes === undefined ? [] : [nodes])));
    if (known.size > 1) throw new UsageError(`population ${name}: runs of ${[...known].join(' and ')} neurons cannot be compared`);
    // a loop, for a spread over a million spikes overflows the stack
    const highest = tables.reduce((most, { node }) => node.reduce((high, value) => Math.max(high, value + 1), most), 0);
    const neurons = Math.max(highest, ...known);
    const trains = tables.map(({ time, node }) => spikeTrainsOf(time, node, neurons, 1e-3));
    return { name, a: trains.slice(0, first.length), b: trains.slice(first.length) };
  });
  return { from, until, populations };
}

async function readSource(path: string, train: SpikeTrain | undefined): Promise<Source> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return { path, tables: await readSpikeFile(path), warmUp: 0 };
  const tables = await runTables(path, train);
  const { result } = await readRunRecord(path);
  return { path, tables, warmUp: 'workload' in result ? result.workload.warmUp : 0 };
}

/**
 * A file without populations beside a run that has several: the neurons of the run are counted through, population by population, as simulators number them in such files.
 */
function alike(sources: readonly Source[]): readonly Source[] {
  const mixed = sources.some(({ tables }) => tables.length === 1) && sources.some(({ tables }) => tables.length > 1);
  if (!mixed || sources.some(({ tables }) => tables.length > 1 && tables.some(({ nodes }) => nodes === undefined))) return sources;
  return sources.map(({ path, tables, warmUp }) => {
    let first = 0;
    const rows = tables.flatMap(({ time, node, nodes = 0 }) => {
      const begin = first;
      first += nodes;
      return Array.from(time, (at, k) => [at, begin + node[k]!] as const);
    });
    rows.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const [{ nodes, end } = {}] = tables;
    const joined: SpikeTable = {
      population: 'all',
      time: Float64Array.from(rows, ([at]) => at),
      node: Uint32Array.from(rows, ([, node]) => node),
      ...(tables.length > 1 ? { nodes: first } : nodes === undefined ? {} : { nodes }),
      ...(end === undefined ? {} : { end }),
    };
    return { path, tables: [joined], warmUp };
  });
}

function namesOf({ tables }: Source): string[] {
  return tables.map(({ population }) => population).toSorted((a, b) => (a < b ? -1 : 1));
}

function mustHave(source: Source, names: readonly string[], reference: string): void {
  const own = namesOf(source);
  if (own.length === names.length && own.every((name, k) => name === names[k])) return;
  throw new UsageError(
    `${source.path} has the populations ${own.join(', ') || '(none)'}, ${reference} has ${names.join(', ') || '(none)'}: compare like with like`,
  );
}
