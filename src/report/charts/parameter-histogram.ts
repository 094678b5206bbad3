/** One parameter of all circuits of one die, with the distribution that the card states for it. */
import type { DieStatistics } from '../../model/index.ts';
import type { Figure, FigureConfig } from '../figure.ts';
import { count, displayUnit, number, labelWithUnit } from '../format.ts';
import { OKABE_ITO } from '../palette.ts';

/** A histogram with the normal curve of the card's spread, so many circuits as there are. */
export function parameterHistogram(statistics: DieStatistics): Figure {
  const { name, unit, mean, deviation, stated, least, most } = statistics;
  const display = unit === 'LSB' || unit === 'codes' ? { factor: 1, unit } : displayUnit(unit, [least, most]);
  const words = (value: number): string => `${number(value * display.factor)}${display.unit === '' ? '' : ` ${display.unit}`}`;
  const what = unit === '1' ? 'factor of the nominal value' : 'offset from the nominal value';
  const noun = name.startsWith('cell_')
    ? 'cell'
    : /^(driver|short_term)/.test(name)
      ? 'driver'
      : /^(synapse|correlation)/.test(name)
        ? 'synapse'
        : 'circuit';
  return {
    name: `die-${name.replaceAll('_', '-')}`,
    title: name.replaceAll('_', ' '),
    caption: `${count(statistics.count, noun)}, ${what}: mean ${words(mean)}, standard deviation ${words(deviation)}${stated === null ? '; measured' : `; the card states ${words(stated)}`}.`,
    alt: `Histogram of ${name.replaceAll('_', ' ')} over ${count(statistics.count, noun)}.`,
    size: { width: 460, height: 260 },
    config: () => config(statistics, display.factor, labelWithUnit(what, display.unit), noun),
    table: {
      name: `die-${name}`,
      columns: ['from', 'to'].map((end) => ({ name: labelWithUnit(end, display.unit), digits: 5 })).concat({ name: `${noun}s`, digits: 5 }),
      rows: statistics.bins.map((bin, k) => {
        const width = (most - least) / statistics.bins.length;
        return [(least + k * width) * display.factor, (least + (k + 1) * width) * display.factor, bin];
      }),
    },
  };
}

function config(
  { bins, least, most, stated, distribution, unit, count: all }: DieStatistics,
  factor: number,
  label: string,
  noun: string,
): FigureConfig {
  const width = (most - least) / bins.length || 1;
  const nominal = unit === '1' ? 1 : 0;
  const curve =
    stated === null || stated === 0
      ? []
      : Array.from({ length: 81 }, (_, k) => {
          const x = least + ((most - least) * k) / 80;
          return { x: x * factor, y: all * width * density(x - nominal, stated, unit === '1' && distribution === 'lognormal') };
        });
  return {
    type: 'scatter',
    data: {
      datasets: [
        {
          label: 'this die',
          data: [...bins, 0].map((y, k) => ({ x: (least + k * width) * factor, y })),
          showLine: true,
          stepped: 'before',
          fill: 'origin',
          pointRadius: 0,
          pointHitRadius: 6,
          pointStyle: 'rect',
          borderWidth: 1.2,
          borderColor: OKABE_ITO.sky,
          backgroundColor: `${OKABE_ITO.sky}66`,
        },
        ...(curve.length === 0
          ? []
          : [
              {
                label: 'as the card states',
                data: curve,
                showLine: true,
                pointRadius: 0,
                pointStyle: 'line',
                borderWidth: 2,
                borderColor: OKABE_ITO.vermilion,
              },
            ]),
      ],
      marks: [{ axis: 'x', value: nominal * factor, label: 'nominal', colour: '@ink' }],
    },
    options: {
      scales: {
        x: {
          min: least * factor,
          max: (least + bins.length * width) * factor,
          title: { display: true, text: label },
          ticks: { includeBounds: false, maxTicksLimit: 7 },
        },
        y: { beginAtZero: true, grace: '14%', title: { display: true, text: `${noun}s` }, ticks: { precision: 0 } },
      },
      plugins: { legend: { position: 'bottom' } },
    },
  };
}

/** Density at a distance from the nominal value: normal, or lognormal with mean 1 at distance 0. */
function density(distance: number, deviation: number, lognormal: boolean): number {
  if (!lognormal) return normal(distance / deviation, deviation);
  const x = 1 + distance;
  const width = Math.sqrt(Math.log(1 + deviation * deviation));
  return x <= 0 ? 0 : normal((Math.log(x) + (width * width) / 2) / width, width) / x;
}

function normal(z: number, width: number): number {
  return Math.exp((-z * z) / 2) / (width * Math.sqrt(2 * Math.PI));
}
