/**
 * The architect's question before tape-out: how many dies of this card can be calibrated to the gates? Every die is built, calibrated through its observables and graded against
 * truth, on worker threads, resumable; on request the first dies are calibrated again with one source of error switched off at a time and with other bits of the cells.
 * Source of the idea: Grübl et al. 2020, calibration routines run on Monte-Carlo instances of the circuits to see that mismatch stays inside the range of the trim.
 */
import { hashOf } from '../base/index.ts';
import { runCampaign } from '../campaign/index.ts';
import { largestCode } from '../chip/index.ts';
import { wilsonInterval } from '../analysis/index.ts';
import {
  countEvidence,
  MODEL_VERSION,
  type CalibrationPlan,
  type CalibrationRecord,
  type CalibrationResult,
  type ChipCard,
  type Gates,
  type YieldVariant,
} from '../model/index.ts';
import { openRunDirectory, readRunRecord, writeRunRecord } from '../store/index.ts';
import { writeCalibrated } from './calibrated.ts';
import { prepareCalibration } from './calibrate.ts';
import { uniformTargets } from './uniform-targets.ts';
import { Phases, provenanceOf, type RunContext } from './context.ts';
import { intentOf, type Intent, type Target } from './intent.ts';
import { shortfalls, yieldEntries } from './yield-statistics.ts';
import { withoutOneSource, withOtherBits, type CardVariant } from './yield-variants.ts';

export interface YieldRequest {
  readonly card: ChipCard;
  readonly plan: CalibrationPlan;
  readonly gates: Gates;
  /** Calibrate the first dies with one source of error switched off at a time and with other bits too. */
  readonly studies: boolean;
  readonly context: RunContext;
}

interface Setup {
  readonly directory?: string;
  readonly plan: CalibrationPlan;
  /** The card as it is first. */
  readonly cards: readonly ChipCard[];
}

interface YieldJob {
  readonly id: string;
  readonly label: string;
  readonly die: number;
  /** Index into the cards of the setup. */
  readonly card: number;
}

type QuantitySummary = YieldVariant['quantities'][number];
/** A whole calibration of the card as it is, a summary of a variant's. */
type Outcome = CalibrationResult | { readonly summary: readonly QuantitySummary[] };

/** Dies on which the studies run: enough to tell a factor, few enough to wait for. */
const STUDY_DIES = 2;

/** Calibrates all dies, judges them against the gates and writes the run directory; killed and started again it goes on where it was. */
export async function calibrationYield(request: YieldRequest): Promise<CalibrationRecord> {
  const { card, plan, gates, context } = request;
  const phases = new Phases(context.elapsed);
  const { planHash, variants, points } = planOf(request);
  const { state } = await openRunDirectory(context.directory, { planHash, force: context.force });
  if (state === 'finished') return (await readRunRecord(context.directory)) as CalibrationRecord;
  const { results } = await runCampaign<Setup, YieldJob, Outcome>({
    directory: context.directory,
    points,
    workers: context.workers,
    work: {
      module: new URL('../../dist/codesign/yield-worker.js', import.meta.url),
      setup: { directory: context.directory, plan, cards: [card, ...variants.map((variant) => variant.card)] },
      inProcess: prepareYield,
    },
    ...(context.progress === undefined ? {} : { progress: context.progress }),
    ...(context.signal === undefined ? {} : { signal: context.signal }),
  });
  phases.end('calibrations');
  const dies = results.filter((result): result is CalibrationResult => 'graded' in result);
  await writeCalibrated(context.directory, dies, planHash);
  const entries = yieldEntries(dies, gates, largestCode(card), card.neuron.leak_bias.mode_factor.value);
  const short = shortfalls(entries, gates);
  const keeps = (die: CalibrationResult): boolean =>
    die.graded.every(
      ({ quantity, rmsAfter, masked }) =>
        rmsAfter <= (gates.rms[quantity] ?? Infinity) && masked.filter(Boolean).length <= gates.masked * masked.length,
    );
  const meanTime = (part: 'settling' | 'reading' | 'running'): number =>
    dies.reduce((sum, { hardwareTime }) => sum + hardwareTime[part], 0) / dies.length;
  const record: CalibrationRecord = {
    schema: 'neurolith/run/1',
    kind: 'calibrate',
    title: `${card.name}, ${plan.name}: yield against ${gates.name}`,
    provenance: provenanceOf(context, MODEL_VERSION, plan.effort.seed, planHash, phases.timings),
    contract: null,
    contractHash: null,
    evidence: countEvidence({ [card.name]: card }),
    result: {
      dies,
      yield: {
        gates: gates.name,
        passed: short.length === 0,
        shortfalls: short,
        entries,
        dies: wilsonInterval(dies.filter(keeps).length, dies.length),
        hardwareTime: { settling: meanTime('settling'), reading: meanTime('reading'), running: meanTime('running') },
        studyDies: variants.length === 0 ? [] : plan.dies.slice(0, STUDY_DIES),
        variants: variants.map(({ study, name }, v) => ({
          study,
          name,
          quantities: pooled(results.flatMap((result, k) => (points[k]!.card === v + 1 && 'summary' in result ? [result.summary] : []))),
        })),
      },
    },
  };
  await writeRunRecord(context.directory, record);
  return record;
}

