/**
 * Comma-separated values. Cells are quoted when they hold a comma, a quote or a line break; an absent value is an empty cell and an empty text is `""`, so the two stay apart.
 * Numbers are written with the shortest digits that read back the same.
 * Source: RFC 4180.
 */
import { writeAtomically } from './atomic.ts';
import type { Cell, Row } from './rows.ts';
import { columnsOf } from './rows.ts';

/** Writes rows as CSV with a header line. */
export async function writeCsv(path: string, rows: readonly Row[]): Promise<void> {
  await writeAtomically(path, toCsv(rows));
}

/** The text of the file. */
export function toCsv(rows: readonly Row[]): string {
  const columns = columnsOf(rows);
  const lines = [columns.map(cellText), ...rows.map((row) => columns.map((column) => cellText(row[column] ?? null)))];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  return cell === '' || /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
