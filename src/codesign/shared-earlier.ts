/** What the record of an earlier calibration of cores says of each of its dies, for one that goes on from there. */
import { UsageError } from '../base/index.ts';
import type { CoreQuantity, EarlierCores } from '../calibration/index.ts';
import {
  DYNAPSE_BIASES,
  type BiasCodes,
  type DynapseCard,
  type SharedCalibratedDie,
  type SharedCalibrationRecord,
  type SharedReadings,
} from '../model/index.ts';

/** A finished calibration to go on from, and what to do again. */
export interface SharedUpdate {
  readonly record: SharedCalibrationRecord;
  readonly only?: EarlierCores['only'];
}

/** Beside what the calibration needs, s of hardware time that the earlier one took. */
export interface EarlierDie extends EarlierCores {
  readonly hardwareTime: number;
}

/** By die. Throws UsageError for a die that the earlier run has not calibrated, and for a run of a chip with other cores. */
export function earlierDies(
  { geometry }: DynapseCard,
  { record, only }: SharedUpdate,
  dies: readonly number[],
): Readonly<Record<number, EarlierDie>> {
  const [cores, neurons] = [geometry.cores.value, geometry.neurons_per_core.value];
  return Object.fromEntries(
    dies.map((die) => {
      const found = record.result.dies.find((one) => one.die === die);
      if (found === undefined) throw new UsageError(`the run to update has no calibration of die ${String(die)}`);
      if (found.biases.length !== cores || record.result.neuronsPerCore !== neurons)
        throw new UsageError(
          `the run to update: found ${String(found.biases.length)} cores of ${String(record.result.neuronsPerCore)} neurons, expected ${String(cores)} of ${String(neurons)}`,
        );
      const { settling, reading, running } = found.hardwareTime;
      return [die, { ...asFound(found), hardwareTime: settling + reading + running, ...(only !== undefined && { only }) }];
    }),
  );
}

function asFound({ biases, quantities }: SharedCalibratedDie): EarlierCores {
  return {
    biases: biases.map((core) => Object.fromEntries(DYNAPSE_BIASES.map((name) => [name, codeOf(core[name]!)])) as BiasCodes),
    quantities: quantities.map(({ name, unit, bias, target, resolution, ...found }): CoreQuantity => ({
      name,
      unit,
      bias: bias as CoreQuantity['bias'],
      target,
      before: numbers(found.before),
      after: numbers(found.after),
      spread: numbers(found.spread),
      uncertainty: numbers(found.uncertainty),
      error68: numbers(found.error68),
      error95: numbers(found.error95),
      resolution,
      readings: Float64Array.from(numbers(found.readings)),
    })),
  };
}

function codeOf({ coarse, fine }: SharedCalibratedDie['biases'][number][string]): BiasCodes['dc'] {
  return { coarse, fine };
}

function numbers(values: SharedReadings): number[] {
  return values.map((value) => value ?? NaN);
}
