/**
 * Circuits one by one: quantiles of the deviations against a normal law (tails and outliers show where a histogram hides them), deviation over the final code (a slope means that a
 * code range or a converter is at work), and a map over the array (columns of 64 circuits; patches mean that a quadrant or a gradient is left).
 */
import { normalQuantile } from '../../analysis/index.ts';
import { factsOf, type CalibrationResult, type GradedQuantity } from '../../model/index.ts';
import type { Figure, ReportTable } from '../figure.ts';
import { count, number } from '../format.ts';
import { OKABE_ITO } from '../palette.ts';

type Die = Pick<CalibrationResult, 'die' | 'graded' | 'quantities'>;

/** Points of a curve of quantiles, at most: finer than a screen. */
const MOST_POINTS = 400;
/** Circuits in a row of the map. */
const ROW = 64;
const WORST = 3;
/** Colours of the map from far below to far above the target, and the ends of their ranges in units of the RMS deviation. */
const STEPS = [
  { upTo: -2, colour: '#0b4f8a', label: 'below -2 RMS' },
  { upTo: -1, colour: '#5a9fd4', label: '-2 to -1' },
  { upTo: 1, colour: '#c9cdd2', label: 'within 1 RMS' },
  { upTo: 2, colour: '#f0a35e', label: '1 to 2' },
  { upTo: Infinity, colour: '#b5380c', label: 'above 2 RMS' },
] as const;

/** Deviation of the truth of a circuit from the target: LSB, or per cent of the target. */
function deviationOf({ unit, target }: GradedQuantity, value: number): number {
  return unit === 'LSB' ? value - target : (100 * (value - target)) / target;
}

function unitOf({ unit }: GradedQuantity): string {
  return unit === 'LSB' ? 'LSB' : '% of target';
}

/** Per quantity: quantiles over all dies, deviation over code, and the map of the first die. */
export function circuitFigures(dies: readonly Die[]): Figure[] {
  const names = [...new Set(dies.flatMap(({ graded }) => graded.map(({ quantity }) => quantity)))];
  return names.flatMap((name) => {
    const all = dies.flatMap((die) => die.graded.filter(({ quantity }) => quantity === name).map((graded) => ({ die, graded })));
    const codes = codesOf(all[0]!.die, name);
    return [
      quantileFigure(all.map(({ graded }) => graded)),
      ...(name === 'cadc_offset' ? [] : [codeFigure(all[0]!, codes)]),
      mapFigure(all[0]!),
    ];
  });
}

function codesOf({ quantities }: Die, name: GradedQuantity['quantity']): readonly number[] {
  return quantities.find(({ quantity }) => quantity === name)?.codes ?? [];
}

function quantileFigure(graded: readonly GradedQuantity[]): Figure {
  const first = graded[0]!;
  const name = factsOf(first.quantity).name;
  const sorted = (which: 'before' | 'after'): number[] =>
    graded
      .flatMap((one) => one[which].filter((value, n) => !one.masked[n] && Number.isFinite(value)).map((value) => deviationOf(one, value)))
      .toSorted((a, b) => a - b);
  const points = (which: 'before' | 'after'): { x: number; y: number }[] => {
    const values = sorted(which);
    const stride = Math.max(1, Math.ceil(values.length / MOST_POINTS));
    return values.flatMap((value, k) =>
      k % stride === 0 || k === values.length - 1 ? [{ x: normalQuantile((k + 0.5) / values.length), y: value }] : [],
    );
  };
  const [before, after] = [points('before'), points('after')];
  return {
    name: `quantiles-${first.quantity.replaceAll('_', '-')}`,
    title: `${name}: deviations against a normal law`,
    caption: `Circuits of ${count(graded.length, 'die')} in ascending order over the quantiles of a normal law: a straight line is normal, bent ends are tails. The line at zero is the target.`,
    alt: `Quantiles of the deviation of ${name} before and after calibration.`,
    size: { width: 480, height: 300 },
    config: () => ({
      type: 'scatter',
      data: {
        datasets: [
          { label: 'before', data: before, backgroundColor: OKABE_ITO.orange, pointRadius: 2, pointBorderWidth: 0 },
          { label: 'after', data: after, backgroundColor: '@blue', pointRadius: 2, pointBorderWidth: 0 },
        ],
        marks: [{ axis: 'y', value: 0, label: 'target', colour: '@ink' }],
      },
      options: {
        scales: {
          x: { title: { display: true, text: 'standard normal quantile' } },
          y: { title: { display: true, text: `deviation (${unitOf(first)})` } },
        },
        plugins: { legend: { position: 'bottom' } },
      },
    }),
    table: {
      name: `quantiles-${first.quantity}`,
      columns: ['state', 'normal quantile', `deviation (${unitOf(first)})`].map((column) => ({ name: column })),
      rows: [...before.map(({ x, y }) => ['before', x, y]), ...after.map(({ x, y }) => ['after', x, y])],
    },
  };
}

