/** The result as Markdown: what the terminal prints at the end of a run, and `summary.md`. Names from cards cannot break the table or the terminal. */
import type { CodesignResult, SharedCalibrationResult, YieldResult } from '../model/index.ts';
import type { RunRecord } from '../model/run-record.ts';
import type { ReportTable } from './figure.ts';
import { number, numbers } from './format.ts';
import { decalibrationTable, decalibrationTiles } from './page/decalibration.ts';
import { emulationVerdict } from './page/emulation.ts';
import { nocVerdict } from './page/noc.ts';
import { referenceVerdict } from './page/reference.ts';
import { regressVerdict } from './page/regress.ts';
import { pointsTable } from './page/codesign.ts';
import { sharedTiles } from './page/shared-calibration.ts';
import { medianTable, overDiesTable } from './shared-tables.ts';
import { sweepVerdict } from './page/sweep.ts';
import type { Tile } from './page/html.ts';
import { patternTable, patternTiles } from './patterns.ts';
import { sharedYieldTable } from './shared-yield.ts';
import { studyTable, yieldTable, yieldTiles } from './yield.ts';
import { calibrationVerdict, codesignVerdict, limitedPoints } from './verdict.ts';

/** Columns of the table of designs that a terminal has room for; the page shows all. */
const WIDE = /^(latency p50 \(cycles\)|late events)/;

/** The summary of a record; `paths` (report, figures) are listed at its end. */
export function summarise(record: RunRecord, paths: readonly string[] = []): string {
  const lines = [`# ${plain(record.title)}`, '', ...verdictLines(record)];
  if (record.kind === 'codesign') lines.push('', ...codesignLines(record.result));
  if (record.kind === 'calibrate' && record.result.yield !== undefined) lines.push('', ...yieldLines(record.result.yield));
  if (record.kind === 'decalibration') lines.push('', ...markdownTable(decalibrationTable(record.result)));
  if (record.kind === 'shared calibration') lines.push('', ...sharedLines(record.result));
  if (record.kind === 'patterns') lines.push('', ...markdownTable(patternTable(record.result)));
  if (record.kind === 'noc' || record.kind === 'sweep') lines.push('', ...record.result.verdict.map(plain));
  lines.push('', `Assumptions on the cards: ${String(record.evidence.counts.assumed)}. Seed ${String(record.provenance.seed)}.`);
  if (paths.length > 0) lines.push('', ...paths.map((path) => `- ${plain(path)}`));
  return `${lines.join('\n')}\n`;
}

function verdictLines(record: RunRecord): string[] {
  return verdictOf(record).map(({ heading, value, text }) => `- **${plain(heading)}: ${plain(value)}.** ${plain(text)}`);
}

function verdictOf(record: RunRecord): Tile[] {
  if (record.kind === 'codesign') return codesignVerdict(record.result);
  if (record.kind === 'calibrate') {
    const { dies, yield: found } = record.result;
    return [...(found === undefined ? [] : yieldTiles(found, dies.length)), ...calibrationVerdict(dies)];
  }
  if (record.kind === 'decalibration') return decalibrationTiles(record.result);
  if (record.kind === 'shared calibration') return sharedTiles(record.result);
  if (record.kind === 'patterns') return patternTiles(record.result);
  if (record.kind === 'noc') return nocVerdict(record.result);
  if (record.kind === 'sweep') return sweepVerdict(record.result);
  if (record.kind === 'reference') return referenceVerdict(record.result);
  return record.kind === 'emulate' ? emulationVerdict(record.result) : regressVerdict(record.result);
}

/** The yield; else every median of a few dies; of more, what they have in common: the page has all. */
function sharedLines(result: SharedCalibrationResult): string[] {
  if (result.yield !== undefined) return markdownTable(sharedYieldTable(result.yield));
  return markdownTable(result.dies.length > 2 ? overDiesTable(result) : medianTable(result));
}

function yieldLines(result: YieldResult): string[] {
  const studies = (['sensitivity', 'bits'] as const).flatMap((study) => {
    const found = studyTable(result, study);
    return found === null ? [] : ['', ...markdownTable(found)];
  });
  return [...markdownTable(yieldTable(result)), ...studies];
}

function codesignLines(result: CodesignResult): string[] {
  const limited = limitedPoints(result.points);
  return [
    ...markdownTable(pointsTable(result)),
    '',
    `Control: ${plain(result.control.label)}, timing ${number(result.control.fidelity.timing)}. Ceiling ${number(result.ceiling.timing)}, shuffle ${number(result.shuffle.timing)}.`,
    `Limited by the network: ${limited.length === 0 ? 'none' : plain(limited.join(', '))}.`,
  ];
}

/** A table whose columns stand in line when it is printed as it is. */
function markdownTable({ columns, rows }: ReportTable): string[] {
  const kept = columns.flatMap(({ name }, k) => (WIDE.test(name) ? [] : [k]));
  const body = kept.map((k) => {
    const found = rows.map((row) => row[k] ?? null);
    const rounded = numbers(found.map((value) => (typeof value === 'number' ? value : null)));
    return found.map((value, r) =>
      typeof value === 'number' ? rounded[r]! : typeof value === 'boolean' ? (value ? 'yes' : 'no') : plain(value ?? '–'),
    );
  });
  const cells = [kept.map((k) => plain(columns[k]!.name)), ...rows.map((_, r) => body.map((column) => column[r]!))];
  const numeric = kept.map((k) => rows.every((row) => typeof row[k] !== 'string'));
  const widths = kept.map((_, column) => Math.max(3, ...cells.map((row) => lengthOf(row[column]!))));
  const line = (row: readonly string[]): string =>
    `| ${row
      .map((cell, column) => {
        const blanks = ' '.repeat(widths[column]! - lengthOf(cell));
        return numeric[column] ? blanks + cell : cell + blanks;
      })
      .join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (numeric[column] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`;
  return [line(cells[0]!), rule, ...cells.slice(1).map(line)];
}

/** Characters, not UTF-16 units. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** One line without control characters (a name must not move the cursor) and without what Markdown would take for markup. */
function plain(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is removed
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').replaceAll(/[|<>`*\\[\]]/g, String.raw`\$&`);
}
