/**
 * AdEx neurons with exponential synapses, conductances or currents, on the grid, as NEST's aeif_cond_exp and aeif_psc_exp run them: integrated by Runge-Kutta-Fehlberg inside each step, V limited
 * to V_peak in the right-hand side, the reset at the end of the substep that reaches V_peak, the spike told at the end of the grid step, arrivals added there.
 *   equations as in adex-cell.ts; while refractory V is held at the reset in the right-hand side
 * Source: Brette and Gerstner 2005; NEST model documentation of aeif_cond_exp and aeif_psc_exp.
 */
import { exp, InfeasibleError } from '../../base/index.ts';
import { ColumnBank } from './grid-bank.ts';
import { stepsOf } from './grid-lif.ts';
import { RungeKuttaFehlberg } from './runge-kutta-fehlberg.ts';

/** ms, mV, pA, pF, nS; one value per neuron in the arrays. */
export interface GridAdexParameters {
  readonly step: number; // ms
  readonly capacitance: number;
  readonly leakConductance: number;
  readonly rest: number;
  readonly thresholdVoltage: number;
  readonly slopeFactor: number;
  readonly adaptationConductance: number;
  readonly adaptationJump: number;
  readonly adaptationTau: number;
  readonly reset: number;
  readonly peak: number;
  readonly refractory: number;
  readonly tauExc: number;
  readonly tauInh: number;
  /** With both synapses are conductances (nS), without them currents (pA). */
  readonly reversalExc?: number;
  readonly reversalInh?: number;
  readonly tolerance: number; // of the integrator, absolute
  readonly current: ArrayLike<number>;
  readonly start: ArrayLike<number>;
}

/** AdEx neurons; throws InfeasibleError for a reset at or above the peak or a slope factor that is not above 0. */
export class GridAdex extends ColumnBank {
  readonly #p: GridAdexParameters;
  readonly #refractorySteps: number;
  readonly #integrator: RungeKuttaFehlberg;
  readonly #conductance: boolean;
  readonly #y = new Float64Array(4); // V, g_ex, g_in, w of the neuron in hand
  #current = 0; // pA, of the neuron in hand
  #held = false; // whether the neuron in hand is refractory

  constructor(p: GridAdexParameters) {
    const count = p.start.length;
    super(count, {
      voltage: Float64Array.from(p.start),
      exc: new Float64Array(count),
      inh: new Float64Array(count),
      adaptation: new Float64Array(count),
      refractory: new Float64Array(count),
      substep: new Float64Array(count).fill(p.step),
    });
    if (!(p.slopeFactor > 0) || p.reset >= p.peak || !(p.tolerance > 0)) {
      throw new InfeasibleError('an AdEx neuron needs a slope factor and a tolerance above 0 and a reset below its peak');
    }
    this.#p = p;
    this.#conductance = p.reversalExc !== undefined && p.reversalInh !== undefined;
    this.#refractorySteps = stepsOf('refractory time', p.refractory, p.step);
    this.#integrator = new RungeKuttaFehlberg(4, (y, out) => this.#derivative(y, out), p.tolerance);
  }

  step(excitation: Float64Array, inhibition: Float64Array, spike: (neuron: number) => void): void {
    const { voltage, exc, inh, adaptation, refractory, substep } = this.columns as Readonly<
      Record<'voltage' | 'exc' | 'inh' | 'adaptation' | 'refractory' | 'substep', Float64Array>
    >;
    const { step, reset, peak, adaptationJump } = this.#p;
    const y = this.#y;
    for (let n = 0; n < this.count; n++) {
      y[0] = voltage[n]!;
      y[1] = exc[n]!;
      y[2] = inh[n]!;
      y[3] = adaptation[n]!;
      this.#current = this.#p.current[n]!;
      for (let done = 0; done < step;) {
        this.#held = refractory[n]! > 0;
        const { used, next } = this.#integrator.apply(y, step - done, substep[n]!);
        substep[n] = next;
        done = used === step - done ? step : done + used;
        if (refractory[n]! > 0) {
          y[0] = reset;
        } else if (y[0] >= peak) {
          y[0] = reset;
          y[3] += adaptationJump;
          refractory[n] = this.#refractorySteps > 0 ? this.#refractorySteps + 1 : 0;
          spike(n);
        }
      }
      if (refractory[n]! > 0) refractory[n]!--;
      voltage[n] = y[0]!;
      exc[n] = y[1] + excitation[n]!;
      inh[n] = y[2] - inhibition[n]!;
      adaptation[n] = y[3]!;
    }
  }

  voltage(neuron: number): number {
    return this.columns['voltage']![neuron]!;
  }

  #derivative(y: Float64Array, out: Float64Array): void {
    const p = this.#p;
    const v = this.#held ? p.reset : Math.min(y[0]!, p.peak);
    const [exc, inh, w] = [y[1]!, y[2]!, y[3]!];
    const spiking = p.leakConductance * p.slopeFactor * exp((v - p.thresholdVoltage) / p.slopeFactor);
    const synaptic = this.#conductance ? exc * (v - p.reversalExc!) + inh * (v - p.reversalInh!) : inh - exc;
    out[0] = this.#held ? 0 : (-p.leakConductance * (v - p.rest) + spiking - synaptic - w + this.#current) / p.capacitance;
    out[1] = -exc / p.tauExc;
    out[2] = -inh / p.tauInh;
    out[3] = (p.adaptationConductance * (v - p.rest) - w) / p.adaptationTau;
  }
}
