/**
 * Trim of the correlation sensors, two bits for the amplitude and two for the time constant of every synapse. Sensors are read after many spike pairs (correlation-pairs.ts), once more with both events
 * further away from the spikes. With N pairs at the mean distances d1 and d2
 *   causal and anticausal readings:   R = N A exp(-d / tau)
 *   1 / tau = sum over both sides of ln(R1 / R2)  /  sum of (d2 - d1),     A = R1 exp(d1 / tau) / N,     amplitude = sqrt(A+ A-)
 * because one trim serves both sides and their asymmetry is no fault of it. What a code changes is on the data sheet, so all codes are tried on paper and the nearest is taken; its fresh readings judge it.
 * Source: electronicvisions/calix correlation.py (spike pairs, 2 + 2 trim bits, asymmetry that one trim cannot take away).
 */
import { exp, log } from '../base/index.ts';
import type { CalibratedQuantity, CircuitStatus, CorrelationTrim, Substrate } from '../model/index.ts';
import { pairs, type Sight } from './correlation-pairs.ts';
import { allCircuits } from './reader.ts';
import type { CorrelationTargets } from './targets.ts';
import { intervalsOf, type Intervals } from './uncertainty.ts';

/** Trim codes of all synapses (nominal in the rows that were left alone), with what fresh readings say; entries row after row, all circuits in each. */
export interface CorrelationCalibration {
  readonly trim: CorrelationTrim;
  readonly quantities: readonly CalibratedQuantity[];
}

/** LSB that a typical sensor holds when it is read, near or far: over the deviations of the channels, and below saturation for nearly all. */
const HELD = 70;
/** LSB that a sensor should hold at the least: twenty times the noise of a reading. */
const DIM = 20;
/** Distances of both events from the spikes, beyond what neurons need to fire, in units of the wanted time constant. */
const NEAR = 0.15;
const FAR = 1.1;
const MIDDLE = 2;
const CODES = [0, 1, 2, 3] as const;
/** Readings that choose the codes: one differs from another by under a hundredth, a code changes a fifth. */
const CHOSEN_BY = 2;
/** A synapse within this factor of its target is of use, whatever its trim could do: the bounds of the anchor's own test. */
const USABLE = 2;

/** Trims the first rows. Codes of circuits and currents of blocks must stand. `verify`: fresh readings, at least two. */
export async function trimCorrelation(
  substrate: Substrate,
  sight: Sight,
  targets: CorrelationTargets,
  verify: number,
): Promise<CorrelationCalibration> {
  const { correlation, synapses, neurons } = substrate.capabilities;
  const sheet = correlation!;
  const all = (): Uint8Array => new Uint8Array(synapses!.rows * neurons).fill(MIDDLE);
  const trim = { amplitude: all(), tau: all() };
  await substrate.configure({ correlationTrim: trim });
  const first = await measured(substrate, sight, targets, CHOSEN_BY);
  trim.amplitude.set(nearest(first.amplitude.mean, 1, sheet.amplitudePerTrim, (s) => (first.side[s] === 1 ? CODES[0] : CODES[3])));
  trim.tau.set(nearest(first.tau.mean, targets.tau, sheet.tauPerTrim, () => MIDDLE));
  await substrate.configure({ correlationTrim: trim });
  const fresh = await measured(substrate, sight, targets, verify);
  return {
    trim,
    quantities: [
      quantityOf('correlation_amplitude', '1', targets.amplitude, trim.amplitude, times(fresh.amplitude, targets.amplitude)),
      quantityOf('correlation_tau', 's', targets.tau, trim.tau, fresh.tau),
    ],
  };
}

