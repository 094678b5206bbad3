/** What the commands `noc run`, `show`, `saturate`, `compare` and `replay` print and keep. */
import { stripVTControlCharacters } from 'node:util';
import type { NocResult } from '../../model/index.ts';
import { writeReport } from '../../report/index.ts';
import { ALL_MEASURES, checkKept, keepNoc, type NocRequest } from '../../sweep/index.ts';
import type { Arguments } from '../command.ts';
import { runContext, type Host } from '../host.ts';
import { flag, optionalNumber, optionalText } from '../values.ts';

/** Options of searches for saturation. */
export function searchOptions(argv: Arguments, host: Host): Pick<NocRequest, 'seed' | 'step' | 'note'> {
  const seed = optionalNumber(argv, 'seed');
  const step = optionalNumber(argv, 'step');
  return {
    ...(seed === undefined ? {} : { seed }),
    ...(step === undefined ? {} : { step }),
    note: (words) => {
      if (!flag(argv, 'quiet')) host.stderr.write(`${words}\n`);
    },
  };
}

/** Runs an experiment, prints its result as text or JSON and, with -o, keeps it with its page. UsageError before it is run where it could not be kept. */
export async function tellNoc(
  task: NocResult['task'],
  experiment: () => NocResult,
  request: NocRequest,
  argv: Arguments,
  host: Host,
): Promise<number> {
  const directory = optionalText(argv, 'out');
  if (directory !== undefined) await checkKept(task, request, { directory, force: flag(argv, 'force') });
  const result = experiment();
  const paths: string[] = [];
  if (directory !== undefined) {
    const context = await runContext({ directory, force: flag(argv, 'force'), workers: 1, quiet: flag(argv, 'quiet'), noun: 'runs' }, host);
    await keepNoc(result, request, context);
    const { html, figures } = await writeReport(directory);
    paths.push(html, ...(result.task === 'show' ? figures : []));
  }
  host.stdout.write(
    flag(argv, 'json') ? `${JSON.stringify(result)}\n` : `${linesOf(result, paths).map(stripVTControlCharacters).join('\n')}\n`,
  );
  return 0;
}

function linesOf(result: NocResult, paths: readonly string[]): string[] {
  const lines = [...result.verdict, ''];
  const [only] = result.networks;
  if (result.networks.length === 1 && only !== undefined) {
    lines.push(...Object.entries(only.facts).map(([name, value]) => line(name, value)));
    if (only.points.length === 1) lines.push('', ...Object.entries(only.points[0]!.measures).map(([name, value]) => line(name, value)));
    lines.push('', `certificate: ${only.certificate}`);
  }
  if (result.networks.length > 1 || result.task === 'saturate') lines.push('', ...tableOf(result));
  return [...lines, ...(paths.length === 0 ? [] : ['', ...paths])];
}

/** Loads down, networks across would not fit a terminal: one row per network and load. */
function tableOf({ networks }: NocResult): string[] {
  const head = ['network', 'load', 'accepted', 'mean latency', 'p99', 'state'];
  const rows = networks.flatMap(({ label, points }) =>
    points.map(({ rate, stable, measures }) => [
      label,
      short(rate),
      short(measures['load.accepted']),
      short(measures['latency.mean']),
      short(measures['latency.p99']),
      stable ? 'stable' : 'past saturation',
    ]),
  );
  const widths = head.map((name, k) => Math.max(name.length, ...rows.map((row) => row[k]!.length)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, k) => cell.padEnd(widths[k]!))
      .join('  ')
      .trimEnd(),
  );
}

function line(name: string, value: number | null): string {
  const { unit, meaning } = ALL_MEASURES[name] ?? { unit: '1', meaning: '' };
  return `${name.padEnd(28)} ${short(value).padStart(10)} ${(unit === '1' ? '' : unit).padEnd(16)} ${meaning}`.trimEnd();
}

function short(value: number | null | undefined): string {
  return value === null || value === undefined ? '-' : Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}
