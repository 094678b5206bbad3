/**
 * Izhikevich neurons on the grid as NEST's `izhikevich` runs them: forward Euler with both right-hand sides at the old values, delta synapses.
 *   v <- v + h (0.04 v^2 + 5 v + 140 - u + I) + arrivals,   u <- u + h a (b v - u);   v at or above the peak: spike, v = c, u += d
 * Source: Izhikevich 2003; NEST model documentation (consistent integration).
 */
import { ColumnBank } from './grid-bank.ts';

/** One value per neuron in each column; mV, ms. */
export interface GridIzhikevichParameters {
  readonly step: number; // ms
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly c: Float64Array; // mV
  readonly d: Float64Array;
  readonly peak: Float64Array; // mV
  readonly start: Float64Array; // mV
  readonly recovery?: Float64Array; // u at the start; b v unless given
  readonly current: ArrayLike<number>; // mV/ms
}

/** Such neurons at their start. */
export class GridIzhikevich extends ColumnBank {
  readonly #p: GridIzhikevichParameters;

  constructor(p: GridIzhikevichParameters) {
    super(p.start.length, { v: p.start.slice(), u: p.recovery?.slice() ?? p.start.map((v, n) => p.b[n]! * v) });
    this.#p = p;
  }

  step(excitation: Float64Array, inhibition: Float64Array, spike: (neuron: number) => void): void {
    const { v, u } = this.columns as Readonly<Record<'v' | 'u', Float64Array>>;
    const { step, a, b, c, d, peak, current } = this.#p;
    for (let n = 0; n < this.count; n++) {
      const [oldV, oldU] = [v[n]!, u[n]!];
      v[n] = oldV + step * (0.04 * oldV * oldV + 5 * oldV + 140 - oldU + current[n]!) + (excitation[n]! + inhibition[n]!);
      u[n] = oldU + step * a[n]! * (b[n]! * oldV - oldU);
      if (v[n]! < peak[n]!) continue;
      v[n] = c[n]!;
      u[n]! += d[n]!;
      spike(n);
    }
  }

  voltage(neuron: number): number {
    return this.columns['v']![neuron]!;
  }
}
