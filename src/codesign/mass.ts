/**
 * A neural mass on the teacher: its card, its course in all variables, and a run directory like that of any reference run, without spikes.
 * Noise is a normal draw per interval, (stimulus seed, stimulus, 0, number of the interval), held for that interval: part of the input, so the course is as exact as without.
 */
import { join } from 'node:path';
import { Chance, hashOf, InfeasibleError, UsageError } from '../base/index.ts';
import { kindOfCard, loadCard, MASS_VARIABLES, MassSchema, MODEL_VERSION, type MassCard, type ReferenceRecord } from '../model/index.ts';
import { runCell, type CellModel, type TeacherMethod } from '../reference/index.ts';
import { openRunDirectory, readRunRecord, writeCsv, writeNpy, writeParquet, writeRunRecord } from '../store/index.ts';
import { Phases, provenanceOf, type RunContext } from './context.ts';
import { intentOf, type Intent, type Target } from './intent.ts';
import { writeTeacherSpikes } from './teacher-record.ts';

const MOST_SAMPLES = 1_000_000;
const MOST_DRAWS = 10_000_000;
/** Points of the figure; the files hold every sample. */
const SHOWN = 1000;

interface Asked {
  /** Card of a neural mass. */
  readonly workload: string;
  readonly method: TeacherMethod;
  /** Biological s; the card's own unless given. */
  readonly duration?: number | undefined;
  /** Seed of the noise. */
  readonly stimulus: number;
  readonly overrides: readonly string[];
}

/** Course of a mass: samples of every variable in the units of its paper. */
export interface MassRun {
  readonly card: MassCard;
  readonly variables: readonly string[];
  /** s, one per sample, from 0 on. */
  readonly seconds: Float64Array;
  /** samples x variables. */
  readonly values: Float64Array;
  readonly method: readonly string[];
  readonly hash: string;
}

/** Whether a file is the card of a neural mass. */
export function isMass(file: string): boolean {
  return /\.ya?ml$/i.test(file) && kindOfCard(file) === 'mass';
}

/** Runs the card in `workload`; nothing is written. Throws CardError and UsageError for what cannot be read, InfeasibleError for more than a million samples. */
export function runMass(asked: Asked): MassRun {
  const ready = resolve(asked);
  return { ...ready, ...ready.run() };
}

/** Runs the card and writes the run directory: `courses.npy` (samples x [s, variables]), `courses.csv`, `courses.parquet`. */
export async function massReference(request: Asked & { readonly context: RunContext }): Promise<ReferenceRecord> {
  const { context, stimulus } = request;
  const phases = new Phases(context.elapsed);
  const { card, duration, hash: planHash, method, variables, run } = resolve(request);
  const { state } = await openRunDirectory(context.directory, { planHash, force: context.force });
  if (state === 'finished') return (await readRunRecord(context.directory)) as ReferenceRecord;
  phases.end('card');
  const { seconds, values } = run();
  phases.end('simulation');
  const rows = Array.from(seconds, (time, k) => ({
    time_s: time,
    ...Object.fromEntries(variables.map((variable, v) => [variable, values[k * variables.length + v]!])),
  }));
  const data = Float64Array.from(rows.flatMap((row) => Object.values(row)));
  await writeNpy(join(context.directory, 'courses.npy'), { type: 'f8', shape: [rows.length, variables.length + 1], data });
  await writeCsv(join(context.directory, 'courses.csv'), rows);
  await writeParquet(join(context.directory, 'courses.parquet'), rows);
  const none = { ticks: new Float64Array(0), fractions: new Float64Array(0), neurons: new Uint32Array(0) };
  const written = await writeTeacherSpikes(context.directory, { populations: [], count: 0 }, none);
  const record: ReferenceRecord = {
    schema: 'neurolith/run/1',
    kind: 'reference',
    title: `${card.name} on the teacher, precise`,
    provenance: provenanceOf(context, MODEL_VERSION, stimulus, planHash, phases.timings),
    contract: null,
    contractHash: null,
    evidence: { counts: { published: 0, derived: 0, assumed: 0 }, assumptions: [] },
    result: {
      workload: { name: card.name, neurons: 0, synapses: 0, notes: [], graph: {}, duration, warmUp: 0, delay: 0 },
      mode: 'precise',
      method,
      stimulus,
      populations: [],
      ...written,
      courses: coursesOf(variables, seconds, values),
    },
  };
  await writeRunRecord(context.directory, record);
  return record;
}

/** What the run would do, with all its checks; nothing is written. */
export async function intendMass(asked: Asked & { readonly context: Target }): Promise<Intent> {
  const { card, hash } = resolve(asked);
  return intentOf(asked.context, { title: `${card.name} on the teacher, precise`, planHash: hash, jobs: { runs: 1 } });
}

interface Ready extends Omit<MassRun, 'seconds' | 'values'> {
  readonly duration: number;
  readonly run: () => Pick<MassRun, 'seconds' | 'values'>;
}

