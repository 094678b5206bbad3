/**
 * Measurement of the spike threshold from observables: a constant current drives every neuron over it again and again; the ADC samples of the last stretch before each spike,
 * put over the time that is left to the spike, form one curve per neuron. Its value at time zero is the voltage at which the comparator fires.
 *   v(lead) = threshold - slope x - curvature x^2,   x = (exp(lead / tau_mem) - 1) / (exp(LEAD / tau_mem) - 1),   fitted by least squares over lead in (0, LEAD]
 * A linear membrane under a constant current is a straight line over x; the square takes up most of the tanh of the leak, and what it leaves (the faster the rise, the more: up to 0.05 LSB, a third of a standard
 * error) is taken off: the same fit to a membrane of the data sheet that rises as the typical one does. A parabola over the lead itself reads 0.08 LSB too low.
 * A comparator that takes time is told by the data sheet: the threshold was crossed by so much before the spike, and leads are counted from there.
 * The maximum of a trace, the usual observable, would be biased: low by the rise between two samples, high by the noise of many.
 */
import { expm1, tanh, ticksOf } from '../base/index.ts';
import type { CalibrationEffort, SampleRows, Substrate } from '../model/index.ts';
import { apart } from './apart.ts';
import { samplesBeforeSpikes, trainsOf, type RiseWindow } from './adex/before-spikes.ts';
import { allCircuits, medianOf, QUIET, type PotentialReader } from './reader.ts';

/** s: stretch before a spike over which a parabola follows the membrane. */
const LEAD = 5e-6;
/** s: how long the neurons fire. */
const PERIOD = 25e-6;
/** s: refractory period during the measurement, and the time after it in which the plateau of the reset may still show. */
const REFRACTORY = 2e-6;
const PLATEAU = 2.5e-6;
/** Fewest samples for a parabola that is to be believed. */
const FEWEST = 6;
/** Share of the neurons that a driving current must make fire. */
const NEARLY_ALL = 0.99;
/** Spikes per period that it must give: more than one, because the search may still raise a threshold by half of the way from the reset. */
const MARGIN = 1.5;

/** How neurons are made to fire, and what their membranes are like. */
export interface ThresholdDrive {
  /** Code of the offset current. */
  readonly current: number;
  /** Typical membrane time constant, s. */
  readonly tauMem: number;
  /** Typical rest level, LSB. */
  readonly rest: number;
}

/** Threshold of every neuron in LSB; +Infinity where a neuron never fired, -Infinity where it fired without ever rising. */
export async function measureThreshold(
  substrate: Substrate,
  reader: PotentialReader,
  effort: CalibrationEffort,
  { current, tauMem, rest }: ThresholdDrive,
): Promise<Float64Array> {
  const circuits = allCircuits(substrate);
  const { ticksPerSecond, cadc, leakLinearRange } = substrate.capabilities;
  await substrate.configure({
    ...QUIET,
    spiking: true,
    offsetCurrentOn: true,
    refractory: REFRACTORY,
    codes: {
      offset_current: apart(new Int32Array(substrate.capabilities.neurons).fill(current), substrate.capabilities.codes.offset_current),
    },
  });
  // a release per period: 25 us is no multiple of the sample interval, so the samples of different periods fall on different times before the spikes, even of a
  // neuron whose own period is one
  const period = ticksOf(PERIOD, ticksPerSecond);
  const until = effort.repeats * period;
  const releaseAt = Array.from({ length: effort.repeats }, (_, k) => k * period);
  const { samples, spikes } = await substrate.run({ stimulus: { releaseAt }, probes: [{ kind: 'cadc', circuits, from: 0 }], until });
  const trains = trainsOf(spikes, circuits.length);
  const rows = samples[0]!;
  const delay = substrate.capabilities.comparatorDelay?.typical ?? 0;
  const fits = Array.from(circuits, (n) =>
    fitOf(rows, n, trains[n]!, reader, { longest: LEAD, plateau: PLATEAU, period, ticksPerSecond, tauMem, delay }),
  );
  const seen = fits.filter(({ slope }) => slope > 0);
  const [level, slope] = [medianOf(Float64Array.from(seen, (one) => one.level)), medianOf(Float64Array.from(seen, (one) => one.slope))];
  const left =
    seen.length === 0 || leakLinearRange === Infinity ? 0 : leftBy(level, slope, { tauMem, rest, range: leakLinearRange / cadc.lsb });
  return Float64Array.from(fits, (one) => one.level - left);
}

