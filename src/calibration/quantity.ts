/** What is stated of a quantity once it was searched and read afresh: residual, status and interval of every circuit. */
import { factsOf, type CalibratedQuantity, type CalibrationEffort, type CircuitStatus } from '../model/index.ts';
import type { ChannelOffsets } from './cadc-offset.ts';
import { scaleOf, type ParameterAnswer } from './parameter-search.ts';
import { medianOf, roundingError } from './reader.ts';
import type { SearchedParameter } from './routine.ts';
import type { Verified } from './verify.ts';

/** 1 for every circuit that failed in any quantity of circuits. */
export function maskOf(neurons: number, quantities: readonly CalibratedQuantity[]): Uint8Array {
  const masked = new Uint8Array(neurons);
  for (const { quantity, status } of quantities)
    if (factsOf(quantity).beside !== true) status.forEach((state, n) => (masked[n]! |= state === 'ok' ? 0 : 1));
  return masked;
}

/** Judged by the fresh readings where there are any, else by those of the search. `writeNoise`: standard deviation of a write in codes. */
export function quantityOf(
  parameter: SearchedParameter,
  result: ParameterAnswer,
  verified: Verified | undefined,
  effort: CalibrationEffort,
  writeNoise = 0,
): CalibratedQuantity {
  const { quantity, unit, targets } = parameter;
  const residuals = verified === undefined ? result.residuals : verified.reading.map((value, n) => value - targets[n]!);
  const deviation = residuals.map((residual, n) => Math.abs(residual) / scaleOf(parameter, n));
  // a robust deviation, so that the outliers to be found do not set the measure
  const spread = middleOf(deviation);
  const errors = verified?.verification.error68.map((error, n) => (error ?? NaN) / scaleOf(parameter, n));
  const usual = errors === undefined ? Infinity : middleOf(Float64Array.from(errors));
  const noisy = (n: number): boolean => errors !== undefined && errors[n]! > effort.mask_above * Math.max(usual, parameter.resolution);
  // where a code is a large step its write noise is no fault of the circuit, and readings without noise agree to a code and to what rounding leaves in choosing and in judging
  const limit = (n: number): number => {
    const step = result.step[n]! / scaleOf(parameter, n) || 0;
    return Math.max(effort.mask_above * Math.max(1.4826 * spread, writeNoise * step), step + 2 * parameter.resolution);
  };
  return {
    quantity,
    unit,
    target: medianOf(targets),
    codes: Array.from(result.codes),
    residual: Array.from(residuals, orNull),
    status: result.status.map((status, n): CircuitStatus => {
      // what is not read is not judged; at an end of its range a search knows why
      if (!Number.isFinite(residuals[n]) && status !== 'at limit') return 'masked';
      const reached = deviation[n]! <= parameter.tolerance;
      // the last code of a range is as good as any other where the circuit reads its target as well as the others do
      if (status === 'not reached' || (status === 'at limit' && !(reached && deviation[n]! <= limit(n) / 2))) return status;
      if (!reached) return 'not reached';
      return deviation[n]! > limit(n) || noisy(n) ? 'noisy' : 'ok';
    }),
    ...(verified && { verification: verified.verification }),
    ...(result.curve && { curve: result.curve }),
  };
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function middleOf(values: Float64Array): number {
  const finite = values.filter(Number.isFinite).toSorted();
  return finite[finite.length >> 1] ?? 0;
}

/** Channels: what is left of their deviation, read afresh at another voltage. */
export function offsetQuantity(
  { offsets, residual, noise, errorAt, middle }: ChannelOffsets,
  effort: CalibrationEffort,
): CalibratedQuantity {
  const repetition = noise / Math.sqrt(effort.samples);
  const steps = roundingError(noise);
  const width = (factor: number): (number | null)[] =>
    Array.from(residual, (value) => (Number.isFinite(value) ? factor * Math.sqrt(repetition ** 2 + steps ** 2) : null));
  return {
    quantity: 'cadc_offset',
    unit: 'LSB',
    target: 0,
    codes: Array.from(offsets, (offset) => (Number.isFinite(offset) ? offset : 0)),
    residual: Array.from(residual, orNull),
    status: Array.from(residual, (value): CircuitStatus => (Number.isFinite(value) ? 'ok' : 'masked')),
    ...(effort.verify > 1 && {
      verification: {
        reading: Array.from(residual, orNull),
        error68: width(1),
        // 1.96 standard deviations of a normal law
        error95: width(1.959964),
        budget: [
          { component: 'repetition', rms: repetition, of: 'value as it stands' },
          { component: 'converter steps', rms: steps, of: 'value as it stands' },
          { component: 'correction of a later reading', rms: errorAt(middle), of: 'next write' },
        ],
      },
    }),
  };
}
