/** Recorded membranes over time, one line per neuron: in mV of the hardware, or as the converters read them. */
import type { RecordingFiles, SampleRows } from '../../model/index.ts';
import type { Dataset, Figure } from '../figure.ts';
import { count, number } from '../format.ts';
import { seriesColour } from '../palette.ts';

/** Points per line: least and greatest of each stretch, so that no spike is lost on the way to the screen. */
const STRETCHES = 900;
const MOST_LINES = 12;

export interface TraceSpan {
  /** Ticks. */
  readonly from: number;
  readonly to: number;
  readonly ticksPerBiologicalSecond: number;
}

/** One figure per recording. Of many neurons the first are drawn; the files have all. */
export function membraneFigure(files: RecordingFiles, { circuits, tick, values }: SampleRows, span: TraceSpan): Figure {
  const shown = Array.from(circuits.subarray(0, MOST_LINES));
  const first = tick.findIndex((at) => at >= span.from);
  const after = tick.findIndex((at) => at > span.to);
  const [begin, end] = [first < 0 ? tick.length : first, after < 0 ? tick.length : after];
  const factor = files.unit === 'V' ? 1000 : 1;
  const unit = files.unit === 'V' ? (files.name === 'current' ? 'mV, biological' : 'mV, hardware') : 'LSB';
  const ms = (at: number): number => (at / span.ticksPerBiologicalSecond) * 1000;
  const lines = shown.map((_, row) => thinned(tick, values.subarray(row * tick.length, (row + 1) * tick.length), begin, end, factor, ms));
  const name = { v: 'Membrane', madc: 'Membrane ADC', cadc: 'Column ADC' }[files.probe];
  const statistics = shown.map((neuron, row) => {
    const part = values.subarray(row * tick.length + begin, row * tick.length + end);
    const mean = part.reduce((sum, value) => sum + value, 0) / Math.max(part.length, 1);
    return [
      neuron,
      part.length,
      mean * factor,
      part.reduce((a, b) => Math.min(a, b), Infinity) * factor,
      part.reduce((a, b) => Math.max(a, b), -Infinity) * factor,
    ];
  });
  return {
    name: `trace-${files.name}`,
    title: `${name} of ${count(shown.length, 'neuron')}`,
    caption: `${shown.length < circuits.length ? `The first ${String(shown.length)} of ${String(circuits.length)} neurons. ` : ''}${number(end - begin)} samples each, ${number(ms(span.from))} to ${number(ms(span.to))} ms biological; where there are more samples than pixels, least and greatest of each stretch.`,
    alt: `${name} of neurons ${shown.join(', ')} over time.`,
    size: { width: 860, height: 340 },
    config: () => ({
      type: 'scatter',
      data: {
        datasets: lines.map((data, k): Dataset => ({
          label: `neuron ${String(shown[k])}`,
          data,
          showLine: true,
          pointRadius: 0,
          pointHitRadius: 4,
          pointStyle: 'line',
          borderWidth: 1.1,
          borderColor: seriesColour(k),
        })),
      },
      options: {
        scales: {
          x: {
            min: ms(span.from),
            max: ms(span.to),
            title: { display: true, text: 'time (ms, biological)' },
            ticks: { includeBounds: false, maxTicksLimit: 11 },
          },
          y: { grace: '5%', title: { display: true, text: unit } },
        },
        plugins: { legend: { display: shown.length > 1, position: 'bottom' } },
      },
    }),
    table: {
      name: `trace-${files.name}`,
      columns: ['neuron', 'samples', `mean (${unit})`, 'least', 'greatest'].map((column) => ({ name: column, digits: 4 })),
      rows: statistics,
    },
  };
}

/** Currents from outside as steps: what each neuron is given, in mV that it would hold on the leak. Of many neurons the first with a current are drawn. */
export function currentFigure(
  { tick, neuron, depolarisation }: { readonly tick: Float64Array; readonly neuron: Uint32Array; readonly depolarisation: Float64Array },
  neurons: number,
  span: TraceSpan,
): Figure {
  const driven = [...new Set(neuron)].toSorted((a, b) => a - b);
  const shown = driven.slice(0, MOST_LINES);
  const rows = shown.map((one) => stepsOf(one, { tick, neuron, depolarisation }, span));
  const files = { name: 'current', probe: 'v', unit: 'V', values: '', tick: '', neuron: '' } as const;
  const ticks = Float64Array.from(new Set(rows.flatMap(({ at }) => at))).toSorted();
  const values = new Float32Array(shown.length * ticks.length);
  rows.forEach(({ at, value }, row) => {
    let k = 0;
    ticks.forEach((time, i) => {
      while (k + 1 < at.length && at[k + 1]! <= time) k++;
      values[row * ticks.length + i] = value[k]!;
    });
  });
  const figure = membraneFigure(files, { probe: 'v', circuits: Uint32Array.from(shown), tick: ticks, values }, span);
  return {
    ...figure,
    title: `Currents from outside into ${count(driven.length, 'neuron')}`,
    caption: `${shown.length < driven.length ? `The first ${String(shown.length)}. ` : ''}In biological mV that the current would hold on the leak of the workload's neuron; ${count(neurons, 'neuron')} in all.`,
    alt: `Currents into neurons ${shown.join(', ')} over time.`,
  };
}

/** A step is two points: just before and at the change. */
function stepsOf(
  one: number,
  { tick, neuron, depolarisation }: { readonly tick: Float64Array; readonly neuron: Uint32Array; readonly depolarisation: Float64Array },
  span: TraceSpan,
): { readonly at: number[]; readonly value: number[] } {
  const [at, value]: [number[], number[]] = [[span.from], [0]];
  tick.forEach((time, k) => {
    if (neuron[k] !== one || time > span.to) return;
    if (time <= span.from) value[0] = depolarisation[k]!;
    else {
      at.push(Math.max(time - 1, at.at(-1)!), time);
      value.push(value.at(-1)!, depolarisation[k]!);
    }
  });
  at.push(span.to);
  value.push(value.at(-1)!);
  return { at, value };
}

function thinned(
  tick: Float64Array,
  values: Float32Array,
  begin: number,
  end: number,
  factor: number,
  ms: (tick: number) => number,
): { readonly x: number; readonly y: number }[] {
  const point = (k: number): { x: number; y: number } => ({
    x: Number(ms(tick[k]!).toPrecision(8)),
    y: Number((values[k]! * factor).toPrecision(6)),
  });
  if (end - begin <= 2 * STRETCHES) return Array.from({ length: Math.max(end - begin, 0) }, (_, k) => point(begin + k));
  return Array.from({ length: STRETCHES }, (_, s) => {
    const [from, to] = [begin + Math.floor((s * (end - begin)) / STRETCHES), begin + Math.floor(((s + 1) * (end - begin)) / STRETCHES)];
    let [low, high] = [from, from];
    for (let k = from; k < to; k++) {
      if (values[k]! < values[low]!) low = k;
      if (values[k]! > values[high]!) high = k;
    }
    return (low <= high ? [low, high] : [high, low]).map(point);
  }).flat();
}
