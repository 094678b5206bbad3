/**
 * Noise of writing: the same code is written again and again, another one in between, and the settled potential is read each time. What its readings spread beyond those of a
 * value that stays is the noise of the write,   sigma_write^2 = var(rewritten) - var(stays),   pooled over all circuits and put into codes by the slope of each.
 */
import type { NeuronCell, Substrate } from '../model/index.ts';

/** Times that the code is written: with a hundred circuits the pooled deviation is known to a few per cent. */
const WRITES = 4;

/** A potential whose cell is written: what to write, the size of a code's step and how the potential is read. */
export interface WrittenPotential {
  readonly cell: NeuronCell;
  readonly codes: Int32Array;
  /** LSB per code. */
  readonly step: Float64Array;
  readonly measure: () => Promise<Float64Array>;
}

/** Standard deviation of a write in codes. The codes stand as before at the end, freshly written. */
export async function measureWriteNoise(substrate: Substrate, { cell, codes, step, measure }: WrittenPotential): Promise<number> {
  const { max } = substrate.capabilities.codes[cell];
  const between = codes.map((code) => (code < max ? code + 1 : code - 1));
  const stays: Float64Array[] = [];
  for (let k = 0; k < WRITES; k++) stays.push(await measure());
  const rewritten: Float64Array[] = [];
  for (let k = 0; k < WRITES; k++) {
    await substrate.configure({ codes: { [cell]: between } });
    await substrate.configure({ codes: { [cell]: codes } });
    rewritten.push(await measure());
  }
  const excess = Array.from(codes, (_, n) => (varianceOf(rewritten, n) - varianceOf(stays, n)) / step[n]! ** 2).filter(Number.isFinite);
  const mean = excess.reduce((sum, value) => sum + value, 0) / Math.max(excess.length, 1);
  return Math.sqrt(Math.max(mean, 0));
}

function varianceOf(readings: readonly Float64Array[], circuit: number): number {
  const mean = readings.reduce((sum, reading) => sum + reading[circuit]!, 0) / readings.length;
  return readings.reduce((sum, reading) => sum + (reading[circuit]! - mean) ** 2, 0) / (readings.length - 1);
}
