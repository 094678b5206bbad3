/**
 * Firing patterns: every die is calibrated to one neuron of the literature after the other, first parameter by parameter, then jointly on its spikes, and each state is judged by
 * fresh trials of all circuits against the class rule; the ideal die under the same noise is the ceiling.
 */
import { firingPattern, wilsonInterval } from '../analysis/index.ts';
import { deriveSeed, hashOf } from '../base/index.ts';
import { calibrateAdex, calibrateDie, countKept, fitPattern, stepTrial } from '../calibration/index.ts';
import { runCampaign } from '../campaign/index.ts';
import { DieSubstrate } from '../chip/index.ts';
import { gradeCalibration, idealStepTrial, uncalibratedTruth } from '../grading/index.ts';
import {
  countEvidence,
  MODEL_VERSION,
  PATTERN_NAMES,
  type Bill,
  type ChipCard,
  type PatternName,
  type PatternOutcome,
  type PatternsPlan,
  type PatternsRecord,
  type PatternStage,
  type PatternTrials,
  type PatternVerdict,
  type Setting,
} from '../model/index.ts';
import { openRunDirectory, readRunRecord, writeRunRecord } from '../store/index.ts';
import { Phases, provenanceOf, type RunContext } from './context.ts';
import { intentOf, type Intent, type Target } from './intent.ts';
import { resumable } from './resumable.ts';
import { patternTask, type PatternTask } from './pattern-target.ts';

export interface PatternsRequest {
  readonly card: ChipCard;
  readonly plan: PatternsPlan;
  readonly context: RunContext;
}

interface Setup {
  readonly directory?: string;
  readonly card: ChipCard;
  readonly plan: PatternsPlan;
}

interface PatternJob {
  readonly id: string;
  readonly label: string;
  readonly die: number;
  readonly pattern: PatternName;
}

/** Circuits whose spikes stand in the record. */
const EXAMPLES = 32;

/** Calibrates every die of the plan to every pattern and writes the run directory; killed and started again it goes on where it was. The card's neuron runs as `adex`. */
export async function patterns(request: PatternsRequest): Promise<PatternsRecord> {
  const { plan, context } = request;
  const phases = new Phases(context.elapsed);
  const { card, planHash, points } = planOf(request);
  const { state } = await openRunDirectory(context.directory, { planHash, force: context.force });
  if (state === 'finished') return (await readRunRecord(context.directory)) as PatternsRecord;
  const { results } = await runCampaign<Setup, PatternJob, PatternOutcome>({
    directory: context.directory,
    points,
    workers: context.workers,
    work: {
      module: new URL('../../dist/codesign/patterns-worker.js', import.meta.url),
      setup: { card, plan, directory: context.directory },
      inProcess: preparePatterns,
    },
    ...(context.progress === undefined ? {} : { progress: context.progress }),
    ...(context.signal === undefined ? {} : { signal: context.signal }),
  });
  phases.end('calibrations');
  const names = namesOf(plan);
  const verdicts = names.map((name) =>
    verdictOf(
      plan,
      name,
      results.filter(({ pattern }) => pattern === name),
    ),
  );
  const record: PatternsRecord = {
    schema: 'neurolith/run/1',
    kind: 'patterns',
    title: `${card.name}, firing patterns ${plan.name}`,
    provenance: provenanceOf(context, MODEL_VERSION, plan.effort.seed, planHash, phases.timings),
    contract: null,
    contractHash: null,
    evidence: countEvidence({ [card.name]: card }),
    result: {
      plan: plan.name,
      step: plan.step * 1e3,
      count: plan.count,
      trials: plan.trials,
      passed: verdicts.every(({ passed }) => passed),
      verdicts,
      outcomes: results,
    },
  };
  await writeRunRecord(context.directory, record);
  return record;
}

