/** The page of a co-design run: verdict, front, network, dynamics, calibration, workload, provenance, evidence. */
import type { SpikeColumns } from '../../model/recording.ts';
import type { CodesignResult } from '../../model/index.ts';
import type { CodesignRecord } from '../../model/run-record.ts';
import { energyFigure, errorSplitFigure, fidelityFigure } from '../charts/bars.ts';
import { calibrationEffectFigure } from '../charts/calibration-effect.ts';
import { heatMapFigures } from '../charts/heat-map.ts';
import { histogramFigures } from '../charts/histogram.ts';
import { latencyLoadFigure } from '../charts/latency-load.ts';
import { overlayFigure } from '../charts/overlay.ts';
import { paretoFigure } from '../charts/pareto.ts';
import { rasterFigures, STUDENT_COLOUR, TEACHER_COLOUR, UNCALIBRATED_COLOUR } from '../charts/raster.ts';
import type { Cell } from '../../store/index.ts';
import type { ReportTable } from '../figure.ts';
import { displayUnit, number, scaled } from '../format.ts';
import { objectiveColumns, tagOf } from '../objectives.ts';
import { calibrationSentence, ceilingSentence, codesignVerdict } from '../verdict.ts';
import { calibrationTables } from './calibration.ts';
import { evidenceSection, lostDeliveries, provenanceSection, subtitleOf, workloadFacts } from './common.ts';
import type { Page } from './document.ts';
import { figureBlock, html, section, table, tiles, type Html, type Section } from './html.ts';
import { lossWords, spikeLosses } from './losses.ts';

/** Column files of a co-design run. */
export interface CodesignColumns {
  readonly teacher: SpikeColumns;
  readonly student: SpikeColumns;
  readonly uncalibrated: SpikeColumns;
}

/** The page of a co-design record. */
export function codesignPage(record: CodesignRecord, columns: CodesignColumns): Page {
  const { result } = record;
  return {
    title: record.title,
    subtitle: subtitleOf(record),
    sections: [
      section('verdict', 'Verdict', tiles(codesignVerdict(result))),
      paretoSection(result),
      networkSection(result),
      dynamicsSection(result, columns),
      calibrationSection(result),
      section('workload', 'Workload and binding', html`${workloadFacts(result.workload)}${bindingTable(result)}`),
      provenanceSection(record),
      evidenceSection(record),
    ],
  };
}

function paretoSection(result: CodesignResult): Section {
  const pareto = paretoFigure(result);
  const energy = energyFigure(result.points);
  return section(
    'pareto',
    'Pareto front',
    html`${figureBlock(pareto, axisSelects(result, pareto.config().data.pareto!))}
      <h3>Designs</h3>
      ${constantLevels(result)}${table(pointsTable(result))}`,
    [pareto, energy],
  );
}

/** Two selects that choose the axes of the Pareto plot. */
function axisSelects(result: CodesignResult, chosen: { readonly x: number; readonly y: number }): Html {
  const select = (axis: 'x' | 'y'): Html =>
    html`<label
      >${axis === 'x' ? 'across' : 'up'}
      <select data-axis="${axis}" data-for="pareto">
        ${objectiveColumns(result).map(
          ({ label }, k) => html`<option value="${k}" ${k === chosen[axis] ? html` selected` : ''}>${label}</option>`,
        )}
      </select></label
    >`;
  return html`<div class="axes">${select('x')}${select('y')}</div>`;
}

/** One row per design; factors that vary come first, those that do not stand in a sentence. */
export function pointsTable(result: CodesignResult): ReportTable {
  const { points } = result;
  const varying = factorNames(result).filter((name) => levelsOf(result, name).size > 1);
  const time = displayUnit(
    's',
    points.flatMap(({ latency }) => [latency.p50, latency.p99]),
  );
  const energy = displayUnit(
    'J',
    points.map((point) => point.energy.perSpike),
  );
  const area = displayUnit(
    'm^2',
    points.map((point) => point.area.total),
  );
  return {
    name: 'designs',
    columns: [
      '#',
      ...varying,
      'front',
      'network-limited',
      'timing',
      'rates',
      `latency p50 (${time.unit})`,
      `latency p99 (${time.unit})`,
      'latency p50 (cycles)',
      `energy per spike (${energy.unit})`,
      `area (${area.unit})`,
      'load, % of saturation',
      'deliveries lost',
      'late events, %',
    ].map((name) => ({ name })),
    rows: points.map((point, k) =>
      [tagOf(k) as Cell].concat(
        varying.map((name) => point.levels[name] ?? null),
        [
          point.onFront,
          point.network.limited,
          point.fidelity.timing,
          point.fidelity.rates,
          scaled(point.latency.p50, time),
          scaled(point.latency.p99, time),
          point.latency.cyclesP50,
          scaled(point.energy.perSpike, energy),
          scaled(point.area.total, area),
          100 * point.network.share,
          lostDeliveries(point.spikes).lost,
          point.spikes.synapticEvents > 0 ? (100 * point.spikes.synapticEventsLate) / point.spikes.synapticEvents : null,
        ],
      ),
    ),
  };
}

function factorNames({ factors, points }: CodesignResult): string[] {
  return [...new Set([...factors.map(({ name }) => name), ...points.flatMap(({ levels }) => Object.keys(levels))])];
}

function levelsOf({ points }: CodesignResult, name: string): Set<string | undefined> {
  return new Set(points.map(({ levels }) => levels[name]));
}