/** Codes that bring values, as read with the nominal code, nearest to a target; `unread` gives those of what has no reading. */
function nearest(mean: Float64Array, target: number, perCode: number, unread: (synapse: number) => number): Uint8Array {
  return Uint8Array.from(mean, (value, s) => {
    if (!Number.isFinite(value)) return unread(s);
    const miss = (code: number): number => Math.abs(value * (1 + perCode * (code - MIDDLE)) - target);
    return CODES.reduce((best, code) => (miss(code) < miss(best) ? code : best), CODES[MIDDLE] as number);
  });
}

function list(values: Float64Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) ? Number(value.toPrecision(7)) : null));
}

/** What was read relative to the target, in LSB per pair. */
function times({ mean, statistical, error68, error95 }: Intervals, unit: number): Intervals {
  const scaled = (values: Float64Array): Float64Array => values.map((value) => value * unit);
  return { mean: scaled(mean), statistical: scaled(statistical), error68: scaled(error68), error95: scaled(error95) };
}

function quantityOf(
  quantity: 'correlation_amplitude' | 'correlation_tau',
  unit: 's' | '1',
  target: number,
  codes: Uint8Array,
  { mean, statistical, error68, error95 }: Intervals,
): CalibratedQuantity {
  const known = statistical.filter(Number.isFinite);
  const rms = Math.sqrt(known.reduce((sum, one) => sum + one * one, 0) / Math.max(known.length, 1)) / target;
  return {
    quantity,
    unit,
    target,
    codes: Array.from(codes.subarray(0, mean.length)),
    residual: list(mean.map((value) => value - target)),
    status: Array.from(mean, (value, k): CircuitStatus => {
      if (!Number.isFinite(value)) return 'masked';
      if (value < target * USABLE && value > target / USABLE) return 'ok';
      return codes[k] === 0 || codes[k] === 3 ? 'at limit' : 'not reached';
    }),
    verification: {
      reading: list(mean),
      error68: list(error68),
      error95: list(error95),
      budget: [{ component: 'repetition', rms, of: 'value as it stands' }],
    },
  };
}

/**
 * What was read of the sensors; `side`: 0 where all of it was on the scale, 1 where a sensor may have been full, -1 where one held too little to be seen; `dim`: 1 where one held so
 * little that the noise of the converter is a large part of it.
 */
interface Measured {
  readonly amplitude: Intervals;
  readonly tau: Intervals;
  readonly side: Int8Array;
  readonly dim: Uint8Array;
}

/** How pairs are applied: distances of the near and the far ones, and what a typical sensor holds after them, over the usual. */
interface Exposure {
  readonly near: number;
  readonly far: number;
  readonly held: readonly [near: number, far: number];
}

/** Most sensors are read as USUAL says. One that was full gets fewer pairs; one that held too little gets more, at distances that a short time constant reaches. */
const USUAL: Exposure = { near: NEAR, far: FAR, held: [1, 1] };
const OTHERS = [
  [1, { near: NEAR, far: FAR, held: [0.35, 0.35] }],
  [-1, { near: NEAR, far: (NEAR + FAR) / 2, held: [2.5, 2] }],
] as const satisfies readonly (readonly [side: number, exposure: Exposure])[];

/** Amplitudes relative to the wanted one and time constants of all synapses of the rows, from repeated readings. Only circuits with a sensor that was off the scale are exposed otherwise. */
async function measured(substrate: Substrate, sight: Sight, targets: CorrelationTargets, repeats: number): Promise<Measured> {
  const circuits = allCircuits(substrate);
  const usual = await exposed(substrate, sight, targets, repeats, circuits, USUAL);
  const { amplitude, tau, side, dim } = usual;
  for (const [missed, exposure] of OTHERS) {
    const wanted = side.map((one, s) => (one === missed || (missed < 0 && one === 0 && dim[s] === 1) ? 1 : 0));
    const some = circuits.filter((n) => wanted.some((one, s) => one === 1 && s % circuits.length === n));
    if (some.length === 0) continue;
    const again = await exposed(substrate, sight, targets, repeats, some, exposure);
    wanted.forEach((one, s) => {
      if (one === 0 || again.side[s] !== 0) return;
      side[s] = 0;
      for (const name of ['mean', 'statistical', 'error68', 'error95'] as const) {
        amplitude[name][s] = again.amplitude[name][s]!;
        tau[name][s] = again.tau[name][s]!;
      }
    });
  }
  return usual;
}

