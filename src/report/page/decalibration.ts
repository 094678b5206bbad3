/** The page of a decalibration experiment: error over the spread of the circuits, with weights transferred and tuned in the loop. */
import type { DecalibrationResult } from '../../model/index.ts';
import type { DecalibrationRecord } from '../../model/run-record.ts';
import type { Dataset, Figure, ReportTable } from '../figure.ts';
import { count, percent, withUnit } from '../format.ts';
import { OKABE_ITO } from '../palette.ts';
import { evidenceSection, provenanceSection, subtitleOf } from './common.ts';
import type { Page } from './document.ts';
import { figureBlock, html, section, table, tiles, type Tile } from './html.ts';

/** The spread up to which the error shall stay flat. */
const FLAT = 0.3;
const LINES = [
  { key: 'transferred', label: 'transferred', colour: OKABE_ITO.vermilion },
  { key: 'inTheLoop', label: 'tuned in the loop', colour: '@blue' },
] as const;

/** The page of the record. */
export function decalibrationPage(record: DecalibrationRecord): Page {
  const { result } = record;
  const figure = curveFigure(result);
  const { task } = result;
  return {
    title: record.title,
    subtitle: subtitleOf(record),
    sections: [
      section('verdict', 'Verdict', tiles(decalibrationTiles(result))),
      section(
        'curves',
        'Error over the spread of the circuits',
        html`${figureBlock(figure)} ${table(decalibrationTable(result))}
          <p>
            Task: ${String(task.classes)} classes of spike patterns on ${count(task.inputs, 'input')} in ${withUnit(task.length, 's')} of
            hardware time, spike times jittered by ${withUnit(task.jitter, 's')}, ${percent(task.missing)} of the spikes missing;
            ${count(task.copies, 'neuron')} per class, weights of ${count(task.weightBits, 'bit')} and a sign.
            ${count(task.training, 'presentation')} in each of ${count(task.epochs, 'epoch')}, by the tempotron rule with the potential of
            the chip and the kernel of the model; ${count(task.tests, 'fresh presentation')} judge. "Transferred": the weights found on a
            chip without mismatch. "In the loop": the same rule goes on from there on the die itself. Neurons that fire without input have
            no vote in either. A spread of 30 % is a coefficient of variation of 30 % of both time constants, of the synaptic strengths, and
            of the distance from leak to threshold.
          </p>`,
        [figure],
      ),
      provenanceSection(record),
      evidenceSection(record),
    ],
  };
}

/** What the curves say. */
export function decalibrationTiles({ curves, points }: DecalibrationResult): Tile[] {
  const dies = new Set(points.map(({ die }) => die)).size;
  const first = curves[0]!;
  const flat = curves.findLast(({ spread }) => spread <= FLAT + 1e-9)!;
  const isFlat = flat.inTheLoop.low <= first.inTheLoop.high;
  const rises = flat.transferred.low > first.transferred.high;
  return [
    {
      tone: isFlat ? 'good' : 'bad',
      heading: `Tuned in the loop, spread ${percent(flat.spread)}`,
      value: percent(flat.inTheLoop.mean),
      text: `Error without spread ${percent(first.inTheLoop.mean)}; the bands over ${count(dies, 'die')} ${isFlat ? 'overlap: flat' : 'do not overlap'}.`,
    },
    {
      tone: 'plain',
      heading: `Transferred, spread ${percent(flat.spread)}`,
      value: percent(flat.transferred.mean),
      text: `Error without spread ${percent(first.transferred.mean)}; ${rises ? 'it rises beyond its band' : 'the bands overlap'}.`,
    },
  ];
}

/** One row per spread. */
export function decalibrationTable({ curves }: DecalibrationResult): ReportTable {
  return {
    name: 'decalibration',
    columns: ['spread, %', 'transferred, error %', 'low', 'high', 'in the loop, error %', 'low ', 'high '].map((name) => ({ name })),
    rows: curves.map(({ spread, transferred: t, inTheLoop: l }) =>
      [spread, t.mean, t.low, t.high, l.mean, l.low, l.high].map((value) => 100 * value),
    ),
  };
}

function curveFigure(result: DecalibrationResult): Figure {
  const { curves, points } = result;
  const dies = new Set(points.map(({ die }) => die)).size;
  const line = (key: 'transferred' | 'inTheLoop', which: 'mean' | 'low' | 'high'): { x: number; y: number }[] =>
    curves.map((curve) => ({ x: 100 * curve.spread, y: 100 * curve[key][which] }));
  const datasets = LINES.flatMap(({ key, label, colour }): Dataset[] => [
    { label, data: line(key, 'mean'), borderColor: colour, backgroundColor: colour, showLine: true, pointRadius: 4 },
    ...(['low', 'high'] as const).map((which): Dataset => ({
      label: `${label}, 95 % band`,
      data: line(key, which),
      borderColor: colour,
      borderDash: [3, 3],
      borderWidth: 1,
      showLine: true,
      pointRadius: 0,
      pointStyle: 'line',
      // both ends of a band are one thing
      unlisted: which === 'high',
    })),
  ]);
  return {
    name: 'decalibration',
    title: 'Transferred and in the loop',
    caption: `Share of fresh presentations told wrongly, mean over ${count(dies, 'die')}; dotted: 95 % bootstrap interval of the mean over dies.`,
    alt: `Classification error over the spread of the circuits: ${curves.map(({ spread, transferred, inTheLoop }) => `${percent(spread)}: ${percent(transferred.mean)} transferred, ${percent(inTheLoop.mean)} in the loop`).join('; ')}.`,
    size: { width: 760, height: 420 },
    config: () => ({
      type: 'scatter',
      data: { datasets },
      options: {
        scales: {
          x: { title: { display: true, text: 'spread of the circuits (%)' }, min: 0 },
          y: { title: { display: true, text: 'error (%)' }, beginAtZero: true },
        },
        plugins: { legend: { position: 'bottom' } },
      },
    }),
    table: {
      name: 'decalibration-dies',
      columns: ['die', 'spread', 'transferred', 'in the loop'].map((name) => ({ name })),
      rows: points.map(({ die, spread, transferred, inTheLoop }) => [die, spread, transferred, inTheLoop]),
    },
  };
}
