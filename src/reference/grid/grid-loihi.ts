/**
 * Integer leaky neurons of Loihi; one step of the grid is one time step of the chip. Everything is rounded towards zero.
 *   u = trunc(u (4096 - current decay) / 4096) + arrivals,   v = trunc(v (4096 - voltage decay) / 4096) + u + bias;   v above the threshold: spike, v = 0
 * For the refractory steps after a spike v stays 0 while u goes on. Written apart from the emulator of that chip, with which it is compared.
 * Source: Davies et al. 2018, IEEE Micro 38(1).
 */
import { ColumnBank } from './grid-bank.ts';

/** One whole number per neuron in each column. */
export interface GridLoihiParameters {
  readonly currentDecay: Float64Array;
  readonly voltageDecay: Float64Array;
  readonly threshold: Float64Array;
  readonly bias: Float64Array;
  readonly refractory: Float64Array; // steps
}

const UNIT = 4096;

/** Such neurons at 0. Integers are held in f64, exact below 2^53. */
export class GridLoihi extends ColumnBank {
  readonly #p: GridLoihiParameters;

  constructor(p: GridLoihiParameters) {
    const { length } = p.threshold;
    super(length, { current: new Float64Array(length), voltage: new Float64Array(length), refractory: new Float64Array(length) });
    this.#p = p;
  }

  step(excitation: Float64Array, inhibition: Float64Array, spike: (neuron: number) => void): void {
    const { current, voltage, refractory } = this.columns as Readonly<Record<'current' | 'voltage' | 'refractory', Float64Array>>;
    const { currentDecay, voltageDecay, threshold, bias } = this.#p;
    for (let n = 0; n < this.count; n++) {
      const u = Math.trunc((current[n]! * (UNIT - currentDecay[n]!)) / UNIT) + excitation[n]! + inhibition[n]!;
      current[n] = u;
      if (refractory[n]! > 0) {
        refractory[n]!--;
        continue;
      }
      const v = Math.trunc((voltage[n]! * (UNIT - voltageDecay[n]!)) / UNIT) + u + bias[n]!;
      const fires = v > threshold[n]!;
      voltage[n] = fires ? 0 : v;
      if (!fires) continue;
      refractory[n] = this.#p.refractory[n]!;
      spike(n);
    }
  }

  voltage(neuron: number): number {
    return this.columns['voltage']![neuron]!;
  }
}