/** What `calibrationYield` would do; the targets must be within reach of the card, and nothing is written. */
export async function intendYield(request: Omit<YieldRequest, 'context'> & { readonly context: Target }): Promise<Intent> {
  const { card, plan, gates, context } = request;
  uniformTargets(card, plan.targets);
  const { planHash, points } = planOf(request);
  return intentOf(context, {
    title: `${card.name}, ${plan.name}: yield against ${gates.name}`,
    planHash,
    jobs: { calibrations: points.length },
  });
}

/** Worker of a yield campaign; serves in process and in threads. */
export function prepareYield({ plan, cards, directory }: Setup): (job: YieldJob) => Promise<Outcome> {
  const prepared = new Map<number, ReturnType<typeof prepareCalibration>>();
  return async ({ die, card, id, label }) => {
    const work = prepared.get(card) ?? prepareCalibration({ card: cards[card]!, plan, ...(directory !== undefined && { directory }) });
    prepared.set(card, work);
    const result = await work({ die, id, label });
    if (card === 0) return result;
    return {
      summary: result.graded.map(({ quantity, rmsAfter, masked }) => ({
        quantity,
        rmsAfter,
        maskedShare: masked.filter(Boolean).length / masked.length,
      })),
    };
  };
}

function planOf({ card, plan, gates, studies }: Omit<YieldRequest, 'context'>): {
  readonly planHash: string;
  readonly variants: readonly CardVariant[];
  readonly points: readonly YieldJob[];
} {
  const planHash = hashOf({ card, plan, gates, studies, model: MODEL_VERSION });
  const variants = studies ? [...withoutOneSource(card), ...withOtherBits(card)] : [];
  const job = (die: number, index: number, label: string): YieldJob => ({
    id: hashOf({ planHash, die, card: index }).slice(0, 24),
    label,
    die,
    card: index,
  });
  return {
    planHash,
    variants,
    points: [
      ...plan.dies.map((die) => job(die, 0, `die ${String(die)}`)),
      ...variants.flatMap(({ name }, v) => plan.dies.slice(0, STUDY_DIES).map((die) => job(die, v + 1, `${name}, die ${String(die)}`))),
    ],
  };
}

/** Over dies: root mean square of the deviations, mean of the masks. */
function pooled(dies: readonly (readonly QuantitySummary[])[]): readonly QuantitySummary[] {
  return (dies[0] ?? []).map(({ quantity }, q) => ({
    quantity,
    rmsAfter: Math.sqrt(mean(dies.map((die) => die[q]!.rmsAfter ** 2))),
    maskedShare: mean(dies.map((die) => die[q]!.maskedShare)),
  }));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
