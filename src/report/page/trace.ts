/** Membranes and spikes of one emulation, in a span of its time. */
import type { EmulationRecord, RecordingFiles, SampleRows, SpikeColumns } from '../../model/index.ts';
import type { StimulusColumns } from '../../store/index.ts';
import { currentFigure, membraneFigure, type TraceSpan } from '../charts/membrane.ts';
import { rasterFigures, rasterPanels, STUDENT_COLOUR, TEACHER_COLOUR } from '../charts/raster.ts';
import { subtitleOf } from './common.ts';
import type { Figure } from '../figure.ts';
import type { Page } from './document.ts';
import { html, section } from './html.ts';

/** What a trace is drawn from. */
export interface TraceColumns {
  readonly student: SpikeColumns;
  readonly teacher: SpikeColumns;
  readonly stimulus?: StimulusColumns;
  readonly recordings: readonly { readonly files: RecordingFiles; readonly rows: SampleRows }[];
}

/** The page; `span` in biological s, all of the recording unless given. */
export function tracePage(record: EmulationRecord, columns: TraceColumns, span: { readonly from: number; readonly to: number }): Page {
  const { raster, workload } = record.result;
  const scale = { ticksPerBiologicalSecond: raster.ticksPerSecond / raster.speedUp, neurons: workload.neurons };
  const ticks: TraceSpan = {
    from: span.from * scale.ticksPerBiologicalSecond,
    to: span.to * scale.ticksPerBiologicalSecond,
    ticksPerBiologicalSecond: scale.ticksPerBiologicalSecond,
  };
  const membranes = columns.recordings.map(({ files, rows }) => membraneFigure(files, rows, ticks));
  const within = (spikes: SpikeColumns): SpikeColumns => {
    const chosen = Array.from(spikes.tick, (_, k) => k).filter((k) => spikes.tick[k]! >= ticks.from && spikes.tick[k]! <= ticks.to);
    return { tick: Float64Array.from(chosen, (k) => spikes.tick[k]!), neuron: Uint32Array.from(chosen, (k) => spikes.neuron[k]!) };
  };
  const rasters = rasterFigures(
    [
      { label: 'teacher', colour: TEACHER_COLOUR, spikes: within(columns.teacher) },
      { label: 'student', colour: STUDENT_COLOUR, spikes: within(columns.student) },
    ],
    scale,
  );
  return {
    title: `Trace: ${record.title}`,
    subtitle: subtitleOf(record),
    sections: [
      section(
        'membranes',
        'Membranes',
        membranes.length === 0 ? html`<p>No membrane was recorded: run <code>emulate</code> with <code>--probe v@0:8</code>.</p>` : html``,
        membranes,
      ),
      section('stimulus', 'Stimulus', html``, columns.stimulus === undefined ? [] : stimulusFigures(columns.stimulus, ticks, within)),
      section('spikes', 'Spikes', rasters.length === 0 ? html`<p>Nobody spiked in this span.</p>` : html``, rasters),
    ],
  };
}

/** Currents and events from outside; no figure of what there is none of. */
function stimulusFigures(
  { sources, neurons, events, currents }: StimulusColumns,
  span: TraceSpan,
  within: (spikes: SpikeColumns) => SpikeColumns,
): Figure[] {
  const spikes = within(events);
  const raster =
    spikes.tick.length === 0
      ? []
      : [
          rasterPanels([{ label: 'stimulus', colour: STUDENT_COLOUR, spikes }], { ...span, neurons: sources }, span.to, {
            name: 'trace-events',
            title: `Events of ${String(sources)} sources outside`,
            caption: 'One row per source, in the order of the stimuli on the card; time in biological seconds.',
          }),
        ];
  return [...(currents === undefined ? [] : [currentFigure(currents, neurons, span)]), ...raster];
}
