/**
 * Offsets of the column ADC channels: every channel reads known debug voltages over the reliable range; its offset is the mean deviation from the data sheet's line.
 * First of all routines, because everything else reads through it.
 */
import type { CalibrationEffort, Substrate } from '../model/index.ts';
import { allCircuits, meanRows, toLsb } from './reader.ts';

/** Fractions of the reliable range at which the debug voltage stands. */
const POSITIONS = [0.15, 0.35, 0.5, 0.65, 0.85];

/** What the debug voltages say of the channels. */
export interface ChannelOffsets {
  /** LSB, one per channel. */
  readonly offsets: Float64Array;
  /** Fresh readings at another voltage, corrected, minus the ideal; LSB. */
  readonly residual: Float64Array;
}

/** Offsets of all channels; NaN where a channel stands at the end of its scale for every debug voltage. */
export async function measureChannelOffsets(substrate: Substrate, effort: CalibrationEffort): Promise<ChannelOffsets> {
  const { zero, lsb, reliable, bits } = substrate.capabilities.cadc;
  const circuits = allCircuits(substrate);
  const top = 2 ** bits - 1;
  const readAt = async (
    position: number,
  ): Promise<{ readonly mean: Float64Array; readonly ideal: number; readonly clipped: (n: number) => boolean }> => {
    const debugVoltage = zero + lsb * (reliable[0] + position * (reliable[1] - reliable[0]));
    await substrate.configure({ cadcInput: { debugVoltage } });
    const readings = await substrate.read(circuits, effort.samples);
    const clipped = (n: number): boolean => {
      for (let s = 0; s < effort.samples; s++)
        if (readings[n * effort.samples + s] === 0 || readings[n * effort.samples + s] === top) return true;
      return false;
    };
    return { mean: meanRows(readings, effort.samples), ideal: toLsb(substrate, debugVoltage), clipped };
  };
  const sum = new Float64Array(circuits.length);
  const used = new Uint32Array(circuits.length);
  for (const position of POSITIONS) {
    const { mean, ideal, clipped } = await readAt(position);
    mean.forEach((value, n) => {
      if (clipped(n)) return; // a channel at the end of its scale says nothing about its offset
      sum[n]! += value - ideal;
      used[n]!++;
    });
  }
  const offsets = sum.map((total, n) => (used[n]! > 0 ? total / used[n]! : NaN));
  const check = await readAt(0.42);
  await substrate.configure({ cadcInput: 'membrane' });
  return { offsets, residual: check.mean.map((value, n) => value - offsets[n]! - check.ideal) };
}
