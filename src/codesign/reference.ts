/**
 * A workload on the teacher alone, in biological time: what the network does when nothing is approximated. The run is cut into stretches; after some of them the teacher is
 * laid down in a checkpoint with what it has recorded, and a run that was stopped or killed goes on from the last one to the same bytes.
 */
import { join } from 'node:path';
import { hashOf, InfeasibleError, UsageError } from '../base/index.ts';
import { StoppedError } from '../campaign/index.ts';
import { MODEL_VERSION, type ReferenceRecord, type WorkloadCard } from '../model/index.ts';
import { buildNetwork, currentChanges, loadWorkload, poissonDrives, stimulusEvents, withDelay, type Network } from '../network/index.ts';
import { GridThreads, TEACHER_TICKS_PER_SECOND, teacherOf, type PreciseSpikes, type TeacherMethod } from '../reference/index.ts';
import {
  clearCheckpoint,
  openRunDirectory,
  readCheckpoint,
  readNpy,
  readRunRecord,
  writeCheckpoint,
  writeNpy,
  writeRunRecord,
} from '../store/index.ts';
import { describeWorkload } from './codesign.ts';
import { edgesOf } from './study.ts';
import { Phases, provenanceOf, type RunContext } from './context.ts';
import { populationsOf, writeTeacherSpikes } from './teacher-record.ts';
import { intendMass, isMass, massReference } from './mass.ts';
import { intendTrained, isTrained, trainedReference } from './trained.ts';
import { WeightRecorder } from './weight-record.ts';
import { intentOf, type Intent, type Target } from './intent.ts';

export interface ReferenceRequest {
  /** Workload card or edge list. */
  readonly workload: string;
  readonly method: TeacherMethod;
  /** Biological s; the workload's own duration unless given. */
  readonly duration?: number | undefined;
  /** s, for workloads that leave their delay to a reference design. */
  readonly delay: number;
  /** Seed of the stimulus. */
  readonly stimulus: number;
  readonly overrides: readonly string[];
  /** s of wall time between checkpoints; 2 unless given. */
  readonly checkpointEvery?: number;
  readonly context: RunContext;
}

type Question = Omit<ReferenceRequest, 'context' | 'checkpointEvery'>;

const STRETCHES = 100;
const CHECKPOINT_EVERY = 2; // s

/** Runs the workload and writes the run directory. StoppedError (exit code 75) when the signal comes: the same request goes on from there. Errors: those of cards and store. */
export async function reference(request: ReferenceRequest): Promise<ReferenceRecord> {
  checkWorkers(request);
  if (isMass(request.workload)) return massReference(request);
  if (isTrained(request.workload)) return trainedReference(request);
  const { context, method } = request;
  const phases = new Phases(context.elapsed);
  const asked = resolve(request);
  const { planHash, card, network, until } = asked;
  const { state } = await openRunDirectory(context.directory, { planHash, force: context.force });
  if (state === 'finished') return (await readRunRecord(context.directory)) as ReferenceRecord;
  phases.end('card, network');
  const { spikes, methodInWords, weights } = await run(request, asked);
  phases.end('simulation');
  const written = await writeTeacherSpikes(context.directory, network, spikes);
  const meanDelay = typeof network.delay === 'number' ? network.delay : meanOf(network.delay!);
  const record: ReferenceRecord = {
    schema: 'neurolith/run/1',
    kind: 'reference',
    title: asked.title,
    provenance: provenanceOf(context, MODEL_VERSION, request.stimulus, planHash, phases.timings),
    contract: null,
    contractHash: null,
    evidence: { counts: { published: 0, derived: 0, assumed: 0 }, assumptions: [] },
    result: {
      workload: describeWorkload({
        workload: card,
        network: withDelay(network, meanDelay),
        duration: until / TEACHER_TICKS_PER_SECOND,
        warmUp: asked.warmUp,
      }),
      mode: method.mode,
      method: methodInWords,
      stimulus: request.stimulus,
      populations: populationsOf(network, spikes, asked.warmUp, until),
      ...written,
      ...(weights === undefined ? {} : { weights: await weights.write(context.directory) }),
    },
  };
  await writeRunRecord(context.directory, record);
  await clearCheckpoint(context.directory);
  return record;
}

/** What `reference` would do, with all its checks; nothing is written. */
export async function intendReference(
  request: Omit<ReferenceRequest, 'context' | 'checkpointEvery'> & { readonly context: Target },
): Promise<Intent> {
  if (isMass(request.workload)) return intendMass(request);
  if (isTrained(request.workload)) return intendTrained(request);
  const { planHash, title, card, network } = resolve(request);
  const none = { tick: new Float64Array(0), source: new Uint32Array(0), neuron: new Uint32Array(0), depolarisation: new Float64Array(0) };
  teacherOf(card, network, { events: none, currents: none }, request.method);
  return intentOf(request.context, { title, planHash, jobs: { runs: 1 } });
}

/** Only the grid is cut into threads. */
function checkWorkers({ workload, method, context: { workers } }: Pick<ReferenceRequest, 'workload' | 'method' | 'context'>): void {
  if (workers <= 1) return;
  const instead = isMass(workload)
    ? 'a neural mass runs on one thread'
    : isTrained(workload)
      ? 'a trained network runs on one thread'
      : 'mode precise runs on one thread, mode grid on several';
  if (isMass(workload) || isTrained(workload) || method.mode === 'precise')
    throw new UsageError(`--workers: found ${String(workers)}; ${instead}`);
}

