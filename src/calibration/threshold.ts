/**
 * Measurement of the spike threshold from observables: a constant current drives every neuron over it again and again; the ADC samples of the last stretch before each spike,
 * put over the time that is left to the spike, form one curve per neuron. Its value at time zero is the voltage at which the comparator fires.
 *   v(lead) = threshold - slope x - curvature x^2,   x = (exp(lead / tau_mem) - 1) / (exp(LEAD / tau_mem) - 1),   fitted by least squares over lead in (0, LEAD]
 * A linear membrane under a constant current is a straight line over x; the square takes up the tanh of the leak. A parabola over the lead itself reads 0.08 LSB too low.
 * A comparator that takes time is told by the data sheet: the threshold was crossed by so much before the spike, and leads are counted from there.
 * The maximum of a trace, the usual observable, would be biased: low by the rise between two samples, high by the noise of many.
 */
import { expm1, ticksOf } from '../base/index.ts';
import type { CalibrationEffort, SampleRows, Substrate } from '../model/index.ts';
import { apart } from './apart.ts';
import { samplesBeforeSpikes, trainsOf, type RiseWindow } from './adex/before-spikes.ts';
import { allCircuits, QUIET, type PotentialReader } from './reader.ts';

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
}

/** Threshold of every neuron in LSB; +Infinity where a neuron never fired, -Infinity where it fired without ever rising. */
export async function measureThreshold(
  substrate: Substrate,
  reader: PotentialReader,
  effort: CalibrationEffort,
  { current, tauMem }: ThresholdDrive,
): Promise<Float64Array> {
  const circuits = allCircuits(substrate);
  const { ticksPerSecond } = substrate.capabilities;
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
  return Float64Array.from(circuits, (n) =>
    thresholdOf(rows, n, trains[n]!, reader, { longest: LEAD, plateau: PLATEAU, period, ticksPerSecond, tauMem, delay }),
  );
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

function thresholdOf(
  rows: SampleRows,
  neuron: number,
  train: readonly number[],
  reader: PotentialReader,
  { tauMem, delay, ...window }: RiseWindow & { readonly tauMem: number; readonly delay: number },
): number {
  if (train.length === 0) return Infinity;
  const { lead, level } = samplesBeforeSpikes(rows, neuron, train, reader, window);
  const x = lead.map((left) => expm1((left - delay) / tauMem) / expm1(LEAD / tauMem));
  if (x.length >= FEWEST) return parabolaAtZero(x, level);
  // it fires so fast that it never leaves the reset: the threshold is far too low
  return train.length > 3 ? -Infinity : NaN;
}

/** Value at x = 0 of the least-squares parabola. Normal equations of x in [0, 1] are well conditioned enough for f64. */
function parabolaAtZero(x: readonly number[], y: readonly number[]): number {
  const s = [0, 0, 0, 0, 0];
  const t = [0, 0, 0];
  x.forEach((value, i) => {
    let power = 1;
    for (let k = 0; k < 5; k++) {
      s[k]! += power;
      if (k < 3) t[k]! += power * y[i]!;
      power *= value;
    }
  });
  const [s0, s1, s2, s3, s4] = s as [number, number, number, number, number];
  const determinant = s0 * (s2 * s4 - s3 * s3) - s1 * (s1 * s4 - s3 * s2) + s2 * (s1 * s3 - s2 * s2);
  const [t0, t1, t2] = t as [number, number, number];
  return (t0 * (s2 * s4 - s3 * s3) - s1 * (t1 * s4 - s3 * t2) + s2 * (t1 * s3 - s2 * t2)) / determinant;
}
