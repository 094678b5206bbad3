/** A report from a run directory: `report.html`, `figures/*.png`, `summary.md`. A function of the run record and its column files alone, so it can be made again next year. */
import { join, relative } from 'node:path';
import type { SpikeColumns } from '../model/recording.ts';
import type { SpikeFiles } from '../model/index.ts';
import type { RunRecord } from '../model/run-record.ts';
import { readRunRecord, readSpikes, writeAtomically } from '../store/index.ts';
import { calibrationPage } from './page/calibration.ts';
import { codesignPage } from './page/codesign.ts';
import { decalibrationPage } from './page/decalibration.ts';
import { figuresOf, renderPage, type Page } from './page/document.ts';
import { emulationPage } from './page/emulation.ts';
import { nocPage } from './page/noc.ts';
import { patternsPage } from './page/patterns.ts';
import { referencePage } from './page/reference.ts';
import { regressPage } from './page/regress.ts';
import { sharedCalibrationPage } from './page/shared-calibration.ts';
import { sweepPage } from './page/sweep.ts';
import { renderDrawing, renderPng } from './render.ts';
import { summarise } from './summary.ts';

/** Where the parts of a report are, and the summary itself for the terminal. */
export interface ReportFiles {
  readonly html: string;
  readonly summary: string;
  readonly figures: readonly string[];
  readonly markdown: string;
}

export interface ReportOptions {
  /** Draw `figures/*.png` too; true unless said otherwise. */
  readonly png?: boolean;
  /** Told after each file, for a progress line. */
  readonly onFile?: (path: string) => void;
}

/** Writes the report of a finished run. Throws CardError when the run record or a column file is missing or broken. */
export async function writeReport(runDirectory: string, { png = true, onFile }: ReportOptions = {}): Promise<ReportFiles> {
  const record = await readRunRecord(runDirectory);
  const page = await pageOf(record, runDirectory);
  const write = async (path: string, content: string | Uint8Array): Promise<string> => {
    await writeAtomically(path, content);
    onFile?.(path);
    return path;
  };
  const drawn = png ? figuresOf(page) : [];
  const drawings = png ? (page.drawings ?? []) : [];
  const inFigures = (name: string): string => join(runDirectory, 'figures', name);
  const figures = [
    ...drawn.map(({ name }) => inFigures(`${name}.png`)),
    ...drawings.flatMap(({ name }) => [inFigures(`${name}.svg`), inFigures(`${name}.png`)]),
  ];
  // both need the disk more than the processor
  const [html, summary] = await Promise.all([
    renderPage(page).then(async (text) => write(join(runDirectory, 'report.html'), text)),
    write(join(runDirectory, 'summary.md'), summarise(record, ['report.html', ...figures.map((path) => relative(runDirectory, path))])),
  ]);
  for (const figure of drawn) await write(inFigures(`${figure.name}.png`), await renderPng(figure));
  for (const drawing of drawings) {
    await write(inFigures(`${drawing.name}.svg`), `${drawing.svg}\n`);
    await write(inFigures(`${drawing.name}.png`), await renderDrawing(drawing));
  }
  const markdown = summarise(record, [
    html,
    ...(figures.length > 0 ? [`${join(runDirectory, 'figures')} (${String(figures.length)} figures)`] : []),
  ]);
  return { html, summary, figures, markdown };
}

/** The page of a record; reads the column files that it names. */
export async function pageOf(record: RunRecord, runDirectory: string): Promise<Page> {
  if (record.kind === 'calibrate') return calibrationPage(record);
  if (record.kind === 'decalibration') return decalibrationPage(record);
  if (record.kind === 'shared calibration') return sharedCalibrationPage(record);
  if (record.kind === 'patterns') return patternsPage(record);
  if (record.kind === 'regress') return regressPage(record);
  if (record.kind === 'noc') return nocPage(record);
  if (record.kind === 'sweep') return sweepPage(record);
  const read = async (files: SpikeFiles): Promise<SpikeColumns> => readSpikes(runDirectory, files);
  if (record.kind === 'reference') return referencePage(record, await read(record.result.raster.teacher));
  const { raster } = record.result;
  const columns = { teacher: await read(raster.teacher), student: await read(raster.student) };
  if (record.kind === 'emulate') return emulationPage(record, columns);
  return codesignPage(record, { ...columns, uncalibrated: await read(record.result.raster.uncalibrated) });
}
