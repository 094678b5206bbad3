/**
 * Response of a leaky membrane to one exponential synaptic event.
 *   dv/dt = -v / tauMem + x,   dx/dt = -x / tauSyn,   v(0) = 0, x(0) = 1
 *   v(t) = (e^(-t/tauMem) - e^(-t/tauSyn)) / (1/tauSyn - 1/tauMem),   peak at time p = ln(tauMem/tauSyn) tauMem tauSyn / (tauMem - tauSyn),   v(p) = tauMem e^(-p/tauSyn)
 * Source: closed-form solution of the linear equations; equal time constants are the limit t e^(-t/tau).
 */
import { exp, expm1, log1p } from '../base/index.ts';

/**
 * Peak of the PSP (V) that a step of dV/dt of 1 V/s evokes: multiply by the amplitude of a synapse (V/s) to get its peak PSP (V). Both time constants in the same unit
 * (s); the result has it too.
 */
export function peakOfUnitPsp(tauMem: number, tauSyn: number): number {
  // log1p(x) / x instead of the quotient of two small differences: exact also when the time constants agree to the last digit
  const x = (tauMem - tauSyn) / tauSyn;
  const peakTime = tauMem * (x === 0 ? 1 : log1p(x) / x);
  return tauMem * exp(-peakTime / tauSyn);
}

/** v(t) above for two rates (1/time) and a time t >= 0. */
export function unitPsp(membraneRate: number, synapseRate: number, t: number): number {
  return unitPspFrom(exp(-membraneRate * t), exp(-synapseRate * t), Math.abs(synapseRate - membraneRate), t);
}

/**
 * The same from the two decays e^(-t/tauMem) and e^(-t/tauSyn), which most callers need anyway, and the distance of the two rates. While the decays have hardly parted
 * their difference would lose digits, and expm1 takes over: equal time constants need no case of their own but the division by zero. Decays that carry a common factor
 * give a response that carries it too.
 */
export function unitPspFrom(membraneDecay: number, synapseDecay: number, rateDistance: number, t: number): number {
  const parted = rateDistance * t;
  if (parted > 0.25) return Math.abs(membraneDecay - synapseDecay) / rateDistance;
  const slower = Math.max(membraneDecay, synapseDecay);
  return rateDistance === 0 ? slower * t : (slower * -expm1(-parted)) / rateDistance;
}
