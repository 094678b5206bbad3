/**
 * Features of the membrane under steps of current, with the names and definitions of the field (eFEL, Blue Brain; Allen Cell Types). Times in ms, voltages in mV, currents in pA.
 *   spike               crosses -20 mV upwards; its peak is the maximum until it falls below again
 *   threshold           AP_begin_voltage: the last point before the steepest rise at which dV/dt is below 10 mV/ms is followed by it
 *   amplitude, width    peak - threshold (AP_amplitude_from_begin); width at half of it (AP_duration_half_width)
 *   AHP                 lowest voltage to the next spike or the end of the step (AHP_depth_abs); its depth below the threshold
 *   adaptation          mean of (ISI(k+1) - ISI(k)) / (ISI(k+1) + ISI(k)) over all intervals (adaptation of the Allen Cell Types; adaptation_index2 of eFEL leaves the first one out); last interval over first
 *   base, steady        mean of the 50 ms before the step, of its last tenth (voltage_base, steady_state_voltage_stimend)
 *   sag                 steady - minimum (sag_amplitude), over base - minimum (sag_ratio1), under a step that hyperpolarises
 *   input resistance    (steady - base) / change of the current (ohmic_input_resistance_vb_ssse)
 *   time constant       least squares of C + A e^(-t/tau) from the onset to the minimum, or over the first half of a step without sag
 * Sources: eFEL documentation; Gouwens et al. 2019, Nat. Neurosci. 22:1182. What a sweep cannot tell is null.
 */
import { exp, log } from '../base/index.ts';
import type { CellFeatures, SpikeShape, SweepFeatures } from '../model/index.ts';

/** A recording under one step of current. */
export interface Sweep {
  /** mV, one every `dt` ms. */
  readonly voltage: ArrayLike<number>;
  readonly dt: number;
  /** ms; the step. */
  readonly onset: number;
  readonly end: number;
  /** pA above the holding current. */
  readonly current: number;
  /** pA that flow up to the onset; 0 unless given. Sag and time constant are those of steps from 0 alone. */
  readonly before?: number;
}

const DETECTION = -20; // mV
const STEEP = 10; // mV/ms
const BASE = 50; // ms
const STEADY = 0.1;

/** Features of one sweep. */
export function sweepFeatures(sweep: Sweep): SweepFeatures {
  const { voltage, dt, onset, end, current, before = 0 } = sweep;
  const index = (time: number): number => Math.max(0, Math.min(voltage.length, Math.round(time / dt)));
  const [first, last] = [index(onset), index(end)];
  const peaks = peaksOf(voltage, first, last);
  const spikes = peaks.map((peak, k) => shapeOf(sweep, peak, k === 0 ? first : peaks[k - 1]!, peaks[k + 1] ?? last));
  const intervals = peaks.slice(1).map((peak, k) => (peak - peaks[k]!) * dt);
  const changes = intervals.slice(1).map((interval, k) => (interval - intervals[k]!) / (interval + intervals[k]!));
  const base = meanOf(voltage, index(onset - BASE), first);
  const steady = peaks.length > 0 ? null : meanOf(voltage, index(end - STEADY * (end - onset)), last);
  const down = current < 0 && before === 0 && steady !== null && base !== null;
  const lowest = down ? lowestOf(voltage, first, last, dt) : null;
  const sag = lowest === null ? null : steady! - lowest.value;
  // where there is no sag worth the name the minimum is noise anywhere in the step
  const fitted = lowest !== null && sag! > 0.05 * (base! - lowest.value) ? lowest.index : first + ((last - first) >> 1);
  return {
    current,
    spikes,
    rate: (1000 * peaks.length) / (end - onset),
    latency: peaks.length === 0 ? null : peaks[0]! * dt - onset,
    adaptationIndex: changes.length === 0 ? null : changes.reduce((sum, value) => sum + value, 0) / changes.length,
    intervalRatio: intervals.length < 2 ? null : intervals.at(-1)! / intervals[0]!,
    base,
    steady,
    sag,
    sagRatio: lowest === null || !(base! - lowest.value > 0) ? null : sag! / (base! - lowest.value),
    inputResistance: current === before || steady === null || base === null ? null : (1000 * (steady - base)) / (current - before),
    timeConstant: down ? timeConstantOf(voltage, first, fitted, dt) : null,
  };
}

/** What the sweeps of one cell say together. */
export function cellFeatures(sweeps: readonly SweepFeatures[]): CellFeatures {
  const curve = frequencyCurve(sweeps);
  const firing = curve.filter(({ rate, current }) => rate > 0 && current > 0);
  const rheobase = firing[0]?.current ?? null;
  const silent = curve.filter(({ rate, current }) => rate === 0 && (rheobase === null || current < rheobase));
  const down = sweeps.filter(({ sag }) => sag !== null);
  const firsts = sweeps.flatMap(({ current, spikes }) => (rheobase !== null && current >= rheobase ? spikes.slice(0, 1) : []));
  return {
    rheobase,
    silentBelow: silent.at(-1)?.current ?? null,
    curve,
    gain: slopeOf(firing.map(({ current, rate }) => [current, rate])),
    inputResistance:
      slopeOf(down.map(({ current, steady, base }) => [current / 1000, steady! - base!])) ??
      (down.length === 0 ? null : medianOf(down.map((one) => one.inputResistance))),
    timeConstant: medianOf(sweeps.map((one) => one.timeConstant)),
    sagRatio: medianOf(sweeps.map((one) => one.sagRatio)),
    threshold: medianOf(firsts.map((one) => one.threshold)),
    halfWidth: medianOf(firsts.map((one) => one.halfWidth)),
    ahpDepth: medianOf(firsts.map((one) => one.ahpDepth)),
  };
}

