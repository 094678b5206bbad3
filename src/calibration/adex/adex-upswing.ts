/**
 * Exponential voltage and slope from the upswing: a constant current lets every neuron fire without adaptation, and the column ADC's samples of the last microseconds before
 * each spike, put over the time left to it, are fitted by
 *   dV/dt = s - leak(V) + r exp((V - V_exp) / D),   V = comparator threshold at the spike
 * in V_exp and D. With u = exp(-(V - V_exp) / D), backwards in time du/d(lead) = (r + u (s - leak(V))) / D: no stiffness, whatever the exponential does, and far up in the upswing
 * V = V_exp + D ln(D / r) - D ln(lead), so the shape over the logarithm of the lead gives D and its height V_exp.
 * The rate r at V_exp is on the data sheet; drive s by the code of the offset current; leak, rest and threshold are calibrated before.
 * Source: ours; the exponential upswing of Brette and Gerstner 2005, read as in the dynamic I-V curve of Badel et al. 2008.
 */
import { exp, log, ticksOf } from '../../base/index.ts';
import type { CalibrationEffort, Substrate } from '../../model/index.ts';
import { adexSheet, leakSlope, toVolts, type AdexBench } from './adex-known.ts';
import { apart } from '../apart.ts';
import { samplesBeforeSpikes, trainsOf } from './before-spikes.ts';
import { fitFew } from '../few-parameters.ts';
import { allCircuits, QUIET } from '../reader.ts';

/** s: leads that are fitted. The delay of the comparator (data sheet) is taken off; nearer to the spike its spread shows. */
const LONGEST = 6e-6;
const SHORTEST = 0.15e-6;
/** s: from release to release, no multiple of the sample interval. */
const PERIOD = 41e-6;
const REFRACTORY = 1e-6;
const PLATEAU = 1.5e-6;
const FEWEST = 12;
/** Periods of a trial of the currents: as many spikes have to be seen. */
const TRIALS = 4;
/** Smallest code of the row of currents, the factor from one to the next, and how many steps an earlier current is taken back before it is tried again. */
const FIRST_CURRENT = 20;
const NEXT_CURRENT = 1.2;
const STEPS_BACK = 3;
/** Different codes of the current: its drive has to be that of its code, undisturbed by equal neighbours. */
const OFFSETS = 61;
/** Points of the curve. */
const GRID = 64;

/** What drives the neurons, and where the fit starts. */
export interface UpswingStart {
  /** Codes of the offset current, one per circuit. */
  readonly currents: Int32Array;
  /** V. */
  readonly voltage: number;
  readonly slope: number;
}

/** V_exp in LSB and D in V of every circuit; NaN where none could be seen, +Infinity for a V_exp so high that the neuron never fires. */
export type UpswingReading = readonly [voltage: Float64Array, slope: Float64Array];

/** What a fit takes as given beside the membrane. */
export interface UpswingGiven {
  /** Of the comparator, s. */
  readonly delay: number;
  /** What a current does to the membrane, relative to the data sheet: one over its capacitance. */
  readonly charge: number;
}

/** A reading, and what the same samples say with something else taken as given. */
export interface UpswingMeasurement {
  readonly reading: UpswingReading;
  readonly refit: (bench: AdexBench, given: UpswingGiven) => UpswingReading;
}

/** Voltage and slope of all circuits from one run. */
export async function measureUpswing(bench: AdexBench, effort: CalibrationEffort, start: UpswingStart): Promise<UpswingMeasurement> {
  const { substrate, reader } = bench;
  const { ticksPerSecond, cadc, neurons } = substrate.capabilities;
  const currents = await driveBy(substrate, start.currents);
  const period = ticksOf(PERIOD, ticksPerSecond);
  // as many spikes as the threshold is given: this fit has one parameter more
  const periods = 3 * effort.repeats;
  const { samples, spikes } = await substrate.run({
    stimulus: { releaseAt: Array.from({ length: periods }, (_, k) => k * period) },
    probes: [{ kind: 'cadc', circuits: allCircuits(substrate), from: 0 }],
    until: periods * period,
  });
  const trains = trainsOf(spikes, neurons);
  const window = { longest: LONGEST, plateau: PLATEAU, period, ticksPerSecond };
  const rises = trains.map((train, n) => {
    const { lead, level } = samplesBeforeSpikes(samples[0]!, n, train, reader, window);
    const near = lead.map((left) => left > SHORTEST);
    return { times: lead.filter((_, k) => near[k]), volts: level.filter((_, k) => near[k]).map((reading) => toVolts(substrate, reading)) };
  });
  const refit = (given: AdexBench, { delay, charge }: UpswingGiven): UpswingReading => {
    const voltage = new Float64Array(neurons).fill(NaN);
    const slope = new Float64Array(neurons).fill(NaN);
    rises.forEach(({ times, volts }, n) => {
      const drive = charge * currents[n]! * adexSheet(substrate).offsetDrive;
      const found = fitUpswing(
        given,
        n,
        { drive, rate: charge * adexSheet(substrate).exponentialRate },
        times.map((left) => left - delay),
        volts,
        start,
      );
      if (found === null) {
        if (trains[n]!.length === 0) voltage[n] = Infinity;
        return;
      }
      voltage[n] = (found.voltage - cadc.zero) / cadc.lsb;
      slope[n] = found.slope;
    });
    return [voltage, slope];
  };
  return { reading: refit(bench, { delay: substrate.capabilities.comparatorDelay?.typical ?? 0, charge: 1 }), refit };
}

