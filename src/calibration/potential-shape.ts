/**
 * The potential of a membrane after one synaptic event, at the samples of its converter: what amplitudes are fitted with.
 */
import { exp } from '../base/index.ts';

/** The potential of a circuit after an event, as its amplitudes are fitted. */
export interface PotentialShape {
  readonly values: Float64Array;
  readonly middle: number;
  /** Sum of the squared deviations from the middle. */
  readonly squares: number;
}

/** Potential after an event that raises dV/dt by 1: (exp(-t / tau_m) - exp(-t / tau_s)) / (1/tau_s - 1/tau_m), at the samples; equal time constants are taken apart by a thousandth. */
export function potentialShape(tauMem: number, tauSyn: number, interval: number, samples: number): PotentialShape {
  const tau = Math.abs(tauSyn / tauMem - 1) < 1e-3 ? tauMem * 1.001 : tauSyn;
  const values = Float64Array.from({ length: samples }, (_, k) => {
    const t = (k + 1) * interval;
    return (exp(-t / tauMem) - exp(-t / tau)) / (1 / tau - 1 / tauMem);
  });
  const middle = values.reduce((sum, one) => sum + one, 0) / samples;
  return { values, middle, squares: values.reduce((sum, one) => sum + (one - middle) ** 2, 0) };
}
