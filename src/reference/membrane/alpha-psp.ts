/**
 * Response of a leaky membrane to an alpha-shaped current (t / tau_s) e^(1 - t/tau_s) of peak 1 voltage/time.
 *   v(t) = (e / tau_s) (e^(-t/tau_m) - e^(-t/tau_s) (1 + d t)) / d^2,   d = 1/tau_s - 1/tau_m
 * Source: closed-form solution of the linear equations; Rotter and Diesmann 1999.
 */
import { exp } from '../../base/index.ts';
import { bracketedRoot } from '../root.ts';

/** Peak of v (time constants in one unit, which the result has too). */
export function peakOfAlphaPsp(tauMem: number, tauSyn: number): number {
  const [a, b] = [1 / tauMem, 1 / tauSyn];
  const height = (t: number): number => (Math.E / tauSyn) * unitAlphaPsp(a, b, t);
  const slope = (t: number): number => (t / tauSyn) * exp(1 - b * t) - a * height(t);
  const peak = bracketedRoot(slope, 1e-3 * Math.min(tauMem, tauSyn), 20 * (tauMem + tauSyn), 1e-9 * Math.min(tauMem, tauSyn));
  return height(peak);
}

/** What a current t e^(-bt) has done to a membrane of rate `membraneRate` at time t, b = `synapseRate` (both 1/time): e^(-at) times the integral of s e^(-(b - a) s). */
export function unitAlphaPsp(membraneRate: number, synapseRate: number, t: number): number {
  return exp(-membraneRate * t) * t * t * parting((synapseRate - membraneRate) * t);
}

/** (1 - e^(-x) (1 + x)) / x^2; near 0, where digits would cancel, by its series. */
function parting(x: number): number {
  if (Math.abs(x) > 0.1) return (1 - exp(-x) * (1 + x)) / (x * x);
  // sum over k >= 2 of (-1)^k (k - 1) / k! x^(k - 2)
  let [sum, factorial] = [0, 1];
  for (let k = 2, power = 1; k < 16; k++, power *= -x) {
    factorial *= k;
    sum += ((k - 1) / factorial) * power;
  }
  return sum;
}
