/** What one axis of a sweep does to the first objective (or to saturation, where it was searched): every stable point as a dot, the mean over the others as a line. */
import type { SweepResult } from '../../model/index.ts';
import type { Figure } from '../figure.ts';
import { displayUnit, scaled } from '../format.ts';

/** The figure; nothing where there is only one value or nothing known. */
export function axisFigure({ rows, objectives }: SweepResult, axis: string): Figure | null {
  const isSearched = rows.some(({ values }) => typeof values['saturation.stable'] === 'number');
  const objective = isSearched ? 'saturation.stable' : (objectives[0]?.name ?? 'latency.mean');
  if (axis === 'rate') return null;
  const known = rows.filter(({ state, values }) => (state === 'stable' || isSearched) && typeof values[objective] === 'number');
  const levels = [...new Set(known.map((row) => row.levels[axis]!))];
  if (levels.length < 2) return null;
  const numbers = levels.filter((level) => typeof level === 'number').toSorted((a, b) => a - b);
  const numeric = numbers.length === levels.length;
  const ordered = numeric ? numbers : levels;
  const placeOf = (level: string | number | boolean): number => (numeric ? Number(level) : levels.indexOf(level));
  const unit = isSearched ? 'flit/cycle/node' : (objectives[0]?.unit ?? '1');
  const display = displayUnit(
    unit,
    known.map(({ values }) => values[objective]!),
  );
  const valueOf = (row: (typeof known)[number]): number => scaled(row.values[objective]!, display)!;
  const means = ordered.map((level) => {
    const here = known.filter((row) => row.levels[axis] === level).map(valueOf);
    return { level, mean: here.reduce((sum, value) => sum + value, 0) / here.length, points: here.length };
  });
  const name = axis.split('.').at(-1)!;
  const label = `${objective}${display.unit === '' ? '' : ` (${display.unit})`}`;
  return {
    name: `axis-${axis.replaceAll(/[^A-Za-z0-9]+/g, '-')}`,
    title: `${objective} against ${name}`,
    caption: `Dots: single points. Line: mean over all other axes, which stays comparable only where the same points are stable at every ${name}.${numeric ? '' : ` From left to right: ${ordered.map(String).join(', ')}.`}`,
    alt: `${objective} for each value of ${name}: ${means.map(({ level, mean }) => `${String(level)} ${mean.toPrecision(3)}`).join(', ')}.`,
    size: { width: 860, height: 320 },
    config: () => ({
      type: 'scatter',
      data: {
        datasets: [
          {
            label: 'points',
            data: known.map((row) => ({ x: placeOf(row.levels[axis]!), y: valueOf(row), text: row.label })),
            pointRadius: 3,
            backgroundColor: 'transparent',
            borderColor: '@muted',
          },
          ...(ordered.length > 24
            ? []
            : [
                {
                  label: 'mean',
                  data: means.map(({ level, mean }) => ({ x: placeOf(level), y: mean })),
                  showLine: true,
                  borderColor: '@blue',
                  backgroundColor: '@blue',
                  pointRadius: 4,
                  borderWidth: 2,
                },
              ]),
        ],
      },
      options: {
        scales: {
          x: { title: { display: true, text: axis }, grace: '4%', ticks: numeric ? {} : { display: false } },
          y: { title: { display: true, text: label }, grace: '6%' },
        },
        plugins: { legend: { position: 'bottom' } },
      },
    }),
    table: {
      name: `axis-${axis.replaceAll(/[^A-Za-z0-9]+/g, '-')}`,
      columns: [axis, `mean ${label}`, 'points'].map((column) => ({ name: column })),
      rows: means.map(({ level, mean, points }) => [level, mean, points]),
    },
  };
}
