/**
 * Firing patterns against mismatch: of circuits whose parameters are spread as in the table, how many still show their pattern? The circuits are those of a die, integrated as the card's circuits
 * are, and the table is that of a study with other code: a cell agrees where the Wilson intervals of both shares overlap.
 */
import { firingPattern, wilsonInterval, type Proportion } from '../../analysis/index.ts';
import { Chance } from '../../base/index.ts';
import type { ChipCard } from '../../model/index.ts';
import { DURATION, FIRING_CASES, spikesOnChip, type FiringCase } from '../sheets/firing-cases.ts';
import { atLeast, type ChipBar } from './bar.ts';
import { RETENTION_TABLE, TABLE_NEURONS } from './retention-table.ts';

/** One cell of the table: share of `circuits` that kept their class, or whose count stayed, and the share of the table. */
export interface RetentionCell {
  readonly integrator: 'fast' | 'accurate';
  readonly pattern: string;
  readonly relative: number;
  readonly millivolts: number;
  readonly what: 'class' | 'count';
  readonly kept: number;
  readonly circuits: number;
  readonly found: Proportion;
  readonly table: Proportion;
  readonly overlaps: boolean;
}

export interface RetentionOptions {
  readonly circuits: number;
  readonly seed: number;
  readonly integrator: 'fast' | 'accurate';
  /** Rows of the table to do; all unless given. */
  readonly rows?: readonly number[];
}

const LEAST_SHARE = 0.85;
const RELATIVE = ['C', 'gL', 'slope', 'a', 'tauW', 'b', 'current'] as const satisfies readonly (keyof FiringCase)[];
const ABSOLUTE = ['EL', 'VT', 'reset'] as const satisfies readonly (keyof FiringCase)[];

/** Every cell of the table, patterns of a row side by side. */
export function patternRetention(card: ChipCard, { circuits, seed, integrator, rows }: RetentionOptions): RetentionCell[] {
  const chance = new Chance(seed, 'die');
  const patterns = Object.entries(FIRING_CASES);
  const counts = spikesOnChip(
    card,
    patterns.map(([, p]) => p),
    integrator,
  ).map(({ length }) => length);
  return (rows ?? RETENTION_TABLE.map((_, index) => index)).flatMap((index) => {
    const row = RETENTION_TABLE[index]!;
    const { relative, millivolts } = row;
    return patterns.flatMap(([pattern, p], column) => {
      const spread = Array.from({ length: circuits }, (_, n): FiringCase => {
        // a column draws the same numbers in every row, so that spreads are compared on the same circuits
        const draw = (k: number): number => chance.normal(column * circuits + n, k);
        return {
          ...p,
          ...Object.fromEntries(RELATIVE.map((name, k) => [name, p[name] * (1 + relative * draw(k))])),
          ...Object.fromEntries(ABSOLUTE.map((name, k) => [name, p[name] + millivolts * draw(RELATIVE.length + k)])),
        };
      });
      const trains = spikesOnChip(card, spread, integrator);
      const cell = (what: 'class' | 'count', kept: number, percent: number): RetentionCell => {
        const found = wilsonInterval(kept, circuits);
        const table = wilsonInterval(Math.round((percent * TABLE_NEURONS) / 100), TABLE_NEURONS);
        const overlaps = found.low <= table.high && table.low <= found.high;
        return { integrator, pattern, relative, millivolts, what, kept, circuits, found, table, overlaps };
      };
      const stays = (count: number): boolean => Math.abs(count - counts[column]!) <= Math.max(1, 0.2 * counts[column]!);
      return [
        cell('class', trains.filter((train) => firingPattern(train, DURATION) === pattern).length, row.kept[column]!),
        ...(row.counts === undefined ? [] : [cell('count', trains.filter(({ length }) => stays(length)).length, row.counts[column]!)]),
      ];
    });
  });
}

/** Share of cells that agree, of class and of count. */
export function retentionBars(cells: readonly RetentionCell[], integrator: string): ChipBar[] {
  return (['class', 'count'] as const).flatMap((what) => {
    const own = cells.filter((cell) => cell.what === what);
    if (own.length === 0) return [];
    const agree = own.filter(({ overlaps }) => overlaps).length;
    const name = `pattern retention, ${what} (${integrator}): ${String(agree)} of ${String(own.length)} cells overlap`;
    return [atLeast('retention', name, agree / own.length, LEAST_SHARE, 'share')];
  });
}
