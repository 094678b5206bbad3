/**
 * One step of a NIR population, in f64. Every primitive is linear between spikes, so a discretisation is five numbers a neuron:
 *   i := keepI i + gainI S,      v := keepV v + gainV x + drive      with x = i (Cuba) or x = S (the others), i first
 *   forward Euler      keepI = 1 - dt / tau_syn, gainI = w_in dt / tau_syn;   keepV = 1 - dt / tau, gainV = R dt / tau, drive = v_leak dt / tau;   I, IF: gainV = R dt
 *   exponential Euler  keep = exp(-dt / tau), gains with 1 - keep in the place of dt / tau
 *   then, if v > v_threshold: spike, and v := v_reset (reset "zero") or v := v - (v_threshold - v_reset) (reset "subtract")
 * The spike leaves in the same step. Trained networks need the discretisation that they were trained with: R = tau / dt makes forward Euler v = (1 - dt / tau) v + i.
 */
import { exp, expm1 } from '../../base/index.ts';
import type { NirNeurons } from '../../network/index.ts';

export interface Discretisation {
  /** Step, in the unit of the time constants (s). */
  readonly dt: number;
  readonly reset: 'zero' | 'subtract';
  readonly integrator: 'forward-euler' | 'exponential-euler';
}

/** Coefficients per neuron; keepI and gainI are empty without a synapse. */
export interface Update {
  readonly keepI: Float64Array;
  readonly gainI: Float64Array;
  readonly keepV: Float64Array;
  readonly gainV: Float64Array;
  readonly drive: Float64Array;
}

/** The update of `size` neurons. */
export function updateOf(node: NirNeurons, size: number, { dt, integrator }: Discretisation): Update {
  const keep = (tau: number): number => (integrator === 'forward-euler' ? 1 - dt / tau : exp(-dt / tau));
  const share = (tau: number): number => (integrator === 'forward-euler' ? dt / tau : -expm1(-dt / tau));
  const each = (value: (k: number) => number): Float64Array => Float64Array.from({ length: size }, (_, k) => value(k));
  const { tau, tauSyn, wIn, r, vLeak } = node;
  const cuba = tauSyn.length > 0;
  const leaky = tau.length > 0;
  return {
    keepI: cuba ? each((k) => keep(at(tauSyn, k))) : new Float64Array(0),
    gainI: cuba ? each((k) => share(at(tauSyn, k)) * at(wIn, k)) : new Float64Array(0),
    keepV: each((k) => (leaky ? keep(at(tau, k)) : 1)),
    gainV: each((k) => (leaky ? share(at(tau, k)) : dt) * at(r, k)),
    drive: each((k) => (leaky ? share(at(tau, k)) * at(vLeak, k) : 0)),
  };
}

/** Value of neuron k; one value stands for all. */
function at(values: Float64Array, k: number): number {
  return values[values.length === 1 ? 0 : k]!;
}

/** A population with its state; starts at i = 0, v = 0. `output` holds spikes (0, 1), or v where there is no threshold. */
export class Population {
  readonly voltage: Float64Array;
  readonly output: Float64Array;
  readonly update: Update;
  readonly #current: Float64Array;
  readonly #threshold: Float64Array;
  readonly #reset: Float64Array;
  readonly #subtract: boolean;

  constructor(node: NirNeurons, size: number, discretisation: Discretisation) {
    const spread = (values: Float64Array): Float64Array => (values.length === 1 ? new Float64Array(size).fill(values[0]!) : values);
    this.update = updateOf(node, size, discretisation);
    this.voltage = new Float64Array(size);
    this.output = new Float64Array(size);
    this.#current = new Float64Array(size);
    this.#threshold = spread(node.vThreshold);
    this.#reset = spread(node.vReset);
    this.#subtract = discretisation.reset === 'subtract';
  }

  step(input: Float64Array): void {
    const { voltage, output } = this;
    const { keepI, gainI, keepV, gainV, drive } = this.update;
    const current = this.#current;
    const cuba = keepI.length > 0;
    const spiking = this.#threshold.length > 0;
    for (let k = 0; k < voltage.length; k++) {
      let x = input[k]!;
      if (cuba) {
        x = keepI[k]! * current[k]! + gainI[k]! * x;
        current[k] = x;
      }
      let v = keepV[k]! * voltage[k]! + gainV[k]! * x + drive[k]!;
      if (spiking) {
        const threshold = this.#threshold[k]!;
        const fires = v > threshold;
        if (fires) v = this.#subtract ? v - (threshold - this.#reset[k]!) : this.#reset[k]!;
        output[k] = fires ? 1 : 0;
      } else output[k] = v;
      voltage[k] = v;
    }
  }
}
