/**
 * Validation against BookSim2: every configuration and every trace of a folder is run, certified or not, and compared.
 *   runs.csv                 one row per run: its figures, and the configuration that it was made with
 *   configs/*.cfg, graphs/   what the rows name
 *   traces/<name>.cfg, .csv  packet traces and their configurations
 * The verdict is a function of the cases, which hold all numbers.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CardError, InfeasibleError, type Mistake } from '../../base/index.ts';
import { Cases, type Folder, type RunCase, type SaturationCase, type TraceCase } from './validate-cases.ts';
import type { BookSimRow } from './validate-rules.ts';

/** What to run. */
export interface ValidateOptions {
  /** Searches for saturation per configuration; 5. With 0 none are made. */
  readonly seeds?: number;
  /** Only cases whose name passes. */
  readonly only?: (id: string) => boolean;
  /** Told before each case. */
  readonly progress?: (done: number, total: number, id: string) => void;
}

/** One bar: what was wanted, what was found. */
export interface Bar {
  readonly name: string;
  readonly wanted: string;
  readonly found: string;
  readonly passed: boolean;
}

/** The outcome, plain data. */
export interface NocValidation {
  readonly traces: readonly TraceCase[];
  readonly runs: readonly RunCase[];
  readonly saturations: readonly SaturationCase[];
  readonly bars: readonly Bar[];
  readonly passed: boolean;
}

/** Runs a folder. InfeasibleError when there is nothing in it; CardError when runs.csv is not a table of runs. A configuration that cannot be read is a case that fails. */
export function validateNoc(directory: string, options: ValidateOptions = {}): NocValidation {
  const { seeds = 5, only = () => true, progress = () => undefined } = options;
  const folder: Folder = {
    read: (name) => {
      if (!existsSync(join(directory, name))) throw new InfeasibleError(`${join(directory, name)} is not there`);
      return readFileSync(join(directory, name), 'utf8');
    },
    has: (name) => existsSync(join(directory, name)),
  };
  const rows = folder.has('runs.csv') ? readRuns(folder.read('runs.csv'), join(directory, 'runs.csv')) : [];
  const traces = (folder.has('traces') ? readdirSync(join(directory, 'traces')) : [])
    .filter((name) => name.endsWith('.csv'))
    .map((name) => name.slice(0, -4));
  if (rows.length + traces.length === 0)
    throw new InfeasibleError(`${directory} has neither a runs.csv with rows nor traces/*.csv: nothing to validate against`);
  const groups = groupsOf(rows);
  const cases = new Cases(folder);
  const tasks = [
    ...traces.map((name) => ({ id: name, run: () => cases.trace(name, `traces/${name}.cfg`, `traces/${name}.csv`) })),
    ...rows.map((row) => ({ id: row.id, run: () => cases.run(row) })),
    ...(seeds === 0 ? [] : Array.from(groups, ([id, members]) => ({ id, run: () => cases.saturation(id, members, seedsUpTo(seeds)) }))),
  ].filter(({ id }) => only(id));
  const done = tasks.map(({ id, run }, index) => {
    progress(index, tasks.length, id);
    return run();
  });
  return conclude(
    done.filter((one) => one.kind === 'trace'),
    done.filter((one) => one.kind === 'run'),
    done.filter((one) => one.kind === 'saturation'),
  );
}

