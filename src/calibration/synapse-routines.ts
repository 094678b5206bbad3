/**
 * The routines of the synaptic inputs, one per sign: strength and time constant are told apart by the shape of one potential, so both are searched in lock step from the same
 * measurements, and neither has to wait for the other as it would if amplitudes were all that was read. A sign without targets has no routine.
 */
import { InternalError } from '../base/index.ts';
import type { CalibrationEffort, Substrate } from '../model/index.ts';
import { lowerResets } from './decay-range.ts';
import { DRIVER_MEAN } from './earlier.ts';
import { HALF_STEP, medianOf, roundingError, toLsb, type PotentialReader } from './reader.ts';
import { raiseRests } from './room.ts';
import type { Routine, SearchedParameter, SystematicError, WorkingSetting } from './routine.ts';
import type { CalibrationTargets } from './targets.ts';
import { measureSynapses, PEAK, synapseStimulus, type SynapseMeasurement, type SynapseReading, type SynapseStimulus } from './synapse.ts';
import { measureTauMem } from './tau-mem.ts';

/** The shape of a potential gives tau_syn only as well as tau_mem is known: it is read once, with this many times the usual repetitions. */
const TAU_MEM_REPEATS = 4;
/** Relative change of a membrane time constant by which its influence is tried: far over the rounding of a fit, near enough for a straight line. */
const MEMBRANE_CHANGE = 0.03;
/** Relative change of a reading per relative error of single samples, over the peak: as found on a chip without noise, whose samples are off by rounding alone. */
const SHAPE = { tauSyn: 1.2, drive: 0.8 } as const;
/** Relative residual that no working circuit shows. */
const TOLERANCE = 0.35;

const SIGNS = [
  { name: 'excitatory', sign: 1, tau: 'tauSynExcitatory', drive: 'driveExcitatory' },
  { name: 'inhibitory', sign: -1, tau: 'tauSynInhibitory', drive: 'driveInhibitory' },
] as const;

/** Routines of both signs. `readingNoise`: standard deviation of one reading, LSB. */
export function synapseRoutines(
  substrate: Substrate,
  reader: PotentialReader,
  targets: CalibrationTargets,
  effort: CalibrationEffort,
  working: WorkingSetting,
  readingNoise: number,
): readonly Routine[] {
  const rest = targets.leak.map((volts) => toLsb(substrate, volts));
  return SIGNS.flatMap(({ name, sign, tau, drive }): readonly Routine[] => {
    const [taus, drives] = [targets[tau], targets[drive]];
    if (taus === undefined && drives === undefined) return [];
    const [startTau, startBias] = [working.codes[`synapse_tau_${name}`], working.codes[`synapse_bias_${name}`]];
    if (taus === undefined || drives === undefined || startTau === undefined || startBias === undefined) {
      throw new InternalError(
        `synaptic inputs, ${name}: time constants and strengths are calibrated together, from the codes of the data sheet`,
      );
    }
    const proportional = { rising: true, tolerance: TOLERANCE, resolution: (SHAPE.tauSyn * HALF_STEP) / PEAK } as const;
    const parameters: readonly SearchedParameter[] = [
      {
        ...proportional,
        quantity: `tau_syn_${name}`,
        cell: `synapse_tau_${name}`,
        unit: 's',
        rising: false,
        inverse: true,
        targets: taus,
        start: startTau,
      },
      {
        ...proportional,
        quantity: `strength_${name}`,
        cell: `synapse_bias_${name}`,
        unit: 'V/s',
        inverse: false,
        targets: drives,
        start: startBias,
      },
    ];
    let stimulus: SynapseStimulus | undefined;
    let last: SynapseMeasurement | undefined;
    const rowsUsed = `rows used, ${name}`;
    const drivers = async (): Promise<void> => {
      if (sign < 0) await raiseRests(substrate, reader, rest, effort, working);
      stimulus = synapseStimulus(substrate, sign, {
        drive: medianOf(drives),
        tauSyn: medianOf(taus),
        tauMem: await knownMembranes(substrate, reader, targets, effort, working),
      });
    };
    return [
      {
        name: `synapse_${name}`,
        needs: ['cadc_offset', 'leak', 'tau_mem'],
        // the resets are moved out of the way for the reading of the membranes
        invalidates: ['reset'],
        parameters,
        prepare: drivers,
        ready: drivers,
        measure: async (trial) => {
          const from = working.kept[rowsUsed] ?? 0;
          last = await measureSynapses(substrate, reader, stimulus!, trial, from);
          working.kept[rowsUsed] = from + last.rowsUsed;
          return [last.reading.tauSyn, last.reading.drive];
        },
        systematic: (parameter) => {
          const field = parameter === 0 ? 'tauSyn' : 'drive';
          const steps = (SHAPE[field] * roundingError(readingNoise)) / PEAK;
          const common = parameter === 0 ? undefined : working.driverMean;
          return [
            throughMembrane(field, last!, working.tauMem!),
            { component: 'converter steps', at: () => steps },
            ...(common === undefined ? [] : [{ component: DRIVER_MEAN, at: () => common }]),
          ];
        },
      },
    ];
  });
}

/** Membrane time constants, s, read once for all that look through them; the resets are moved out of the way. */
export async function knownMembranes(
  substrate: Substrate,
  reader: PotentialReader,
  targets: CalibrationTargets,
  effort: CalibrationEffort,
  working: WorkingSetting,
): Promise<Float64Array> {
  if (working.tauMem === undefined) {
    await lowerResets(substrate, reader, effort, working);
    const more = { ...effort, repeats: TAU_MEM_REPEATS * effort.repeats };
    const read = await measureTauMem(substrate, reader, more, medianOf(targets.tauMem));
    working.tauMem = {
      values: read.map((tau, n) => (tau > 0 && Number.isFinite(tau) ? tau : targets.tauMem[n]!)),
      errors: read.map(() => 0),
    };
  }
  return working.tauMem.values;
}

/** What an error of the membrane time constant does to a reading: the same samples are fitted once more with another one. */
function throughMembrane(
  field: keyof SynapseReading,
  { reading, refit }: SynapseMeasurement,
  { values, errors }: NonNullable<WorkingSetting['tauMem']>,
): SystematicError {
  const moved = refit(values.map((tau) => tau * (1 + MEMBRANE_CHANGE)));
  const relative = moved[field].map((value, n) => (value / reading[field][n]! - 1) / MEMBRANE_CHANGE);
  // a circuit whose fit was lost has no reading either
  return { component: 'membrane time constant', at: (n) => Math.abs(relative[n]! || 0) * errors[n]! };
}
