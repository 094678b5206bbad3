/**
 * Validation of the teacher against a folder of reference results: every case is run from the files of the folder, compared, and judged by the bars of its kind.
 *   single/<id>.json, .trace.csv            cells, compartments, neural masses
 *   plasticity/<name>.json                  STDP and short-term plasticity
 *   deterministic/<name>.json, .csv         networks with frozen input, run by NEST
 *   networks/<name>_s<seed>.json            distributions of stochastic networks, several seeds each
 *   MANIFEST.json                           names of cases; one that has no file, or belongs to another section, falls short
 * A case of a kind that the teacher does not have is named and falls short. The verdict is a function of the cases, which hold all numbers.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { InfeasibleError } from '../../base/index.ts';
import { refused, type TeacherCase } from './case.ts';
import { CELL_FILE, cellCase } from './cells.ts';
import { NEST_FILE, nestCase } from './nest-networks.ts';
import { NETWORK_FILE, networkCase } from './network-statistics.ts';
import { plasticCase } from './plastic-synapses.ts';

/** What to run. */
export interface ValidateTeacherOptions {
  /** Only cases whose name passes. */
  readonly only?: (id: string) => boolean;
  /** Told before each case. */
  readonly progress?: (done: number, total: number, id: string) => void;
  /** Threads of the stochastic networks; 1 unless given. The results are the same bit by bit for any number. */
  readonly workers?: number;
}

/** The outcome, plain data. */
export interface TeacherValidation {
  readonly cases: readonly TeacherCase[];
  readonly passed: boolean;
}

/** Largest file that is read, bytes. */
const LARGEST = 64e6;

interface Task {
  readonly id: string;
  readonly run: () => TeacherCase | Promise<TeacherCase>;
}

/** Runs a folder. InfeasibleError when there is nothing in it to run; a file that cannot be read is a case that falls short. */
export async function validateTeacher(directory: string, options: ValidateTeacherOptions = {}): Promise<TeacherValidation> {
  const { only = () => true, progress = () => undefined } = options;
  const found = [
    ...cellTasks(directory),
    ...plasticTasks(directory),
    ...nestTasks(directory),
    ...statisticsTasks(directory, options.workers ?? 1),
  ];
  found.push(...missingTasks(directory, found));
  if (found.length === 0) {
    throw new InfeasibleError(
      `${directory} has none of single, plasticity, deterministic, networks with *.json: nothing to validate against`,
    );
  }
  const tasks = found.filter(({ id }) => only(id));
  const cases: TeacherCase[] = [];
  for (const { id, run } of tasks) {
    progress(cases.length, tasks.length, id);
    cases.push(await run());
  }
  return { cases, passed: cases.length > 0 && cases.every(({ verdict }) => verdict !== 'falls short') };
}

function cellTasks(directory: string): Task[] {
  return named(directory, 'single').map((id) =>
    guarded('cell', id, () => {
      const file = parsed(CELL_FILE, readText(directory, 'single', `${id}.json`));
      return cellCase(file, numbers(optionalText(directory, 'single', `${id}.trace.csv`)));
    }),
  );
}

function plasticTasks(directory: string): Task[] {
  return named(directory, 'plasticity').map((id) =>
    guarded('plasticity', id, () => plasticCase(id, JSON.parse(readText(directory, 'plasticity', `${id}.json`)))),
  );
}

function nestTasks(directory: string): Task[] {
  return named(directory, 'deterministic').map((id) =>
    guarded('network', id, () => {
      const table = (name: string): number[][] => numbers(readText(directory, 'deterministic', `${id}.${name}.csv`));
      return nestCase(parsed(NEST_FILE, readText(directory, 'deterministic', `${id}.json`)), {
        edges: table('edges'),
        spikes: table('spikes'),
        voltages: numbers(optionalText(directory, 'deterministic', `${id}.vm.csv`)),
      });
    }),
  );
}

/** Sections of a manifest that name no cases of their own. */
const DESCRIPTIVE = new Set(['split', 'versions', 'equations', 'files', 'networks']);

/** Cases that the manifest names and that are not among `found`: their file is missing, or their section is of a kind that the teacher does not have. */
function missingTasks(directory: string, found: readonly Task[]): Task[] {
  const text = optionalText(directory, '', 'MANIFEST.json');
  const manifest = text === '' ? {} : objectIn(text);
  if (manifest === undefined)
    return [
      {
        id: 'MANIFEST.json',
        run: () => refused('cell', 'MANIFEST.json', '-', 'expected an object in JSON: the names in it are not known'),
      },
    ];
  const known = new Set(found.map(({ id }) => id));
  return Object.entries(manifest).flatMap(([section, entries]: [string, unknown]) => {
    if (DESCRIPTIVE.has(section) || !Array.isArray(entries)) return [];
    return entries
      .map(nameOf)
      .filter((id) => !known.has(id))
      .map((id) => ({
        id,
        run: () =>
          refused('cell', id, section, `named in section ${section} of MANIFEST.json; there is no file of a kind that the teacher knows`),
      }));
  });
}

function objectIn(text: string): object | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === 'object' && found !== null ? found : undefined;
  } catch {
    return undefined;
  }
}

function nameOf(entry: unknown): string {
  if (typeof entry === 'string') return entry;
  const { id, name } = (entry ?? {}) as { id?: unknown; name?: unknown };
  return typeof id === 'string' ? id : typeof name === 'string' ? name : 'without a name';
}

/** One case per network: all its seeds together. */
function statisticsTasks(directory: string, workers: number): Task[] {
  const groups = new Map<string, string[]>();
  for (const id of named(directory, 'networks')) {
    const name = id.replace(/_s\d+$/, '');
    groups.set(name, [...(groups.get(name) ?? []), id]);
  }
  return Array.from(groups, ([name, ids]) =>
    guarded('statistics', name, () =>
      networkCase(
        name,
        ids.map((id) => parsed(NETWORK_FILE, readText(directory, 'networks', `${id}.json`))),
        workers,
      ),
    ),
  );
}

/** Whatever goes wrong with one case is that case's own failure. */
function guarded(kind: TeacherCase['kind'], id: string, run: () => TeacherCase | Promise<TeacherCase>): Task {
  return {
    id,
    run: async () => {
      try {
        return await run();
      } catch (error) {
        return refused(kind, id, '-', error instanceof Error ? error.message : String(error));
      }
    },
  };
}

function named(directory: string, folder: string): string[] {
  const path = join(directory, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .toSorted();
}

function readText(directory: string, folder: string, name: string): string {
  const path = join(directory, folder, name);
  if (!existsSync(path)) throw new InfeasibleError(`${path} is not there`);
  const text = readFileSync(path, 'utf8');
  if (text.length > LARGEST) throw new InfeasibleError(`${path}: larger than ${String(LARGEST)} characters`);
  return text;
}

function optionalText(directory: string, folder: string, name: string): string {
  return existsSync(join(directory, folder, name)) ? readText(directory, folder, name) : '';
}

function parsed<Schema extends z.ZodType>(schema: Schema, text: string): z.infer<Schema> {
  const result = schema.safeParse(JSON.parse(text));
  if (result.success) return result.data;
  throw new InfeasibleError(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}

/** Rows of numbers below the header line; an empty cell is no number. */
function numbers(csv: string): number[][] {
  return csv
    .split(/\r?\n/)
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(',').map((cell) => (cell.trim() === '' ? NaN : Number(cell))));
}
