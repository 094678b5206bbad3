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
  const unit = files.unit === 'V' ? 'mV, hardware' : 'LSB';
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
