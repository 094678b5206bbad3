/**
 * Multiply-accumulate mode: every column reads the same for a sum of zero (its reset cell), answers a product with the same gain on rows of both signs (its synapse biases), and all drivers of a core send pulses
 * of one width (their trim). Nothing is seen but products.
 *   baseline   y(0),   a straight line over the reset code, one probe for its slope
 *   gain       (y(x) - y(0)) / (sum of x w),   proportional to the bias code; rows of one sign alone
 *   drivers    all rows at once, signs h_k(r) = +1 or -1 by the k-th Walsh function:   a(r) - mean of a = sum over k > 0 of h_k(r) (y_k - y(0)) / size,
 *              mean over the columns of the core: every product tells all drivers, and the large common part of the rows cancels before it reaches the converter
 * Gains come before the drivers, because signs of unequal gain leave a sum, and after them, because the rows of a gain are drivers.
 * Source: electronicvisions/calix hagen (driver offsets through products, up to 32 at once; baseline by one-probe prediction; inhibitory matched to excitatory); Walsh functions: Hadamard transform optics (Harwit and Sloane 1979).
 */
import type { CalibratedQuantity, CalibrationEffort, MacSubstrate, NeuronCell, Setting } from '../model/index.ts';
import { medianOf } from './reader.ts';
import { stated } from './stated.ts';
import { meanRepeated } from './uncertainty.ts';

/** Products averaged per reading, and by how many codes resets are moved to see what a code does. */
const PRODUCTS = 8;
const PROBE = 20;
/** Rows of one sign that read a gain, all with the largest input and weight: half of the range above or below the baseline. */
const GAIN_SHARE = 0.5;
const FRESH = 4;
/** Codes by which a column that stands at an end of the scale is moved at a time. */
const FAR = 60;
const TOLERANCE = { baseline: 8, gain: 0.35, driver: 0.3 } as const;

/** What was found: codes to configure an array with, and the quantities. */
export interface MacCalibration {
  readonly setting: Setting;
  readonly quantities: readonly CalibratedQuantity[];
}

