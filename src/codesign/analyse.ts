/**
 * Statistics of one run or recording: spikes of a run directory or of a spike file, population by population, with the membranes that an emulation recorded; or the membrane of a cell
 * under steps of current (CSV: time in ms, then a voltage in mV per sweep; the steps in a second CSV).
 */
import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
  avalanches,
  cellFeatures,
  coefficientOfVariation,
  fanoFactor,
  interspikeIntervals,
  localVariation,
  meanSpikeSynchronization,
  orderParameter,
  populationStatistics,
  powerLaw,
  powerSpectrum,
  rateSpectrum,
  signalSynchrony,
  spectralPeak,
  spikeCounts,
  sweepFeatures,
  totalSpikes,
  withinWindow,
  type PowerSpectrum,
  type SpikeTrains,
} from '../analysis/index.ts';
import { CardError, type Mistake } from '../base/index.ts';
import type { AnalysedMembranes, AnalysedPopulation, AnalysedSpectrum, CellAnalysis, SpikeAnalysis } from '../model/index.ts';
import { splitCsv } from '../network/index.ts';
import { readRecording, readRunRecord, type SpikeTrain } from '../store/index.ts';
import { comparedTrains } from './compare-sources.ts';

export interface AnalyseRequest {
  /** Run directory or spike file. */
  readonly source: string;
  /** Whose spikes of a run; the student's where it has one unless given. */
  readonly train?: SpikeTrain;
  /** Biological s. */
  readonly from?: number;
  readonly until?: number;
}

const RATE_BIN = 1e-3;
const SYNCHRONY_BIN = 5e-3;
const FANO_BIN = 0.1;
const CORRELATED = 200;
const QUANTILES = 1000;
/** Lines of a spectrum that are kept. */
const MOST_LINES = 2000;

/** Analyses the spikes of a run or file. Throws CardError and UsageError for what cannot be read or holds no span. */
export async function analyseSpikes({ source, ...window }: AnalyseRequest): Promise<SpikeAnalysis> {
  const { from, until, populations } = await comparedTrains({ a: [source], b: [], ...window });
  return {
    kind: 'spikes',
    source,
    from,
    until,
    populations: populations.map(({ name, a }) => population(name, a[0]!, from, until)),
    membranes: statSync(source).isDirectory() ? await membranesOf(source, from, until) : [],
  };
}

function population(name: string, trains: SpikeTrains, from: number, until: number): AnalysedPopulation {
  const inside = withinWindow(trains, from, until);
  const intervals = inside.times.map(interspikeIntervals);
  const correlated = { count: Math.min(trains.count, CORRELATED), times: trains.times.slice(0, CORRELATED) };
  const statistics = populationStatistics(trains, from, until, until - from);
  const active = inside.times.filter((train) => train.length > 0);
  const counted = (bin: number): Float64Array[] =>
    until - from < 2 * bin ? [] : active.map((train) => spikeCounts(train, from, until, bin));
  const found = avalanches(trains, from, until);
  const all = intervals.flatMap((one) => Array.from(one)).toSorted((a, b) => a - b);
  const kept = Math.min(all.length, QUANTILES);
  return {
    name,
    neurons: trains.count,
    spikes: totalSpikes(inside),
    meanRate: statistics.meanRate,
    silent: statistics.silent,
    cv: meanOf(intervals.map(coefficientOfVariation)),
    lv: meanOf(intervals.map(localVariation)),
    fano: meanOf(counted(FANO_BIN).map(fanoFactor)),
    correlation: populationStatistics(correlated, from, until).correlation,
    synchrony: {
      chiSquared: signalSynchrony(counted(SYNCHRONY_BIN)),
      spikeSynchronization: meanSpikeSynchronization(trains, from, until),
      orderParameter: orderParameter(trains, from, until),
    },
    spectrum: spectrumOf(rateSpectrum(trains, from, until, RATE_BIN)),
    avalanches:
      found === null
        ? null
        : {
            count: found.sizes.length,
            bin: found.bin,
            branchingRatio: found.branchingRatio,
            size: powerLaw(found.sizes),
            duration: powerLaw(found.durations),
            sizes: countsOf(found.sizes),
          },
    intervals: Array.from({ length: kept }, (_, k) => 1000 * all[Math.floor(((k + 0.5) / kept) * all.length)]!),
  };
}

