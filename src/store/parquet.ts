/**
 * Tables for pandas, polars and DuckDB. Every number becomes a DOUBLE whatever its value, so that the type of a column never depends on the results; a column with numbers
 * and texts mixed becomes text.
 */
import { join } from 'node:path';
import { writeAtomically } from './atomic.ts';
import { writeCsv } from './csv.ts';
import { columnsOf, type Cell, type Row } from './rows.ts';

/** Reads what `writeResults` needs ahead of time: while others compute, it costs no one anything. */
export async function readyResults(): Promise<void> {
  await import('hyparquet-writer');
}

/** Writes `results.csv` and `results.parquet` into a run directory. */
export async function writeResults(directory: string, rows: readonly Row[]): Promise<void> {
  await Promise.all([writeCsv(join(directory, 'results.csv'), rows), writeParquet(join(directory, 'results.parquet'), rows)]);
}

/** Writes rows as Parquet (snappy). */
export async function writeParquet(path: string, rows: readonly Row[]): Promise<void> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const columnData = columnsOf(rows).map((name) => {
    const cells = rows.map((row) => row[name] ?? null);
    const type = typeOf(cells);
    return { name, type, data: type === 'STRING' ? cells.map((cell) => (cell === null ? null : String(cell))) : cells };
  });
  await writeAtomically(path, new Uint8Array(parquetWriteBuffer({ columnData })));
}

function typeOf(cells: readonly Cell[]): 'DOUBLE' | 'BOOLEAN' | 'STRING' {
  const kinds = new Set(cells.filter((cell) => cell !== null).map((cell) => typeof cell));
  if (kinds.size !== 1) return 'STRING';
  if (kinds.has('number')) return 'DOUBLE';
  return kinds.has('boolean') ? 'BOOLEAN' : 'STRING';
}
