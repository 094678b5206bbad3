/** Bars per design: where the energy goes, how faithful each one is against its ceiling, and where the error comes from. */
import type { CodesignResult, DesignPoint } from '../../model/index.ts';
import type { Dataset, Figure, Mark } from '../figure.ts';
import { count, displayUnit, number, scaled } from '../format.ts';
import { tagOf } from '../objectives.ts';
import { OKABE_ITO } from '../palette.ts';

const PARTS = [
  { part: 'router', colour: '@blue' },
  { part: 'link', colour: OKABE_ITO.purple },
  { part: 'synapse', colour: OKABE_ITO.orange },
  { part: 'neuron', colour: OKABE_ITO.green },
] as const;

/** Energy per emitted spike, split by place. Static energy is not in it. */
export function energyFigure(points: readonly DesignPoint[]): Figure {
  const totals = points.map(({ energy }) => energy.router + energy.link + energy.synapse + energy.neuron);
  const display = displayUnit('J', totals);
  return {
    name: 'energy',
    title: 'Energy per spike by place',
    caption: 'Dynamic energy per emitted spike. Static power is a number of its own in the table and never added here.',
    alt: `Stacked bars of the energy per spike of ${count(points.length, 'design')}: router, link, synapse, neuron.`,
    size: { width: 860, height: barsHeight(points.length) },
    config: () => ({
      type: 'bar',
      data: {
        labels: labelsOf(points),
        datasets: PARTS.map(({ part, colour }) => ({
          label: part,
          data: points.map(({ energy }) => scaled(energy[part], display)),
          backgroundColor: colour,
          stack: 'energy',
          pointStyle: 'rect',
          maxBarThickness: 22,
        })),
      },
      options: {
        indexAxis: 'y',
        scales: {
          x: { stacked: true, title: { display: true, text: `energy per spike (${display.unit})` } },
          y: { stacked: true, grid: { display: false }, ticks: { autoSkip: false } },
        },
        plugins: { legend: { position: 'bottom' } },
      },
    }),
    table: {
      name: 'energy',
      columns: [
        '#',
        'design',
        ...PARTS.map(({ part }) => `${part} (${display.unit})`),
        `per spike (${display.unit})`,
        'per synaptic event (J)',
        'static power (W)',
        'static energy (J)',
      ].map((name) => ({ name })),
      rows: points.map(({ label, energy }, k) => [
        tagOf(k),
        label,
        ...PARTS.map(({ part }) => scaled(energy[part], display)),
        scaled(energy.perSpike, display),
        energy.perSynapticEvent,
        energy.staticPower,
        energy.staticEnergy,
      ]),
    },
  };
}

/** Timing fidelity per design, every die as a dot, between the shuffle level and the ceiling. */
export function fidelityFigure({ points, ceiling, shuffle }: Pick<CodesignResult, 'points' | 'ceiling' | 'shuffle'>): Figure {
  const values = points
    .flatMap(({ fidelity, perDie }) => [fidelity.timing, ...perDie.map(({ timing }) => timing)])
    .map((value) => value ?? 0);
  const ends = [0, ...values, ceiling.timing ?? 0, shuffle.timing ?? 0];
  const labels = labelsOf(points);
  return {
    name: 'fidelity',
    title: 'Timing fidelity by design',
    caption:
      'Bars: mean over dies; dots: single dies. The ceiling is the ideal die with only its membrane noise, the shuffle level the teacher under another stimulus.',
    alt: `Bars of timing fidelity for ${count(points.length, 'design')} with lines at the ceiling and at the shuffle level.`,
    size: { width: 860, height: barsHeight(points.length) },
    config: () => ({
      type: 'bar',
      data: {
        labels,
        datasets: [
          {
            type: 'scatter',
            label: 'one die',
            data: points.flatMap(({ perDie }, k) =>
              perDie.flatMap(({ die, timing }) =>
                timing === null ? [] : [{ x: timing, y: labels[k], text: `die ${String(die)}: ${number(timing)}` }],
              ),
            ),
            pointRadius: 3,
            backgroundColor: '@ink',
          },
          {
            label: 'mean over dies',
            data: points.map(({ fidelity }) => fidelity.timing),
            backgroundColor: points.map(({ network }) => (network.limited ? OKABE_ITO.orange : OKABE_ITO.sky)),
            maxBarThickness: 22,
            pointStyle: 'rect',
          },
        ],
        marks: [...levelMark(ceiling.timing, 'ceiling', '@ink'), ...levelMark(shuffle.timing, 'shuffle', OKABE_ITO.purple)],
      },
      options: {
        indexAxis: 'y',
        scales: {
          x: {
            min: Math.floor(Math.min(...ends) * 10) / 10,
            max: Math.min(1, Math.ceil((Math.max(...ends) + 0.02) * 10) / 10),
            title: {
              display: true,
              text: 'timing fidelity (1: identical, 0: no better than another stimulus); orange: limited by its network',
            },
          },
          y: { grid: { display: false }, ticks: { autoSkip: false } },
        },
        plugins: { legend: { display: false } },
        layout: { padding: { top: 18 } },
      },
    }),
    table: {
      name: 'fidelity',
      columns: ['#', 'design', 'die', 'timing', 'rates'].map((name) => ({ name })),
      rows: points.flatMap(({ label, perDie }, k) => perDie.map(({ die, timing, rates }) => [tagOf(k), label, die, timing, rates])),
    },
  };
}

/** What is lost at each step from the ideal to the design, by comparing with other teachers. */
export function errorSplitFigure(split: CodesignResult['errorSplit'], ceiling: number | null): Figure {
  return {
    name: 'error-split',
    title: 'Where the error comes from',
    caption:
      'Timing fidelity of the student at the reference design against three teachers: as asked (the workload itself), as quantised (with the weight codes that the student has), as mapped (with the nominal path delays too).',
    alt: `Bars of timing fidelity against each teacher: ${split.map(({ step, timing }) => `${step} ${number(timing)}`).join(', ')}.`,
    size: { width: 640, height: 130 + 40 * split.length },
    config: () => ({
      type: 'bar',
      data: {
        labels: split.map(({ step }) => step),
        datasets: [
          {
            label: 'timing',
            data: split.map(({ timing }) => timing),
            backgroundColor: OKABE_ITO.sky,
            maxBarThickness: 26,
          } satisfies Dataset,
        ],
        marks: ceiling === null ? [] : [{ axis: 'x', value: ceiling, label: `ceiling ${number(ceiling)}`, colour: '@ink' }],
      },
      options: {
        indexAxis: 'y',
        scales: {
          x: { suggestedMin: 0, max: 1, title: { display: true, text: 'timing fidelity' } },
          y: { grid: { display: false }, ticks: { autoSkip: false } },
        },
        plugins: { legend: { display: false } },
      },
    }),
    table: {
      name: 'error-split',
      columns: [{ name: 'teacher' }, { name: 'timing' }],
      rows: split.map(({ step, timing }) => [step, timing]),
    },
  };
}

function labelsOf(points: readonly DesignPoint[]): string[] {
  return points.map(({ label }, k) => {
    const text = `${tagOf(k)} ${label}`;
    return text.length > 44 ? `${text.slice(0, 43)}…` : text;
  });
}

function barsHeight(bars: number): number {
  return Math.min(1200, 130 + 26 * Math.max(2, bars));
}

/** A line at a level of fidelity, where it is defined. */
function levelMark(value: number | null, name: string, colour: string): Mark[] {
  return value === null ? [] : [{ axis: 'x', value, label: `${name} ${number(value)}`, colour }];
}