/** dV/dt by the offset current, and by the exponential at its voltage, V/s. */
interface UpswingCurrents {
  readonly drive: number;
  readonly rate: number;
}

function fitUpswing(
  bench: AdexBench,
  n: number,
  currents: UpswingCurrents,
  times: readonly number[],
  volts: readonly number[],
  start: UpswingStart,
): { readonly voltage: number; readonly slope: number } | null {
  if (times.length < FEWEST) return null;
  const curve = new Float64Array(GRID + 1);
  const model = (p: Float64Array, out: Float64Array): void => {
    const slope = exp(p[1]!);
    riseTo(bench, n, currents, p[0]!, slope, curve);
    const { threshold } = bench;
    times.forEach((time, k) => {
      const at = (time / LONGEST) * GRID;
      const cell = Math.min(Math.floor(at), GRID - 1);
      const u = curve[cell]! + (curve[cell + 1]! - curve[cell]!) * (at - cell);
      out[k] = Math.min(p[0]! - slope * log(u), threshold[n]!);
    });
  };
  const fit = fitFew({
    model,
    values: Float64Array.from(volts),
    start: [start.voltage, log(start.slope)],
    scale: [1e-4, 1e-3],
  });
  if (fit === null) return null;
  const slope = exp(fit[1]!);
  // a slope of a few steps of the converter is poorly known, but which side of the target it is on is certain: without it a circuit at the end of its range would count as silent
  const within = fit[0]! > bench.rest[n]! && fit[0]! < bench.threshold[n]!;
  // a slope above any circuit's range is a fit of noise
  return slope < start.slope * 5 && (slope > start.slope / 5 || within) ? { voltage: fit[0]!, slope } : null;
}

/** u at GRID + 1 leads from 0 to LONGEST, by fourth-order Runge-Kutta. */
function riseTo(
  { substrate, rest, threshold, tauMem }: AdexBench,
  n: number,
  { drive, rate }: UpswingCurrents,
  voltage: number,
  slope: number,
  out: Float64Array,
): void {
  const { leakLinearRange } = substrate.capabilities;
  const change = (u: number): number => {
    const v = Math.min(voltage - slope * log(u), threshold[n]!);
    return (rate + u * (drive - leakSlope(v - rest[n]!, tauMem[n]!, leakLinearRange))) / slope;
  };
  const h = LONGEST / GRID;
  let u = exp(-(threshold[n]! - voltage) / slope);
  out[0] = u;
  for (let k = 1; k <= GRID; k++) {
    const k1 = change(u);
    const k2 = change(Math.max(u + (h / 2) * k1, 1e-12));
    const k3 = change(Math.max(u + (h / 2) * k2, 1e-12));
    const k4 = change(Math.max(u + h * k3, 1e-12));
    u = Math.max(u + (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4), 1e-12);
    out[k] = u;
  }
}

/**
 * Codes of the offset current, one per circuit: a step of a geometric row above the smallest with which the circuit fires in every period. A current common to all would have
 * to be that of the circuit hardest to drive (a circuit that cannot fire asks for all there is), and under it the rise of the others is the current's, not the exponential's.
 * With `last`, the codes of an earlier reading, the row begins a little below them: exponentials that have moved since need another current.
 */
export async function upswingCurrents(substrate: Substrate, last?: Int32Array): Promise<Int32Array> {
  const { neurons, codes, ticksPerSecond } = substrate.capabilities;
  const { max } = codes.offset_current;
  const next = (current: number): number => Math.min(Math.ceil(current * NEXT_CURRENT), max);
  const currents =
    last?.map((current) => Math.max(Math.floor(current / NEXT_CURRENT ** STEPS_BACK), FIRST_CURRENT)) ??
    new Int32Array(neurons).fill(FIRST_CURRENT);
  for (let silent = true; silent;) {
    await driveBy(substrate, currents);
    const { spikes } = await substrate.run({
      stimulus: { releaseAt: [0] },
      probes: [],
      until: ticksOf(TRIALS * PERIOD, ticksPerSecond),
    });
    silent = false;
    trainsOf(spikes, neurons).forEach((train, n) => {
      if (train.length >= TRIALS || currents[n] === max) return;
      currents[n] = next(currents[n]!);
      silent = true;
    });
  }
  return currents.map(next);
}

/** Neurons that fire by these currents, each moved a little away from its neighbours'; the codes that were written. */
async function driveBy(substrate: Substrate, currents: Int32Array): Promise<Int32Array> {
  const written = apart(currents, substrate.capabilities.codes.offset_current, OFFSETS);
  await substrate.configure({
    ...QUIET,
    spiking: true,
    offsetCurrentOn: true,
    refractory: REFRACTORY,
    codes: { offset_current: written },
  });
  return written;
}
