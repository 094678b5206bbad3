/**
 * Calibration of dies whose biases are shared by the neurons of a core, as a run: one record, from which its report is made; with gates, the yield of the design beside it.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOf } from '../base/index.ts';
import { runCampaign } from '../campaign/index.ts';
import {
  countEvidence,
  MODEL_VERSION,
  type CoresPlan,
  type DynapseCard,
  type Gates,
  type SharedCalibratedDie,
  type SharedCalibrationRecord,
} from '../model/index.ts';
import { openRunDirectory, readRunRecord, writeRunRecord } from '../store/index.ts';
import { writeCalibratedCores } from './calibrated-cores.ts';
import { calibrateDynapse } from './calibrate-dynapse.ts';
import { Phases, provenanceOf, type RunContext } from './context.ts';
import { designTargets } from './core-model.ts';
import { intentOf, type Intent, type Target } from './intent.ts';
import { resumable } from './resumable.ts';
import { earlierDies, type EarlierDie, type SharedUpdate } from './shared-earlier.ts';
import { sharedCalibratedDie } from './shared-record.ts';
import { sharedYield } from './shared-yield.ts';

export interface SharedCalibrationRequest {
  readonly card: DynapseCard;
  readonly plan: CoresPlan;
  /** Judge the dies against these. */
  readonly gates?: Gates;
  /** A finished calibration of the same chip to go on from. */
  readonly update?: SharedUpdate;
  readonly context: RunContext;
}

interface Setup {
  readonly card: DynapseCard;
  readonly plan: CoresPlan;
  /** Run directory: what a die has found so far is kept there until it is finished. */
  readonly directory?: string;
  readonly earlier?: Readonly<Record<number, EarlierDie>>;
}

interface DieJob {
  readonly id: string;
  readonly label: string;
  readonly die: number;
}

/**
 * Calibrates every die of the plan, over `context.workers` threads, and writes the run directory. A finished run is read back, a stopped one goes on where it was. Throws
 * UsageError for a target of what the design does not use.
 */
export async function calibrateSharedBiases(request: SharedCalibrationRequest): Promise<SharedCalibrationRecord> {
  const { card, plan, gates, update, context } = request;
  designTargets(card, plan.targets);
  const earlier = update && earlierDies(card, update, plan.dies);
  const phases = new Phases(context.elapsed);
  const planHash = planHashOf(request);
  const { state } = await openRunDirectory(context.directory, { planHash, force: context.force });
  if (state === 'finished') return (await readRunRecord(context.directory)) as SharedCalibrationRecord;
  const points = plan.dies.map((die): DieJob => ({ id: hashOf({ planHash, die }).slice(0, 24), label: `die ${String(die)}`, die }));
  const { results: dies } = await runCampaign<Setup, DieJob, SharedCalibratedDie>({
    directory: context.directory,
    points,
    workers: context.workers,
    work: {
      module: new URL('../../dist/codesign/shared-calibration-worker.js', import.meta.url),
      setup: { card, plan, directory: context.directory, ...(earlier && { earlier }) },
      inProcess: prepareSharedCalibration,
    },
    ...(context.progress === undefined ? {} : { progress: context.progress }),
    ...(context.signal === undefined ? {} : { signal: context.signal }),
  });
  await rm(join(context.directory, 'journal'), { recursive: true, force: true });
  phases.end('calibrations');
  await writeCalibratedCores(context.directory, card, { dies, gate: plan.effort.tolerance }, planHash);
  const record: SharedCalibrationRecord = {
    schema: 'neurolith/run/1',
    kind: 'shared calibration',
    title: titleOf(request),
    provenance: provenanceOf(context, MODEL_VERSION, plan.effort.seed, planHash, phases.timings),
    contract: null,
    contractHash: null,
    evidence: countEvidence({ [card.name]: card }),
    result: {
      gate: plan.effort.tolerance,
      neuronsPerCore: card.geometry.neurons_per_core.value,
      dies,
      ...(gates && { yield: sharedYield(dies, gates) }),
    },
  };
  await writeRunRecord(context.directory, record);
  return record;
}

/** Worker of such a campaign; serves in process and in threads. */
export function prepareSharedCalibration({ card, plan, directory, earlier }: Setup): (job: DieJob) => Promise<SharedCalibratedDie> {
  return async ({ die, id }) =>
    resumable(directory, id, async (journal) => {
      const from = earlier?.[die];
      const found = await calibrateDynapse(card, die, plan, { journal, ...(from && { earlier: from }) });
      return { ...sharedCalibratedDie(card, found, plan.effort.tolerance), ...(from && { updates: from.hardwareTime }) };
    });
}

/** What it would do; writes nothing. Throws UsageError as above. */
export async function intendSharedCalibration(
  request: Omit<SharedCalibrationRequest, 'context'> & { readonly context: Target },
): Promise<Intent> {
  const { card, plan, update } = request;
  designTargets(card, plan.targets);
  if (update !== undefined) earlierDies(card, update, plan.dies);
  return intentOf(request.context, {
    title: titleOf(request),
    planHash: planHashOf(request),
    jobs: { calibrations: plan.dies.length },
  });
}

type Asked = Omit<SharedCalibrationRequest, 'context'>;

function titleOf({ card, plan, gates }: Asked): string {
  return gates === undefined ? `${card.name}, ${plan.name}` : `${card.name}, ${plan.name}: yield against ${gates.name}`;
}

function planHashOf({ card, plan, gates, update }: Asked): string {
  const from = update && { planHash: update.record.provenance.planHash, only: update.only ?? null };
  return hashOf({ card, plan, ...(gates && { gates }), ...(from && { from }), study: 'shared calibration', model: MODEL_VERSION });
}