/** Rate by current, ascending. */
function frequencyCurve(sweeps: readonly SweepFeatures[]): CellFeatures['curve'] {
  const rates = new Map<number, number[]>();
  for (const { current, rate } of sweeps) rates.set(current, [...(rates.get(current) ?? []), rate]);
  return [...rates]
    .toSorted(([a], [b]) => a - b)
    .map(([current, all]) => ({ current, rate: all.reduce((sum, rate) => sum + rate, 0) / all.length }));
}

function peaksOf(voltage: ArrayLike<number>, first: number, last: number): number[] {
  const peaks: number[] = [];
  let best = -1;
  for (let k = Math.max(1, first); k < last; k++) {
    const above = voltage[k]! >= DETECTION;
    if (above && best < 0 && voltage[k - 1]! < DETECTION) best = k;
    if (best >= 0 && voltage[k]! > voltage[best]!) best = k;
    if (best >= 0 && !above) {
      peaks.push(best);
      best = -1;
    }
  }
  return peaks;
}

function shapeOf({ voltage, dt }: Sweep, peak: number, from: number, to: number): SpikeShape {
  const slope = (k: number): number => (voltage[k + 1]! - voltage[k]!) / dt;
  let steepest = peak - 1;
  for (let k = peak - 1; k > from && k > peak - 5 / dt; k--) if (slope(k) > slope(steepest)) steepest = k;
  let begin = steepest;
  while (begin > from && slope(begin - 1) >= STEEP) begin--;
  const threshold = slope(steepest) >= STEEP ? voltage[begin]! : null;
  let low = peak;
  for (let k = peak; k < to; k++) if (voltage[k]! < voltage[low]!) low = k;
  const ahp = low > peak ? voltage[low]! : null;
  return {
    time: peak * dt,
    peak: voltage[peak]!,
    threshold,
    amplitude: threshold === null ? null : voltage[peak]! - threshold,
    halfWidth: threshold === null ? null : widthAt(voltage, dt, peak, begin, to, (voltage[peak]! + threshold) / 2),
    ahp,
    ahpDepth: threshold === null || ahp === null ? null : threshold - ahp,
  };
}

/** Time between the crossings of a level on either side of a peak, between samples by straight lines. */
function widthAt(voltage: ArrayLike<number>, dt: number, peak: number, from: number, to: number, level: number): number | null {
  let up = peak;
  while (up > from && voltage[up - 1]! > level) up--;
  let down = peak;
  while (down + 1 < to && voltage[down + 1]! > level) down++;
  if (up === from || down + 1 >= to) return null;
  const rise = up - 1 + (level - voltage[up - 1]!) / (voltage[up]! - voltage[up - 1]!);
  const fall = down + (voltage[down]! - level) / (voltage[down]! - voltage[down + 1]!);
  return (fall - rise) * dt;
}

/** Minimum of the mean over 1 ms: a single sample is noise. */
function lowestOf(voltage: ArrayLike<number>, first: number, last: number, dt: number): { value: number; index: number } | null {
  const width = Math.max(1, Math.round(1 / dt));
  let best: { value: number; index: number } | null = null;
  for (let k = first; k + width <= last; k += Math.max(1, width >> 1)) {
    const value = meanOf(voltage, k, k + width)!;
    if (best === null || value < best.value) best = { value, index: k + (width >> 1) };
  }
  return best;
}

/** tau of C + A e^(-t/tau), C and A by linear least squares, tau by golden section over its logarithm. */
function timeConstantOf(voltage: ArrayLike<number>, first: number, last: number, dt: number): number | null {
  const n = last - first;
  if (n < 10) return null;
  const loss = (logTau: number): number => {
    const decay = exp(-dt / exp(logTau));
    let [x, sx, sxx, sy, sxy, syy] = [1, 0, 0, 0, 0, 0];
    for (let k = 0; k < n; k++, x *= decay) {
      const y = voltage[first + k]!;
      sx += x;
      sxx += x * x;
      sy += y;
      sxy += x * y;
      syy += y * y;
    }
    const [cxx, cxy, cyy] = [sxx - (sx * sx) / n, sxy - (sx * sy) / n, syy - (sy * sy) / n];
    return cxx > 0 ? cyy - (cxy * cxy) / cxx : cyy;
  };
  let [low, high] = [log(dt), log(10 * n * dt)];
  for (let step = 0; step < 60; step++) {
    const [x, y] = [low + (high - low) * 0.381966, low + (high - low) * 0.618034];
    if (loss(x) < loss(y)) high = y;
    else low = x;
  }
  return exp((low + high) / 2);
}

function meanOf(values: ArrayLike<number>, from: number, to: number): number | null {
  if (to <= from) return null;
  let sum = 0;
  for (let k = from; k < to; k++) sum += values[k]!;
  return sum / (to - from);
}

function medianOf(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  if (sorted.length === 0) return null;
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

/** Least squares; null with fewer than two different abscissae. */
function slopeOf(points: readonly (readonly [number, number])[]): number | null {
  const [mx, my] = [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis]!, 0) / points.length) as [number, number];
  const sxx = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  return sxx > 0 ? points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / sxx : null;
}
