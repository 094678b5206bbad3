/**
 * References of the synaptic inputs: the OTA of an input has an offset, so that it drives a resting current, which moves the rest of the membrane by an amount that grows with the strength. The reference cell
 * cancels it. All that is read is the settled membrane, with the input of one sign switched on and off while the other stays as it is:
 *   shift = rest(both on) - rest(this one off)         target 0 (or what the plan says); linear in the code, by the data sheet tau_mem x drive x share of a full weight per code
 * Offsets of the channels drop out of the difference. The other input and the leak move no shift, but a cancelled shift moves the leak, which is searched again.
 * Source: electronicvisions/calix synaptic input, OTA reference (shift of the resting potential when the OTA is enabled).
 */
import { InfeasibleError } from '../base/index.ts';
import type { CalibrationEffort, Substrate } from '../model/index.ts';
import { measureLeak } from './potentials.ts';
import { HALF_STEP, medianOf, roundingError, type PotentialReader } from './reader.ts';
import type { Routine, WorkingSetting } from './routine.ts';
import type { CalibrationTargets } from './targets.ts';

/** A difference of two potentials needs more samples than one potential; with the membrane's own noise neighbouring samples are alike. */
const SAMPLES = 4;
/** LSB: residual that no working input shows. */
const TOLERANCE = 8;

const SIGNS = [
  { name: 'excitatory', other: 'inhibitory', sign: 1, drive: 'driveExcitatory' },
  { name: 'inhibitory', other: 'excitatory', sign: -1, drive: 'driveInhibitory' },
] as const;

/** Routines of both signs; none without a target. `readingNoise`: standard deviation of one reading, LSB. Throws InfeasibleError for chips that cannot set them, and without targets of the strengths. */
export function referenceRoutines(
  substrate: Substrate,
  reader: PotentialReader,
  targets: CalibrationTargets,
  working: WorkingSetting,
  readingNoise: number,
): readonly Routine[] {
  const { inputShift: wanted } = targets;
  if (wanted === undefined) return [];
  const { synapticReference: sheet, cadc } = substrate.capabilities;
  if (sheet === undefined)
    throw new InfeasibleError('targets.input_shift needs a chip whose synaptic inputs have references (synapse.input.reference_per_code)');
  return SIGNS.map(({ name, other, sign, drive }): Routine => {
    const drives = targets[drive];
    const start = working.codes[`synapse_reference_${name}`];
    if (drives === undefined || start === undefined)
      throw new InfeasibleError('targets.input_shift needs tau_syn and psp: a resting current grows with the strength of its input');
    return {
      name: `reference_${name}`,
      needs: ['cadc_offset', 'leak', 'tau_mem', `synapse_${name}`],
      invalidates: ['leak'],
      parameters: [
        {
          quantity: `reference_${name}`,
          cell: `synapse_reference_${name}`,
          unit: 'LSB',
          rising: sign > 0,
          inverse: false,
          targets: wanted.map((volts) => volts / cadc.lsb),
          tolerance: TOLERANCE,
          resolution: HALF_STEP,
          start,
          perCode: (sign * sheet.sharePerCode * medianOf(drives) * medianOf(targets.tauMem)) / cadc.lsb,
        },
      ],
      measure: async (trial) => [await measureShift(substrate, reader, trial, other)],
      systematic: () => [{ component: 'converter steps', at: () => Math.SQRT2 * roundingError(readingNoise) }],
    };
  });
}

/** Shift of every rest by the input that is not `other`, LSB. Both inputs are on at the end. */
async function measureShift(
  substrate: Substrate,
  reader: PotentialReader,
  effort: CalibrationEffort,
  other: 'excitatory' | 'inhibitory',
): Promise<Float64Array> {
  const longer = { ...effort, samples: SAMPLES * effort.samples };
  await substrate.configure({ synapticInputs: other });
  const off = await measureLeak(substrate, reader, longer);
  await substrate.configure({ synapticInputs: 'both' });
  const on = await measureLeak(substrate, reader, longer);
  return on.map((level, n) => level - off[n]!);
}
