/** Weights of plastic projections: their course over a run, and how they are distributed at its end. */
import type { WeightRecording } from '../../model/index.ts';
import type { Dataset, Figure } from '../figure.ts';
import { count, number } from '../format.ts';
import { seriesColour } from '../palette.ts';
import { distributionConfig } from './distribution.ts';

/** Both figures. */
export function weightFigures(recording: WeightRecording): Figure[] {
  return [courseFigure(recording), endFigure(recording)];
}

function courseFigure({ seconds, projections }: WeightRecording): Figure {
  const lines = projections.flatMap(({ name, mean, lower, upper }, p): Dataset[] =>
    (
      [
        [`${name}, mean`, mean, 1.8],
        [`${name}, a tenth below`, lower, 0.8],
        [`${name}, a tenth above`, upper, 0.8],
      ] as const
    ).map(([label, values, borderWidth]) => ({
      label,
      data: values.map((value, k) => ({ x: seconds[k]! * 1000, y: value })),
      showLine: true,
      pointRadius: 0,
      pointHitRadius: 4,
      pointStyle: 'line',
      borderWidth,
      borderColor: seriesColour(p),
    })),
  );
  return {
    name: 'weights',
    title: 'Plastic weights over time',
    caption: `Relative to the maximum of the projection (for short-term plasticity u x of the last spike): mean over the synapses, and where the lowest and the highest tenth begin, at ${String(seconds.length)} samples.`,
    alt: projections.map(({ name, mean }) => `${name}: mean weight from ${number(mean[0] ?? 0)} to ${number(mean.at(-1) ?? 0)}`).join('; '),
    size: { width: 860, height: 320 },
    config: () => ({
      type: 'scatter',
      data: { datasets: lines },
      options: {
        scales: {
          x: { title: { display: true, text: 'time (ms, biological)' } },
          y: { min: 0, max: 1, title: { display: true, text: 'relative weight' } },
        },
        plugins: { legend: { position: 'bottom' } },
      },
    }),
    table: {
      name: 'weights',
      columns: ['projection', 'synapses', 'mean at the start', 'mean at the end', 'a tenth below', 'a tenth above', 'rule'].map(
        (column) => ({ name: column }),
      ),
      rows: projections.map((one) => [
        one.name,
        one.synapses,
        one.mean[0] ?? null,
        one.mean.at(-1) ?? null,
        one.lower.at(-1) ?? null,
        one.upper.at(-1) ?? null,
        one.rule,
      ]),
    },
  };
}

function endFigure({ projections }: WeightRecording): Figure {
  const bins = projections[0]?.histogram.length ?? 1;
  return {
    name: 'weights-at-the-end',
    title: 'Plastic weights at the end',
    caption: `Share of the synapses by relative weight: ${projections.map(({ name, synapses }) => `${name} ${count(synapses, 'synapse')}`).join(', ')}.`,
    alt: `Distribution of the weights of ${projections.map(({ name }) => name).join(', ')} at the end of the run.`,
    size: { width: 860, height: 300 },
    config: () =>
      distributionConfig({
        edges: Array.from({ length: bins + 1 }, (_, k) => k / bins),
        series: projections.map(({ name, histogram, synapses: of }, p) => ({
          label: name,
          values: histogram.map((synapses) => (100 * synapses) / Math.max(1, of)),
          colour: seriesColour(p),
        })),
        x: 'relative weight',
        y: 'synapses of the projection (%)',
      }),
    table: {
      name: 'weights-at-the-end',
      columns: [{ name: 'from' }, { name: 'to' }, ...projections.map(({ name }) => ({ name }))],
      rows: Array.from({ length: bins }, (_, k) => [k / bins, (k + 1) / bins, ...projections.map(({ histogram }) => histogram[k]!)]),
    },
  };
}