function constantLevels(result: CodesignResult): Html {
  const constant = factorNames(result).filter((name) => levelsOf(result, name).size === 1);
  if (constant.length === 0) return html``;
  return html`<p class="note">
    The same for all: ${constant.map((name) => `${name} ${result.points[0]?.levels[name] ?? '–'}`).join(', ')}.
  </p>`;
}

function networkSection(result: CodesignResult): Section {
  const time = displayUnit('1', []);
  const rows = result.points.map((point, k) => [
    tagOf(k),
    point.label,
    100 * point.network.share,
    point.network.offered,
    point.network.saturation,
    scaled(point.network.idealTiming, time),
    point.network.idealTimingSpread,
    point.network.limited,
    lostDeliveries(point.spikes).words,
  ]);
  const columns = [
    '#',
    'design',
    'load, % of saturation',
    'offered (flits/cycle/node)',
    'saturation (flits/cycle/node)',
    'timing, ideal but for the network',
    'spread between seeds',
    'network-limited',
    'deliveries lost',
  ].map((name) => ({ name }));
  return section(
    'network',
    'Network',
    html`<p>
        A design counts as limited by its network when the network alone, with everything else ideal, costs more timing than the spread
        between seeds.
      </p>
      ${table({ name: 'network', columns, rows })}${result.points.map(designLosses)}`,
    [...(result.curves.length > 0 ? [latencyLoadFigure(result)] : []), ...heatMapFigures(result.maps)],
  );
}

/** Where a design lost deliveries; nothing where it lost none. */
function designLosses({ label, spikes }: CodesignResult['points'][number], k: number): Html {
  const losses = spikeLosses(spikes);
  if (losses === null || losses.lost === 0) return html``;
  return html`<h3>Losses of ${tagOf(k)} ${label}, by place and by flow</h3>
    ${lossWords(losses, `losses-${tagOf(k)}`)}`;
}

function dynamicsSection(result: CodesignResult, { teacher, student, uncalibrated }: CodesignColumns): Section {
  const { raster, workload, ceiling, shuffle } = result;
  const scale = { ticksPerBiologicalSecond: raster.ticksPerSecond / raster.speedUp, neurons: workload.neurons };
  const rasters = rasterFigures(
    [
      { label: 'teacher', colour: TEACHER_COLOUR, spikes: teacher },
      { label: 'student', colour: STUDENT_COLOUR, spikes: student },
      { label: 'uncalibrated', colour: UNCALIBRATED_COLOUR, spikes: uncalibrated },
    ],
    scale,
  );
  const overlay = overlayFigure(result.overlay);
  const summaries = [
    ['ceiling', ceiling],
    ['shuffle', shuffle],
    [`control: ${result.control.label}`, result.control.fidelity],
    ...result.points.map((point, k) => [`${tagOf(k)} ${point.label}`, point.fidelity] as const),
  ] as const;
  const fidelity = table({
    name: 'fidelity-summary',
    columns: [
      'design',
      'timing',
      'rate error',
      'mean rate (Hz)',
      'teacher (Hz)',
      'CV',
      'teacher CV',
      'correlation',
      'teacher correlation',
    ].map((name) => ({ name })),
    rows: summaries.map(([name, f]) => [
      name,
      f.timing,
      f.rates,
      f.meanRate,
      f.teacherMeanRate,
      f.cv,
      f.teacherCv,
      f.correlation,
      f.teacherCorrelation,
    ]),
  });
  return section(
    'dynamics',
    'Dynamics',
    html`<p>${ceilingSentence(ceiling.timing)} The shuffle level, the teacher under another stimulus, is ${number(shuffle.timing)}.</p>
      ${rasters.length === 0 ? html`<p>Nobody spiked, so there is no raster.</p>` : ''}${rasters.map((figure) => figureBlock(figure))}${overlay === null ? '' : figureBlock(overlay)}
      <h3>Fidelity with its ceiling and its shuffle level</h3>
      ${fidelity}`,
    [
      ...rasters,
      ...(overlay === null ? [] : [overlay]),
      fidelityFigure(result),
      ...(result.errorSplit.length > 0 ? [errorSplitFigure(result.errorSplit, ceiling.timing)] : []),
    ],
  );
}

function calibrationSection(result: CodesignResult): Section {
  const histograms = histogramFigures(result.calibration);
  const effect = calibrationEffectFigure(result.calibrationEffect);
  return section(
    'calibration',
    'Calibration',
    html`<p>${calibrationSentence(result.calibrationEffect)}</p>
      <div class="grid">${[effect, ...histograms].map((figure) => figureBlock(figure))}</div>
      ${calibrationTables(result.calibration)}`,
    [effect, ...histograms],
  );
}

function bindingTable({ points }: CodesignResult): Html {
  return html`<h3>Binding: what the chip could not represent</h3>
    ${table({
      name: 'binding',
      columns: ['#', 'design', 'synapses', 'clipped, %', 'rounded to zero, %', 'weight error (RMS), %', 'local, %', 'refused'].map(
        (name) => ({ name }),
      ),
      rows: points.map(({ label, binding: b }, k) => [
        tagOf(k),
        label,
        b.synapses,
        100 * b.clippedShare,
        100 * b.zeroShare,
        100 * b.weightError,
        100 * b.localShare,
        Object.entries(b.refused)
          .map(([what, times]) => `${what} ${String(times)}`)
          .join(', ') || 'none',
      ]),
    })}`;
}
