/**
 * Adaptation below threshold from two observables of quiet membranes, exponential and comparator off.
 *   leak level   with strong adaptation a settled membrane rests at V_rest - p (V_rest - V_adaptation), p = a / (1 + a): its shift against the rest without adaptation gives V_adaptation; p is read
 *                from levels under codes on both sides, because the strength of a circuit is not known yet, and the error of p times the shift is a part of the reading's
 *   step         a small step of current A from rest, V' = (-V - w + A) / tau_mem, w' = (a V - w) / tau_w, w in volts over the leak: first the membrane rises, then the
 *                adaptation pulls it back; the shape gives a and tau_w, for any amplitude, so neither the current nor the slope of a channel has to be known
 * The tanh of both OTAs is part of the fit: what it takes off the leak and off the drive of the adaptation acts as a slow force on the linear pair. a is read with the positive sign,
 * which damps; its sign is a switch.
 */
import { cos, exp, log, sin, tanh, ticksOf } from '../../base/index.ts';
import type { CalibrationEffort, Setting } from '../../model/index.ts';
import { adexSheet, type AdexBench } from './adex-known.ts';
import { apart } from '../apart.ts';
import { fitFew } from '../few-parameters.ts';
import { allCircuits, medianOf, QUIET } from '../reader.ts';

/** Time constants after which a settled level is read. */
const SETTLED = 6;
/** Different codes of a small current: apart enough against crosstalk, near enough for steps of one size. */
const STEP_OFFSETS = 5;
/** A time constant further from the expected one than by this factor is none that a trace shows. */
const WIDEST = 8;
/** Longest trace of a step, s. */
const LONGEST_TRACE = 1.2e-3;
/** A quick adaptation leaves a short trace, hardly told from the membrane's own rise: it is repeated until all traces together are as long as the longest, so often at the most. */
const MOST_REPEATS = 10;

/** Settled membranes in LSB after `wait` seconds with these codes in place. */
export async function settledLevel(
  bench: AdexBench,
  effort: CalibrationEffort,
  codes: Setting['codes'],
  wait: number,
): Promise<Float64Array> {
  const { substrate, reader } = bench;
  const { ticksPerSecond, cadc } = substrate.capabilities;
  const circuits = allCircuits(substrate);
  await substrate.configure({ ...QUIET, ...(codes && { codes }) });
  const from = ticksOf(wait, ticksPerSecond);
  const { samples } = await substrate.run({
    stimulus: {},
    probes: [{ kind: 'cadc', circuits, from }],
    until: from + effort.samples * ticksOf(cadc.sampleInterval, ticksPerSecond),
  });
  const { values, tick } = samples[0]!;
  return Float64Array.from(circuits, (n) => {
    let sum = 0;
    for (let s = 0; s < tick.length; s++) sum += reader.correct(n, values[n * tick.length + s]!);
    return sum / tick.length;
  });
}

/** How long a membrane with strong adaptation of this time constant takes to settle, s: a damped oscillation at half the sum of both rates. */
export function settlingTime(tauMem: Float64Array, tauW: number): number {
  return (SETTLED * 2) / (1 / medianOf(tauMem) + 1 / tauW);
}

/** How a step is applied and what is known before it is fitted. */
export interface StepStimulus {
  /** Code of the offset current. */
  readonly current: number;
  /** Expected strength and time constant (s): where the fit starts, and how long the traces are. */
  readonly strength: number;
  readonly tau: number;
  /** Time constants that are known, s: then only the strength is fitted. */
  readonly known?: Float64Array;
}

/** Strength a (relative to the leak) and tau_w (s) of every circuit; NaN where no adaptation was seen, tau_w 0 or Infinity where it is far too short or too long for the trace. */
export type StepReading = readonly [strength: Float64Array, tau: Float64Array];

/** A reading, and what the same traces say with other membrane time constants (s) and, where they are known, other time constants of the adaptation (s). */
export interface StepMeasurement {
  readonly reading: StepReading;
  readonly refit: (tauMem: Float64Array, known: Float64Array | undefined) => StepReading;
}

/** Strength and time constant of all circuits from steps of a small current. */
export async function measureStep(bench: AdexBench, effort: CalibrationEffort, stimulus: StepStimulus): Promise<StepMeasurement> {
  const { substrate, reader, tauMem } = bench;
  const { ticksPerSecond, cadc, neurons, codes } = substrate.capabilities;
  const circuits = allCircuits(substrate);
  await substrate.configure({
    ...QUIET,
    offsetCurrentOn: true,
    codes: { offset_current: apart(new Int32Array(neurons).fill(stimulus.current), codes.offset_current, STEP_OFFSETS) },
  });
  const interval = ticksOf(cadc.sampleInterval, ticksPerSecond);
  // the adaptation pulls the membrane back faster than it would decay alone
  const length = Math.min((3 * stimulus.tau) / (1 + stimulus.strength) + 4 * medianOf(tauMem), LONGEST_TRACE);
  const points = Math.ceil(length / cadc.sampleInterval);
  const repeats = Math.ceil(Math.max(2, effort.repeats / 2) * Math.min(LONGEST_TRACE / length, MOST_REPEATS));
  const sums = new Float64Array(neurons * points);
  for (let k = 0; k < repeats; k++) {
    // every run begins at rest and the current with it
    const { samples } = await substrate.run({
      stimulus: {},
      probes: [{ kind: 'cadc', circuits, from: interval }],
      until: (points + 1) * interval,
    });
    const { values, tick } = samples[0]!;
    for (const n of circuits) {
      for (let s = 0; s < points; s++) sums[n * points + s]! += reader.correct(n, values[n * tick.length + s]!) / repeats;
    }
  }
  const ranges = {
    leak: substrate.capabilities.leakLinearRange / cadc.lsb,
    adaptation: adexSheet(substrate).adaptationLinearRange / cadc.lsb,
  };
  const refit = (membrane: Float64Array, known: Float64Array | undefined): StepReading => {
    const strength = new Float64Array(neurons).fill(NaN);
    const tau = new Float64Array(neurons).fill(NaN);
    for (let n = 0; n < neurons; n++) {
      const trace = sums.subarray(n * points, (n + 1) * points);
      if (!trace.every(Number.isFinite)) continue;
      const found = fitStep(trace, interval / ticksPerSecond, membrane[n]!, ranges, stimulus, known?.[n]);
      if (found === null) continue;
      strength[n] = found.strength;
      tau[n] = found.tau;
    }
    return [strength, tau];
  };
  return { reading: refit(tauMem, stimulus.known), refit };
}

