/**
 * Single cells, compartments and neural masses of a reference folder: single/<id>.json (parameters, inputs, spikes, final state) and single/<id>.trace.csv (ten digits).
 * Bars by what the case is: an exact model under steps, a noisy one, a pattern, a mass. A case whose own two reference runs part by more than a nanosecond is chaotic:
 * its first ten spikes are judged, then the distribution of its intervals.
 */
import * as z from 'zod';
import { CELL_MODEL_TABLE, CELL_MODELS, type CellModel, type CellModelEntry } from '../cells/cell-models.ts';
import { DEFAULT_TOLERANCE } from '../cells/cell.ts';
import { runCell, type CellCase, type CellRun } from '../cells/single-cell.ts';
import { bar, beyondPrinted, largestDistance, refused, verdictOf, type CaseBar, type TeacherCase } from './case.ts';

const STEP = z.tuple([z.number(), z.number()]);

/** A case file; what is not listed is not read. */
export const CELL_FILE = z.object({
  id: z.string(),
  model: z.string(),
  params: z
    .record(z.string(), z.unknown())
    // words and lists are no parameters of any model: one that is needed is named when the cell is built
    .transform((all) => Object.fromEntries(Object.entries(all).filter((pair): pair is [string, number] => typeof pair[1] === 'number'))),
  T: z.number().positive(),
  y0: z.array(z.number()).nullish(),
  input_steps_I: z.array(STEP).default([]),
  input_steps_I1: z.array(STEP).default([]),
  kicks: z.array(z.tuple([z.number(), z.number(), z.number()])).default([]),
  spikes: z.array(z.number()),
  final_state: z.array(z.number()),
  check: z.object({ tol_pair_max_dt: z.number().nullish(), tol_pair_same_count: z.boolean().nullish() }).optional(),
});
export type CellFile = z.infer<typeof CELL_FILE>;

/** ms of disagreement between the reference's own two runs beyond which a case counts as chaotic. */
const CHAOTIC = 1e-9;
/** Inputs beyond which a current is noise rather than steps. */
const STEPS = 20;
/** ms around a reference spike in which a voltage says little. */
const NEAR_SPIKE = 2;
const TRACE_DIGITS = 10;

/** Runs one case. `trace` are the rows of its trace: time, then the state. */
export function cellCase(file: CellFile, trace: readonly (readonly number[])[]): TeacherCase {
  if (!isModel(file.model)) return refused('cell', file.id, file.model, `a model that the teacher does not have: ${file.model}`);
  const entry: CellModelEntry = CELL_MODEL_TABLE[file.model];
  const experiment: CellCase = {
    model: file.model,
    parameters: file.params,
    duration: file.T,
    ...(file.y0 ? { initial: file.y0 } : {}),
    currentSteps: file.input_steps_I,
    distalSteps: entry.distal ? file.input_steps_I1 : [],
    kicks: file.kicks,
  };
  const tolerance = entry.tolerance ?? DEFAULT_TOLERANCE;
  const run = runCell(experiment, { tolerance });
  const sampled = runCell(experiment, { tolerance, sampleTimes: trace.map((row) => row[0]!) });
  const courses = courseErrors(file, trace, sampled, entry);
  const fine = hasFineBar(file, entry) ? runCell(experiment, { tolerance: FINE_TOLERANCE }) : undefined;
  const bars = barsOf(file, entry, { run, fine }, courses);
  const spikeError = file.spikes.length === 0 ? NaN : largestDistance(run.spikes, file.spikes);
  return {
    kind: 'cell',
    id: file.id,
    model: file.model,
    method: entry.method,
    mode: 'precise',
    tolerance: entry.exact ? null : tolerance,
    spikes: run.spikes.length,
    expectedSpikes: file.spikes.length,
    spikeError: Number.isFinite(spikeError) ? spikeError : null,
    voltageError: courses.largest,
    bars,
    verdict: verdictOf(bars),
    raw: {
      spikes: Array.from(run.spikes),
      finalState: Array.from(run.finalState),
      ...(fine === undefined ? {} : { spikesAtFineTolerance: Array.from(fine.spikes) }),
      // at the times of the trace: V, or every variable of a mass
      course: sampled.states.map((state) => Array.from(state.subarray(0, entry.mass ? state.length : 1))),
    },
  };
}

function isModel(name: string): name is CellModel {
  return (CELL_MODELS as readonly string[]).includes(name);
}

interface CourseErrors {
  readonly largest: number; // mV away from spikes, or the largest part of a variable's range
  readonly rms: number; // mV away from spikes
}

