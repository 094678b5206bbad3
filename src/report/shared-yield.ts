/** Tables and figures of a yield of cores: the verdict per quantity, what no code reaches, and how far the medians of all cores are from their targets before and after. */
import {
  CORE_QUANTITIES,
  type CoreQuantityName,
  type SharedCalibratedDie,
  type SharedYield,
  type SharedYieldEntry,
} from '../model/index.ts';
import { distributionConfig } from './charts/distribution.ts';
import type { Figure, ReportTable } from './figure.ts';
import { count, percent, withUnit } from './format.ts';
import { OKABE_ITO } from './palette.ts';
import { shareWords } from './yield.ts';

const BINS = 40;

/** One row per quantity. */
export function sharedYieldTable({ entries, gates }: SharedYield): ReportTable {
  return {
    name: 'yield',
    columns: ['quantity', 'before', 'after', 'worst die', 'furthest', 'gate', 'dies that keep it', 'medians', '68 %', '95 %'].map(
      (name) => ({
        name,
      }),
    ),
    rows: entries.map((entry) => [
      said(entry),
      percent(entry.rmsBefore, 3),
      percent(entry.rmsAfter, 3),
      percent(entry.worstDie, 3),
      percent(entry.furthest, 3),
      entry.gate === null ? `none in ${gates}` : percent(entry.gate, 3),
      entry.gate === null ? '–' : shareWords(entry.dies),
      entry.gate === null ? '–' : shareWords(entry.medians),
      percent(entry.coverage.within68, 3),
      percent(entry.coverage.within95, 3),
    ]),
  };
}

/** What stands between the medians and their targets, and between the neurons and their median. */
export function reachTable({ entries }: SharedYield): ReportTable {
  return {
    name: 'yield-reach',
    columns: [
      'quantity',
      'target',
      'spread in a core',
      'half a code',
      'medians ok',
      'no nearer code',
      'further than the tolerance',
      'not read',
    ].map((name) => ({ name })),
    rows: entries.map((entry) => [
      said(entry),
      withUnit(entry.target, entry.unit),
      percent(entry.spread, 3),
      percent(entry.halfCode, 3),
      entry.statuses.ok,
      entry.statuses['at limit'],
      entry.statuses['not reached'],
      entry.statuses.masked,
    ]),
  };
}

/** True medians of all cores of all dies over their target, before and after, with the gate. */
export function medianFigures({ entries }: SharedYield, dies: readonly SharedCalibratedDie[]): Figure[] {
  return entries.map((entry) => medianFigure(entry, dies));
}

function medianFigure(entry: SharedYieldEntry, dies: readonly SharedCalibratedDie[]): Figure {
  const { quantity, target, unit, gate } = entry;
  const all = dies.flatMap(({ quantities }) => quantities.filter(({ name }) => name === quantity));
  const deviations = (which: 'truthBefore' | 'truthAfter'): number[] =>
    all.flatMap((one) => one[which].flatMap((value) => (value === null ? [] : [100 * (value / target - 1)])));
  const [before, after] = [deviations('truthBefore'), deviations('truthAfter')];
  const bounds = gate === null ? [] : [-100 * gate, 100 * gate];
  const ends = [...before, ...after, ...bounds, 0];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const margin = 0.02 * (high - low) || 1;
  const width = (high - low + 2 * margin) / BINS;
  const edges = Array.from({ length: BINS + 1 }, (_, k) => low - margin + k * width);
  const counts = (values: readonly number[]): number[] => {
    const bins = Array.from({ length: BINS }, () => 0);
    for (const value of values) bins[Math.min(Math.floor((value - edges[0]!) / width), BINS - 1)]!++;
    return bins;
  };
  const [barsBefore, barsAfter] = [counts(before), counts(after)];
  return {
    name: `medians-${quantity.replaceAll('_', '-')}`,
    title: `Medians of ${said(entry)}`,
    caption: `True medians of ${count(after.length, 'core')} on ${count(dies.length, 'die')}; target ${withUnit(target, unit)}. RMS deviation ${percent(entry.rmsBefore, 3)} before, ${percent(entry.rmsAfter, 3)} after${gate === null ? '' : `, gate ${percent(gate, 3)}`}.`,
    alt: `Histograms of the deviation of the medians of ${said(entry)} from the target before and after calibration${gate === null ? '' : ', with the gate on both sides'}.`,
    size: { width: 480, height: 280 },
    config: () =>
      distributionConfig({
        edges,
        series: [
          { label: 'after', values: barsAfter, colour: OKABE_ITO.sky, opacity: '66' },
          { label: 'before', values: barsBefore, colour: OKABE_ITO.orange, opacity: '66' },
        ],
        x: `${said(entry)}: deviation from the target (%)`,
        y: 'cores',
        marks: bounds.map((value, k) => ({ axis: 'x', value, label: k === 0 ? 'gate' : '', colour: '@ink', dash: [4, 3] })),
        counts: true,
      }),
    table: {
      name: `medians-${quantity}`,
      columns: [{ name: 'from (%)', digits: 5 }, { name: 'to (%)', digits: 5 }, { name: 'cores before' }, { name: 'cores after' }],
      rows: barsBefore.map((cores, k) => [edges[k]!, edges[k + 1]!, cores, barsAfter[k]!]),
    },
  };
}

/** Share and state of the masked neurons, as a tile says it. */
export function maskedWords(dies: readonly SharedCalibratedDie[]): { readonly value: string; readonly text: string } {
  const all = dies.flatMap(({ masked }) => masked);
  const neurons = dies.reduce((sum, { cluster }) => sum + cluster.length, 0);
  const dead = all.filter((one) => one.dead).length;
  const worst = Math.max(0, ...dies.map(({ masked, cluster }) => masked.length / Math.max(cluster.length, 1)));
  return {
    value: percent(all.length / Math.max(neurons, 1)),
    text: `${String(all.length)} of ${String(neurons)}: ${String(dead)} dead, the others far from the median of their core; worst die ${percent(worst)}.`,
  };
}

function said({ quantity }: SharedYieldEntry): string {
  return CORE_QUANTITIES[quantity as CoreQuantityName].name;
}