/** Calibrates an array; drivers where they have a trim. */
export async function calibrateMac(array: MacSubstrate, effort: CalibrationEffort): Promise<MacCalibration> {
  const { rows, neurons, largestInput, largestWeight, top, baseline, gain, largestCode, nominal, trim } = array.capabilities;
  const codes: Partial<Record<NeuronCell, Int32Array>> = { ...nominal.codes };
  const weights = new Uint8Array(rows * neurons).fill(largestWeight);
  const silent = new Uint8Array(rows);
  const within = (code: number): number => Math.min(Math.max(Math.round(code), 1), largestCode);
  const signed = (sign: 1 | -1): void => array.load({ codes: weights, signs: new Int8Array(rows).fill(sign) });
  /** Mean readings; NaN where any stands at an end of the scale, unless `sides` are wanted. */
  const read = (inputs: ArrayLike<number>, products: number, sides = false): Float64Array => {
    const sums = new Float64Array(neurons);
    for (let k = 0; k < products; k++) {
      const values = array.multiply(inputs);
      for (let n = 0; n < neurons; n++) sums[n]! += !sides && (values[n] === 0 || values[n] === top) ? NaN : values[n]! / products;
    }
    return sums;
  };
  const products = PRODUCTS * Math.max(effort.repeats >> 1, 1);

  const setBaseline = async (): Promise<void> => {
    const before = read(silent, products, true);
    await array.configure({ codes: { reset: codes.reset!.map((code) => within(code + PROBE)) } });
    const after = read(silent, products, true);
    const inside = after.map((value, n) => (value - before[n]!) / PROBE).filter((slope) => slope > 0);
    const slope = medianOf(inside);
    let now = before;
    for (let round = 0; round < 4; round++) {
      codes.reset = codes.reset!.map((code, n) => {
        const step = (baseline - now[n]!) / slope;
        return within(code + (now[n] === 0 || now[n] === top ? Math.sign(step) * FAR : step));
      });
      await array.configure({ codes: { reset: codes.reset } });
      now = read(silent, products, true);
    }
  };

  const used = Math.max(Math.min(Math.floor((GAIN_SHARE * baseline) / (gain * largestInput * largestWeight)), rows), 1);
  const sets = Math.max(Math.floor(rows / used), 1);
  /** Gain of all columns on rows of one sign, as many at a time as the converter has room for, all of them in turn. */
  const gains = (sign: 1 | -1): Float64Array => {
    signed(sign);
    const zero = read(silent, products);
    const total = new Float64Array(neurons);
    for (let k = 0; k < sets; k++) {
      const active = Uint8Array.from({ length: rows }, (_, row) => (Math.floor(row / used) === k ? largestInput : 0));
      const sum = active.reduce((all, x) => all + x * largestWeight, 0);
      const per = Math.max(Math.ceil(products / sets), 2);
      read(active, per, true).forEach((value, n) => (total[n]! += (sign * (value - zero[n]!)) / (sum * gain) / sets));
    }
    return total;
  };
  const setGains = async (): Promise<void> => {
    for (const [sign, cell] of SIGNS)
      for (let round = 0; round < 2; round++) {
        const now = gains(sign);
        codes[cell] = codes[cell]!.map((code, n) => (now[n]! > 0.1 ? within(code / now[n]!) : code));
        await array.configure({ codes: { [cell]: codes[cell] } });
      }
  };

  let driverTrim: Uint8Array | undefined;
  const cores = trim === undefined ? 0 : Math.floor(neurons / trim.circuits);
  /** Pulse widths of all drivers minus the mean of their core, a share of full width, as every column of the core sees them; driver after driver. */
  const drivers = (): Float64Array => {
    let size = 1;
    while (size < rows) size *= 2;
    signed(1);
    const zero = read(silent, products);
    const estimates = new Float64Array(rows * neurons);
    const full = new Uint8Array(rows).fill(largestInput);
    for (let k = 1; k < size; k++) {
      const signs = Int8Array.from({ length: rows }, (_, row) => walsh(k, row));
      array.load({ codes: weights, signs });
      const y = read(full, 1);
      for (let row = 0; row < rows; row++)
        for (let n = 0; n < neurons; n++) estimates[row * neurons + n]! += (signs[row]! * (y[n]! - zero[n]!)) / size;
    }
    const unit = gain * largestInput * largestWeight;
    const means = Float64Array.from({ length: neurons }, (_, n) => {
      let total = 0;
      for (let row = 0; row < rows; row++) total += estimates[row * neurons + n]! / rows;
      return total;
    });
    return Float64Array.from({ length: cores * rows * trim!.circuits }, (_, k) => {
      const [d, column] = [Math.floor(k / trim!.circuits), k % trim!.circuits];
      const n = Math.floor(d / rows) * trim!.circuits + column;
      return (estimates[(d % rows) * neurons + n]! - means[n]!) / unit;
    });
  };
  const widthsOf = (seen: Float64Array): Float64Array =>
    Float64Array.from({ length: cores * rows }, (_, d) => spreadOf(seen.subarray(d * trim!.circuits, (d + 1) * trim!.circuits)).mean);

  await array.configure({ codes, ...(trim && { driverTrim: new Uint8Array(cores * rows).fill(trim.middle) }) });
  signed(1);
  await setBaseline();
  await setGains();
  const quantities: CalibratedQuantity[] = [];
  if (trim !== undefined) {
    driverTrim = new Uint8Array(cores * rows).fill(trim.middle);
    for (let round = 0; round < 2; round++) {
      const widths = widthsOf(drivers());
      driverTrim = driverTrim.map((code, d) =>
        Number.isFinite(widths[d]) ? Math.min(Math.max(Math.round(code - widths[d]! / trim.step), 0), trim.largest) : code,
      );
      await array.configure({ driverTrim });
    }
    await setGains();
    const fresh = Array.from({ length: FRESH }, drivers);
    const trimmed = driverTrim;
    const together = meanRepeated(fresh);
    const error = Float64Array.from(trimmed, (_, d) => spreadOf(together.subarray(d * trim.circuits, (d + 1) * trim.circuits)).error);
    quantities.push(
      stated({
        quantity: 'mac_driver',
        unit: '1',
        target: 1,
        codes: trimmed,
        readings: fresh.map((seen) => widthsOf(seen).map((width) => 1 + width)),
        systematic: [{ component: 'synapses of the row', at: (d) => error[d]! }],
        status: (d, residual) => {
          if ((trimmed[d] === 0 || trimmed[d] === trim.largest) && Math.abs(residual) > trim.step) return 'at limit';
          return Math.abs(residual) < TOLERANCE.driver ? 'ok' : 'not reached';
        },
      }),
    );
  }
  await setBaseline();
  signed(1);
  return {
    setting: { codes, ...(driverTrim && { driverTrim }) },
    quantities: [
      stated({
        quantity: 'mac_baseline',
        unit: 'LSB',
        target: baseline,
        codes: codes.reset!,
        readings: repeated(() => read(silent, products)),
        status: (n, residual) =>
          Math.abs(residual) < TOLERANCE.baseline
            ? 'ok'
            : codes.reset![n] === 1 || codes.reset![n] === largestCode
              ? 'at limit'
              : 'not reached',
      }),
      ...SIGNS.map(([sign, cell, quantity]) =>
        stated({
          quantity,
          unit: '1',
          target: 1,
          codes: codes[cell]!,
          readings: repeated(() => gains(sign)),
          status: (n, residual) =>
            Math.abs(residual) < TOLERANCE.gain
              ? 'ok'
              : codes[cell]![n] === 1 || codes[cell]![n] === largestCode
                ? 'at limit'
                : 'not reached',
        }),
      ),
      ...quantities,
    ],
  };
}

const SIGNS = [
  [1, 'synapse_bias_excitatory', 'mac_gain_excitatory'],
  [-1, 'synapse_bias_inhibitory', 'mac_gain_inhibitory'],
] as const;

/** Fresh readings of columns. */
function repeated(one: () => Float64Array): readonly Float64Array[] {
  return Array.from({ length: 2 * FRESH }, one);
}

/** Mean of what columns saw and its standard error, over those that saw anything. */
function spreadOf(values: Float64Array): { readonly mean: number; readonly error: number } {
  const seen = values.filter(Number.isFinite);
  const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length;
  const squares = seen.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / Math.max(seen.length - 1, 1) / seen.length) };
}

/** Walsh function in the order of Hadamard: +1 where k and row have an even number of bits in common. */
function walsh(k: number, row: number): 1 | -1 {
  let bits = k & row;
  let odd = false;
  for (; bits > 0; bits &= bits - 1) odd = !odd;
  return odd ? -1 : 1;
}