interface Asked {
  readonly card: WorkloadCard;
  readonly network: Network;
  readonly until: number;
  readonly warmUp: number;
  readonly planHash: string;
  readonly title: string;
}

function resolve({ workload, method, duration, delay, stimulus, overrides }: Question): Asked {
  const loaded = loadWorkload(workload, { overrides });
  const card = loaded.value;
  const built = buildNetwork(card, loaded);
  const noted = { text: `delay left to a reference design by the card: ${String(delay * 1000)} ms taken`, count: built.target.length };
  const network = built.delay === null ? { ...withDelay(built, delay), notes: [...built.notes, noted] } : built;
  const seconds = duration ?? card.duration;
  const warmUp = duration === undefined ? card.warm_up : Math.min(card.warm_up, duration / 10);
  const until = Math.round(Number((seconds * TEACHER_TICKS_PER_SECOND).toPrecision(15)));
  if (!(until >= 1)) throw new InfeasibleError(`a duration of ${String(seconds)} s is shorter than a tick`);
  return {
    card,
    network,
    until,
    warmUp,
    planHash: hashOf({
      reference: { card, method, until, stimulus, model: MODEL_VERSION },
      edges: [edgesOf(network), network.parameters],
    }),
    title: `${network.name} on the teacher, ${method.mode}`,
  };
}

async function run(
  { context, method, stimulus, checkpointEvery = CHECKPOINT_EVERY }: ReferenceRequest,
  { card, network, until, planHash }: Asked,
): Promise<{ spikes: PreciseSpikes; methodInWords: readonly string[]; weights: WeightRecorder | undefined }> {
  const { directory, progress, signal, elapsed } = context;
  const kept = await readCheckpoint(directory, planHash);
  const events = stimulusEvents(card, network, stimulus, until, TEACHER_TICKS_PER_SECOND, 1, { withoutCounted: method.mode === 'grid' });
  const currents = currentChanges(card, network, stimulus, until, TEACHER_TICKS_PER_SECOND);
  const input = { events, currents, drives: method.mode === 'grid' ? poissonDrives(card, network, stimulus) : [] };
  const threads = context.workers > 1 ? await GridThreads.open(card, network, input, method, kept, context.workers) : undefined;
  const teacher = threads ?? teacherOf(card, network, input, method, kept);
  const weights = network.plasticity === undefined ? undefined : new WeightRecorder(network, network.plasticity, kept?.columns);
  weights?.add(0, teacher.weights()!);
  const stretches: PreciseSpikes[] = [];
  for (let shard = 0; shard < (kept?.shards ?? 0); shard++) stretches.push(await readShard(directory, shard));
  let shards = stretches.length;
  let unsaved: PreciseSpikes[] = [];
  let saved = elapsed();
  const save = async (): Promise<void> => {
    await writeShard(directory, shards++, joined(unsaved));
    const { tick, columns } = await teacher.snapshot();
    await writeCheckpoint(directory, planHash, { shards, tick, columns: { ...columns, ...weights?.columns() } });
    unsaved = [];
    saved = elapsed();
  };
  try {
    // a stretch that was passed already is passed again in no time
    const first = Math.floor(((kept?.tick ?? 0) / until) * STRETCHES);
    progress?.begin(STRETCHES, first);
    for (let stretch = first; stretch < STRETCHES; stretch++) {
      const end = Math.round(((stretch + 1) / STRETCHES) * until);
      const spikes = await teacher.advance(end);
      stretches.push(spikes);
      unsaved.push(spikes);
      weights?.add(end, teacher.weights()!);
      progress?.advance('');
      const stop = signal?.aborted === true;
      if (end < until && (stop || elapsed() - saved >= checkpointEvery)) await save();
      // signals come between stretches
      await new Promise((next) => void setImmediate(next));
      if (stop && end < until) {
        progress?.end();
        throw new StoppedError(`stopped at ${String(end / TEACHER_TICKS_PER_SECOND)} s: the same command goes on from there`);
      }
    }
  } finally {
    await threads?.close();
  }
  progress?.end();
  return { spikes: joined(stretches), methodInWords: teacher.method, weights };
}

function joined(parts: readonly PreciseSpikes[]): PreciseSpikes {
  const count = parts.reduce((sum, { ticks }) => sum + ticks.length, 0);
  const whole = { ticks: new Float64Array(count), fractions: new Float64Array(count), neurons: new Uint32Array(count) };
  let at = 0;
  for (const { ticks, fractions, neurons } of parts) {
    whole.ticks.set(ticks, at);
    whole.fractions.set(fractions, at);
    whole.neurons.set(neurons, at);
    at += ticks.length;
  }
  return whole;
}

const shardFile = (directory: string, shard: number): string => join(directory, 'shards', `${String(shard).padStart(4, '0')}.npy`);

/** One row per column of the spikes. */
async function writeShard(directory: string, shard: number, { ticks, fractions, neurons }: PreciseSpikes): Promise<void> {
  const data = Float64Array.from([...ticks, ...fractions, ...neurons]);
  await writeNpy(shardFile(directory, shard), { type: 'f8', shape: [3, ticks.length], data });
}

async function readShard(directory: string, shard: number): Promise<PreciseSpikes> {
  const { data } = await readNpy(shardFile(directory, shard));
  const count = data.length / 3;
  const column = (c: number): Float64Array => Float64Array.from(data.subarray(c * count, (c + 1) * count));
  return { ticks: column(0), fractions: column(1), neurons: Uint32Array.from(column(2)) };
}

function meanOf(values: Float64Array): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
