/**
 * Calibration of dies whose biases are shared by the neurons of a core, as a run: one record, from which its report is made.
 */
import { hashOf } from '../base/index.ts';
import { runCampaign } from '../campaign/index.ts';
import { biasCurrent } from '../chip/index.ts';
import {
  countEvidence,
  DYNAPSE_BIASES,
  MODEL_VERSION,
  type DynapseCard,
  type SharedCalibratedDie,
  type SharedCalibrationRecord,
} from '../model/index.ts';
import { openRunDirectory, readRunRecord, writeAtomically, writeRunRecord } from '../store/index.ts';
import { join } from 'node:path';
import { calibrateDynapse, SHARED_GATE, type DynapseCalibration } from './calibrate-dynapse.ts';
import { Phases, provenanceOf, type RunContext } from './context.ts';
import { calibrationFiles } from './dynapse-report.ts';
import { intentOf, type Intent, type Target } from './intent.ts';

export interface SharedCalibrationRequest {
  readonly card: DynapseCard;
  readonly dies: readonly number[];
  readonly seed: number;
  readonly context: RunContext;
}

interface Setup {
  readonly card: DynapseCard;
  readonly seed: number;
}

interface DieJob {
  readonly id: string;
  readonly label: string;
  readonly die: number;
}

/** Calibrates every die, over `context.workers` threads, and writes the run directory: `run.json`, `calibration.json`, `neurons.csv`. A finished run is read back, a stopped one goes on where it was. */
export async function calibrateSharedBiases(request: SharedCalibrationRequest): Promise<SharedCalibrationRecord> {
  const { card, seed, context } = request;
  const phases = new Phases(context.elapsed);
  const planHash = planHashOf(request);
  const { state } = await openRunDirectory(context.directory, { planHash, force: context.force });
  if (state === 'finished') return (await readRunRecord(context.directory)) as SharedCalibrationRecord;
  const points = request.dies.map((die): DieJob => ({ id: hashOf({ planHash, die }).slice(0, 24), label: `die ${String(die)}`, die }));
  const { results: dies } = await runCampaign<Setup, DieJob, SharedCalibratedDie>({
    directory: context.directory,
    points,
    workers: context.workers,
    work: {
      module: new URL('../../dist/codesign/shared-calibration-worker.js', import.meta.url),
      setup: { card, seed },
      inProcess: prepareSharedCalibration,
    },
    ...(context.progress === undefined ? {} : { progress: context.progress }),
    ...(context.signal === undefined ? {} : { signal: context.signal }),
  });
  phases.end('dies');
  for (const { name, content } of calibrationFiles(card, dies)) await writeAtomically(join(context.directory, name), content);
  const record: SharedCalibrationRecord = {
    schema: 'neurolith/run/1',
    kind: 'shared calibration',
    title: `${card.name}: the median neuron of every core`,
    provenance: provenanceOf(context, MODEL_VERSION, seed, planHash, phases.timings),
    contract: null,
    contractHash: null,
    evidence: countEvidence({ [card.name]: card }),
    result: {
      gate: SHARED_GATE,
      neuronsPerCore: card.geometry.neurons_per_core.value,
      dies,
    },
  };
  await writeRunRecord(context.directory, record);
  return record;
}

/** Worker of such a campaign; serves in process and in threads. */
export function prepareSharedCalibration({ card, seed }: Setup): (job: DieJob) => Promise<SharedCalibratedDie> {
  return async ({ die }) => sharedCalibratedDie(card, await calibrateDynapse(card, die, seed));
}

/** What it would do; writes nothing. */
export async function intendSharedCalibration(
  request: Omit<SharedCalibrationRequest, 'context'> & { readonly context: Target },
): Promise<Intent> {
  return intentOf(request.context, {
    title: `${request.card.name}: the median neuron of every core`,
    planHash: planHashOf(request),
    jobs: { dies: request.dies.length },
  });
}

function planHashOf({ card, dies, seed }: Omit<SharedCalibrationRequest, 'context'>): string {
  return hashOf({ card, dies, seed, study: 'shared calibration', model: MODEL_VERSION });
}

/** A calibrated die as records and files keep it: plain lists, null where nothing was read. */
export function sharedCalibratedDie(card: DynapseCard, { die, met, calibration, truth }: DynapseCalibration): SharedCalibratedDie {
  const { biases, quantities, masked, cluster, centres, distance, hardwareTime } = calibration;
  return {
    die,
    met,
    hardwareTime,
    biases: biases.map((core) =>
      Object.fromEntries(DYNAPSE_BIASES.map((name) => [name, { ...core[name], current: biasCurrent(card, core[name]) }])),
    ),
    quantities: quantities.map((quantity) => {
      const real = truth.find(({ name }) => name === quantity.name);
      return {
        ...quantity,
        before: kept(quantity.before),
        after: kept(quantity.after),
        spread: kept(quantity.spread),
        uncertainty: kept(quantity.uncertainty),
        truthBefore: kept(real?.before ?? []),
        truthAfter: kept(real?.after ?? []),
        readings: Array.from(quantity.readings, (value) => finite(value, 7)),
      };
    }),
    masked,
    cluster: Array.from(cluster),
    centres: centres.map(kept),
    distance: Array.from(distance, (value) => finite(value, 7)),
  };
}

const kept = (values: readonly number[]): (number | null)[] => values.map((value) => finite(value));

/** A number that JSON can hold, with so many digits where they are given; null for any other. */
function finite(value: number, digits?: number): number | null {
  if (!Number.isFinite(value)) return null;
  return digits === undefined ? value : Number(value.toPrecision(digits));
}
