/**
 * A sweep: every point of the card once, on worker threads, through kills and restarts; then one table with what was varied, measured and derived, and the Pareto front of the objectives.
 */
import type { Worker } from 'node:worker_threads';
import { stringify } from 'yaml';
import { Phases, provenanceOf, type RunContext } from '../codesign/context.ts';
import { runCampaign } from '../campaign/index.ts';
import {
  countEvidence,
  MODEL_VERSION,
  type Card,
  type SweepCard,
  type SweepRecord,
  type SweepResult,
  type SweepRow,
} from '../model/index.ts';
import { paretoFront } from '../search/index.ts';
import {
  openRunDirectory,
  peekRunDirectory,
  readRunRecord,
  readyResults,
  writeAtomically,
  writeResults,
  writeRunRecord,
  type Row,
  type RunDirectoryOptions,
} from '../store/index.ts';
import { coefficientsOf } from '../noc/index.ts';
import { numberAt, planSweep, type SweepPlan, type SweepPoint, type SweepSetup } from './sweep-plan.ts';
import { prepareSweep, type SweepOutcome } from './sweep-work.ts';
import { ALL_MEASURES } from './measures.ts';
import { sweepWords } from './sweep-words.ts';

export interface SweepRequest {
  readonly card: Card<SweepCard>;
  /** `git` is asked while the points are computed. */
  readonly context: Omit<RunContext, 'git'> & { readonly git: () => Promise<RunContext['git']> };
  /** Threads of the sweep worker that were started ahead of time. */
  readonly started?: readonly Worker[] | undefined;
  /** Called once the points are being computed, for what can be made ready meanwhile. */
  readonly meanwhile?: () => Promise<unknown>;
}

/** Runs (or resumes) a sweep and writes its run directory. A finished one is read back. Errors: those of cards and campaigns. */
export async function runSweep({ card, context, started, meanwhile }: SweepRequest): Promise<SweepRecord> {
  const phases = new Phases(context.elapsed);
  const { directory, workers, progress, signal } = context;
  const plan = planSweep(card);
  const found = { planHash: plan.hash, force: context.force };
  const { state } = await peekRunDirectory(directory, found);
  if (state === 'finished') return (await readRunRecord(directory)) as SweepRecord;
  const making = makeDirectory(directory, found, plan);
  // in a new one points are computed meanwhile; what is there already has to be read first
  if (state !== 'new') await making;
  phases.end('cards');
  let result: SweepResult | undefined;
  const computing = runCampaign<SweepSetup, SweepPoint, SweepOutcome>({
    directory,
    ...(state === 'new' ? { making } : {}),
    points: plan.points,
    workers,
    affinity: ({ network, traffic }) => `${network} ${traffic}`,
    cost: ({ rate }) => rate,
    work: {
      module: new URL('../../dist/sweep/sweep-worker.bundle.js', import.meta.url),
      setup: plan.setup,
      started,
      inProcess: prepareSweep,
    },
    ...(progress === undefined ? {} : { progress }),
    ...(signal === undefined ? {} : { signal }),
    onResults: async (outcomes) => {
      phases.end('points');
      result = resultOf(plan, outcomes);
      await writeResults(directory, result.rows.map(tableRow));
      phases.end('tables');
    },
  });
  const [{ results }, git] = await Promise.all([computing, context.git(), readyResults(), meanwhile?.()]);
  const record: SweepRecord = {
    schema: 'neurolith/run/1',
    kind: 'sweep',
    title: plan.card.name,
    provenance: provenanceOf({ ...context, git }, MODEL_VERSION, plan.card.seed, plan.hash, phases.timings),
    contract: null,
    contractHash: null,
    evidence: evidenceOf(plan, results),
    result: result!,
  };
  await writeRunRecord(directory, record);
  return record;
}

/** The folder, with the card in full. */
async function makeDirectory(directory: string, options: RunDirectoryOptions, { card }: SweepPlan): Promise<void> {
  await openRunDirectory(directory, options);
  await writeAtomically(
    `${directory}/config.resolved.yaml`,
    `# Every default filled in.\n${stringify(card, { lineWidth: 0, aliasDuplicateObjects: false })}`,
  );
}

/** The evidence behind energies and areas, from the first network that could be built. */
function evidenceOf({ points, setup }: SweepPlan, results: readonly SweepOutcome[]): SweepRecord['evidence'] {
  const first = points[results.findIndex(({ state }) => state !== 'infeasible')];
  if (first === undefined) return countEvidence({});
  const { design } = setup.networks[first.network]!;
  return countEvidence({ [`${design.name}, ${design.technology}`]: coefficientsOf(design) });
}

function resultOf({ card, points, setup, derived, leftOut }: SweepPlan, outcomes: readonly SweepOutcome[]): SweepResult {
  const axes = Object.keys(card.vary);
  const rows = points.map((point, k): SweepRow => {
    const { state, words, values } = outcomes[k]!;
    const scope = { design: setup.networks[point.network]!.design, rate: point.rate, seed: point.seed };
    const known: Record<string, number | null> = { ...values };
    // one derived measure may stand on another, wherever that is written; they lead in no circle
    const valueOf = (path: string): number | null =>
      path in known ? known[path]! : path in derived ? (known[path] = derived[path]!.evaluate(valueOf)) : numberAt(scope, path);
    const extra = Object.fromEntries(Object.keys(derived).map((name) => [name, valueOf(name)]));
    return {
      label: point.label,
      levels: point.levels,
      rate: point.rate,
      seed: point.seed,
      state,
      words,
      values: { ...values, ...extra },
      onFront: false,
    };
  });
  const objectives = Object.entries(card.objectives).map(([name, sense]) => ({ name, sense, unit: ALL_MEASURES[name]?.unit ?? '1' }));
  const judged = rows.flatMap((row, k) => (row.state === 'stable' ? [k] : []));
  const front = new Set(
    paretoFront(
      judged.map((k) => objectives.map(({ name }) => rows[k]!.values[name] ?? null)),
      objectives.map(({ sense }) => sense),
    ).map((place) => judged[place]!),
  );
  const marked = rows.map((row, k) => ({ ...row, onFront: front.has(k) }));
  return { design: card.design, axes, objectives, leftOut, rows: marked, verdict: sweepWords(axes, objectives, marked, leftOut) };
}

function tableRow({ levels, rate, seed, state, words, values, onFront }: SweepRow): Row {
  return { ...levels, rate, seed, state, on_front: onFront, ...values, words };
}