function codeFigure({ die, graded }: { readonly die: Die; readonly graded: GradedQuantity }, codes: readonly number[]): Figure {
  const name = factsOf(graded.quantity).name;
  const points = codes.flatMap((code, n) =>
    graded.masked[n] || !Number.isFinite(graded.after[n]) ? [] : [{ x: code, y: deviationOf(graded, graded.after[n]!) }],
  );
  return {
    name: `codes-residual-${graded.quantity.replaceAll('_', '-')}`,
    title: `${name}: deviation over the final code`,
    caption: `Unmasked circuits of die ${String(die.die)}. No slope and no step means that nothing of the cell or of the converter is left in the answer.`,
    alt: `Scatter of the deviation of ${name} over the code of the circuit.`,
    size: { width: 480, height: 300 },
    config: () => ({
      type: 'scatter',
      data: {
        datasets: [{ label: 'circuits', data: points, backgroundColor: '@blue', pointRadius: 2, pointBorderWidth: 0 }],
        marks: [{ axis: 'y', value: 0, label: 'target', colour: '@ink' }],
      },
      options: {
        scales: {
          x: { title: { display: true, text: 'code' } },
          y: { title: { display: true, text: `deviation (${unitOf(graded)})` } },
        },
        plugins: { legend: { display: false } },
      },
    }),
    table: {
      name: `codes-residual-${graded.quantity}`,
      columns: ['code', `deviation (${unitOf(graded)})`].map((column) => ({ name: column })),
      rows: points.map(({ x, y }) => [x, y]),
    },
  };
}

function mapFigure({ die, graded }: { readonly die: Die; readonly graded: GradedQuantity }): Figure {
  const name = factsOf(graded.quantity).name;
  const scale = Math.max(graded.unit === 'LSB' ? graded.rmsAfter : 100 * graded.rmsAfter, 1e-12);
  const place = (n: number): { x: number; y: number } => ({ x: n % ROW, y: Math.floor(n / ROW) });
  const stepOf = (n: number): number => STEPS.findIndex(({ upTo }) => deviationOf(graded, graded.after[n]!) / scale <= upTo);
  const circuits = Array.from(graded.after.keys());
  const live = circuits.filter((n) => !graded.masked[n] && Number.isFinite(graded.after[n]));
  const square = { pointStyle: 'rect' as const, pointRadius: 4, pointHoverRadius: 5 };
  const rows = Math.ceil(circuits.length / ROW);
  return {
    name: `map-${graded.quantity.replaceAll('_', '-')}`,
    title: `${name}: map over the array`,
    caption: `Die ${String(die.die)} after calibration, ${String(ROW)} circuits to a row from the first; colours in units of the RMS deviation (${number(scale)} ${unitOf(graded)}). Hollow: masked.`,
    alt: `Map of the deviation of ${name} of ${count(circuits.length, 'circuit')}.`,
    size: { width: 860, height: 130 + 16 * rows },
    config: () => ({
      type: 'scatter',
      data: {
        datasets: [
          ...STEPS.map(({ label, colour }, k) => ({
            ...square,
            label,
            data: live.filter((n) => stepOf(n) === k).map(place),
            backgroundColor: colour,
            borderColor: colour,
          })),
          {
            ...square,
            label: 'masked',
            data: circuits.filter((n) => graded.masked[n]).map(place),
            backgroundColor: 'rgba(0,0,0,0)',
            borderColor: '@ink',
          },
        ],
      },
      options: {
        scales: {
          x: { min: -1, max: ROW, title: { display: true, text: 'circuit in its row' }, grid: { display: false } },
          y: {
            min: -1,
            max: rows,
            reverse: true,
            title: { display: true, text: 'row' },
            grid: { display: false },
            ticks: { precision: 0 },
          },
        },
        plugins: { legend: { position: 'bottom' } },
      },
    }),
    table: {
      name: `map-${graded.quantity}`,
      columns: ['circuit', 'row', 'place', `deviation (${unitOf(graded)})`, 'masked'].map((column) => ({ name: column })),
      rows: circuits.map((n) => [
        n,
        Math.floor(n / ROW),
        n % ROW,
        Number.isFinite(graded.after[n]) ? deviationOf(graded, graded.after[n]!) : null,
        graded.masked[n] ? 'masked' : '',
      ]),
    },
  };
}

/** The circuits of each quantity that are furthest from their target, all dies together. */
export function worstTable(dies: readonly Die[]): ReportTable {
  const names = [...new Set(dies.flatMap(({ graded }) => graded.map(({ quantity }) => quantity)))];
  return {
    name: 'worst-circuits',
    columns: ['quantity', 'die', 'circuit', 'code', 'deviation', 'in', 'times the RMS'].map((name) => ({ name })),
    rows: names.flatMap((name) =>
      dies
        .flatMap((die) => {
          const graded = die.graded.find(({ quantity }) => quantity === name);
          if (graded === undefined) return [];
          const codes = codesOf(die, name);
          const scale = graded.unit === 'LSB' ? graded.rmsAfter : 100 * graded.rmsAfter;
          return graded.after.flatMap((value, n) => {
            const deviation = deviationOf(graded, value);
            if (graded.masked[n] || !Number.isFinite(value)) return [];
            return [
              {
                deviation,
                row: [factsOf(name).name, die.die, n, codes[n] ?? null, deviation, unitOf(graded), Math.abs(deviation) / scale],
              },
            ];
          });
        })
        .toSorted((a, b) => Math.abs(b.deviation) - Math.abs(a.deviation))
        .slice(0, WORST)
        .map(({ row }) => row),
    ),
  };
}
