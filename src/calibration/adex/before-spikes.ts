/**
 * Samples of a membrane on its way to a spike: what the column ADC read in the last stretch before each spike, put over the time that was left to it. Spikes of many rises fall
 * on different times between the samples, so together they draw one fine curve per circuit.
 */
import type { SampleRows, SpikeColumns } from '../../model/index.ts';
import type { PotentialReader } from '../reader.ts';

/** Samples of one circuit: time left to the spike (s) and corrected reading (LSB). */
export interface RiseSamples {
  readonly lead: readonly number[];
  readonly level: readonly number[];
}

export interface RiseWindow {
  /** s: largest time left. */
  readonly longest: number;
  /** s after the last spike in which the plateau of the reset may still show. */
  readonly plateau: number;
  /** Ticks from one release to the next, the first at 0. */
  readonly period: number;
  readonly ticksPerSecond: number;
}

/** Samples of circuit `neuron` (row of `rows`) before the spikes of its train. */
export function samplesBeforeSpikes(
  rows: SampleRows,
  neuron: number,
  train: readonly number[],
  reader: PotentialReader,
  { longest, plateau, period, ticksPerSecond }: RiseWindow,
): RiseSamples {
  const lead: number[] = [];
  const level: number[] = [];
  let next = 0;
  for (let s = 0; s < rows.tick.length; s++) {
    // a sample in the very tick of a spike sees the membrane after it
    while (next < train.length && train[next]! <= rows.tick[s]!) next++;
    if (next === train.length) break;
    const left = (train[next]! - rows.tick[s]!) / ticksPerSecond;
    const since = next === 0 ? Infinity : (rows.tick[s]! - train[next - 1]!) / ticksPerSecond;
    const released = Math.floor(train[next]! / period) !== Math.floor(rows.tick[s]! / period);
    // neither the plateau of the reset nor what a release cut off is part of the rise
    if (left > longest || since < plateau || released) continue;
    const reading = reader.correct(neuron, rows.values[neuron * rows.tick.length + s]!);
    if (Number.isNaN(reading)) continue;
    lead.push(left);
    level.push(reading);
  }
  return { lead, level };
}

/** Ticks of the spikes of every circuit, ascending. */
export function trainsOf(spikes: SpikeColumns, neurons: number): readonly number[][] {
  const trains: number[][] = Array.from({ length: neurons }, () => []);
  for (let i = 0; i < spikes.tick.length; i++) trains[spikes.neuron[i]!]!.push(spikes.tick[i]!);
  return trains;
}
