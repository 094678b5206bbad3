/** Points of a sweep in the plane of two objectives, with their front. In the page the two objectives can be chosen. */
import type { SweepResult } from '../../model/index.ts';
import { choosePareto } from '../browser/pareto.ts';
import type { Figure, FigureConfig } from '../figure.ts';
import { count, displayUnit, scaled } from '../format.ts';

/** The Pareto plot of the stable points; nothing with fewer than two objectives that are known. */
export function sweepParetoFigure({ rows, objectives }: SweepResult): Figure | null {
  const stable = rows.filter(({ state }) => state === 'stable');
  const columns = objectives.flatMap(({ name, sense, unit }) => {
    const values = stable.map(({ values: all }) => all[name] ?? null);
    if (values.every((value) => value === null)) return [];
    const display = displayUnit(unit, values);
    return [
      { label: `${name}${display.unit === '' ? '' : ` (${display.unit})`}`, sense, values: values.map((value) => scaled(value, display)) },
    ];
  });
  if (columns.length < 2) return null;
  const front = stable.filter(({ onFront }) => onFront).length;
  return {
    name: 'pareto',
    title: 'Pareto front',
    caption: `Each dot is a stable point; the ${count(front, 'filled one')} of them are on the front in all ${String(columns.length)} objectives together, the stepped line is the front of the two that are shown.`,
    alt: `Scatter plot of ${count(stable.length, 'stable point')}, ${String(front)} of them on the Pareto front of ${columns.map(({ label }) => label).join(', ')}.`,
    size: { width: 860, height: 480 },
    config: () => {
      const config: FigureConfig = {
        type: 'scatter',
        data: {
          datasets: [],
          pareto: {
            objectives: columns.map(({ label, sense }) => ({ label, sense })),
            points: stable.map(({ label, onFront }, k) => ({
              tag: '',
              label,
              values: columns.map(({ values }) => values[k]!),
              onFront,
              limited: false,
              reference: false,
            })),
            control: { label: '', values: columns.map(() => null) },
            x: 0,
            y: 1,
          },
        },
        options: { plugins: { legend: { position: 'bottom' } }, layout: { padding: { top: 8, right: 16 } } },
      };
      choosePareto(config);
      return config;
    },
    table: {
      name: 'pareto',
      columns: ['point', 'on the front', ...columns.map(({ label }) => label)].map((name) => ({ name })),
      rows: stable.map(({ label, onFront }, k) => [label, onFront, ...columns.map(({ values }) => values[k]!)]),
    },
  };
}
