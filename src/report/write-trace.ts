/** Draws membranes and spikes of a finished emulation: `trace.html` and `figures/trace-*.png`. */
import { join } from 'node:path';
import { UsageError } from '../base/errors.ts';
import { readRecording, readRunRecord, readStimulus, readSpikes, writeAtomically } from '../store/index.ts';
import { figuresOf, renderPage } from './page/document.ts';
import { tracePage } from './page/trace.ts';
import { renderPng } from './render.ts';

export interface TraceOptions {
  /** Biological s; the whole run unless given. */
  readonly from?: number;
  readonly to?: number;
}

/** Writes the page and its pictures into the run directory and returns their paths. Throws UsageError for a run of another kind. */
export async function writeTrace(directory: string, { from, to }: TraceOptions = {}): Promise<readonly string[]> {
  const record = await readRunRecord(directory);
  if (record.kind !== 'emulate') throw new UsageError(`${directory} is a run of ${record.kind}: a trace is drawn of a run of emulate`);
  const { raster, recordings = [], workload } = record.result;
  const span = { from: from ?? 0, to: to ?? workload.duration };
  if (!(span.to > span.from)) throw new UsageError(`a trace from ${String(span.from)} s to ${String(span.to)} s is empty`);
  const stimulus = record.result.stimulus && (await readStimulus(directory, record.result.stimulus));
  const page = tracePage(
    record,
    {
      student: await readSpikes(directory, raster.student),
      teacher: await readSpikes(directory, raster.teacher),
      ...(stimulus && { stimulus }),
      recordings: await Promise.all(recordings.map(async (files) => ({ files, rows: await readRecording(directory, files) }))),
    },
    span,
  );
  const html = join(directory, 'trace.html');
  await writeAtomically(html, await renderPage(page));
  const pictures: string[] = [];
  for (const figure of figuresOf(page)) {
    const path = join(directory, 'figures', `${figure.name.startsWith('trace') ? '' : 'trace-'}${figure.name}.png`);
    await writeAtomically(path, await renderPng(figure));
    pictures.push(path);
  }
  return [html, ...pictures];
}
