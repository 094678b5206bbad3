/**
 * `stats.txt`: one number a line, for grep, awk and diff, as gem5 writes them.
 *   network.latency.p50      21   # cycle, spike latency, median
 */
import { join } from 'node:path';
import { InternalError } from '../base/index.ts';
import { writeAtomically } from './atomic.ts';

export interface Statistic {
  /** Dotted, without blanks: `energy.perSpike`. */
  readonly name: string;
  /** Null is written as "nan": the measure is not defined for this run. */
  readonly value: number | null;
  /** SI unit, or "1" for a pure number. */
  readonly unit: string;
  readonly description: string;
}

/** Writes `stats.txt` into a run directory. */
export async function writeStats(directory: string, statistics: readonly Statistic[]): Promise<void> {
  await writeAtomically(join(directory, 'stats.txt'), formatStats(statistics));
}

/** The text of the file. Throws InternalError for a name with a blank or a name used twice. */
export function formatStats(statistics: readonly Statistic[]): string {
  const seen = new Set<string>();
  for (const { name } of statistics) {
    if (!/^[^\s#]+$/.test(name) || seen.has(name)) throw new InternalError(`"${name}" is no name for a statistic, or is used twice`);
    seen.add(name);
  }
  const values = statistics.map(({ value }) => (value === null ? 'nan' : String(value)));
  const nameWidth = Math.max(0, ...statistics.map(({ name }) => name.length));
  const valueWidth = Math.max(0, ...values.map((value) => value.length));
  return statistics
    .map(({ name, unit, description }, k) => {
      const text = description.replaceAll(/\s+/g, ' ');
      return `${name.padEnd(nameWidth)}  ${values[k]!.padStart(valueWidth)}  # ${unit}, ${text}\n`;
    })
    .join('');
}
