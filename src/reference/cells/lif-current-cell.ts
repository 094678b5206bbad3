/**
 * One LIF neuron with current-based exponential synapses in physiological units, on the exact bank. There is no tolerance: spike times are exact to rounding.
 *   tau_m dV/dt = -(V - E_L) + tau_m (I_ex + I_in + I) / C_m;  state: V (mV), I_ex, I_in (pA, signed)
 */
import type { Cell } from './cell.ts';
import { LifBank } from '../banks/lif-bank.ts';

/** Parameters of the cell. */
export interface LifCurrentParameters {
  readonly capacitance: number; // pF
  readonly tauMem: number; // ms
  readonly tauExc: number; // ms
  readonly tauInh: number; // ms
  readonly rest: number; // mV
  readonly threshold: number; // mV
  readonly reset: number; // mV
  readonly refractory: number; // ms
}

/** Current-based LIF cell; throws InfeasibleError when the parameters allow no membrane. */
export class LifCurrentCell implements Cell {
  readonly #bank: LifBank;
  readonly #capacitance: number; // pF

  constructor(parameters: LifCurrentParameters) {
    this.#capacitance = parameters.capacitance;
    this.#bank = new LifBank({
      tauMem: Float64Array.of(parameters.tauMem),
      tauSynExc: Float64Array.of(parameters.tauExc),
      tauSynInh: Float64Array.of(parameters.tauInh),
      restVoltage: Float64Array.of(parameters.rest),
      threshold: Float64Array.of(parameters.threshold),
      reset: Float64Array.of(parameters.reset),
      refractory: Float64Array.of(parameters.refractory),
      drive: Float64Array.of(0),
    });
  }

  state(): Float64Array {
    const { voltage, excitation, inhibition } = this.#bank.state;
    return Float64Array.of(voltage[0]!, excitation[0]! * this.#capacitance, inhibition[0]! * this.#capacitance);
  }

  setState(state: ArrayLike<number>): void {
    this.#bank.state.voltage[0] = state[0]!;
    this.#bank.state.excitation[0] = 0;
    this.#bank.state.inhibition[0] = 0;
    this.#bank.excite(0, (state[1] ?? 0) / this.#capacitance);
    this.#bank.inhibit(0, (state[2] ?? 0) / this.#capacitance);
  }

  setCurrent(current: number): void {
    this.#bank.setDrive(0, current / this.#capacitance);
  }

  kick(index: number, amount: number): void {
    if (index === 1) this.#bank.excite(0, amount / this.#capacitance);
    else this.#bank.inhibit(0, amount / this.#capacitance);
  }

  advance(duration: number, spike: (offset: number) => void): void {
    let done = 0;
    for (;;) {
      const wait = this.#bank.untilSpike(0, duration - done);
      if (wait > duration - done) break;
      done += wait;
      this.#bank.advance(0, wait);
      this.#bank.fire(0);
      spike(done);
    }
    this.#bank.advance(0, duration - done);
  }
}
