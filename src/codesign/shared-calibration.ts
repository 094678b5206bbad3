/**
 * Calibration of dies whose biases are shared by the neurons of a core, as a run: one record, from which its report is made; with gates, the yield of the design beside it.
 */
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
import { openRunDirectory, readRunRecord, writeAtomically, writeRunRecord } from '../store/index.ts';
import { calibrateDynapse } from './calibrate-dynapse.ts';
import { Phases, provenanceOf, type RunContext } from './context.ts';
import { designTargets } from './core-model.ts';
import { calibrationFiles } from './dynapse-report.ts';
import { intentOf, type Intent, type Target } from './intent.ts';
import { sharedCalibratedDie } from './shared-record.ts';
import { sharedYield } from './shared-yield.ts';

export interface SharedCalibrationRequest {
  readonly card: DynapseCard;
  readonly plan: CoresPlan;
  /** Judge the dies against these. */
  readonly gates?: Gates;
  readonly context: RunContext;
}

interface Setup {
  readonly card: DynapseCard;
  readonly plan: CoresPlan;
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
  const { card, plan, gates, context } = request;
  designTargets(card, plan.targets);
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
      setup: { card, plan },
      inProcess: prepareSharedCalibration,
    },
    ...(context.progress === undefined ? {} : { progress: context.progress }),
    ...(context.signal === undefined ? {} : { signal: context.signal }),
  });
  phases.end('calibrations');
  for (const { name, content } of calibrationFiles(card, plan.effort.tolerance, dies))
    await writeAtomically(join(context.directory, name), content);
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
export function prepareSharedCalibration({ card, plan }: Setup): (job: DieJob) => Promise<SharedCalibratedDie> {
  return async ({ die }) => sharedCalibratedDie(card, await calibrateDynapse(card, die, plan), plan.effort.tolerance);
}

/** What it would do; writes nothing. Throws UsageError as above. */
export async function intendSharedCalibration(
  request: Omit<SharedCalibrationRequest, 'context'> & { readonly context: Target },
): Promise<Intent> {
  designTargets(request.card, request.plan.targets);
  return intentOf(request.context, {
    title: titleOf(request),
    planHash: planHashOf(request),
    jobs: { calibrations: request.plan.dies.length },
  });
}

type Asked = Omit<SharedCalibrationRequest, 'context'>;

function titleOf({ card, plan, gates }: Asked): string {
  return gates === undefined ? `${card.name}, ${plan.name}` : `${card.name}, ${plan.name}: yield against ${gates.name}`;
}

function planHashOf({ card, plan, gates }: Asked): string {
  return hashOf({ card, plan, ...(gates && { gates }), study: 'shared calibration', model: MODEL_VERSION });
}
