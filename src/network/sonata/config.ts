/**
 * SONATA configurations (JSON): `config.json` names a network and a simulation; both use manifest variables ($NETWORK_DIR/x.h5). Files are untrusted: sizes are bounded, and
 * no path, followed through links, leaves the folder of the configuration; only component parameters (JSON) may lie in a folder beside it, as in the examples of the format.
 * Source: SONATA developer guide, "Circuit config", "Simulation config" (AllenInstitute/sonata).
 */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { CardError } from '../../base/index.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonMap = { readonly [key: string]: Json };

const LARGEST_JSON = 2 ** 24;
const LARGEST_TABLE = 2 ** 26;

export interface SonataConfig {
  readonly file: string;
  /** Node and edge files, absolute. */
  readonly nodes: readonly { readonly file: string; readonly types: string | null }[];
  readonly edges: readonly { readonly file: string; readonly types: string | null }[];
  /** Folders of parameters by kind of component, for example "point_neuron_models_dir". */
  readonly components: Readonly<Record<string, string>>;
  /** Spike files by the population that they drive. */
  readonly inputs: readonly { readonly name: string; readonly file: string; readonly population: string | null }[];
  /** ms; null where there is no simulation. */
  readonly duration: number | null;
  readonly dt: number | null;
}

/** Reads a configuration: the whole, or a circuit alone. Throws CardError for what is absent, no JSON, or leads out of the folder. */
export function readSonataConfig(path: string): SonataConfig {
  const root = dirname(resolve(path));
  const whole = readJson(path);
  const circuitFile = 'network' in whole && typeof whole['network'] === 'string' ? inside(root, root, whole['network'], path) : null;
  const simulationFile = typeof whole['simulation'] === 'string' ? inside(root, root, whole['simulation'], path) : null;
  const circuit = circuitFile === null ? whole : readJson(circuitFile);
  const simulation = simulationFile === null ? (mapOf(whole['run']) === EMPTY ? EMPTY : whole) : readJson(simulationFile);
  const [inCircuit, inSimulation] = [resolver(circuit, circuitFile ?? path, root), resolver(simulation, simulationFile ?? path, root)];
  const networks = mapOf(circuit['networks']);
  const files = (kind: 'nodes' | 'edges') =>
    listOf(networks[kind])
      .filter((entry) => entry['enabled'] !== false)
      .map((entry) => {
        const types = entry[`${kind.slice(0, -1)}_types_file`];
        return {
          file: inCircuit(textOf(entry, `${kind}_file`, circuitFile ?? path)),
          types: typeof types === 'string' ? inCircuit(types) : null,
        };
      });
  const nodes = files('nodes');
  if (nodes.length === 0)
    throw new CardError([{ file: circuitFile ?? path, path: 'networks.nodes', found: 'no node files', expected: 'a SONATA circuit' }]);
  const sets = typeof simulation['node_sets_file'] === 'string' ? readJson(inSimulation(simulation['node_sets_file'])) : EMPTY;
  const components: Record<string, string> = {};
  for (const [kind, folder] of Object.entries(mapOf(circuit['components'])))
    if (typeof folder === 'string') components[kind] = inCircuit(folder, true);
  const run = mapOf(simulation['run']);
  return {
    file: path,
    nodes,
    edges: files('edges'),
    components,
    inputs: Object.entries(mapOf(simulation['inputs']))
      .map(([name, entry]) => ({ name, entry: mapOf(entry) }))
      .filter(({ entry }) => entry['input_type'] === 'spikes' && entry['enabled'] !== false)
      .map(({ name, entry }) => ({
        name,
        file: inSimulation(textOf(entry, 'input_file', simulationFile ?? path)),
        population: populationOf(entry['node_set'], sets),
      })),
    duration: typeof run['tstop'] === 'number' ? run['tstop'] : null,
    dt: typeof run['dt'] === 'number' ? run['dt'] : null,
  };
}

/** Parameters of a component, or null when its file is not there. */
export function readComponent(config: SonataConfig, kind: string, name: string): JsonMap | null {
  const folder = config.components[kind];
  if (folder === undefined || !/^[\w.-]+\.json$/i.test(name)) return null;
  const file = join(folder, name);
  if (!existsSync(file)) return null;
  return readJson(inside(dirname(dirname(resolve(config.file))), folder, name, config.file));
}

