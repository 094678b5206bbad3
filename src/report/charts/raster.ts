/**
 * Spikes of teacher and student. The overview has one panel per run; the detail puts student under teacher, row by row, for the neurons that speak most and a span short enough
 * to see single spikes.
 */
import type { SpikeColumns } from '../../model/recording.ts';
import type { Figure, FigureConfig, RasterData, SpikeTrain } from '../figure.ts';
import { count, number } from '../format.ts';
import { OKABE_ITO } from '../palette.ts';

export const TEACHER_COLOUR = '@blue';
export const STUDENT_COLOUR = OKABE_ITO.vermilion;
export const UNCALIBRATED_COLOUR = OKABE_ITO.grey;

/** Spikes of one run with its name and colour; ticks of hardware time. */
export interface NamedTrain {
  readonly label: string;
  readonly colour: string;
  readonly spikes: SpikeColumns;
}

export interface RasterScale {
  /** Ticks per biological second: ticks per second / speed-up. */
  readonly ticksPerBiologicalSecond: number;
  readonly neurons: number;
}

const DETAIL_NEURONS = 30;
const DETAIL_SPIKES = 900;

/** Overview and detail; no figure at all when nobody spiked. */
export function rasterFigures(trains: readonly NamedTrain[], scale: RasterScale): Figure[] {
  const last = Math.max(0, ...trains.map(({ spikes }) => spikes.tick.at(-1) ?? 0));
  if (trains.every(({ spikes }) => spikes.tick.length === 0)) return [];
  return [rasterPanels(trains, scale, last + 1), ...(trains.length > 1 ? [detail(trains.slice(0, 2), scale, last + 1)] : [])];
}

/** One panel per run, time from 0 to `end` ticks. `of` names the figure where a page has several, with a caption of its own. */
export function rasterPanels(
  trains: readonly NamedTrain[],
  scale: RasterScale,
  end: number,
  of?: { readonly name: string; readonly title: string; readonly caption: string },
): Figure {
  const rows = trains.map(({ label, spikes }) => [
    label,
    spikes.tick.length,
    spikes.tick.length / scale.neurons / (end / scale.ticksPerBiologicalSecond),
    new Set(spikes.neuron).size,
  ]);
  return {
    name: of?.name ?? 'raster',
    title: of?.title ?? `Spikes of ${count(scale.neurons, 'neuron')}: ${trains.map(({ label }) => label).join(', ')}`,
    caption:
      of?.caption ??
      'One row per neuron, one tick per spike, time in biological seconds. Every spike stands in the column files of the run directory.',
    alt: `Raster plots, one above the other: ${trains.map(({ label, spikes }) => `${label} with ${count(spikes.tick.length, 'spike')}`).join(', ')}.`,
    size: { width: 860, height: 140 + 170 * trains.length },
    config: () =>
      config(
        trains.map(({ label, colour, spikes }) => ({
          label,
          neurons: scale.neurons,
          trains: [trainOf(spikes, colour, 0, end, (neuron) => neuron)],
        })),
        [0, end / scale.ticksPerBiologicalSecond],
        [],
      ),
    table: {
      name: of?.name ?? 'raster',
      columns: ['run', 'spikes', 'mean rate (Hz biological)', 'neurons that spiked'].map((name) => ({ name })),
      rows,
    },
  };
}

function detail(trains: readonly NamedTrain[], scale: RasterScale, end: number): Figure {
  const counts = new Uint32Array(scale.neurons);
  for (const { spikes } of trains) for (const neuron of spikes.neuron) if (neuron < counts.length) counts[neuron]!++;
  const chosen = Array.from(counts, (_, neuron) => neuron)
    .filter((neuron) => counts[neuron]! > 0)
    .toSorted((a, b) => counts[b]! - counts[a]! || a - b)
    .slice(0, DETAIL_NEURONS)
    .toSorted((a, b) => a - b);
  const spoken = chosen.reduce((sum, neuron) => sum + counts[neuron]!, 0);
  // the middle of the run, and not more spikes than can be told apart
  const span = Math.max(1, Math.min(end, (end * DETAIL_SPIKES) / Math.max(1, spoken)));
  const from = Math.floor((end - span) / 2);
  const rowOf = new Map(chosen.map((neuron, row) => [neuron, row]));
  const [start, stop] = [from / scale.ticksPerBiologicalSecond, (from + span) / scale.ticksPerBiologicalSecond];
  return {
    name: 'raster-detail',
    title: `Student under teacher, spike by spike: the ${count(chosen.length, 'most active neuron')}`,
    caption: `Each row is a neuron: ${trains[0]!.label} in its upper half, ${trains[1]!.label} in its lower half. The span is ${number(stop - start)} s of biological time from the middle of the run.`,
    alt: `Raster of ${count(chosen.length, 'neuron')} with the spikes of ${trains[0]!.label} above those of ${trains[1]!.label} in every row.`,
    size: { width: 860, height: 120 + 14 * chosen.length },
    config: () =>
      config(
        [
          {
            label: 'neurons, most active',
            neurons: chosen.length,
            trains: trains.map(({ spikes, colour }) => trainOf(spikes, colour, from, from + span, (neuron) => rowOf.get(neuron))),
          },
        ],
        [start, stop],
        trains,
      ),
    table: {
      name: 'raster-detail',
      columns: ['row', 'neuron', ...trains.map(({ label }) => `spikes, ${label}`)].map((name) => ({ name })),
      rows: chosen.map((neuron, row) =>
        [row + 1, neuron].concat(trains.map(({ spikes }) => spikes.neuron.filter((other) => other === neuron).length)),
      ),
    },
  };
}

/** The spikes of a span as the plugin draws them. */
function trainOf(
  spikes: SpikeColumns,
  colour: string,
  from: number,
  to: number,
  rowOf: (neuron: number) => number | undefined,
): SpikeTrain {
  const time: number[] = [];
  const row: number[] = [];
  for (let k = 0; k < spikes.tick.length; k++) {
    const at = rowOf(spikes.neuron[k]!);
    const tick = spikes.tick[k]!;
    if (at === undefined || tick < from || tick >= to) continue;
    time.push(((tick - from) / (to - from)) * 65535);
    row.push(at);
  }
  return { colour, time: Uint16Array.from(time), row: Uint16Array.from(row) };
}

function config(panels: RasterData['panels'], [min, max]: readonly [number, number], legend: readonly NamedTrain[]): FigureConfig {
  return {
    type: 'scatter',
    data: {
      datasets: legend.map(({ label, colour }) => ({ label, data: [], legendOnly: true, backgroundColor: colour, pointStyle: 'rect' })),
      raster: { panels, ink: '@ink', muted: '@muted', grid: '@grid' },
    },
    options: {
      scales: {
        x: {
          min,
          max,
          grid: { display: false },
          ticks: { includeBounds: false, maxTicksLimit: 11, format: { maximumSignificantDigits: 4 } },
          title: { display: true, text: 'time (s, biological)' },
        },
        y: { display: false, min: 0, max: 1 },
      },
      layout: { padding: { left: 50, right: 12, top: 6 } },
      plugins: { legend: { display: legend.length > 0, position: 'bottom' }, tooltip: { enabled: false } },
    },
  };
}