async function membranesOf(directory: string, from: number, until: number): Promise<AnalysedMembranes[]> {
  const { result } = await readRunRecord(directory);
  if (!('recordings' in result) || result.recordings === undefined || !('raster' in result)) return [];
  const { ticksPerSecond, speedUp } = result.raster;
  const read = result.recordings
    .filter(({ probe }) => probe === 'v')
    .map(async (files) => ({ files, rows: await readRecording(directory, files) }));
  return (await Promise.all(read)).flatMap(({ files, rows: { tick, values, circuits } }): AnalysedMembranes[] => {
    const seconds = tick.map((value) => (value * speedUp) / ticksPerSecond);
    const [first, last] = [seconds.findIndex((time) => time >= from), seconds.findLastIndex((time) => time < until)];
    if (first < 0 || last - first < 2) return [];
    const signals = Array.from(circuits, (_, row) =>
      Float64Array.from(values.subarray(row * tick.length + first, row * tick.length + last + 1)),
    );
    const dt = (seconds[last]! - seconds[first]!) / (last - first);
    const mean = meanOf(signals.map((signal) => meanOf(Array.from(signal))))!;
    const spectra = signals.flatMap((signal) => powerSpectrum(signal, dt) ?? []);
    const density = spectra[0]?.density.map((_, k) => meanOf(spectra.map((one) => one.density[k]!))!);
    return [
      {
        name: files.name,
        neurons: circuits.length,
        mean,
        deviation: Math.sqrt(meanOf(signals.map((signal) => meanOf(Array.from(signal, (value) => (value - mean) ** 2))))!),
        chiSquared: signalSynchrony(signals),
        spectrum: density === undefined ? null : spectrumOf({ ...spectra[0]!, density }),
      },
    ];
  });
}

function spectrumOf(spectrum: PowerSpectrum | null): AnalysedSpectrum | null {
  if (spectrum === null) return null;
  return {
    frequency: Array.from(spectrum.frequency.subarray(0, MOST_LINES)),
    density: Array.from(spectrum.density.subarray(0, MOST_LINES)),
    segments: spectrum.segments,
    peak: spectralPeak(spectrum),
  };
}