async function exposed(
  substrate: Substrate,
  { reader, errorAt }: Sight,
  targets: CorrelationTargets,
  repeats: number,
  circuits: Uint32Array,
  exposure: Exposure,
): Promise<Measured> {
  const { neurons } = substrate.capabilities;
  const size = targets.rows * neurons;
  const rows = Array.from({ length: targets.rows }, (_, row) => row);
  const amplitudes: Float64Array[] = [];
  const rates: Float64Array[] = [];
  const side = new Int8Array(size);
  const dim = new Uint8Array(size);
  // what an error of its channel does to a sensor's rate and to the logarithm of its amplitude
  const [rateErrors, logErrors] = [new Float64Array(size), new Float64Array(size)];
  for (let k = 0; k < repeats; k++) {
    const near = await pairs(substrate, reader, { ...targets, rows }, circuits, exposure.near, exposure.held[0] * HELD);
    const far = await pairs(substrate, reader, { ...targets, rows }, circuits, exposure.far, exposure.held[1] * HELD);
    const more = (far.count / near.count) ** 2;
    const [rate, amplitude] = [new Float64Array(size).fill(NaN), new Float64Array(size).fill(NaN)];
    for (const [i, n] of circuits.entries()) {
      const moved = far.before[i]! - near.before[i]! + far.after[i]! - near.after[i]!;
      const distance = (near.before[i]! + near.after[i]!) / 2;
      for (let row = 0; row < targets.rows; row++) {
        const [s, at] = [row * neurons + n, row * circuits.length + i];
        const [causal, anticausal] = [near.causal[at]!, near.anticausal[at]!];
        const [farCausal, farAnticausal] = [far.causal[at]!, far.anticausal[at]!];
        const all = [causal, anticausal, farCausal, farAnticausal];
        if (all.includes(Infinity)) side[s] = 1;
        else if (side[s] === 0 && all.some(Number.isNaN)) side[s] = -1;
        if (all.some((value) => value < DIM)) dim[s] = 1;
        rate[s] = log((more * causal * anticausal) / (farCausal * farAnticausal)) / moved;
        amplitude[s] = (Math.sqrt(causal * anticausal) * exp(rate[s] * distance)) / near.count / targets.amplitude;
        const channel = errorAt((causal + anticausal + farCausal + farAnticausal) / 4);
        const ofNear = channel * (1 / causal + 1 / anticausal);
        rateErrors[s] = (ofNear - channel * (1 / farCausal + 1 / farAnticausal)) / moved;
        logErrors[s] = ofNear / 2 + rateErrors[s] * distance;
      }
    }
    rates.push(rate.map((value) => value * targets.tau));
    amplitudes.push(amplitude);
  }
  // readings that chance put on the scale now and then would be those of chance
  for (const readings of [rates, amplitudes])
    for (const row of readings) side.forEach((one, s) => (one === 0 ? undefined : (row[s] = NaN)));
  // a time constant is averaged as a rate: what errs by a part of it errs further upwards than downwards
  const { mean, ...errors } = intervalsOf(rates, (s) => rateErrors[s]! * targets.tau);
  const ofRate = (values: Float64Array): Float64Array => values.map((value, s) => (targets.tau * value) / mean[s]! ** 2);
  return {
    amplitude: intervalsOf(amplitudes, (s, value) => value * logErrors[s]!),
    tau: {
      mean: mean.map((value) => (value > 0 ? targets.tau / value : NaN)),
      statistical: ofRate(errors.statistical),
      error68: ofRate(errors.error68),
      error95: ofRate(errors.error95),
    },
    side,
    dim,
  };
}
