/** What a sweep says, in sentences. */
import type { SweepObjective, SweepRow } from '../model/index.ts';
import { short } from './words.ts';

/** How many points did what, the best of each objective and what it takes, and how large the front is. */
export function sweepWords(
  axes: readonly string[],
  objectives: readonly SweepObjective[],
  rows: readonly SweepRow[],
  leftOut: number,
): string[] {
  const count = (state: SweepRow['state']): number => rows.filter((row) => row.state === state).length;
  const stable = rows.filter((row) => row.state === 'stable');
  const over = count('past saturation');
  const impossible = count('infeasible');
  const sentences = [
    `${rows.length === 1 ? '1 point' : `${String(rows.length)} points`}${axes.length === 0 ? '' : ` over ${axes.map((path) => path.split('.').at(-1)!).join(', ')}`}: ${String(stable.length)} stable, ${String(over)} past saturation${impossible === 0 ? '' : `, ${String(impossible)} that cannot be built`}${leftOut === 0 ? '' : `; ${String(leftOut)} combinations left out by constraints`}.`,
  ];
  if (stable.length === 0) return [...sentences, 'No point is stable: there is no latency to compare. Lower the load.'];
  for (const { name, sense } of objectives) {
    const known = stable.filter((row) => row.values[name] !== null && row.values[name] !== undefined);
    if (known.length === 0) continue;
    const sorted = known.toSorted((p, q) => (sense === 'min' ? 1 : -1) * (p.values[name]! - q.values[name]!));
    const [best, worst] = [sorted[0]!, sorted.at(-1)!];
    sentences.push(
      best.values[name] === worst.values[name]
        ? `${name} is ${short(best.values[name]!)} at every stable point.`
        : `${sense === 'min' ? 'Least' : 'Most'} ${name}: ${short(best.values[name]!)} with ${best.label}; the worst stable point, ${worst.label}, has ${short(worst.values[name]!)}.`,
    );
  }
  const front = rows.filter(({ onFront }) => onFront).length;
  sentences.push(
    `${String(front)} of the stable points ${front === 1 ? 'is' : 'are'} on the Pareto front of ${objectives.map(({ name }) => name).join(', ')}.`,
  );
  return sentences;
}
