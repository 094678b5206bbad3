/**
 * LIF neurons with alpha-shaped synaptic currents on the grid, by exact propagators over one step h, V relative to rest:
 *   V <- P22 V + P31 d + P32 I + P20 I_e (excitation and inhibition alike),   I <- e^(-h/tau) (I + h d),   d <- e^(-h/tau) d + (e / tau) x arrivals (pA)
 * A synaptic event of weight w is the current w (t / tau) e^(1 - t/tau). The order within a step, threshold and refractory time are those of grid-lif.ts.
 * Source: Rotter and Diesmann 1999; NEST's iaf_psc_alpha for the order within a step.
 */
import { exp } from '../../base/index.ts';
import { unitAlphaPsp } from '../membrane/alpha-psp.ts';
import { ColumnBank } from './grid-bank.ts';
import { lifPropagators, type GridLifParameters, type LifPropagators, type SynapticTimes } from './grid-lif.ts';

/** One synapse over a step. */
interface AlphaPropagators {
  readonly decay: number;
  readonly carried: number; // of I, per unit of d
  readonly fromRise: number; // mV per unit of d
  readonly fromCurrent: number; // mV/pA
  readonly unit: number; // of d per pA of weight, 1/ms
}

/** Such neurons at their start. Throws InfeasibleError for impossible parameters. */
export class GridLifAlpha extends ColumnBank {
  readonly #p: GridLifParameters;
  readonly #by: LifPropagators;
  readonly #exc: AlphaPropagators;
  readonly #inh: AlphaPropagators;

  constructor(p: GridLifParameters, { tauExc, tauInh }: SynapticTimes) {
    const zeros = (): Float64Array => new Float64Array(p.start.length);
    super(p.start.length, {
      voltage: Float64Array.from(p.start, (voltage) => voltage - p.rest),
      exc: zeros(),
      excRise: zeros(),
      inh: zeros(),
      inhRise: zeros(),
      refractory: zeros(),
    });
    this.#p = p;
    this.#by = lifPropagators(p, { tauExc, tauInh });
    const synapse = (tau: number, fromCurrent: number): AlphaPropagators => {
      const decay = exp(-p.step / tau);
      const fromRise = unitAlphaPsp(1 / p.tauMem, 1 / tau, p.step) / p.capacitance;
      return { decay, carried: p.step * decay, fromRise, fromCurrent, unit: Math.E / tau };
    };
    this.#exc = synapse(tauExc, this.#by.fromExc);
    this.#inh = synapse(tauInh, this.#by.fromInh);
  }

  step(excitation: Float64Array, inhibition: Float64Array, spike: (neuron: number) => void): void {
    const { voltage, exc, excRise, inh, inhRise, refractory } = this.columns as Readonly<
      Record<'voltage' | 'exc' | 'excRise' | 'inh' | 'inhRise' | 'refractory', Float64Array>
    >;
    const { leak, fromCurrent, refractorySteps } = this.#by;
    const { current, rest } = this.#p;
    const [threshold, reset] = [this.#p.threshold - rest, this.#p.reset - rest];
    const [e, i] = [this.#exc, this.#inh];
    for (let n = 0; n < this.count; n++) {
      if (refractory[n] === 0) {
        const excited = excRise[n]! * e.fromRise + exc[n]! * e.fromCurrent;
        const inhibited = inhRise[n]! * i.fromRise + inh[n]! * i.fromCurrent;
        voltage[n] = voltage[n]! * leak + excited + inhibited + current[n]! * fromCurrent;
      } else refractory[n]!--;
      exc[n] = exc[n]! * e.decay + excRise[n]! * e.carried;
      excRise[n] = excRise[n]! * e.decay + excitation[n]! * e.unit;
      inh[n] = inh[n]! * i.decay + inhRise[n]! * i.carried;
      inhRise[n] = inhRise[n]! * i.decay + inhibition[n]! * i.unit;
      if (voltage[n]! >= threshold) {
        refractory[n] = refractorySteps;
        voltage[n] = reset;
        spike(n);
      }
    }
  }

  voltage(neuron: number): number {
    return this.columns['voltage']![neuron]! + this.#p.rest;
  }
}
