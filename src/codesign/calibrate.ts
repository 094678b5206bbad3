/**
 * Calibration of dies from the command line: every die against the targets of a calibration plan, graded against truth.
 */
import { deriveSeed, hashOf, UsageError } from '../base/index.ts';
import { runCampaign } from '../campaign/index.ts';
import { calibrateDie, calibrateRate, type CalibrationTargets, type EarlierCalibration } from '../calibration/index.ts';
import { codeOfDrive, codeOfTauMem, codeOfTauSyn, codeOfVoltage, DieSubstrate, peakPerDrive, restOfPeriod } from '../chip/index.ts';
import { gradeCalibration, RATE_REFRACTORY, uncalibratedTruth } from '../grading/index.ts';
import {
  countEvidence,
  LEAK_MODES,
  MODEL_VERSION,
  type CalibratedQuantity,
  type CalibrationPlan,
  type CalibrationRecord,
  type CalibrationResult,
  type ChipCard,
  type NeuronCell,
  type Setting,
} from '../model/index.ts';
import { openRunDirectory, readRunRecord, writeRunRecord } from '../store/index.ts';
import { writeCalibrated } from './calibrated.ts';
import { Phases, provenanceOf, type RunContext } from './context.ts';
import { intentOf, type Intent, type Target } from './intent.ts';
import { resumable } from './resumable.ts';

export interface CalibrateRequest {
  readonly card: ChipCard;
  readonly plan: CalibrationPlan;
  /** A finished calibration of the same chip to go on from, and the quantities to do again (all unless given; 'moved': those that have drifted). */
  readonly update?: { readonly record: CalibrationRecord; readonly only?: EarlierCalibration['only'] };
  readonly context: RunContext;
}

interface Setup {
  readonly card: ChipCard;
  readonly plan: CalibrationPlan;
  /** Run directory: what a die has found so far is kept there until it is finished. */
  readonly directory?: string;
  /** What an earlier run found, by die. */
  readonly earlier?: Readonly<Record<number, EarlierCalibration & { readonly hardwareTime: number }>>;
}

interface DieJob {
  readonly id: string;
  readonly label: string;
  readonly die: number;
}

