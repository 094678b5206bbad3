/**
 * LIF neurons with other synapses than plain exponential currents, for ode-bank.ts.
 *   dV/dt = -(V - rest) / tau_m + drive + input
 *   alpha       input = x_e + x_i,   dx/dt = (z - x) / tau,   dz/dt = -z / tau;   an event adds e to z: x(t) = (t / tau) e^(1 - t/tau), peak 1
 *   delta       an event moves V itself
 *   saturating  input = s tanh(x_e / s) + s tanh(x_i / s),   dx/dt = -x / tau: the transconductor at the input of a neuron circuit saturates
 * Source: Rotter and Diesmann 1999 (alpha); Billaudelle et al. 2022 for the saturating input of an analog neuron.
 */
import { exp, tanh } from '../base/index.ts';
import type { OdeModel } from './ode-bank.ts';
import { bracketedRoot } from './root.ts';

/** ms, mV. */
export interface LifShape {
  readonly tauMem: number;
  readonly tauExc: number;
  readonly tauInh: number;
  readonly rest: number;
  readonly threshold: number;
  readonly reset: number;
  readonly refractory: number;
}

/** Alpha-shaped currents; amplitudes are their peaks (mV/ms). */
export function alphaModel(p: LifShape): OdeModel {
  return {
    ...common(p, 5),
    derivative: (y, drive, out) => {
      out[0] = (p.rest - y[0]!) / p.tauMem + drive + y[1]! + y[3]!;
      out[1] = (y[2]! - y[1]!) / p.tauExc;
      out[2] = -y[2]! / p.tauExc;
      out[3] = (y[4]! - y[3]!) / p.tauInh;
      out[4] = -y[4]! / p.tauInh;
    },
    receive: (y, amplitude) => (y[amplitude >= 0 ? 2 : 4]! += Math.E * amplitude),
  };
}

/** Jumps of V; amplitudes are mV. What arrives while refractory is lost. */
export function deltaModel(p: LifShape): OdeModel {
  return {
    ...common(p, 1),
    derivative: (y, drive, out) => (out[0] = (p.rest - y[0]!) / p.tauMem + drive),
    receive: (y, amplitude) => (y[0]! += amplitude),
  };
}

/** Exponential currents through an input that saturates at `limit` (mV/ms), each sign by itself. */
export function saturatingModel(p: LifShape, limit: number): OdeModel {
  return {
    ...common(p, 3),
    derivative: (y, drive, out) => {
      out[0] = (p.rest - y[0]!) / p.tauMem + drive + limit * (tanh(y[1]! / limit) + tanh(y[2]! / limit));
      out[1] = -y[1]! / p.tauExc;
      out[2] = -y[2]! / p.tauInh;
    },
    receive: (y, amplitude) => (y[amplitude >= 0 ? 1 : 2]! += amplitude),
  };
}

/**
 * Peak of the PSP that an alpha current of peak 1 voltage/time evokes on a leaky membrane (time constants in one unit, which the result has too).
 *   v(t) = (e / tau_s) (e^(-t/tau_m) - e^(-t/tau_s) (1 + d t)) / d^2,   d = 1/tau_s - 1/tau_m
 */
export function peakOfAlphaPsp(tauMem: number, tauSyn: number): number {
  const [a, b] = [1 / tauMem, 1 / tauSyn];
  const height = (t: number): number => (Math.E / tauSyn) * exp(-a * t) * t * t * parting((b - a) * t);
  const slope = (t: number): number => (t / tauSyn) * exp(1 - b * t) - a * height(t);
  const peak = bracketedRoot(slope, 1e-3 * Math.min(tauMem, tauSyn), 20 * (tauMem + tauSyn), 1e-9 * Math.min(tauMem, tauSyn));
  return height(peak);
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

function common(p: LifShape, size: number): Pick<OdeModel, 'rest' | 'level' | 'reset' | 'refractory' | 'firstStep'> {
  return {
    rest: [p.rest, ...Array.from({ length: size - 1 }, () => 0)],
    level: p.threshold,
    reset: p.reset,
    refractory: p.refractory,
    firstStep: Math.min(p.tauMem, p.tauExc, p.tauInh) / 20,
  };
}
