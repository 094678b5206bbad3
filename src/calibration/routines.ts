/**
 * The searched parameters of a circuit as data: which cell sets them, what is read, towards what, what must have run before and what they disturb. A new routine is one entry.
 */
import type { CalibratedQuantity, CalibrationEffort, NeuronCell, Substrate } from '../model/index.ts';
import { apart } from './apart.ts';
import type { CalibrationTargets } from './calibrate.ts';
import { chooseLeakModes, lowerResets } from './decay-range.ts';
import type { RoutineNode } from './order.ts';
import { measureLeak, measureReset } from './potentials.ts';
import { toLsb, type PotentialReader } from './reader.ts';
import { measureTauMem } from './tau-mem.ts';
import { drivingCurrent, measureThreshold } from './threshold.ts';

/** What stands on the die while it is being calibrated, as far as the calibration has set it. */
export interface WorkingSetting {
  readonly codes: Partial<Record<NeuronCell, Int32Array>>;
  /** Index into LEAK_MODES, one per circuit; undefined when the calibration was not told. */
  leakMode: Uint8Array | undefined;
}

/** A searched parameter: which cell, in which unit, towards what, and how it is read. */
export interface Routine extends RoutineNode {
  readonly name: Exclude<CalibratedQuantity['quantity'], 'cadc_offset'>;
  readonly cell: NeuronCell;
  readonly unit: 'LSB' | 's';
  readonly rising: boolean;
  /** The inverse of the reading is what follows the code in a straight line. */
  readonly inverse: boolean;
  readonly targets: Float64Array;
  /** Residual above which a circuit counts as not reached, unit of the quantity. */
  readonly tolerance: number;
  readonly prepare?: () => Promise<void>;
  readonly measure: (effort: CalibrationEffort) => Promise<Float64Array>;
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
): readonly Routine[] {
  const lsb = (volts: Float64Array): Float64Array => volts.map((v) => toLsb(substrate, v));
  const expected = targets.tauMem.toSorted()[targets.tauMem.length >> 1]!;
  let current = 0;
  return [
    {
      name: 'leak',
      needs: ['cadc_offset'],
      invalidates: [],
      cell: 'leak',
      unit: 'LSB',
      rising: true,
      inverse: false,
      targets: lsb(targets.leak),
      tolerance: POTENTIAL_TOLERANCE,
      measure: (trial) => measureLeak(substrate, reader, trial),
    },
    {
      name: 'tau_mem',
      // a searched leak keeps the amplitude of the decays in reach; the bias current of a new time constant moves the leak again
      needs: ['cadc_offset', 'leak'],
      invalidates: ['leak'],
      cell: 'leak_bias',
      unit: 's',
      rising: false,
      inverse: true,
      targets: targets.tauMem,
      tolerance: TIME_TOLERANCE * expected,
      prepare: async () => {
        await lowerResets(substrate, reader, effort, working);
        await chooseLeakModes(substrate, working, targets.tauMem, await measureTauMem(substrate, reader, effort, expected));
      },
      measure: (trial) => measureTauMem(substrate, reader, trial, expected),
    },
    {
      name: 'reset',
      needs: ['cadc_offset', 'tau_mem'],
      invalidates: [],
      cell: 'reset',
      unit: 'LSB',
      rising: true,
      inverse: false,
      targets: lsb(targets.reset),
      tolerance: POTENTIAL_TOLERANCE,
      measure: (trial) => measureReset(substrate, reader, trial),
    },
    {
      name: 'threshold',
      needs: ['cadc_offset', 'reset'],
      invalidates: [],
      cell: 'threshold',
      unit: 'LSB',
      rising: true,
      inverse: false,
      targets: lsb(targets.threshold),
      tolerance: POTENTIAL_TOLERANCE,
      prepare: async () => {
        // the current has to serve the thresholds that the search will find, undisturbed by one another
        const start = working.codes.threshold;
        if (start !== undefined) await substrate.configure({ codes: { threshold: apart(start, substrate.capabilities.codes.threshold) } });
        current = await drivingCurrent(substrate, effort);
      },
      measure: (trial) => measureThreshold(substrate, reader, trial, current),
    },
  ];
}
