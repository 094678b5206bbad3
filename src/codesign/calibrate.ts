/**
 * Calibration of dies from the command line: every die against the targets of a calibration plan, graded against truth.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deriveSeed, hashOf, UsageError } from '../base/index.ts';
import { runCampaign } from '../campaign/index.ts';
import {
  calibrateDie,
  calibrateMac,
  calibrateNoise,
  calibrateRate,
  type CalibrationTargets,
  type DieCalibration,
  type EarlierCalibration,
  type Journal,
} from '../calibration/index.ts';
import {
  codeOfDrive,
  codeOfJoin,
  codeOfTauMem,
  codeOfTauSyn,
  codeOfVoltage,
  DieSubstrate,
  initialCode,
  MacArray,
  membraneNoise,
  reversalCode,
  peakPerDrive,
  restOfPeriod,
  thresholdOfPeriod,
} from '../chip/index.ts';
import {
  correlationTruth,
  gradeCalibration,
  joinTimes,
  RATE_REFRACTORY,
  characterisedTruth,
  conductanceTruth,
  macTruth,
  macValues,
  sharedTruth,
  shortTermTruth,
  uncalibratedDie,
  type OtherTruth,
} from '../grading/index.ts';
import {
  countEvidence,
  LEAK_MODES,
  MODEL_VERSION,
  type Bill,
  type CalibratedQuantity,
  type CalibrationPlan,
  type CalibrationRecord,
  type CalibrationResult,
  type ChipCard,
  type NeuronCell,
  type Setting,
  type SubstrateState,
} from '../model/index.ts';
import { openRunDirectory, readRunRecord, writeRunRecord } from '../store/index.ts';
import { writeCalibrated } from './calibrated.ts';
import { CalibrationCache, earlierOfCache, type CacheFind } from './calibration-cache.ts';
import { Phases, provenanceOf, type RunContext } from './context.ts';
import { settingsOf } from './earlier-settings.ts';
import { intentOf, type Intent, type Target } from './intent.ts';
import { resumable } from './resumable.ts';

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
        const cell = CELL_OF[quantity];
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
  tau_icc: 'inter_compartment',
  reversal_excitatory: 'reversal_excitatory',
  reversal_inhibitory: 'reversal_inhibitory',
  conductance_excitatory: 'conductance_excitatory',
  conductance_inhibitory: 'conductance_inhibitory',
  noise: 'leak_bias',
};

/** Worker of a calibration campaign; serves in process and in threads. */
export function prepareCalibration({ card, plan, earlier, directory, cache }: Setup): (job: DieJob) => Promise<CalibrationResult> {
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
        const sensors = targets.correlation === undefined ? [] : correlationTruth(card, die, calibration, targets.correlation);
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
        return {
          ...result,
          ...(updates !== undefined && { updates }),
          ...(found && {
            hardwareTime: since(result.hardwareTime, found.state && billOf(found.state)),
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

/** What was paid after `from`. */
function since({ settling, reading, running }: Bill, from: Bill = { settling: 0, reading: 0, running: 0 }): Bill {
  return { settling: settling - from.settling, reading: reading - from.reading, running: running - from.running };
}

/** What is graded beside the circuits' own parameters, where it has targets. */
async function otherTruths({ tauIcc }: CalibrationTargets, before: DieSubstrate, after: DieSubstrate): Promise<readonly OtherTruth[]> {
  if (tauIcc === undefined) return [];
  return [{ quantity: 'tau_icc', unit: 's', targets: tauIcc, before: await joinTimes(before), after: await joinTimes(after) }];
}

/** The die in multiply-accumulate mode, which has codes of its own: what was found and its truth. */
async function multiplier(
  card: ChipCard,
  die: number,
  noiseSeed: number,
  { effort }: CalibrationPlan,
): Promise<{ readonly quantities: readonly CalibratedQuantity[]; readonly truth: readonly OtherTruth[] }> {
  const array = new MacArray(card, die, noiseSeed);
  await array.configure(array.capabilities.nominal);
  const before = macValues(array);
  const { quantities } = await calibrateMac(array, effort);
  return { quantities, truth: macTruth(before, macValues(array), quantities) };
}

/** Membrane noise by the time constants that came of it, where it was the target. */
function noiseTruth(card: ChipCard, { targets }: CalibrationPlan, before: Float64Array, after: Float64Array): readonly OtherTruth[] {
  if (targets.noise === undefined) return [];
  const wanted = new Float64Array(after.length).fill(targets.noise);
  return [{ quantity: 'noise', unit: 'V', targets: wanted, before: membraneNoise(card, before), after: membraneNoise(card, after) }];
}

/** The nominal setting with the leak, or the threshold, of the data sheet for a firing rate. Throws InfeasibleError where that does not reach so far. */
function firingSetting(card: ChipCard, { targets: wanted, effort }: CalibrationPlan, nominal: Setting, rate: number): Setting {
  const linearRange = card.neuron.ota === 'linear' ? Infinity : card.neuron.linear_range.value;
  const { reset, threshold, tau_mem: tauMem } = wanted;
  if (effort.rate_by === 'threshold') {
    const volts = thresholdOfPeriod({ rest: wanted.leak, reset, tauMem, linearRange, refractory: RATE_REFRACTORY }, 1 / rate);
    const at = codeOfVoltage(card, 'threshold', volts);
    return { ...nominal, codes: { ...nominal.codes, threshold: nominal.codes!.threshold!.map(() => at) } };
  }
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
  const conducts = wanted.reversal_excitatory !== undefined || wanted.reversal_inhibitory !== undefined;
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
      ...(wanted.tau_icc !== undefined && { tauIcc: all(wanted.tau_icc) }),
      ...(wanted.refractory !== undefined && { refractory: wanted.refractory, holdOff: wanted.hold_off ?? 0 }),
      ...(wanted.reversal_excitatory !== undefined && { reversalExcitatory: all(wanted.reversal_excitatory) }),
      ...(wanted.reversal_inhibitory !== undefined && { reversalInhibitory: all(wanted.reversal_inhibitory) }),
      ...(wanted.short_term && { shortTerm: wanted.short_term }),
      ...(wanted.correlation && { correlation: wanted.correlation }),
    },
    nominal: {
      ...(conducts && { conductanceSynapses: true }),
      codes: {
        ...conductanceCodes(card, 'excitatory', wanted.reversal_excitatory),
        ...conductanceCodes(card, 'inhibitory', wanted.reversal_inhibitory),
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
        ...(wanted.tau_icc !== undefined && { inter_compartment: codes(codeOfJoin(card, wanted.tau_icc)) }),
      },
      leakMode: new Uint8Array(neurons).fill(LEAK_MODES.indexOf(bias.mode)),
    },
  };
}

/** Nominal codes of an input that is a conductance with this reversal potential, V. */
function conductanceCodes(
  card: ChipCard,
  sign: 'excitatory' | 'inhibitory',
  wanted: number | undefined,
): Partial<Record<NeuronCell, Int32Array>> {
  if (wanted === undefined) return {};
  const neurons = card.geometry.cores.value * card.geometry.neurons_per_core.value;
  const reversal = reversalCode(card, `reversal_${sign}`, wanted);
  const { reference, [`reversal_${sign}` as const]: sheet } = card.synapse.input!;
  // a reversal potential that is nearer needs a steeper slope for the same current at the reference
  const slope = initialCode(card, `conductance_${sign}`) * ((sheet.value - reference.value) / (wanted - reference.value));
  return {
    [`reversal_${sign}`]: new Int32Array(neurons).fill(reversal),
    [`conductance_${sign}`]: new Int32Array(neurons).fill(Math.round(slope)),
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