/** What `patterns` would do; every pattern must be within reach of the card, and nothing is written. */
export async function intendPatterns(request: Omit<PatternsRequest, 'context'> & { readonly context: Target }): Promise<Intent> {
  const { card, planHash, points } = planOf(request);
  for (const name of namesOf(request.plan)) patternTask(card, request.plan, name, request.plan.patterns[name]!);
  return intentOf(request.context, {
    title: `${card.name}, firing patterns ${request.plan.name}`,
    planHash,
    jobs: { calibrations: points.length },
  });
}

/** Worker of a campaign; serves in process and in threads. */
export function preparePatterns({ card, plan, directory }: Setup): (job: PatternJob) => Promise<PatternOutcome> {
  return async ({ die, pattern, id }) =>
    resumable(directory, id, async (journal) => {
      const task = patternTask(card, plan, pattern, plan.patterns[pattern]!);
      const noiseSeed = deriveSeed(plan.effort.seed, die);
      const substrate = new DieSubstrate(card, die, noiseSeed);
      const nominal: Setting = { ...task.bare, ...task.start, codes: { ...task.bare.codes, ...task.start.codes } };
      const judge = async (setting: Setting, stage: PatternStage): Promise<Tried> =>
        journal.step(stage, substrate, async () => tried(substrate, setting, task, plan.trials, stage));
      const uncalibrated = await judge(nominal, 'uncalibrated');
      const base = await calibrateDie(substrate, task.membrane, task.bare, plan.effort, undefined, journal);
      const aim = { membrane: task.membrane, targets: task.whole, start: task.start };
      const { whole, calibration } = await journal.step('exponential and adaptation', substrate, async () => {
        const found = await calibrateAdex(substrate, base, aim, plan.effort);
        const before = await uncalibratedTruth(card, die, noiseSeed, nominal);
        return { whole: found, calibration: gradeCalibration(card, die, before, substrate, found, task.membrane, { whole: task.whole }) };
      });
      const single = await judge(whole.setting, 'parameter by parameter');
      const { fit, fitTime } = await journal.step('fit', substrate, async () => {
        const from = totalOf(substrate.bill);
        const found = await fitPattern(substrate, whole.setting, task.goal, { ...plan.fit, seed: plan.effort.seed });
        return { fit: found, fitTime: totalOf(substrate.bill) - from };
      });
      const joint = await judge(fit.setting, 'joint fit');
      // the same codes after another code: every cell draws its write noise anew
      await substrate.configure({ codes: shifted(fit.setting.codes ?? {}, substrate.capabilities.codes) });
      const anew = await judge(fit.setting, 'joint fit, written anew');
      const ideal = Array.from({ length: plan.trials }, (_, trial) =>
        idealStepTrial(card, task.neuron, task.goal.duration, deriveSeed(noiseSeed, trial + 1)),
      );
      const milliseconds = (train: ArrayLike<number>): number[] =>
        Array.from(train, (time) => Number((time * card.speed_up.value * 1e3).toFixed(3)));
      return {
        pattern,
        die,
        stages: [uncalibrated, single, joint, anew].map(({ trials }) => trials).concat(judged('ideal die', ideal, task)),
        calibration,
        fitTime,
        examples: {
          teacher: milliseconds(task.goal.times),
          uncalibrated: uncalibrated.first.slice(0, EXAMPLES).map(milliseconds),
          calibrated: joint.first.slice(0, EXAMPLES).map(milliseconds),
        },
      };
    });
}

interface Tried {
  readonly trials: PatternTrials;
  readonly first: readonly (readonly number[])[];
}

async function tried(substrate: DieSubstrate, setting: Setting, task: PatternTask, count: number, stage: PatternStage): Promise<Tried> {
  await substrate.configure({ ...setting, offsetCurrentOn: true, spiking: true, holdReset: false });
  const trials: (readonly (readonly number[])[])[] = [];
  for (let k = 0; k < count; k++) trials.push(await stepTrial(substrate, task.goal));
  return { trials: judged(stage, trials, task), first: trials[0]! };
}

