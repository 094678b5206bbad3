/** A quantity of all circuits before and after calibration, on one linear axis with the target. */
import { factsOf, type GradedQuantity } from '../../model/index.ts';
import type { Figure, FigureConfig } from '../figure.ts';
import { count, deviation, displayUnit, number, labelWithUnit, type DisplayUnit } from '../format.ts';
import { OKABE_ITO } from '../palette.ts';
import { distributionConfig } from './distribution.ts';

const BINS = 60;

/** One figure per quantity, circuits of all dies together; masked circuits are counted in the caption and left out of the bars. */
export function histogramFigures(dies: readonly { readonly graded: readonly GradedQuantity[] }[]): Figure[] {
  const names = [...new Set(dies.flatMap(({ graded }) => graded.map(({ quantity }) => quantity)))];
  return names.map((name) => histogramFigure(dies.flatMap(({ graded }) => graded.filter(({ quantity }) => quantity === name))));
}

function histogramFigure(graded: readonly GradedQuantity[]): Figure {
  const { quantity, unit, target } = graded[0]!;
  const pick = (which: 'before' | 'after'): number[] =>
    graded.flatMap((die) => die[which].filter((value, k) => !die.masked[k] && Number.isFinite(value)));
  const [before, after] = [pick('before'), pick('after')];
  const masked = graded.reduce((sum, die) => sum + die.masked.filter(Boolean).length, 0);
  const circuits = graded.reduce((sum, die) => sum + die.masked.length, 0);
  const display = displayUnit(unit, [...ends([...before, ...after]), target]);
  const bins = binsOf(before, after, target);
  const rms = (which: 'rmsBefore' | 'rmsAfter'): string => {
    const values = graded.map((die) => die[which]).toSorted((a, b) => a - b);
    const [least, most] = [deviation(values[0]!, unit), deviation(values.at(-1)!, unit)];
    return least === most ? least : `${least} to ${most}`;
  };
  const name = factsOf(quantity).name;
  return {
    name: `calibration-${quantity.replaceAll('_', '-')}`,
    title: `${name.charAt(0).toUpperCase()}${name.slice(1)} before and after calibration`,
    caption:
      `True values of ${count(circuits, 'circuit')} on ${count(graded.length, 'die')}` +
      `; target ${`${number(target * display.factor)} ${display.unit}`.trimEnd()}. RMS deviation from the target ${rms('rmsBefore')} before, ${rms('rmsAfter')} after; ${String(masked)} masked.`,
    alt: `Histograms of ${name} before and after calibration with a line at the target.`,
    size: { width: 640, height: 340 },
    config: () => config(bins, target, display, name),
    table: {
      name: `calibration-${quantity}`,
      columns: [labelWithUnit('from', display.unit), labelWithUnit('to', display.unit), 'circuits before', 'circuits after'].map(
        (column) => ({
          name: column,
          digits: 5,
        }),
      ),
      rows: bins.before.map((circuitsBefore, k) => [
        bins.edges[k]! * display.factor,
        bins.edges[k + 1]! * display.factor,
        circuitsBefore,
        bins.after[k]!,
      ]),
    },
  };
}

interface Bins {
  readonly edges: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** Common bins over everything that occurs, so that no circuit is outside the frame; the target is inside too. */
function binsOf(before: readonly number[], after: readonly number[], target: number): Bins {
  const all = [...before, ...after, target];
  let [low, high] = ends(all);
  // values that are all alike but for rounding have no spread to show
  const spread = high - low > 1e-9 * Math.abs(high) ? high - low : 0;
  const margin = spread * 0.02 || Math.abs(low) * 0.05 || 1;
  [low, high] = [low - margin, high + margin];
  const width = (high - low) / BINS;
  const countIn = (values: readonly number[]): number[] => {
    const counts = Array.from({ length: BINS }, () => 0);
    for (const value of values) counts[Math.min(BINS - 1, Math.floor((value - low) / width))]!++;
    return counts;
  };
  return { edges: Array.from({ length: BINS + 1 }, (_, k) => low + k * width), before: countIn(before), after: countIn(after) };
}

function ends(values: readonly number[]): [number, number] {
  return [values.reduce((a, b) => Math.min(a, b), Infinity), values.reduce((a, b) => Math.max(a, b), -Infinity)].map((value) =>
    Number.isFinite(value) ? value : 0,
  ) as [number, number];
}

function config({ edges, before, after }: Bins, target: number, { factor, unit }: DisplayUnit, name: string): FigureConfig {
  return distributionConfig({
    edges: edges.map((edge) => edge * factor),
    series: [
      { label: 'after', values: after, colour: OKABE_ITO.sky, opacity: '66' },
      { label: 'before', values: before, colour: OKABE_ITO.orange, opacity: '66' },
    ],
    x: labelWithUnit(name, unit),
    y: 'circuits',
    marks: [{ axis: 'x', value: target * factor, label: 'target', colour: '@ink' }],
    counts: true,
  });
}