/**
 * Smallest code of the offset current, of a geometric row, with which nearly all neurons fire all the time: the slower the rise, the finer the samples see it. Where too many
 * never fire (dead comparators), the smallest with which nearly all of those fire that ever do.
 */
export async function drivingCurrent(substrate: Substrate, effort: CalibrationEffort): Promise<number> {
  const { neurons, codes, ticksPerSecond } = substrate.capabilities;
  const periods = Math.min(effort.repeats, 4);
  const tried: { readonly current: number; readonly firing: number }[] = [];
  for (let current = Math.min(20, codes.offset_current.max); ; current = Math.min(Math.ceil(current * 1.25), codes.offset_current.max)) {
    await substrate.configure({
      ...QUIET,
      spiking: true,
      offsetCurrentOn: true,
      refractory: REFRACTORY,
      codes: {
        offset_current: apart(new Int32Array(substrate.capabilities.neurons).fill(current), substrate.capabilities.codes.offset_current),
      },
    });
    const { spikes } = await substrate.run({ stimulus: { releaseAt: [0] }, probes: [], until: ticksOf(periods * PERIOD, ticksPerSecond) });
    const firing = trainsOf(spikes, neurons).filter((train) => train.length >= MARGIN * periods).length;
    if (firing >= NEARLY_ALL * neurons) return current;
    tried.push({ current, firing });
    if (current === codes.offset_current.max) break;
  }
  const most = Math.max(...tried.map(({ firing }) => firing));
  return tried.find(({ firing }) => firing >= NEARLY_ALL * most)!.current;
}

/** Where the samples before spikes end, LSB, and how they rise there, LSB per s; of what tells nothing a side or NaN. */
interface Crossing {
  readonly level: number;
  readonly slope: number;
}

function fitOf(
  rows: SampleRows,
  neuron: number,
  train: readonly number[],
  reader: PotentialReader,
  { tauMem, delay, ...window }: RiseWindow & { readonly tauMem: number; readonly delay: number },
): Crossing {
  if (train.length === 0) return { level: Infinity, slope: NaN };
  const { lead, level } = samplesBeforeSpikes(rows, neuron, train, reader, window);
  if (lead.length >= FEWEST)
    return crossingOf(
      lead.map((left) => left - delay),
      level,
      tauMem,
    );
  // it fires so fast that it never leaves the reset: the threshold is far too low
  return { level: train.length > 3 ? -Infinity : NaN, slope: NaN };
}

/** Steps of a rise of the data sheet, by the midpoint rule. */
const STEPS = 64;

/** LSB: what the fit reads too high of a membrane that reaches `level` (LSB) with this slope (LSB/s), its leak a tanh of this range around `rest` (LSB). */
function leftBy(
  level: number,
  slope: number,
  { tauMem, rest, range }: { readonly tauMem: number; readonly rest: number; readonly range: number },
): number {
  const leak = (v: number): number => (range / tauMem) * tanh((v - rest) / range);
  const drive = slope + leak(level);
  const h = LEAD / STEPS;
  const lead = Array.from({ length: STEPS }, (_, k) => (k + 1) * h);
  let v = level;
  const levels = lead.map(() => (v -= h * (drive - leak(v - (h / 2) * (drive - leak(v))))));
  return crossingOf(lead, levels, tauMem).level - level;
}

/** Value and slope at lead 0 of the least-squares parabola over x. Normal equations of x in [0, 1] are well conditioned enough for f64. */
function crossingOf(lead: readonly number[], y: readonly number[], tauMem: number): Crossing {
  const longest = expm1(LEAD / tauMem);
  const s = [0, 0, 0, 0, 0];
  const t = [0, 0, 0];
  lead.forEach((left, i) => {
    const x = expm1(left / tauMem) / longest;
    let power = 1;
    for (let k = 0; k < 5; k++) {
      s[k]! += power;
      if (k < 3) t[k]! += power * y[i]!;
      power *= x;
    }
  });
  const [s0, s1, s2, s3, s4] = s as [number, number, number, number, number];
  const [t0, t1, t2] = t as [number, number, number];
  const determinant = s0 * (s2 * s4 - s3 * s3) - s1 * (s1 * s4 - s3 * s2) + s2 * (s1 * s3 - s2 * s2);
  const level = (t0 * (s2 * s4 - s3 * s3) - s1 * (t1 * s4 - s3 * t2) + s2 * (t1 * s3 - s2 * t2)) / determinant;
  const perX = (s0 * (t1 * s4 - t2 * s3) - t0 * (s1 * s4 - s3 * s2) + s2 * (s1 * t2 - t1 * s2)) / determinant;
  return { level, slope: -perX / (tauMem * longest) };
}
