/**
 * Leaky neurons whose events move the membrane itself, for the event-driven network: all in closed form, no tolerance.
 *   V(t) = V_inf + (V(0) - V_inf) e^(-t/tau_m),   V_inf = rest + drive tau_m;   spike at t = tau_m ln((V_inf - V(0)) / (V_inf - threshold))
 *   lif       V at or above the threshold is a spike      intfire   V above it is one (IntFire1 of NEURON)
 * After a spike V is held at the reset; what arrives then is lost. mV; the time is the caller's.
 * Source: closed-form solution of the linear membrane equation.
 */
import { exp, log } from '../../base/index.ts';
import type { NeuronBank } from './neuron-bank.ts';

/** One value per neuron. */
export interface JumpColumns {
  readonly tauMem: Float64Array;
  readonly rest: Float64Array; // mV
  readonly threshold: Float64Array; // mV
  readonly reset: Float64Array; // mV
  readonly refractory: Float64Array;
  /** Only a V above the threshold is a spike. */
  readonly strict: boolean;
}

/** Such neurons at rest. */
export class JumpBank implements NeuronBank {
  readonly count: number;
  readonly state: { readonly voltage: Float64Array; readonly refractoryLeft: Float64Array };
  readonly #p: JumpColumns;
  readonly #settled: Float64Array; // mV, V_inf

  constructor(columns: JumpColumns) {
    this.#p = columns;
    this.count = columns.tauMem.length;
    this.state = { voltage: columns.rest.slice(), refractoryLeft: new Float64Array(this.count) };
    this.#settled = columns.rest.slice();
  }

  quietFor(neuron: number): number {
    return this.untilSpike(neuron);
  }

  untilSpike(neuron: number): number {
    const held = this.state.refractoryLeft[neuron]!;
    const [voltage, threshold, settled] = [this.state.voltage[neuron]!, this.#p.threshold[neuron]!, this.#settled[neuron]!];
    if (held <= 0 && (this.#p.strict ? voltage > threshold : voltage >= threshold)) return 0;
    if (settled <= threshold) return Infinity;
    return held + this.#p.tauMem[neuron]! * log((settled - voltage) / (settled - threshold));
  }

  advance(neuron: number, elapsed: number): void {
    this.state.voltage[neuron] = this.#voltage(neuron, elapsed);
    this.state.refractoryLeft[neuron] = Math.max(0, this.state.refractoryLeft[neuron]! - elapsed);
  }

  receive(neuron: number, amplitude: number): void {
    if (this.state.refractoryLeft[neuron]! <= 0) this.state.voltage[neuron]! += amplitude;
  }

  fire(neuron: number): void {
    this.state.voltage[neuron] = this.#p.reset[neuron]!;
    this.state.refractoryLeft[neuron] = this.#p.refractory[neuron]!;
  }

  voltageAfter(neuron: number, elapsed: number): number {
    return this.#voltage(neuron, elapsed) / 1000;
  }

  /** From now on the constant part of dV/dt is `drive` (V per unit of time). The state must have been advanced to now. */
  setDrive(neuron: number, drive: number): void {
    this.#settled[neuron] = this.#p.rest[neuron]! + drive * 1000 * this.#p.tauMem[neuron]!;
  }

  #voltage(neuron: number, elapsed: number): number {
    const free = elapsed - this.state.refractoryLeft[neuron]!;
    const voltage = this.state.voltage[neuron]!;
    if (free <= 0) return voltage;
    const settled = this.#settled[neuron]!;
    return settled + (voltage - settled) * exp(-free / this.#p.tauMem[neuron]!);
  }
}