function resolve({ workload, method, duration: given, stimulus, overrides }: Asked): Ready {
  if (method.mode !== 'precise') throw new UsageError('--mode: found grid; a neural mass has no grid, it runs in mode precise');
  const card = loadCard(MassSchema, workload, { overrides }).value;
  const duration = given ?? card.duration;
  const samples = Math.floor(clean(duration / card.record_every)) + 1;
  if (samples > MOST_SAMPLES)
    throw new InfeasibleError(`${String(samples)} samples, expected at most ${String(MOST_SAMPLES)}: a longer record_every`);
  const { unit, model, parameters } = equationsOf(card);
  const steps = inputOf(card, duration, stimulus).map(([time, value]): [number, number] => [clean(time / unit), value]);
  const tolerance = Math.min(card.tolerance, method.tolerance);
  const seconds = Float64Array.from({ length: samples }, (_, k) => clean(k * card.record_every));
  const { start } = card.mass;
  const run = (): Pick<MassRun, 'seconds' | 'values'> => {
    const { states } = runCell(
      { model, parameters, duration: clean(duration / unit), currentSteps: steps, ...(start === undefined ? {} : { initial: start }) },
      { tolerance, sampleTimes: seconds.map((time) => clean(time / unit)) },
    );
    return { seconds, values: Float64Array.from(states.flatMap((state) => Array.from(state))) };
  };
  return {
    card,
    duration,
    run,
    variables: MASS_VARIABLES[card.mass.model],
    method: [
      `Dormand-Prince 5(4), adaptive, local error ${String(tolerance)}`,
      'steps end at every change of the input and at every sample',
    ],
    hash: hashOf({ mass: { card, duration, tolerance, stimulus, model: MODEL_VERSION } }),
  };
}

/** Parameters in the units of the paper, and what its unit of time is (s). */
function equationsOf({ mass }: MassCard): { unit: number; model: CellModel; parameters: Record<string, number> } {
  if (mass.model === 'epileptor') return { unit: mass.time_unit, model: 'epi', parameters: mass.parameters };
  if (mass.model === 'wilson-cowan') {
    const { tau_e: tauE, tau_i: tauI } = mass.parameters;
    return { unit: 1e-3, model: 'wc', parameters: { ...mass.parameters, tau_e: clean(tauE * 1000), tau_i: clean(tauI * 1000) } };
  }
  const { A, B, v0 } = mass.parameters;
  return { unit: 1, model: 'jr', parameters: { ...mass.parameters, A: clean(A * 1000), B: clean(B * 1000), v0: clean(v0 * 1000) } };
}

/** Changes of the input: time (s) and new value, in order. */
function inputOf({ mass }: MassCard, duration: number, seed: number): [number, number][] {
  if (mass.model === 'epileptor') return [];
  const { steps, noise } = mass.input;
  const late = steps.findIndex(({ from }, k) => k > 0 && from < steps[k - 1]!.from);
  if (late >= 0) throw new InfeasibleError(`mass.input.steps.${String(late)}: ${String(steps[late]!.from)} s comes before its predecessor`);
  if (noise === undefined) return steps.map(({ from, value }) => [from, value]);
  const draws = Math.ceil(clean(duration / noise.hold));
  if (draws > MOST_DRAWS)
    throw new InfeasibleError(`${String(draws)} draws of noise, expected at most ${String(MOST_DRAWS)}: a longer hold`);
  const chance = new Chance(seed, 'stimulus');
  const edges = Array.from({ length: draws }, (_, k) => clean(k * noise.hold));
  const times = [...new Set([...edges, ...steps.map(({ from }) => from)])].toSorted((a, b) => a - b);
  let [step, draw] = [-1, -1];
  return times.map((time): [number, number] => {
    while (step + 1 < steps.length && steps[step + 1]!.from <= time) step++;
    while (draw + 1 < draws && edges[draw + 1]! <= time) draw++;
    return [time, (steps[step]?.value ?? 0) + noise.deviation * chance.normal(0, draw)];
  });
}

function coursesOf(
  variables: readonly string[],
  seconds: Float64Array,
  values: Float64Array,
): NonNullable<ReferenceRecord['result']['courses']> {
  const every = Math.max(1, Math.ceil(seconds.length / SHOWN));
  const shown = Array.from({ length: Math.ceil(seconds.length / every) }, (_, k) => k * every);
  return {
    file: 'courses.npy',
    seconds: shown.map((k) => seconds[k]!),
    variables: variables.map((name, v) => {
      const column = Float64Array.from(seconds, (_, k) => values[k * variables.length + v]!);
      return {
        name,
        minimum: column.reduce((a, b) => Math.min(a, b)),
        maximum: column.reduce((a, b) => Math.max(a, b)),
        mean: column.reduce((sum, value) => sum + value, 0) / column.length,
        values: shown.map((k) => column[k]!),
      };
    }),
  };
}

/** A product or quotient of decimal numbers without the dust of binary ones. */
function clean(value: number): number {
  return Number(value.toPrecision(15));
}
