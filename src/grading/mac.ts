/** Truth of a die as a multiply-accumulate array: what a sum of zero reads, gain of both signs over all rows, widths of the drivers relative to the mean of their core. */
import type { MacArray } from '../chip/index.ts';
import type { CalibratedQuantity } from '../model/index.ts';
import type { OtherTruth } from './grade.ts';

type MacQuantity = 'mac_baseline' | 'mac_gain_excitatory' | 'mac_gain_inhibitory' | 'mac_driver';

/** Values of an array as it is set now, by quantity. Weights are written. */
export function macValues(array: MacArray): Readonly<Record<MacQuantity, Float64Array>> {
  const { rows, neurons, largestInput, largestWeight, gain } = array.capabilities;
  const codes = new Uint8Array(rows * neurons).fill(largestWeight);
  const [silent, full] = [new Uint8Array(rows), new Uint8Array(rows).fill(largestInput)];
  const gainOf = (sign: 1 | -1): Float64Array => {
    array.load({ codes, signs: new Int8Array(rows).fill(sign) });
    const zero = array.exact(silent);
    return array.exact(full).map((value, n) => (sign * (value - zero[n]!)) / (rows * largestInput * largestWeight * gain));
  };
  const widths = array.widths();
  const means = Float64Array.from({ length: widths.length / rows }, (_, core) => {
    const own = widths.subarray(core * rows, (core + 1) * rows);
    return own.reduce((sum, width) => sum + width, 0) / rows;
  });
  return {
    mac_gain_excitatory: gainOf(1),
    mac_gain_inhibitory: gainOf(-1),
    mac_baseline: array.exact(silent),
    mac_driver: widths.map((width, d) => 1 + width - means[Math.floor(d / rows)]!),
  };
}

/** Before and after, for what was calibrated. */
export function macTruth(
  before: Readonly<Record<MacQuantity, Float64Array>>,
  after: Readonly<Record<MacQuantity, Float64Array>>,
  quantities: readonly CalibratedQuantity[],
): readonly OtherTruth[] {
  return quantities.flatMap(({ quantity, unit, target, status }): readonly OtherTruth[] => {
    if (!(quantity in after)) return [];
    const name = quantity as MacQuantity;
    return [
      {
        quantity,
        unit,
        targets: after[name].map(() => target),
        before: before[name],
        after: after[name],
        masked: status.map((state) => state !== 'ok'),
      },
    ];
  });
}