/** How far the sampled course lies from the trace, beyond the digits that the trace has. */
function courseErrors(file: CellFile, trace: readonly (readonly number[])[], run: CellRun, entry: CellModelEntry): CourseErrors {
  if (trace.length === 0) return { largest: NaN, rms: NaN };
  const variables = entry.mass ? trace[0]!.length - 1 : 1;
  let largest = 0;
  let squares = 0;
  let counted = 0;
  for (let variable = 0; variable < variables; variable++) {
    let range = 1;
    if (entry.mass) {
      const values = trace.map((row) => row[variable + 1]!);
      range = values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b)) || 1;
    }
    let spike = 0;
    trace.forEach((row, i) => {
      while (spike < file.spikes.length && file.spikes[spike]! < row[0]! - NEAR_SPIKE) spike++;
      if (Math.abs((file.spikes[spike] ?? Infinity) - row[0]!) <= NEAR_SPIKE) return;
      const error = beyondPrinted(run.states[i]?.[variable] ?? NaN, row[variable + 1]!, TRACE_DIGITS) / range;
      largest = error <= largest ? largest : error;
      squares += error * error;
      counted++;
    });
  }
  return { largest, rms: Math.sqrt(squares / Math.max(1, counted)) };
}

interface Runs {
  readonly run: CellRun;
  /** At tolerance 1e-10, where a bar asks for it. */
  readonly fine: CellRun | undefined;
}

const FINE_TOLERANCE = 1e-10;

const isChaotic = ({ check }: CellFile): boolean => (check?.tol_pair_max_dt ?? 0) > CHAOTIC || check?.tol_pair_same_count === false;
const isNoisy = (file: CellFile): boolean =>
  file.kicks.length > 0 || file.input_steps_I.length > STEPS || file.input_steps_I1.length > STEPS;
const hasFineBar = (file: CellFile, entry: CellModelEntry): boolean =>
  entry.fineBar !== undefined && !entry.mass && entry.spiking && !isChaotic(file) && !isNoisy(file);

function barsOf(file: CellFile, entry: CellModelEntry, { run, fine }: Runs, courses: CourseErrors): CaseBar[] {
  if (entry.mass) return [bar('course against the signal range', entry.bar, courses.largest, '')];
  if (!entry.spiking) {
    return [
      bar('final state', entry.bar, largestDistance(run.finalState, file.final_state), 'mV'),
      bar('course beyond its printed digits', entry.bar, courses.largest, 'mV'),
    ];
  }
  if (isChaotic(file)) return chaoticBars(file, run);
  const spikes = (name: string, wanted: number, found: CellRun): CaseBar =>
    bar(name, wanted, largestDistance(found.spikes, file.spikes), 'ms');
  const bars = [spikes('spike times', isNoisy(file) ? (entry.noisyBar ?? entry.bar) : entry.bar, run)];
  if (fine !== undefined) bars.push(spikes('spike times at tolerance 1e-10', entry.fineBar!, fine));
  if (entry.rmsBar !== undefined) bars.push(bar('voltage away from spikes, RMS', entry.rmsBar, courses.rms, 'mV'));
  return bars;
}

/** Two-sample Kolmogorov-Smirnov at 5 %: this over sqrt(nm / (n + m)). */
const KS_AT_FIVE_PERCENT = 1.358;

function chaoticBars(file: CellFile, run: CellRun): CaseBar[] {
  const first = Math.min(10, file.spikes.length);
  const [found, expected] = [intervals(run.spikes), intervals(file.spikes)];
  return [
    bar('first ten spikes', 1e-3, largestDistance(run.spikes.subarray(0, first), file.spikes.slice(0, first)), 'ms'),
    bar(
      'intervals, Kolmogorov-Smirnov distance',
      KS_AT_FIVE_PERCENT / Math.sqrt((found.length * expected.length) / (found.length + expected.length)),
      ksDistance(found, expected),
      '',
    ),
  ];
}

function intervals(times: ArrayLike<number>): number[] {
  return Array.from({ length: Math.max(0, times.length - 1) }, (_, i) => times[i + 1]! - times[i]!);
}

/** Largest distance of two empirical distribution functions. */
function ksDistance(a: readonly number[], b: readonly number[]): number {
  return [...a, ...b].reduce((worst, x) => Math.max(worst, Math.abs(shareUpTo(a, x) - shareUpTo(b, x))), 0);
}

function shareUpTo(values: readonly number[], x: number): number {
  return values.filter((value) => value <= x).length / values.length;
}
