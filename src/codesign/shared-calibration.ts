/**
 * Calibration of dies whose biases are shared by the neurons of a core, as a run: one record, from which its report is made.
 */
import { hashOf } from '../base/index.ts';
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

/** Calibrates every die in turn and writes the run directory: `run.json`, `calibration.json`, `report.md`, `neurons.csv`. A finished run is read back. */
export async function calibrateSharedBiases(request: SharedCalibrationRequest): Promise<SharedCalibrationRecord> {
  const { card, dies, seed, context } = request;
  const phases = new Phases(context.elapsed);
  const planHash = planHashOf(request);
  const { state } = await openRunDirectory(context.directory, { planHash, force: context.force });
  if (state === 'finished') return (await readRunRecord(context.directory)) as SharedCalibrationRecord;
  const results: DynapseCalibration[] = [];
  for (const die of dies) results.push(await calibrateDynapse(card, die, seed));
  phases.end('dies');
  for (const { name, content } of calibrationFiles(card, results)) await writeAtomically(join(context.directory, name), content);
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
      dies: results.map((result) => dieOf(card, result)),
    },
  };
  await writeRunRecord(context.directory, record);
  return record;
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

function dieOf(card: DynapseCard, { die, met, calibration, truth }: DynapseCalibration): SharedCalibratedDie {
  const { biases, quantities, masked, cluster, centres, hardwareTime } = calibration;
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
        truthBefore: real?.before ?? [],
        truthAfter: real?.after ?? [],
        readings: Array.from(quantity.readings, (value) => (Number.isFinite(value) ? Number(value.toPrecision(7)) : null)),
      };
    }),
    masked,
    cluster: Array.from(cluster),
    centres,
  };
}
