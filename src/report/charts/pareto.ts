/** Designs in the plane of two objectives with their front, and the uncalibrated control beside it. In the page the two objectives can be chosen. */
import type { CodesignResult } from '../../model/index.ts';
import { choosePareto } from '../browser/pareto.ts';
import type { Figure, FigureConfig, ParetoData } from '../figure.ts';
import { count, scaled } from '../format.ts';
import { objectiveColumns, objectiveValue, tagOf, type ObjectiveColumn } from '../objectives.ts';

/** The Pareto plot; energy per spike against timing when the plan has both, else its first two objectives. */
export function paretoFigure(result: CodesignResult): Figure {
  const columns = objectiveColumns(result);
  const find = (word: string, other: number): number => {
    const k = columns.findIndex(({ name }) => name.toLowerCase().includes(word));
    return k >= 0 ? k : Math.min(other, columns.length - 1);
  };
  const y = Math.max(0, find('timing', 0));
  const x = columns.length < 2 ? y : find('energy', y === 0 ? 1 : 0);
  const onFront = result.points.filter((point) => point.onFront).length;
  return {
    name: 'pareto',
    title: 'Pareto front of the designs',
    caption:
      `Each point is one design, the mean over its dies; filled points are on the front in all ${String(columns.length)} objectives together, the stepped line is the front in the two that are ` +
      'shown. The cross is the reference design without calibration: a control, not a design.',
    alt: `Scatter plot of ${count(result.points.length, 'design')}, ${String(onFront)} of them on the Pareto front, with the uncalibrated control marked by a cross.`,
    size: { width: 860, height: 520 },
    config: () => paretoConfig(paretoData(result, columns, x, y)),
    table: {
      name: 'pareto',
      columns: ['#', 'design', 'on the front', ...columns.map(({ label }) => label)].map((name) => ({ name })),
      rows: result.points.map((point, k) => [tagOf(k), point.label, point.onFront, ...columns.map(({ values }) => values[k] ?? null)]),
    },
  };
}

function paretoConfig(pareto: ParetoData): FigureConfig {
  const config: FigureConfig = {
    type: 'scatter',
    data: { datasets: [], pareto },
    options: { plugins: { legend: { position: 'bottom' } }, layout: { padding: { top: 8, right: 16 } } },
  };
  choosePareto(config);
  return config;
}

function paretoData(result: CodesignResult, columns: readonly ObjectiveColumn[], x: number, y: number): ParetoData {
  return {
    objectives: columns.map(({ label, sense }) => ({ label, sense })),
    points: result.points.map((point, k) => ({
      tag: tagOf(k),
      label: point.label,
      values: columns.map(({ values }) => values[k] ?? null),
      onFront: point.onFront,
      limited: point.network.limited,
      reference: point.reference,
    })),
    control: {
      label: result.control.label,
      values: columns.map(({ name, display }) => scaled(objectiveValue(result.control, name), display)),
    },
    x,
    y,
  };
}