/** The verdict over cases. */
function conclude(traces: readonly TraceCase[], runs: readonly RunCase[], saturations: readonly SaturationCase[]): NocValidation {
  const of = (kind: RunCase['compared']): RunCase[] => runs.filter(({ compared }) => compared === kind);
  const statistical = of('statistical');
  const outside = statistical.filter((one) => one.outside).length;
  const allowed = Math.floor(statistical.length / 100);
  const refused = [...traces, ...runs, ...saturations].filter(({ error }) => error !== undefined);
  const mismatching = traces.reduce((sum, one) => sum + one.mismatching, 0);
  const bars: Bar[] = [
    { name: 'cases that could be run', wanted: 'all', found: `${String(refused.length)} refused`, passed: refused.length === 0 },
    {
      name: 'packets of the traces',
      wanted: '0 mismatching',
      found: `${String(mismatching)} of ${String(traces.reduce((sum, one) => sum + one.packets, 0))}`,
      passed: traces.every((one) => one.passed),
    },
    all('runs without a draw', 'all figures equal', of('exact')),
    shown('runs with the random numbers of BookSim2', 'equal to the last digit: shown, not judged', runs),
    {
      name: 'stable runs below the knee',
      wanted: `latency within 3 % or 3.5 standard errors, accepted load within 2 % or 3.5: at most ${String(allowed)} of ${String(statistical.length)} outside`,
      found: `${String(outside)} outside`,
      passed: outside <= allowed,
    },
    {
      name: 'stable runs, far off',
      wanted: 'none outside 5 standard errors',
      found: `${String(statistical.filter((one) => one.farOutside).length)} outside`,
      passed: statistical.every((one) => !one.farOutside),
    },
    all('deadlocks of BookSim2', 'found deadlocked or unstable', of('deadlock')),
    all('saturation', 'median within one step', saturations),
  ];
  return { traces, runs, saturations, bars, passed: bars.every(({ passed }) => passed) };
}

/** A count beside the bars. */
function shown(name: string, wanted: string, runs: readonly RunCase[]): Bar {
  const same = runs.filter(({ identical }) => identical !== undefined);
  const equal = same.filter(({ identical }) => identical === true).length;
  return { name, wanted, found: `${String(equal)} of ${String(same.length)}`, passed: true };
}

/** A bar that every case of a list has to pass. */
function all(name: string, wanted: string, list: readonly { readonly passed: boolean }[]): Bar {
  const passed = list.filter((one) => one.passed).length;
  return { name, wanted, found: `${String(passed)} of ${String(list.length)}`, passed: passed === list.length };
}

const COLUMNS = {
  id: 'run_id',
  group: 'config',
  file: 'cfg',
  measures: 'sim_type',
  rate: 'rate_flits',
  converged: 'converged',
  warnings: 'deadlock_warnings',
  killed: 'killed',
  latency: 'plat_avg',
  accepted: 'acc_flit_avg',
  routers: 'routers_avg',
  packets: 'measured_packets',
} as const;

/** The rows of runs.csv. CardError with every missing column and every row without an identity or a load. */
function readRuns(text: string, file: string): BookSimRow[] {
  const [header = '', ...lines] = text.split(/\r?\n/);
  const names = cellsOf(header).map((cell) => cell.trim());
  const mistakes: Mistake[] = Object.values(COLUMNS)
    .filter((name) => !names.includes(name))
    .map((name) => ({ file, line: 1, found: 'no such column', expected: `a column ${name}` }));
  if (mistakes.length > 0) throw new CardError(mistakes);
  const rows: BookSimRow[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const cells = cellsOf(line);
    const cell = (column: keyof typeof COLUMNS): string => cells[names.indexOf(COLUMNS[column])]?.trim() ?? '';
    const number = (column: keyof typeof COLUMNS): number => (cell(column) === '' ? NaN : Number(cell(column)));
    if (cell('id') === '' || cell('file') === '' || !(number('rate') >= 0))
      mistakes.push({ file, line: index + 2, found: `"${line.slice(0, 60)}"`, expected: 'run_id, cfg and rate_flits' });
    rows.push({
      id: cell('id'),
      group: cell('group'),
      file: cell('file'),
      measures: cell('measures'),
      rate: number('rate'),
      isStable: cell('converged') === '1',
      isDeadlocked: number('warnings') > 0 || cell('killed') === '1',
      latency: number('latency'),
      accepted: number('accepted'),
      routers: number('routers'),
      packets: number('packets'),
    });
  }
  if (mistakes.length > 0) throw new CardError(mistakes);
  return rows;
}

/** Cells of a line of CSV; those with commas stand in quotes. */
function cellsOf(line: string): string[] {
  return Array.from(line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g), ([, cell = '']) =>
    cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
  );
}

/** Latency runs of one configuration, by its name; a configuration run at one load only says nothing about saturation. */
function groupsOf(rows: readonly BookSimRow[]): Map<string, BookSimRow[]> {
  const groups = new Map<string, BookSimRow[]>();
  for (const row of rows) if (row.measures === 'latency') groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  for (const [id, members] of groups) if (new Set(members.map(({ rate }) => rate)).size < 2) groups.delete(id);
  return groups;
}

function seedsUpTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}
