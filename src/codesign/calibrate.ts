/**
 * Calibration of dies from the command line: every die against the targets of a calibration plan, graded against truth.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deriveSeed, hashOf, UsageError } from '../base/index.ts';
import { runCampaign } from '../campaign/index.ts';
import {
  calibrateDie,
  calibrateNoise,
  calibrateRate,
  type DieCalibration,
  type EarlierCalibration,
  type Journal,
} from '../calibration/index.ts';
import { DieSubstrate, withOpenSwitches } from '../chip/index.ts';
import {
  correlationTruth,
  gradeCalibration,
  characterisedTruth,
  conductanceTruth,
  referenceTruth,
  sharedTruth,
  shortTermTruth,
  uncalibratedDie,
} from '../grading/index.ts';
import {
  countEvidence,
  factsOf,
  MODEL_VERSION,
  type Bill,
  type CalibrationPlan,
  type CalibrationRecord,
  type CalibrationResult,
  type ChipCard,
  type NeuronCell,
  type SubstrateState,
} from '../model/index.ts';
import { openRunDirectory, readRunRecord, writeRunRecord } from '../store/index.ts';
import { writeCalibrated } from './calibrated.ts';
import { CalibrationCache, earlierOfCache, type CacheFind } from './calibration-cache.ts';
import { Phases, provenanceOf, type RunContext } from './context.ts';
import { settingsOf } from './earlier-settings.ts';
import { intentOf, type Intent, type Target } from './intent.ts';
import { multiplier, noiseTruth, otherTruths } from './other-truths.ts';
import { resumable } from './resumable.ts';
import { firingSetting, uniformTargets } from './uniform-targets.ts';

export interface CalibrateRequest {
  readonly card: ChipCard;
  readonly plan: CalibrationPlan;
  /** A finished calibration of the same chip to go on from, and the quantities to do again (all unless given; 'moved': those that have drifted). */
  readonly update?: { readonly record: CalibrationRecord; readonly only?: EarlierCalibration['only']; readonly fromCurves?: boolean };
  /** Folder of a cache of calibrations. */
  readonly cache?: string;
  readonly context: RunContext;
}

interface Setup {
  readonly card: ChipCard;
  readonly plan: CalibrationPlan;
  /** Run directory: what a die has found so far is kept there until it is finished. */
  readonly directory?: string;
  readonly cache?: string;
  /** What an earlier run found, by die. */
  readonly earlier?: Readonly<Record<number, EarlierCalibration & { readonly hardwareTime: number }>>;
}

interface DieJob {
  readonly id: string;
  readonly label: string;
  readonly die: number;
}

/** Calibrates every die of the plan and writes the run directory; killed and started again it goes on where it was. */
export async function calibrate({ card, plan, update, cache, context }: CalibrateRequest): Promise<CalibrationRecord> {
  const phases = new Phases(context.elapsed);
  const earlier = update && earlierOf(card, update, plan);
  const planHash = planHashOf(card, plan, update, cache !== undefined);
  const { state } = await openRunDirectory(context.directory, { planHash, force: context.force });
  if (state === 'finished') return (await readRunRecord(context.directory)) as CalibrationRecord;
  const points = plan.dies.map((die): DieJob => ({ id: hashOf({ planHash, die }).slice(0, 24), label: `die ${String(die)}`, die }));
  const { results } = await runCampaign<Setup, DieJob, CalibrationResult>({
    directory: context.directory,
    points,
    workers: context.workers,
    work: {
      module: new URL('../../dist/codesign/calibrate-worker.js', import.meta.url),
      setup: { card, plan, directory: context.directory, ...(earlier && { earlier }), ...(cache !== undefined && { cache }) },
      inProcess: prepareCalibration,
    },
    ...(context.progress === undefined ? {} : { progress: context.progress }),
    ...(context.signal === undefined ? {} : { signal: context.signal }),
  });
  await rm(join(context.directory, 'journal'), { recursive: true, force: true });
  phases.end('calibrations');
  await writeCalibrated(context.directory, results, planHash);
  const record: CalibrationRecord = {
    schema: 'neurolith/run/1',
    kind: 'calibrate',
    title: `${card.name}, ${plan.name}`,
    provenance: provenanceOf(context, MODEL_VERSION, plan.effort.seed, planHash, phases.timings),
    contract: null,
    contractHash: null,
    evidence: countEvidence({ [card.name]: card }),
    result: { dies: results },
  };
  await writeRunRecord(context.directory, record);
  return record;
}

/** What `calibrate` would do; the targets must be within reach of the card, and nothing is written. */
export async function intendCalibrate({
  card,
  plan,
  context,
}: Omit<CalibrateRequest, 'context'> & { readonly context: Target }): Promise<Intent> {
  uniformTargets(card, plan.targets);
  return intentOf(context, {
    title: `${card.name}, ${plan.name}`,
    planHash: planHashOf(card, plan),
    jobs: { calibrations: plan.dies.length },
  });
}

function planHashOf(card: ChipCard, plan: CalibrationPlan, update?: CalibrateRequest['update'], cached = false): string {
  const from = update && {
    planHash: update.record.provenance.planHash,
    only: update.only ?? null,
    ...(update.fromCurves === true && { fromCurves: true }),
  };
  return hashOf({ card, plan, ...(from && { from }), ...(cached && { cached }), model: MODEL_VERSION });
}

