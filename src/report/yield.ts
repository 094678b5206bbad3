/** Tables of a yield: the verdict per quantity, how codes use their range, what each source of error costs, and how many bits are needed. */
import { factsOf, type YieldEntry, type YieldResult, type YieldVerdict } from '../model/index.ts';
import type { Figure, ReportTable } from './figure.ts';
import { count, deviation, number, percent, withUnit } from './format.ts';
import { OKABE_ITO } from './palette.ts';
import type { Tile } from './page/html.ts';

/** One row per quantity. */
export function yieldTable({ entries, gates }: YieldResult): ReportTable {
  return {
    name: 'yield',
    columns: [
      'quantity',
      'before',
      'after',
      'worst die',
      'gate',
      'masked',
      'dies that keep it',
      'circuits',
      'range covers',
      '68 %',
      '95 %',
    ].map((name) => ({ name })),
    rows: entries.map((entry) => [
      factsOf(entry.quantity).name,
      deviation(entry.rmsBefore, entry.unit),
      deviation(entry.rmsAfter, entry.unit),
      deviation(entry.worstDie, entry.unit),
      entry.gate === null ? `none in ${gates}` : deviation(entry.gate, entry.unit),
      percent(entry.maskedShare),
      shareWords(entry.dies),
      shareWords(entry.circuits),
      entry.codes === null ? '–' : `${number(entry.codes.covers)} sigma`,
      percent(entry.coverage.within68, 3),
      percent(entry.coverage.within95, 3),
    ]),
  };
}

/** Codes at the ends of their range. */
export function codeTable({ entries }: YieldResult): ReportTable {
  return {
    name: 'yield-codes',
    columns: [
      'quantity',
      'median code',
      'range covers (sigma)',
      'at code 0',
      'at the largest code',
      'status at limit',
      'no reading',
      'far from target',
      'outlier',
      'masked by another quantity',
    ].map((name) => ({
      name,
    })),
    rows: entries.flatMap(({ quantity, codes, causes }) =>
      codes === null
        ? []
        : [
            [
              factsOf(quantity).name,
              codes.median,
              codes.covers,
              codes.atLowest,
              codes.atHighest,
              codes.atLimit,
              causes.notRead,
              causes.notReached,
              causes.noisy,
              causes.other,
            ],
          ],
    ),
  };
}

/** RMS deviation per quantity under every variant of a study. */
export function studyTable({ variants, entries }: YieldResult, study: 'sensitivity' | 'bits'): ReportTable | null {
  const chosen = variants.filter((variant) => variant.study === study);
  if (chosen.length === 0) return null;
  return {
    name: `yield-${study}`,
    columns: [
      study === 'bits' ? 'cells' : 'card',
      ...entries.map(({ quantity, unit }) => `${factsOf(quantity).name} (${unit === 'LSB' ? 'LSB' : '%'})`),
      'masked, %',
    ].map((name) => ({ name })),
    rows: chosen.map(({ name, quantities }) => [
      name,
      ...entries.map(({ quantity, unit }) => {
        const found = quantities.find((one) => one.quantity === quantity);
        return found === undefined ? null : found.rmsAfter * (unit === 'LSB' ? 1 : 100);
      }),
      100 * Math.max(0, ...quantities.map(({ maskedShare }) => maskedShare)),
    ]),
  };
}

/** Verdict, dies, hardware time, of any family; `all` dies were judged. */
export function yieldTiles({ passed, shortfalls, dies, hardwareTime, gates }: YieldVerdict, all: number): Tile[] {
  const { settling, reading, running } = hardwareTime;
  return [
    {
      tone: passed ? 'good' : 'bad',
      heading: `Gates (${gates})`,
      value: passed ? 'all kept' : count(shortfalls.length, 'shortfall'),
      text: passed ? `By ${count(all, 'die')} together.` : shortfalls.join('; '),
    },
    {
      tone: 'plain',
      heading: 'Dies that keep every gate',
      value: percent(dies.share, 3),
      text: `Of ${count(all, 'die')}; 95 % Wilson interval ${percent(dies.low, 3)} to ${percent(dies.high, 3)}.`,
    },
    {
      tone: 'plain',
      heading: 'Hardware time per die',
      value: withUnit(settling + reading + running, 's'),
      text: `Settling ${withUnit(settling, 's')}, reading ${withUnit(reading, 's')}, running ${withUnit(running, 's')}.`,
    },
  ];
}

/** How the codes of every quantity lie in their range. */
export function codeFigures({ entries }: YieldResult): Figure[] {
  return entries.flatMap(({ quantity, codes }) => (codes === null ? [] : [codeFigure(factsOf(quantity).name, quantity, codes)]));
}

function codeFigure(name: string, quantity: string, codes: NonNullable<YieldEntry['codes']>): Figure {
  const width = (codes.highest + 1) / codes.histogram.length;
  return {
    name: `codes-${quantity.replaceAll('_', '-')}`,
    title: `Codes of ${name}`,
    caption: `The range covers ${number(codes.covers)} standard deviations of the needed codes; ${count(codes.atLowest, 'circuit')} at code 0, ${count(codes.atHighest, 'circuit')} at the largest.`,
    alt: `Histogram of the final codes of ${name} over the range of the cell.`,
    size: { width: 480, height: 260 },
    config: () => ({
      type: 'bar',
      data: {
        labels: codes.histogram.map((_, k) => String(Math.round(k * width))),
        datasets: [
          { label: 'circuits', data: [...codes.histogram], backgroundColor: OKABE_ITO.blue, barPercentage: 1, categoryPercentage: 1 },
        ],
      },
      options: {
        scales: {
          x: { title: { display: true, text: 'code' }, ticks: { maxTicksLimit: 9 } },
          y: { beginAtZero: true, title: { display: true, text: 'circuits' }, ticks: { precision: 0 } },
        },
        plugins: { legend: { display: false } },
      },
    }),
    table: {
      name: `codes-${quantity}`,
      columns: [{ name: 'from code', digits: 5 }, { name: 'circuits' }],
      rows: codes.histogram.map((circuits, k) => [k * width, circuits]),
    },
  };
}

/** A share with its interval. */
export function shareWords({ share, low, high }: YieldEntry['dies']): string {
  return `${percent(share, 3)} (${percent(low, 3)} to ${percent(high, 3)})`;
}