/** Linear ranges of both OTAs, LSB; Infinity for a linear one. */
interface Ranges {
  readonly leak: number;
  readonly adaptation: number;
}

function fitStep(
  trace: Float64Array,
  interval: number,
  tauMem: number,
  ranges: Ranges,
  { strength, tau }: StepStimulus,
  known: number | undefined,
): { readonly strength: number; readonly tau: number } | null {
  const shape = new Float64Array(trace.length);
  const model = (p: Float64Array, out: Float64Array): void => {
    stepShape({ tauMem, tauW: known ?? exp(p[3]!), strength: Math.max(p[2]!, -0.9), amplitude: p[1]!, ranges }, interval, shape);
    for (let k = 0; k < out.length; k++) out[k] = p[0]! + p[1]! * shape[k]!;
  };
  const last = trace.at(-1)!;
  const rest = trace[0]!;
  const start = [rest, (last - rest) * (1 + strength), strength, ...(known === undefined ? [log(tau)] : [])];
  const fit = fitFew({ model, values: trace, start, scale: [0.01, 0.01, 1e-3, 1e-3].slice(0, start.length) });
  if (fit === null) return null;
  const found = known ?? exp(fit[3]!);
  if (!(fit[2]! > -0.5)) return null;
  // far too quick or too slow to be fitted: a side, not a value
  if (!(found > tau / WIDEST)) return { strength: NaN, tau: 0 };
  if (!(found < tau * WIDEST)) return { strength: NaN, tau: Infinity };
  return { strength: fit[2]!, tau: found };
}

/** A step and what it meets: unit of the amplitude (what the step would reach without adaptation) that of the ranges. */
export interface StepResponse {
  readonly tauMem: number;
  readonly tauW: number;
  readonly strength: number;
  readonly amplitude: number;
  readonly ranges: Ranges;
}

/**
 * V at k x interval, k = 1, 2, ..., after a step, over its amplitude: x' = M x + (1 / tau_mem, 0) + f, by the exact propagator P = exp(M interval). f is what the tanh of the OTAs takes
 * off, (g(V) / tau_mem, -a g(V) / tau_w) with g(V) = V - range tanh(V / range), held over each interval at its value in the middle.
 */
export function stepShape({ tauMem, tauW, strength, amplitude, ranges }: StepResponse, interval: number, out: Float64Array): void {
  const [m00, m01, m10, m11] = [-1 / tauMem, -1 / tauMem, strength / tauW, -1 / tauW];
  const half = (m00 + m11) / 2;
  const square = ((m00 - m11) / 2) ** 2 + m01 * m10;
  const root = Math.sqrt(Math.abs(square));
  const x = root * interval;
  const damp = exp(half * interval);
  // cosh and sinh(x) / root for real eigenvalues, cos and sin for an oscillation
  const [even, odd] =
    square >= 0 ? [damp * ((exp(x) + exp(-x)) / 2), damp * sinhOver(x, root, interval)] : [damp * cos(x), damp * (sin(x) / root)];
  const [p00, p01, p10, p11] = [even + odd * (m00 - half), odd * m01, odd * m10, even + odd * (m11 - half)];
  // the integral of the propagator, (P - 1) / M
  const determinant = m00 * m11 - m01 * m10;
  const [i00, i01] = [(m11 * (p00 - 1) - m01 * p10) / determinant, (m11 * p01 - m01 * (p11 - 1)) / determinant];
  const [i10, i11] = [(m00 * p10 - m10 * (p00 - 1)) / determinant, (m00 * (p11 - 1) - m10 * p01) / determinant];
  const bent = (v: number, range: number): number =>
    Number.isFinite(range) ? (range / amplitude) * beyondTanh((v * amplitude) / range) : 0;
  const alike = ranges.leak === ranges.adaptation;
  let [v, w, before] = [0, 0, 0];
  for (let k = 0; k < out.length; k++) {
    const middle = v + (v - before) / 2;
    const leak = bent(middle, ranges.leak);
    const f0 = (1 + leak) / tauMem;
    const f1 = (-strength * (alike ? leak : bent(middle, ranges.adaptation))) / tauW;
    before = v;
    [v, w] = [p00 * v + p01 * w + i00 * f0 + i01 * f1, p10 * v + p11 * w + i10 * f0 + i11 * f1];
    out[k] = v;
  }
}

/** x - tanh(x); by its series where the difference would cost time and digits. */
function beyondTanh(x: number): number {
  const square = x * x;
  return square < 0.1 ? x * square * (1 / 3 - square * (2 / 15 - square * (17 / 315))) : x - tanh(x);
}

function sinhOver(x: number, root: number, interval: number): number {
  return x < 1e-6 ? interval : (exp(x) - exp(-x)) / 2 / root;
}
