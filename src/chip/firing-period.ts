/**
 * Period of a neuron whose leak potential lies over its threshold, without noise: refractory period and rise from reset to threshold,
 *   T = t_ref + integral from reset to threshold of tau dV / (L tanh((rest - V) / L)),
 * by Simpson's rule; Infinity where the rest does not reach the threshold. Source: the membrane equation of the circuit.
 */
import { InfeasibleError, tanh } from '../base/index.ts';

const INTERVALS = 200;

/** What fires: V and s; `linearRange` of the leak, Infinity for a linear one. */
export interface Oscillator {
  readonly rest: number;
  readonly reset: number;
  readonly threshold: number;
  readonly tauMem: number;
  readonly linearRange: number;
  readonly refractory: number;
}

/** Threshold with which the neuron has this period, V, between its reset and its rest. Throws InfeasibleError for a rest under the reset, and for a period within the refractory one. */
export function thresholdOfPeriod(oscillator: Omit<Oscillator, 'threshold'>, period: number): number {
  const { rest, reset, refractory } = oscillator;
  if (!(rest > reset)) throw new InfeasibleError('a rate by threshold needs a leak over the reset');
  if (!(period > refractory)) throw new InfeasibleError('a rate whose period lies within the refractory period cannot be reached');
  let [low, high] = [reset, rest];
  for (let k = 0; k < 50; k++) {
    const threshold = (low + high) / 2;
    if (firingPeriod({ ...oscillator, threshold }) < period) low = threshold;
    else high = threshold;
  }
  return (low + high) / 2;
}

/** s. */
export function firingPeriod({ rest, reset, threshold, tauMem, linearRange, refractory }: Oscillator): number {
  if (!(rest > threshold)) return Infinity;
  if (threshold <= reset) return refractory;
  const h = (threshold - reset) / INTERVALS;
  let sum = 0;
  for (let k = 0; k <= INTERVALS; k++) {
    const distance = rest - (reset + k * h);
    const pull = Number.isFinite(linearRange) ? linearRange * tanh(distance / linearRange) : distance;
    sum += (k === 0 || k === INTERVALS ? 1 : k % 2 === 1 ? 4 : 2) / pull;
  }
  return refractory + (tauMem * sum * h) / 3;
}

/** Rest potential with which the neuron has this period, V, at most 1 V over its threshold. */
export function restOfPeriod(oscillator: Omit<Oscillator, 'rest'>, period: number): number {
  let [low, high] = [oscillator.threshold, oscillator.threshold + 1];
  for (let k = 0; k < 50; k++) {
    const rest = (low + high) / 2;
    if (firingPeriod({ ...oscillator, rest }) > period) low = rest;
    else high = rest;
  }
  return (low + high) / 2;
}
