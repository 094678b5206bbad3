/**
 * The searched parameters of a circuit as data: which cell sets them, what is read, towards what, what must have run before and what they disturb. A new routine is one entry.
 */
import type { CalibratedQuantity, CalibrationEffort, NeuronCell, Substrate } from '../model/index.ts';
import { apart } from './apart.ts';
import type { CalibrationTargets } from './calibrate.ts';
import type { ChannelOffsets } from './cadc-offset.ts';
import { chooseLeakModes, DECAY_AMPLITUDE, lowerResets } from './decay-range.ts';
import type { RoutineNode } from './order.ts';
import { measureLeak, measureReset } from './potentials.ts';
import { HALF_STEP, medianOf, roundingError, toLsb, type PotentialReader } from './reader.ts';
import { synapseRoutines } from './synapse-routines.ts';
import { DECAY_SHAPE, measureTauMem } from './tau-mem.ts';
import { drivingCurrent, measureThreshold } from './threshold.ts';

/** What stands on the die while it is being calibrated, as far as the calibration has set it. */
export interface WorkingSetting {
  readonly codes: Partial<Record<NeuronCell, Int32Array>>;
  /** Index into LEAK_MODES, one per circuit; undefined when the calibration was not told. */
  leakMode: Uint8Array | undefined;
  /** Membrane time constants (s) with their relative standard errors, once they are known better than from a single reading. */
  tauMem?: { readonly values: Float64Array; readonly errors: Float64Array };
  /** Relative standard deviation of the mean of a core's drivers, once they are trimmed: repeated readings through them no longer show it. */
  driverMean?: number;
}

/** A searched parameter: which cell, in which unit, towards what. */
export interface SearchedParameter {
  readonly quantity: Exclude<CalibratedQuantity['quantity'], 'cadc_offset' | 'driver_amplitude'>;
  readonly cell: NeuronCell;
  readonly unit: CalibratedQuantity['unit'];
  readonly rising: boolean;
  /** The inverse of the reading is what follows the code in a straight line. */
  readonly inverse: boolean;
  readonly targets: Float64Array;
  /** Residual above which a circuit counts as not reached: LSB for a potential, else relative to the target. */
  readonly tolerance: number;
  /** Deviation that rounding to whole steps of the converter may leave, whatever the noise: LSB for a potential, else relative. Nothing smaller is an outlier. */
  readonly resolution: number;
  /** Codes of the data sheet, for a parameter that is proportional to its code: where its search begins. */
  readonly start?: Int32Array;
  /** For a parameter that is not proportional but a straight line over its code, with `start`: change of the reading per code by the data sheet. */
  readonly perCode?: number;
}

/** Parameters that one measurement reads, searched in lock step: most often one. */
export interface Routine extends RoutineNode {
  readonly parameters: readonly SearchedParameter[];
  readonly prepare?: () => Promise<void>;
  /** Makes ready for fresh readings of final codes; touches no code that this routine or one verified after it has found. */
  readonly ready?: () => Promise<void>;
  /** Standard errors that no repetition of the readings shows, by source: LSB or relative, at a reading (parameter's unit) of a circuit. */
  readonly systematic?: (parameter: number) => readonly SystematicError[];
  /** Readings of all parameters, in their order and units. */
  readonly measure: (effort: CalibrationEffort) => Promise<readonly Float64Array[]>;
}

/** One source of error that stays the same from reading to reading. */
export interface SystematicError {
  readonly component: string;
  /** LSB for a potential, else relative to the target. */
  readonly at: (circuit: number, reading: number) => number;
}

/** Residual of a potential (LSB) and of a time constant (relative) that no working circuit shows. */
const POTENTIAL_TOLERANCE = 8;
const TIME_TOLERANCE = 0.35;

/** The routines of a die, in any order; each reads and prepares through the same substrate. `working` is changed by those that choose modes. */
export function routinesOf(
  substrate: Substrate,
  reader: PotentialReader,
  targets: CalibrationTargets,
  effort: CalibrationEffort,
  working: WorkingSetting,
  channels: Pick<ChannelOffsets, 'errorAt' | 'noise'>,
): readonly Routine[] {
  const potential = (quantity: 'leak' | 'reset' | 'threshold'): SearchedParameter => ({
    quantity,
    cell: quantity,
    unit: 'LSB',
    rising: true,
    inverse: false,
    targets: targets[quantity].map((v) => toLsb(substrate, v)),
    tolerance: POTENTIAL_TOLERANCE,
    resolution: HALF_STEP,
  });
  const expected = medianOf(targets.tauMem);
  let current = 0;
  const converter = (): readonly SystematicError[] => [
    { component: 'converter channel', at: (_, reading) => channels.errorAt(reading) },
    { component: 'converter steps', at: () => roundingError(channels.noise) },
  ];
  return [
    {
      name: 'leak',
      needs: ['cadc_offset'],
      invalidates: [],
      parameters: [potential('leak')],
      measure: async (trial) => [await measureLeak(substrate, reader, trial)],
      systematic: converter,
    },
    {
      name: 'tau_mem',
      // a searched leak keeps the amplitude of the decays in reach; the bias current of a new time constant moves the leak again
      needs: ['cadc_offset', 'leak'],
      invalidates: ['leak'],
      parameters: [
        {
          quantity: 'tau_mem',
          cell: 'leak_bias',
          unit: 's',
          rising: false,
          inverse: true,
          targets: targets.tauMem,
          tolerance: TIME_TOLERANCE,
          resolution: (DECAY_SHAPE * HALF_STEP) / DECAY_AMPLITUDE,
        },
      ],
      prepare: async () => {
        await lowerResets(substrate, reader, effort, working);
        await chooseLeakModes(substrate, working, targets.tauMem, await measureTauMem(substrate, reader, effort, expected));
      },
      ready: async () => lowerResets(substrate, reader, effort, working),
      measure: async (trial) => [await measureTauMem(substrate, reader, trial, expected)],
      systematic: () => [{ component: 'converter steps', at: () => (DECAY_SHAPE * roundingError(channels.noise)) / DECAY_AMPLITUDE }],
    },
    ...synapseRoutines(substrate, reader, targets, effort, working, channels.noise),
    {
      name: 'reset',
      needs: ['cadc_offset', 'tau_mem'],
      invalidates: [],
      parameters: [potential('reset')],
      measure: async (trial) => [await measureReset(substrate, reader, trial)],
      systematic: converter,
    },
    {
      name: 'threshold',
      needs: ['cadc_offset', 'reset'],
      invalidates: [],
      parameters: [potential('threshold')],
      prepare: async () => {
        // the current has to serve the thresholds that the search will find, undisturbed by one another
        const start = working.codes.threshold;
        if (start !== undefined) await substrate.configure({ codes: { threshold: apart(start, substrate.capabilities.codes.threshold) } });
        current = await drivingCurrent(substrate, effort);
      },
      measure: async (trial) => [await measureThreshold(substrate, reader, trial, { current, tauMem: expected })],
      systematic: converter,
    },
  ];
}