/** Codes and modes by die. Throws UsageError for a die that the earlier run has not calibrated. */
function earlierOf(
  card: ChipCard,
  { record, only, fromCurves }: NonNullable<CalibrateRequest['update']>,
  plan: CalibrationPlan,
): NonNullable<Setup['earlier']> {
  return Object.fromEntries(
    plan.dies.map((die) => {
      const found = record.result.dies.find((one) => one.die === die);
      if (found?.leakMode === undefined) throw new UsageError(`the run to update has no calibration of die ${String(die)}`);
      const codes: Partial<Record<NeuronCell, Int32Array>> = {};
      for (const { quantity, codes: list } of found.quantities) {
        const { cell } = factsOf(quantity);
        if (cell !== undefined) codes[cell] = Int32Array.from(list);
      }
      const { settling, reading, running } = found.hardwareTime;
      const hardwareTime = settling + reading + running;
      return [
        die,
        {
          codes,
          leakMode: Uint8Array.from(found.leakMode),
          settings: settingsOf(card, found.quantities),
          quantities: found.quantities,
          hardwareTime,
          ...(only && { only }),
          ...(fromCurves === true && { fromCurves }),
        },
      ];
    }),
  );
}

/** Worker of a calibration campaign; serves in process and in threads. */
export function prepareCalibration({ card: whole, plan, earlier, directory, cache }: Setup): (job: DieJob) => Promise<CalibrationResult> {
  const card = withOpenSwitches(whole);
  const { targets, nominal } = uniformTargets(card, plan.targets);
  const { rate } = plan.targets;
  const free = rate === undefined ? undefined : firingSetting(card, plan, nominal, rate);
  return async ({ die, id }) =>
    resumable(
      directory,
      id,
      async (journal) => {
        const noiseSeed = deriveSeed(plan.effort.seed, die);
        const substrate = new DieSubstrate(card, die, noiseSeed);
        const cached = cache === undefined || earlier !== undefined ? undefined : new CalibrationCache(cache, card, plan, die);
        const found = cached && (await journal.step('cache', substrate, async () => cached.find()));
        const from = earlier?.[die] ?? (found && earlierOfCache(found));
        const calibration = await calibrated(substrate, found, from, journal);
        if (cached !== undefined && found?.hit !== 'same') await cached.keep(calibration, substrate.snapshot());
        const start = await uncalibratedDie(card, die, noiseSeed, free ?? nominal);
        const sensors = targets.correlation === undefined ? [] : correlationTruth(card, die, calibration, substrate.sensorFactors());
        const shared = sharedTruth(card, start.truth(), substrate.truth(), calibration, targets);
        const mac =
          plan.effort.mac === true ? await journal.step('mac', substrate, async () => multiplier(card, die, noiseSeed, plan)) : undefined;
        const others = [
          ...(mac?.truth ?? []),
          ...(await otherTruths(targets, start, substrate)),
          ...sensors,
          ...shared,
          ...shortTermTruth(card, die, calibration),
          ...conductanceTruth(card, start.truth(), substrate.truth(), targets),
          ...referenceTruth(card, start.truth(), substrate.truth(), targets),
          ...noiseTruth(card, plan, start.truth().tauMem, substrate.truth().tauMem),
          ...characterisedTruth(card, substrate, calibration),
        ];
        const rates =
          rate === undefined ? {} : { rates: new Float64Array(substrate.capabilities.neurons).fill(rate), rateBy: plan.effort.rate_by };
        const result = gradeCalibration(
          card,
          die,
          start.truth(),
          substrate,
          { ...calibration, quantities: [...calibration.quantities, ...(mac?.quantities ?? [])] },
          targets,
          {
            ...rates,
            others,
            byNoise: plan.targets.noise !== undefined,
          },
        );
        const updates = earlier?.[die]?.hardwareTime ?? (found?.state && totalOf(billOf(found.state)));
        const { hardwareTime } = result;
        const paid = mac === undefined || found?.hit === 'same' ? hardwareTime : plus(hardwareTime, mac.bill);
        return {
          ...result,
          hardwareTime: paid,
          ...(updates !== undefined && { updates }),
          ...(found && {
            hardwareTime: since(paid, found.state && billOf(found.state)),
            cache: { key: found.key, hit: found.hit, again: found.again },
          }),
        };
      },
      cache !== undefined,
    );

  /** The calibration of the cache, or one that goes on from `from`. */
  async function calibrated(
    substrate: DieSubstrate,
    found: CacheFind | undefined,
    from: EarlierCalibration | undefined,
    journal: Journal,
  ): Promise<DieCalibration> {
    if (found?.hit === 'same') {
      substrate.restore(found.state!);
      return found.calibration!;
    }
    const base = await calibrateDie(substrate, targets, nominal, plan.effort, from, journal);
    const { noise } = plan.targets;
    if (noise !== undefined)
      return calibrateNoise(substrate, base, targets, new Float64Array(base.masked.length).fill(noise), plan.effort, journal);
    if (rate === undefined) return base;
    return calibrateRate(substrate, base, new Float64Array(substrate.capabilities.neurons).fill(rate), plan.effort, journal);
  }
}

/** The bill of a die as it was put aside. */
function billOf(state: SubstrateState): Bill {
  return state['bill'] as Bill;
}

function totalOf({ settling, reading, running }: Bill): number {
  return settling + reading + running;
}

function plus(a: Bill, b: Bill): Bill {
  return { settling: a.settling + b.settling, reading: a.reading + b.reading, running: a.running + b.running };
}

/** What was paid after `from`. */
function since({ settling, reading, running }: Bill, from: Bill = { settling: 0, reading: 0, running: 0 }): Bill {
  return { settling: settling - from.settling, reading: reading - from.reading, running: running - from.running };
}