/** Calibrates every die of the plan and writes the run directory; killed and started again it goes on where it was. */
export async function calibrate({ card, plan, update, context }: CalibrateRequest): Promise<CalibrationRecord> {
  const phases = new Phases(context.elapsed);
  const earlier = update && earlierOf(update, plan);
  const planHash = planHashOf(card, plan, update);
  const { state } = await openRunDirectory(context.directory, { planHash, force: context.force });
  if (state === 'finished') return (await readRunRecord(context.directory)) as CalibrationRecord;
  const points = plan.dies.map((die): DieJob => ({ id: hashOf({ planHash, die }).slice(0, 24), label: `die ${String(die)}`, die }));
  const { results } = await runCampaign<Setup, DieJob, CalibrationResult>({
    directory: context.directory,
    points,
    workers: context.workers,
    work: {
      module: new URL('../../dist/codesign/calibrate-worker.js', import.meta.url),
      setup: { card, plan, directory: context.directory, ...(earlier && { earlier }) },
      inProcess: prepareCalibration,
    },
    ...(context.progress === undefined ? {} : { progress: context.progress }),
    ...(context.signal === undefined ? {} : { signal: context.signal }),
  });
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

function planHashOf(card: ChipCard, plan: CalibrationPlan, update?: CalibrateRequest['update']): string {
  const from = update && { planHash: update.record.provenance.planHash, only: update.only ?? null };
  return hashOf({ card, plan, ...(from && { from }), model: MODEL_VERSION });
}

/** Codes and modes by die. Throws UsageError for a die that the earlier run has not calibrated. */
function earlierOf({ record, only }: NonNullable<CalibrateRequest['update']>, plan: CalibrationPlan): NonNullable<Setup['earlier']> {
  return Object.fromEntries(
    plan.dies.map((die) => {
      const found = record.result.dies.find((one) => one.die === die);
      if (found?.leakMode === undefined) throw new UsageError(`the run to update has no calibration of die ${String(die)}`);
      const codes: Partial<Record<NeuronCell, Int32Array>> = {};
      for (const { quantity, codes: list } of found.quantities) {
        const cell = CELL_OF[quantity];
        if (cell !== undefined) codes[cell] = Int32Array.from(list);
      }
      const drivers = found.quantities.find(({ quantity }) => quantity === 'driver_amplitude');
      const { settling, reading, running } = found.hardwareTime;
      const hardwareTime = settling + reading + running;
      return [
        die,
        {
          codes,
          leakMode: Uint8Array.from(found.leakMode),
          ...(drivers && { driverTrim: Uint8Array.from(drivers.codes) }),
          quantities: found.quantities,
          hardwareTime,
          ...(only && { only }),
        },
      ];
    }),
  );
}

/** Cells by what they set. */
const CELL_OF: Readonly<Partial<Record<CalibratedQuantity['quantity'], NeuronCell>>> = {
  leak: 'leak',
  reset: 'reset',
  threshold: 'threshold',
  tau_mem: 'leak_bias',
  tau_syn_excitatory: 'synapse_tau_excitatory',
  tau_syn_inhibitory: 'synapse_tau_inhibitory',
  strength_excitatory: 'synapse_bias_excitatory',
  strength_inhibitory: 'synapse_bias_inhibitory',
};

/** Worker of a calibration campaign; serves in process and in threads. */
export function prepareCalibration({ card, plan, earlier, directory }: Setup): (job: DieJob) => Promise<CalibrationResult> {
  const { targets, nominal } = uniformTargets(card, plan.targets);
  const { rate } = plan.targets;
  const free = rate === undefined ? undefined : firingSetting(card, plan.targets, nominal, rate);
  return async ({ die, id }) =>
    resumable(directory, id, async (journal) => {
      const noiseSeed = deriveSeed(plan.effort.seed, die);
      const substrate = new DieSubstrate(card, die, noiseSeed);
      const from = earlier?.[die];
      const updates = from === undefined ? {} : { updates: from.hardwareTime };
      const base = await calibrateDie(substrate, targets, nominal, plan.effort, from, journal);
      if (rate === undefined || free === undefined) {
        const before = await uncalibratedTruth(card, die, noiseSeed, nominal);
        return { ...gradeCalibration(card, die, before, substrate, base, targets), ...updates };
      }
      const rates = new Float64Array(substrate.capabilities.neurons).fill(rate);
      const calibration = await calibrateRate(substrate, base, rates, plan.effort, journal);
      const before = await uncalibratedTruth(card, die, noiseSeed, free);
      return { ...gradeCalibration(card, die, before, substrate, calibration, targets, { rates }), ...updates };
    });
}

/** The nominal setting with the leak of the data sheet for a firing rate. Throws InfeasibleError where the leak does not reach so far. */
function firingSetting(card: ChipCard, wanted: CalibrationPlan['targets'], nominal: Setting, rate: number): Setting {
  const linearRange = card.neuron.ota === 'linear' ? Infinity : card.neuron.linear_range.value;
  const { reset, threshold, tau_mem: tauMem } = wanted;
  const rest = restOfPeriod({ reset, threshold, tauMem, linearRange, refractory: RATE_REFRACTORY }, 1 / rate);
  const code = codeOfVoltage(card, 'leak', rest);
  return { ...nominal, codes: { ...nominal.codes, leak: nominal.codes!.leak!.map(() => code) } };
}

/** The same targets for every circuit, with the nominal codes for them. Throws InfeasibleError for what the card cannot do. */
export function uniformTargets(
  card: ChipCard,
  wanted: CalibrationPlan['targets'],
): { readonly targets: CalibrationTargets; readonly nominal: Setting } {
  const neurons = card.geometry.cores.value * card.geometry.neurons_per_core.value;
  const all = (value: number): Float64Array => new Float64Array(neurons).fill(value);
  const codes = (value: number): Int32Array => new Int32Array(neurons).fill(value);
  const bias = codeOfTauMem(card, wanted.tau_mem);
  const synapses = synapticTargets(wanted);
  return {
    targets: {
      leak: all(wanted.leak),
      reset: all(wanted.reset),
      threshold: all(wanted.threshold),
      tauMem: all(wanted.tau_mem),
      ...(synapses && {
        tauSynExcitatory: all(synapses.tauSyn),
        driveExcitatory: all(synapses.drive),
        tauSynInhibitory: all(synapses.tauSyn),
        driveInhibitory: all(synapses.drive),
      }),
    },
    nominal: {
      codes: {
        leak: codes(codeOfVoltage(card, 'leak', wanted.leak)),
        reset: codes(codeOfVoltage(card, 'reset', wanted.reset)),
        threshold: codes(codeOfVoltage(card, 'threshold', wanted.threshold)),
        leak_bias: codes(bias.code),
        ...(synapses && {
          synapse_tau_excitatory: codes(codeOfTauSyn(card, synapses.tauSyn)),
          synapse_bias_excitatory: codes(codeOfDrive(card, synapses.drive)),
          synapse_tau_inhibitory: codes(codeOfTauSyn(card, synapses.tauSyn)),
          synapse_bias_inhibitory: codes(codeOfDrive(card, synapses.drive)),
        }),
      },
      leakMode: new Uint8Array(neurons).fill(LEAK_MODES.indexOf(bias.mode)),
    },
  };
}

/** Time constant and strength (V/s by a full-scale weight) of the synaptic inputs, where the plan names them. */
function synapticTargets({
  tau_mem,
  tau_syn,
  psp,
}: CalibrationPlan['targets']): { readonly tauSyn: number; readonly drive: number } | undefined {
  if (tau_syn === undefined || psp === undefined) return undefined;
  return { tauSyn: tau_syn, drive: psp / peakPerDrive(tau_mem, tau_syn) };
}
