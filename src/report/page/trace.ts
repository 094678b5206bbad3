/** Membranes and spikes of one emulation, in a span of its time. */
import type { EmulationRecord, RecordingFiles, SampleRows, SpikeColumns } from '../../model/index.ts';
import { membraneFigure, type TraceSpan } from '../charts/membrane.ts';
import { rasterFigures, STUDENT_COLOUR, TEACHER_COLOUR } from '../charts/raster.ts';
import { subtitleOf } from './common.ts';
import type { Page } from './document.ts';
import { html, section } from './html.ts';

/** What a trace is drawn from. */
export interface TraceColumns {
  readonly student: SpikeColumns;
  readonly teacher: SpikeColumns;
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
      section('spikes', 'Spikes', rasters.length === 0 ? html`<p>Nobody spiked in this span.</p>` : html``, rasters),
    ],
  };
}