/** Trials by circuit, judged by the class rule and the count. */
function judged(stage: PatternStage, trials: readonly (readonly (readonly number[])[])[], { goal }: PatternTask): PatternTrials {
  const neurons = trials[0]!.length;
  const hits = Array.from({ length: neurons }, () => 0);
  const spikes = Array.from({ length: neurons }, () => 0);
  const classes: Record<string, number> = {};
  let kept = 0;
  for (const trains of trials) {
    trains.forEach((train, n) => {
      const found = firingPattern(train, goal.duration);
      if (found === goal.pattern) hits[n]!++;
      if (countKept(train, goal)) kept++;
      classes[found] = (classes[found] ?? 0) + 1 / (neurons * trials.length);
      spikes[n]! += train.length / trials.length;
    });
  }
  const total = neurons * trials.length;
  return { stage, inClass: hits.reduce((sum, value) => sum + value, 0) / total, countKept: kept / total, classes, hits, spikes };
}

/** All dies of one pattern together; the unit of an interval is the circuit. */
function verdictOf(plan: PatternsPlan, pattern: PatternName, outcomes: readonly PatternOutcome[]): PatternVerdict {
  const stage = (name: PatternStage): readonly PatternTrials[] =>
    outcomes.flatMap(({ stages }) => stages.filter((one) => one.stage === name));
  const mean = (name: PatternStage, value: (trials: PatternTrials) => number): number =>
    stage(name).reduce((sum, one) => sum + value(one), 0) / outcomes.length;
  const share = (name: PatternStage): PatternVerdict['after'] => {
    const circuits = stage(name).reduce((sum, { hits }) => sum + hits.length, 0);
    return wilsonInterval(mean(name, (one) => one.inClass) * circuits, circuits);
  };
  const [after, ideal] = [share('joint fit'), share('ideal die')];
  const ratio = ideal.share! > 0 ? after.share! / ideal.share! : 1;
  const countAfter = mean('joint fit', (one) => one.countKept);
  const { least } = plan.patterns[pattern]!;
  return {
    pattern,
    teacherSpikes: outcomes[0]!.examples.teacher.length,
    least,
    before: share('uncalibrated'),
    single: share('parameter by parameter'),
    after,
    writtenAnew: share('joint fit, written anew'),
    ideal,
    countBefore: mean('uncalibrated', (one) => one.countKept),
    countAfter,
    ratio,
    passed: ratio >= least && countAfter >= plan.count,
  };
}

function planOf({ card: given, plan }: Omit<PatternsRequest, 'context'>): {
  readonly card: ChipCard;
  readonly planHash: string;
  readonly points: readonly PatternJob[];
} {
  const card: ChipCard = { ...given, neuron: { ...given.neuron, circuit: 'adex' } };
  const planHash = hashOf({ card, plan, model: MODEL_VERSION });
  const points = plan.dies.flatMap((die) =>
    namesOf(plan).map((pattern): PatternJob => ({
      id: hashOf({ planHash, die, pattern }).slice(0, 24),
      label: `die ${String(die)}, ${pattern}`,
      die,
      pattern,
    })),
  );
  return { card, planHash, points };
}

function namesOf({ patterns: wanted }: PatternsPlan): readonly PatternName[] {
  return PATTERN_NAMES.filter((name) => wanted[name] !== undefined);
}

function shifted(codes: NonNullable<Setting['codes']>, ranges: DieSubstrate['capabilities']['codes']): NonNullable<Setting['codes']> {
  return Object.fromEntries(
    Object.entries(codes).map(([cell, values]) => {
      const { max } = ranges[cell as keyof typeof ranges];
      return [cell, values.map((code) => (code < max ? code + 1 : code - 1))];
    }),
  );
}

function totalOf({ settling, reading, running }: Bill): number {
  return settling + reading + running;
}