/** A table of node or edge types: blanks between cells, quoted where they hold blanks; NULL is absent. */
export function readTypes(file: string): ReadonlyMap<number, Readonly<Record<string, string>>> {
  const [head, ...rows] = boundedText(file, LARGEST_TABLE)
    .split(/\r?\n/)
    .map((line) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!));
  const idColumn = (head ?? []).findIndex((cell) => cell.endsWith('_type_id'));
  if (idColumn < 0)
    throw new CardError([{ file, line: 1, found: (head ?? []).join(' ').slice(0, 80), expected: 'a column node_type_id or edge_type_id' }]);
  const types = new Map<number, Readonly<Record<string, string>>>();
  for (const [index, cells] of rows.entries()) {
    if (cells.length === 0) continue;
    const id = Number(cells[idColumn]);
    if (!Number.isInteger(id))
      throw new CardError([{ file, line: index + 2, found: `"${String(cells[idColumn]).slice(0, 40)}"`, expected: 'a whole number' }]);
    types.set(
      id,
      Object.fromEntries(head!.flatMap((name, k) => (cells[k] === undefined || cells[k] === 'NULL' ? [] : [[name, cells[k]]]))),
    );
  }
  return types;
}

const EMPTY: JsonMap = {};

export function mapOf(value: Json | undefined): JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonMap) : EMPTY;
}

function listOf(value: Json | undefined): readonly JsonMap[] {
  return Array.isArray(value) ? (value as readonly Json[]).map(mapOf) : [];
}

function textOf(entry: JsonMap, name: string, file: string): string {
  const value = entry[name];
  if (typeof value === 'string') return value;
  throw new CardError([
    { file, path: name, found: value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 40), expected: 'the name of a file' },
  ]);
}

function populationOf(set: Json | undefined, sets: JsonMap): string | null {
  const named = typeof set === 'string' ? mapOf(sets[set]) : mapOf(set);
  const population = named['population'];
  return typeof population === 'string' ? population : typeof set === 'string' ? set : null;
}

/** Puts the manifest's variables into a path, and the path into the folder of the file. */
function resolver(content: JsonMap, file: string, root: string): (text: string, component?: boolean) => string {
  const variables = mapOf(content['manifest']);
  const expand = (text: string, depth = 0): string =>
    text.replaceAll(/\$\{?(\w+)\}?/g, (whole, name: string) => {
      const value = variables[`$${name}`] ?? variables[name];
      if (typeof value !== 'string' || depth > 8) {
        throw new CardError([
          { file, path: `manifest.${whole}`, found: typeof value === 'string' ? 'a circle' : 'nothing', expected: 'a folder' },
        ]);
      }
      return expand(value, depth + 1);
    });
  return (text, component = false) => inside(component ? dirname(root) : root, dirname(resolve(file)), expand(text), file, component);
}

/** An absolute path that stays in `root`, links followed. `lenient`: it need not exist. */
function inside(root: string, base: string, name: string, file: string, lenient = false): string {
  const path = resolve(base, name);
  // what need not exist is placed in the folder as it really is, which may itself be reached through a link
  const real = existsSync(path) ? realpathSync(path) : join(realpathSync(root), relative(root, path));
  const way = relative(realpathSync(root), real);
  const plain = relative(root, path);
  if (way.startsWith('..') || isAbsolute(way) || plain.startsWith('..') || isAbsolute(plain)) {
    throw new CardError([{ file, found: `"${name.slice(0, 120)}", a path out of its folder`, expected: 'files beside the configuration' }]);
  }
  if (!lenient && !existsSync(path)) throw new CardError([{ file, found: `"${name.slice(0, 120)}"`, expected: 'a file that is there' }]);
  return path;
}

function readJson(file: string): JsonMap {
  const text = boundedText(file, LARGEST_JSON);
  try {
    return mapOf(JSON.parse(text) as Json);
  } catch (error) {
    throw new CardError([{ file, found: (error as Error).message.slice(0, 120), expected: 'JSON' }]);
  }
}

function boundedText(file: string, largest: number): string {
  if (!existsSync(file)) throw new CardError([{ file, found: 'no such file', expected: 'a file of a SONATA network' }]);
  const stat = statSync(file);
  if (!stat.isFile() || stat.size > largest) {
    throw new CardError([
      { file, found: stat.isFile() ? `${String(stat.size)} bytes` : 'no regular file', expected: `at most ${String(largest)} bytes` },
    ]);
  }
  return readFileSync(file, 'utf8');
}
