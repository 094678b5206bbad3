/** The reference cases of ../shared, where they are at hand. Tests that need them say so in their title and skip without them. */
import { existsSync, readFileSync } from 'node:fs';
import type { CellCase, CellModel } from '../../src/reference/index.ts';

const folder = new URL('../../../shared/reference/sim/', import.meta.url);

export const withoutShared = !existsSync(folder);
export const reason = withoutShared ? ' (skipped: ../shared is not here)' : '';

interface SharedCell {
  readonly model: CellModel;
  readonly params: Record<string, number>;
  readonly T: number;
  readonly y0: number[] | null;
  readonly input_steps_I: [number, number][];
  readonly kicks: [number, number, number][];
  readonly spikes: number[];
  readonly final_state: number[];
}

/** One single-cell case, its inputs exactly as given, and the reference spikes (ms) and final state. */
export function sharedCell(name: string): { experiment: CellCase; spikes: number[]; finalState: number[] } {
  const read = JSON.parse(sharedText(`single/${name}.json`)) as SharedCell;
  const experiment: CellCase = {
    model: read.model,
    parameters: read.params,
    duration: read.T,
    ...(read.y0 === null ? {} : { initial: read.y0 }),
    currentSteps: read.input_steps_I,
    kicks: read.kicks,
  };
  return { experiment, spikes: read.spikes, finalState: read.final_state };
}

export function sharedText(path: string): string {
  return readFileSync(new URL(path, folder), 'utf8');
}

/** Rows of numbers below the header line. */
export function sharedRows(path: string): number[][] {
  return sharedText(path)
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number));
}

/** Largest distance between two spike trains of equal length; NaN when the counts differ. */
export function largestError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return NaN;
  let worst = 0;
  for (let i = 0; i < found.length; i++) worst = Math.max(worst, Math.abs(found[i]! - expected[i]!));
  return worst;
}
