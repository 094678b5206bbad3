/**
 * Leak bias under a limit of noise: the lowest bias that keeps the noise of a membrane, because a stronger leak makes it quieter and faster. The time constant is what comes of it and no target any more; the
 * leak potential, which its bias shifts, is searched again. All that is read are repeated samples of the column ADC at rest:
 *   sigma^2 = (variance of the samples - variance of the converter) x lsb^2,   the latter from samples of known debug voltages
 * Source: electronicvisions/calix neuron_leak_bias.py (lowest leak bias that keeps the noise of repeated reads under the aim).
 */
import type { CalibrationEffort, NeuronCell, Substrate } from '../model/index.ts';
import { channelOffsetsOf } from './cadc-offset.ts';
import type { DieCalibration } from './calibrate.ts';
import { answerBefore } from './earlier.ts';
import { UNBROKEN, type Journal } from './journal.ts';
import { searchCodes, type ParameterAnswer } from './parameter-search.ts';
import { maskOf, quantityOf } from './quantity.ts';
import { allCircuits, potentialReader, QUIET } from './reader.ts';
import type { Routine, WorkingSetting } from './routine.ts';
import type { CalibrationTargets } from './targets.ts';
import { routinesOf } from './routines.ts';
import { verifyDie } from './verify.ts';

/** Samples of one reading per repetition: a standard deviation of a membrane under the converter's own noise needs thousands. */
const SAMPLES_PER_REPEAT = 1024;
/** Relative residual that no working circuit shows, and what a reading is good for at the best. */
const TOLERANCE = 0.35;
const RESOLUTION = 0.03;
const FIRST_SEED = 800_000;
/** What is kept between the preparation and the readings. */
const CONVERTER = 'variance of the converter';

/** Calibrates the leak biases of a calibrated die to this noise, V, and its leaks again. InternalError for a base without channels. */
export async function calibrateNoise(
  substrate: Substrate,
  base: DieCalibration,
  targets: CalibrationTargets,
  noise: Float64Array,
  effort: CalibrationEffort,
  journal: Journal = UNBROKEN,
): Promise<DieCalibration> {
  const { neurons } = substrate.capabilities;
  const channels = channelOffsetsOf(base.channels!);
  const reader = potentialReader(substrate, channels);
  const working: WorkingSetting = { codes: { ...base.setting.codes }, leakMode: base.setting.leakMode, kept: {} };
  const quiet: Routine = {
    name: 'noise',
    needs: ['cadc_offset'],
    invalidates: ['leak'],
    parameters: [
      {
        quantity: 'noise',
        cell: 'leak_bias',
        unit: 'V',
        rising: false,
        inverse: false,
        targets: noise,
        tolerance: TOLERANCE,
        resolution: RESOLUTION,
      },
    ],
    prepare: async () => {
      working.kept[CONVERTER] = await converterVariance(substrate, effort);
    },
    measure: async (trial) => [await measureNoise(substrate, trial, working.kept[CONVERTER]!, channels.slopes)],
    // all circuits have the same variance taken off
    systematic: () => [
      {
        component: 'noise of the converter',
        at: (_, sigma) => {
          const { lsb } = substrate.capabilities.cadc;
          const error = working.kept[CONVERTER]! * Math.sqrt(2 / (neurons * SAMPLES_PER_REPEAT * effort.repeats));
          return (error * lsb * lsb) / (2 * sigma * sigma);
        },
      },
    ],
  };
  const leak = routinesOf(substrate, reader, targets, effort, working, channels).find(({ name }) => name === 'leak')!;
  const answers = new Map<string, readonly ParameterAnswer[]>();
  for (const [index, routine] of [quiet, leak].entries()) {
    const [{ cell }] = routine.parameters as [Routine['parameters'][0]];
    const done = await journal.step(`noise, ${routine.name}`, substrate, async () => {
      await routine.prepare?.();
      const last = routine === leak ? [answerBefore(substrate, leak.parameters[0]!, working, undefined)] : undefined;
      // leaks lie far from where their biases had them: the whole range
      const one = await searchCodes(substrate, routine, effort, effort.seed + FIRST_SEED + 1000 * index, working.leakMode, last);
      await substrate.configure({ codes: { [cell]: one[0]!.codes } });
      return { one, kept: working.kept };
    });
    const found = done.one;
    Object.assign(working.kept, done.kept);
    working.codes[cell] = found[0]!.codes;
    answers.set(routine.name, found);
  }
  const verified = effort.verify > 1 ? await verifyDie(substrate, [quiet, leak], answers, effort, working, reader) : undefined;
  const codes: Partial<Record<NeuronCell, Int32Array>> = { ...base.setting.codes, ...working.codes };
  const setting = { ...base.setting, codes };
  await substrate.configure({ ...setting, spiking: true, holdReset: false, offsetCurrentOn: false });
  const again = [quiet, leak].map((routine) =>
    quantityOf(
      routine.parameters[0]!,
      answers.get(routine.name)![0]!,
      verified?.parameters.get(routine.name)?.[0],
      effort,
      verified?.writeNoise,
    ),
  );
  const quantities = [...base.quantities.filter(({ quantity }) => quantity !== 'tau_mem' && quantity !== 'leak'), ...again];
  return { ...base, setting, quantities, order: [...base.order, 'noise', 'leak'], masked: maskOf(neurons, quantities) };
}

/** Variance of a sample of a known voltage, LSB^2, mean of all channels. */
async function converterVariance(substrate: Substrate, effort: CalibrationEffort): Promise<number> {
  const { zero, lsb, reliable } = substrate.capabilities.cadc;
  await substrate.configure({ cadcInput: { debugVoltage: zero + (lsb * (reliable[0] + reliable[1])) / 2 } });
  const samples = SAMPLES_PER_REPEAT * effort.repeats;
  const raw = await substrate.read(allCircuits(substrate), samples);
  await substrate.configure({ cadcInput: 'membrane' });
  const variances = variancesOf(raw, samples, 2 ** substrate.capabilities.cadc.bits - 1).filter(Number.isFinite);
  return variances.reduce((sum, value) => sum + value, 0) / variances.length;
}

/** rms of the noise of every membrane, V; 0 where the converter shows no more than its own, NaN at an end of the scale. */
async function measureNoise(
  substrate: Substrate,
  effort: CalibrationEffort,
  converter: number,
  slopes: Float64Array,
): Promise<Float64Array> {
  const { cadc } = substrate.capabilities;
  await substrate.configure(QUIET);
  const samples = SAMPLES_PER_REPEAT * effort.repeats;
  const raw = await substrate.read(allCircuits(substrate), samples);
  return variancesOf(raw, samples, 2 ** cadc.bits - 1).map(
    (variance, n) => (Math.sqrt(Math.max(variance - converter, 0)) * cadc.lsb) / slopes[n]!,
  );
}

/** Variance of each row of samples, LSB^2; NaN where one stands at an end of the scale. */
function variancesOf(raw: Float64Array, samples: number, top: number): Float64Array {
  return Float64Array.from({ length: raw.length / samples }, (_, n) => {
    const row = raw.subarray(n * samples, (n + 1) * samples);
    if (row.some((value) => value <= 0 || value >= top)) return NaN;
    const mean = row.reduce((sum, value) => sum + value, 0) / samples;
    return row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (samples - 1);
  });
}