function countsOf(sizes: readonly number[]): [number, number][] {
  const counts = new Map<number, number>();
  for (const size of sizes) counts.set(size, (counts.get(size) ?? 0) + 1);
  return [...counts].toSorted(([a], [b]) => a - b);
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

const LARGEST_TABLE = 2 ** 28;

/**
 * Analyses sweeps. `steps`: a CSV with the columns sweep, t0_ms, t1_ms, I_pA, a row per step of current. Both may be packed with gzip. Throws CardError with the mistakes of both files.
 */
export function analyseSweeps(source: string, steps: string): CellAnalysis {
  const { columns, dt } = sweepColumns(source);
  const rows = tableRows(steps, ['sweep', 't0_ms', 't1_ms', 'I_pA']);
  const wrong: Mistake[] = [];
  const end = columns[0]!.length * dt;
  for (const { line, cells } of rows) {
    const [sweep, onset, stop] = cells as [number, number, number, number];
    if (!Number.isInteger(sweep) || sweep < 0 || sweep >= columns.length)
      wrong.push({
        file: steps,
        line,
        path: 'sweep',
        found: String(sweep),
        expected: `0 to ${String(columns.length - 1)}, the sweeps of ${source}`,
      });
    if (!(onset >= 0 && stop > onset && stop <= end + dt))
      wrong.push({
        file: steps,
        line,
        path: 't0_ms',
        found: `${String(onset)} to ${String(stop)}`,
        expected: `a step within 0 to ${String(end)} ms`,
      });
  }
  if (wrong.length > 0) throw new CardError(wrong.slice(0, 20));
  // of the step that ends where this one begins
  const before = (sweep: number, onset: number): number =>
    rows.find(({ cells }) => cells[0] === sweep && Math.abs(cells[2]! - onset) < dt)?.cells[3] ?? 0;
  const sweeps = rows.map(({ cells: [sweep, onset, stop, current] }) => ({
    sweep: sweep!,
    ...sweepFeatures({ voltage: columns[sweep!]!, dt, onset: onset!, end: stop!, current: current!, before: before(sweep!, onset!) }),
  }));
  return { kind: 'sweeps', source, sweeps, cell: cellFeatures(sweeps) };
}

/** Voltages by sweep and the step of time, which must be the same throughout. */
function sweepColumns(file: string): { columns: Float64Array[]; dt: number } {
  const rows = tableRows(file);
  const columns = Array.from({ length: (rows[0]?.cells.length ?? 1) - 1 }, () => new Float64Array(rows.length));
  rows.forEach(({ cells }, k) => columns.forEach((column, c) => (column[k] = cells[c + 1]!)));
  const time = (k: number): number => rows[k]!.cells[0]!;
  const dt = rows.length < 2 ? NaN : (time(rows.length - 1) - time(0)) / (rows.length - 1);
  const uneven = rows.findIndex((_, k) => !(Math.abs(time(k) - time(0) - k * dt) <= 0.5 * dt));
  if (columns.length === 0 || rows.length < 2 || uneven >= 0 || !(dt > 0)) {
    const at = uneven >= 0 ? { line: rows[uneven]!.line } : {};
    throw new CardError([
      {
        file,
        ...at,
        found: 'times that do not rise evenly, or no voltages',
        expected: 'a time in ms and a voltage in mV per sweep, at least two rows',
      },
    ]);
  }
  return { columns, dt };
}

/** Rows of numbers below a header; with `names`, those columns in this order. */
function tableRows(file: string, names?: readonly string[]): { line: number; cells: number[] }[] {
  const [header, ...records] = splitCsv(textOf(file), ',', file);
  if (header === undefined) throw new CardError([{ file, found: 'an empty file', expected: 'a header line and rows' }]);
  const places = names?.map((name) => header.fields.findIndex((field) => field.trim() === name));
  const absent = names?.filter((_, k) => places![k]! < 0) ?? [];
  if (absent.length > 0)
    throw new CardError([
      { file, line: header.line, found: header.fields.join(', ').slice(0, 80), expected: `the columns ${absent.join(', ')}` },
    ]);
  const wrong: Mistake[] = [];
  const rows = records.map(({ fields, line }) => {
    const cells = (places ?? header.fields.map((_, k) => k)).map((k) => ((fields[k] ?? '').trim() === '' ? NaN : Number(fields[k])));
    if (wrong.length < 20) {
      if (fields.length !== header.fields.length)
        wrong.push({ file, line, found: `${String(fields.length)} fields`, expected: `${String(header.fields.length)}, as in the header` });
      else if (!cells.every(Number.isFinite))
        wrong.push({ file, line, found: `"${fields.join(',').slice(0, 60)}"`, expected: 'finite numbers' });
    }
    return { line, cells };
  });
  if (wrong.length > 0) throw new CardError(wrong);
  return rows;
}

function textOf(file: string): string {
  const wrong = (found: string, expected: string): CardError => new CardError([{ file, found, expected }]);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isFile() !== true) throw wrong(stat === undefined ? 'no such file' : 'no regular file', 'a CSV file');
  if (stat.size > LARGEST_TABLE) throw wrong(`${String(stat.size)} bytes`, `at most ${String(LARGEST_TABLE)}`);
  const bytes = readFileSync(file);
  if (!(bytes[0] === 0x1f && bytes[1] === 0x8b)) return bytes.toString('utf8');
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_TABLE }).toString('utf8');
  } catch {
    throw wrong('a torn or enormous gzip file', `a CSV of at most ${String(LARGEST_TABLE)} bytes`);
  }
}
