/**
 * Characteristic curves of the circuits of one die: the straight line or parabola that a search has fitted through all that it read on its way, over the codes, with the code at which
 * it ended and what fresh readings say there. Where all curves cross the target, calibration can reach it; a curve that ends below it has too short a range.
 */
import { factsOf, type CalibratedQuantity, type CalibrationResult, type CharacteristicCurve } from '../../model/index.ts';
import type { Dataset, Figure } from '../figure.ts';
import { number } from '../format.ts';
import { OKABE_ITO } from '../palette.ts';

/** Curves of a figure: enough to see their spread, few enough to follow one. */
const SHOWN = 24;
/** Points of a parabola. */
const POINTS = 17;
/** Units as they are shown: factor from SI. */
const DISPLAY: Readonly<Record<string, { readonly factor: number; readonly unit: string }>> = {
  LSB: { factor: 1, unit: 'LSB' },
  s: { factor: 1e6, unit: 'µs' },
  V: { factor: 1e3, unit: 'mV' },
  'V/s': { factor: 1e-3, unit: 'mV/µs' },
  Hz: { factor: 1e-3, unit: 'kHz' },
  '1': { factor: 1, unit: 'relative' },
};

/** One figure per quantity of the die that has curves. */
export function curveFigures({ die, quantities }: Pick<CalibrationResult, 'die' | 'quantities'>): Figure[] {
  return quantities.flatMap((one) => (one.curve === undefined ? [] : (curveFigure(die, one, one.curve) ?? [])));
}

interface Shown {
  readonly circuit: number;
  readonly code: number;
  readonly reading: number | null;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly error: number;
}

function curveFigure(die: CalibrationResult['die'], quantity: CalibratedQuantity, curve: CharacteristicCurve): Figure | null {
  const { factor, unit } = DISPLAY[quantity.unit] ?? { factor: 1, unit: quantity.unit };
  const circuits = chosen(quantity, curve);
  const codes = circuits.map((n) => quantity.codes[n]!);
  if (circuits.length === 0) return null;
  const margin = Math.max((Math.max(...codes) - Math.min(...codes)) / 8, 2);
  const [from, to] = [Math.max(Math.min(...codes) - margin, 0), Math.max(...codes) + margin];
  const shown = circuits.map((circuit): Shown => {
    const reading = quantity.verification?.reading[circuit] ?? null;
    return {
      circuit,
      code: quantity.codes[circuit]!,
      reading: reading === null ? null : reading * factor,
      points: Array.from({ length: POINTS }, (_, k) => from + ((to - from) * k) / (POINTS - 1)).flatMap((x) => {
        const y = valueAt(curve, circuit, x) * factor;
        return Number.isFinite(y) && y > 0 && Math.abs(y) < 4 * Math.abs(quantity.target * factor) ? [{ x, y }] : [];
      }),
      error: curve.error[circuit] ?? NaN,
    };
  });
  const target = quantity.target * factor;
  const name = factsOf(quantity.quantity).name;
  const degree = Math.max(...circuits.map((n) => curve.coefficients[n]!.length)) === 3 ? 'parabolas' : 'straight lines';
  return {
    name: `curves-${quantity.quantity.replaceAll('_', '-')}`,
    title: `${name.charAt(0).toUpperCase()}${name.slice(1)} over its code`,
    caption:
      `Characteristic curves of ${String(shown.length)} circuits of die ${String(die)}, evenly chosen by their codes: ${degree} through ${curve.of === 'inverse' ? 'the inverse of ' : ''}all that the search has read. ` +
      `Dots: fresh readings at the final code. The line is the target, ${number(target)} ${unit}.`,
    alt: `Curves of ${name} over the code for ${String(shown.length)} circuits with a line at the target.`,
    size: { width: 480, height: 320 },
    config: () => ({
      type: 'scatter',
      data: {
        datasets: [
          ...shown.map(({ points }, k): Dataset => ({
            label: k === 0 ? 'fit' : '',
            data: points,
            showLine: true,
            pointRadius: 0,
            pointHitRadius: 0,
            pointStyle: 'line',
            borderWidth: 1,
            borderColor: OKABE_ITO.blue,
          })),
          {
            label: 'fresh reading',
            data: shown.flatMap(({ code, reading }) => (reading === null ? [] : [{ x: code, y: reading }])),
            backgroundColor: OKABE_ITO.orange,
            pointRadius: 3,
            pointBorderWidth: 0,
          },
        ],
        marks: [{ axis: 'y', value: target, label: 'target', colour: '@ink', dash: [4, 3] }],
      },
      options: {
        scales: {
          x: { min: Math.floor(from), max: Math.ceil(to), title: { display: true, text: 'code' } },
          y: { grace: '5%', title: { display: true, text: `${name} (${unit})` } },
        },
        plugins: { legend: { display: false } },
      },
    }),
    table: {
      name: `curves-${quantity.quantity}`,
      columns: [
        'circuit',
        'code',
        `fresh reading (${unit})`,
        `curve at the code (${unit})`,
        'a0',
        'a1',
        'a2',
        'standard deviation around the curve',
      ].map((column) => ({ name: column, digits: 4 })),
      rows: shown.map(({ circuit, code, reading, error }) => {
        const [a0 = null, a1 = null, a2 = null] = curve.coefficients[circuit] ?? [];
        return [circuit, code, reading, valueAt(curve, circuit, code) * factor, a0, a1, a2, Number.isFinite(error) ? error : null];
      }),
    },
  };
}

/** Circuits that have a curve and are well, evenly by their codes: the ends of the population are among them. */
function chosen({ codes, status }: CalibratedQuantity, { coefficients }: CharacteristicCurve): readonly number[] {
  const all = Array.from(codes.keys())
    .filter((n) => coefficients[n] != null && status[n] === 'ok')
    .toSorted((a, b) => codes[a]! - codes[b]! || a - b);
  if (all.length <= SHOWN) return all;
  return Array.from({ length: SHOWN }, (_, k) => all[Math.round((k * (all.length - 1)) / (SHOWN - 1))]!);
}

/** Reading at a code, by the curve. */
function valueAt({ of, coefficients, origin, scale }: CharacteristicCurve, n: number, code: number): number {
  const [a0 = NaN, a1 = 0, a2 = 0] = coefficients[n] ?? [];
  const u = (code - origin[n]!) / scale;
  const y = a0 + (a1 + a2 * u) * u;
  return of === 'inverse' ? 1 / y : y;
}
