/** Figures of an analysis of spikes or of a cell: spectra, sizes of avalanches, intervals, the f-I curve. */
import type { AnalysedSpectrum, CellAnalysis } from '../../model/index.ts';
import type { Dataset, Figure, FigureConfig } from '../figure.ts';
import { number } from '../format.ts';
import { OKABE_ITO } from '../palette.ts';
import { distributionConfig } from './distribution.ts';

const BINS = 40;

/** Density over frequency, both logarithmic; none without two positive values. */
export function spectrumFigure(name: string, title: string, spectrum: AnalysedSpectrum | null, unit: string): Figure[] {
  if (spectrum === null) return [];
  const points = spectrum.frequency.flatMap((f, k) => (f > 0 && spectrum.density[k]! > 0 ? [[f, spectrum.density[k]!] as const] : []));
  if (points.length < 2) return [];
  const peak =
    spectrum.peak === null
      ? ''
      : ` Largest at ${number(spectrum.peak.frequency)} Hz, ${number(spectrum.peak.prominence)} times the median.`;
  return [
    figureOf({
      name,
      title,
      caption: `Welch's method, ${String(spectrum.segments)} segments.${peak}`,
      x: 'frequency (Hz)',
      y: `density (${unit})`,
      logarithmic: true,
      line: true,
      points,
    }),
  ];
}

/** Share of the avalanches of at least a size; none for fewer than two sizes. */
export function sizeFigure(population: string, sizes: readonly (readonly [number, number])[], k: number): Figure[] {
  if (sizes.length < 2) return [];
  const total = sizes.reduce((sum, [, count]) => sum + count, 0);
  let above = total;
  const points = sizes.map(([size, count]) => {
    const point = [size, above / total] as const;
    above -= count;
    return point;
  });
  return [
    figureOf({
      name: `avalanches-${String(k)}`,
      title: `Sizes of avalanches: ${population}`,
      caption: `Share of ${String(total)} avalanches of at least this size.`,
      x: 'size (spikes)',
      y: 'share at least as large',
      logarithmic: true,
      line: false,
      points,
    }),
  ];
}

/** Rate over current. */
export function curveFigure(curve: CellAnalysis['cell']['curve']): Figure {
  return figureOf({
    name: 'frequency-current',
    title: 'Rate over current',
    caption: 'Spikes during the step over its length.',
    x: 'current (pA)',
    y: 'rate (Hz)',
    logarithmic: false,
    line: true,
    points: curve.map(({ current, rate }) => [current, rate]),
  });
}

/** Distribution of the intervals of a population, up to the 99th percentile; none for fewer than ten. */
export function intervalFigure(population: string, intervals: readonly number[], k: number): Figure[] {
  if (intervals.length < 10) return [];
  const high = intervals[Math.floor(intervals.length * 0.99)]!;
  const width = high / BINS || 1;
  const shares = Array.from({ length: BINS }, () => 0);
  for (const value of intervals) if (value < BINS * width) shares[Math.floor(value / width)]! += 1 / intervals.length;
  return [
    {
      name: `intervals-${String(k)}`,
      title: `Intervals between spikes: ${population}`,
      caption: 'Of all neurons together, up to the 99th percentile.',
      alt: `Distribution of the intervals of population ${population}.`,
      size: { width: 640, height: 300 },
      config: () =>
        distributionConfig({
          edges: Array.from({ length: BINS + 1 }, (_, bin) => bin * width),
          series: [{ label: 'intervals', values: shares, colour: OKABE_ITO.sky }],
          x: 'interval (ms)',
          y: 'share',
        }),
      table: {
        name: `intervals-${String(k)}`,
        columns: ['from (ms)', 'to (ms)', 'share'].map((name) => ({ name, digits: 4 })),
        rows: shares.map((share, bin) => [bin * width, (bin + 1) * width, share]),
      },
    },
  ];
}

interface Plot {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly x: string;
  readonly y: string;
  readonly logarithmic: boolean;
  readonly line: boolean;
  readonly points: readonly (readonly [number, number])[];
}

function figureOf({ name, title, caption, x, y, logarithmic, line, points }: Plot): Figure {
  const config = (): FigureConfig => {
    const dataset: Dataset = {
      label: y,
      data: points.map(([px, py]) => ({ x: px, y: py })),
      showLine: line,
      borderWidth: 1.5,
      pointRadius: line && points.length > 60 ? 0 : 2.5,
      borderColor: OKABE_ITO.sky,
      backgroundColor: OKABE_ITO.sky,
    };
    const type = logarithmic ? 'logarithmic' : 'linear';
    return {
      type: 'scatter',
      data: { datasets: [dataset] },
      options: {
        scales: { x: { type, title: { display: true, text: x } }, y: { type, title: { display: true, text: y } } },
        plugins: { legend: { display: false } },
      },
    };
  };
  return {
    name,
    title,
    caption,
    alt: `${y} over ${x}.`,
    size: { width: 640, height: 300 },
    config,
    table: { name, columns: [x, y].map((column) => ({ name: column, digits: 5 })), rows: points.map((point) => [...point]) },
  };
}
