/**
 * LIF neurons on the grid, current-based, by exact propagators over one step h. V is kept relative to rest.
 *   exponential synapses   V <- P22 V + P21e Ie + P21i Ii + P20 I,   Ie <- e^(-h/tau_e) Ie + arrivals (pA)
 *   delta synapses         V <- e^(-h/tau) V + tau/C (1 - e^(-h/tau)) I + arrivals (mV); what arrives while refractory is lost
 * While refractory V stands at the reset.
 * Source: Rotter and Diesmann 1999; NEST's iaf_psc_exp and iaf_psc_delta for the order within a step.
 */
import { exp, expm1, InfeasibleError } from '../../base/index.ts';
import type { RowsPopulation } from '../../kernels/grid-rows.ts';
import { unitPsp } from '../psp.ts';
import { ColumnBank } from './grid-bank.ts';

/** One value per neuron in the arrays; ms, mV, pA, pF. */
export interface GridLifParameters {
  readonly step: number; // ms
  readonly capacitance: number; // pF
  readonly tauMem: number; // ms
  readonly rest: number; // mV
  readonly threshold: number; // mV
  readonly reset: number; // mV
  readonly refractory: number; // ms
  readonly current: ArrayLike<number>; // pA, constant, one per neuron
  readonly start: ArrayLike<number>; // mV, one per neuron
}

/** Time constants of exponential synapses (ms). */
export interface SynapticTimes {
  readonly tauExc: number;
  readonly tauInh: number;
}

/** Whole steps in a time of `milliseconds`; InfeasibleError unless it is a multiple of the step. */
export function stepsOf(what: string, milliseconds: number, step: number, least = 0): number {
  const steps = Math.round(milliseconds / step);
  if (!(Math.abs(steps * step - milliseconds) <= 1e-9 * Math.max(1, milliseconds)) || steps < least) {
    throw new InfeasibleError(
      `${what}: found ${String(milliseconds)} ms, expected a multiple of ${String(step)} ms of at least ${String(least)}`,
    );
  }
  return steps;
}

/** What one step does to a LIF neuron; the kernel is given the same numbers. */
export interface LifPropagators {
  readonly leak: number; // P22
  readonly fromCurrent: number; // mV/pA, P20
  readonly fromExc: number; // mV/pA, P21
  readonly fromInh: number; // mV/pA
  readonly excDecay: number;
  readonly inhDecay: number;
  readonly refractorySteps: number;
}

/** Propagators over one step. */
export function lifPropagators(p: GridLifParameters, synapses: SynapticTimes): LifPropagators {
  if (!(p.tauMem > 0 && p.capacitance > 0 && synapses.tauExc > 0 && synapses.tauInh > 0 && p.step > 0)) {
    throw new InfeasibleError('a LIF neuron needs time constants, capacitance and a time step above 0');
  }
  if (p.reset >= p.threshold) throw new InfeasibleError(`reset ${String(p.reset)} mV must lie below threshold ${String(p.threshold)} mV`);
  const psp = (tau: number): number => unitPsp(1 / p.tauMem, 1 / tau, p.step) / p.capacitance;
  return {
    leak: exp(-p.step / p.tauMem),
    fromCurrent: (-expm1(-p.step / p.tauMem) * p.tauMem) / p.capacitance,
    fromExc: psp(synapses.tauExc),
    fromInh: psp(synapses.tauInh),
    excDecay: exp(-p.step / synapses.tauExc),
    inhDecay: exp(-p.step / synapses.tauInh),
    refractorySteps: stepsOf('refractory time', p.refractory, p.step),
  };
}

/** LIF neurons, whatever their synapses: parameters, propagators and state. */
abstract class GridLif extends ColumnBank {
  protected readonly parameters: GridLifParameters;
  protected readonly by: LifPropagators;
  readonly #synapses: RowsPopulation['synapses'];

  protected constructor(parameters: GridLifParameters, by: LifPropagators, synapses: RowsPopulation['synapses']) {
    const count = parameters.start.length;
    super(count, {
      voltage: Float64Array.from({ length: count }, (_, n) => parameters.start[n]! - parameters.rest),
      exc: new Float64Array(count),
      inh: new Float64Array(count),
      refractory: new Float64Array(count),
    });
    this.parameters = parameters;
    this.by = by;
    this.#synapses = synapses;
  }

  /** Constant currents (pA), one per neuron; may change between steps. */
  get current(): ArrayLike<number> {
    return this.parameters.current;
  }

  get rest(): number {
    return this.parameters.rest;
  }

  /** The same neurons for the kernel. */
  record(): RowsPopulation {
    const { rest, threshold, reset } = this.parameters;
    return { ...this.by, count: this.count, synapses: this.#synapses, threshold: threshold - rest, reset: reset - rest };
  }

  voltage(neuron: number): number {
    return this.columns['voltage']![neuron]! + this.rest;
  }
}

/** LIF neurons with exponential synapses. Throws InfeasibleError for impossible parameters. */
export class GridLifExp extends GridLif {
  constructor(parameters: GridLifParameters, synapses: SynapticTimes) {
    super(parameters, lifPropagators(parameters, synapses), 'exponential');
  }

  step(excitation: Float64Array, inhibition: Float64Array, spike: (neuron: number) => void): void {
    const { voltage, exc, inh, refractory } = this.columns as Readonly<Record<'voltage' | 'exc' | 'inh' | 'refractory', Float64Array>>;
    const { leak, fromCurrent, fromExc, fromInh, excDecay, inhDecay, refractorySteps } = this.by;
    const { current, rest } = this.parameters;
    const [threshold, reset] = [this.parameters.threshold - rest, this.parameters.reset - rest];
    for (let n = 0; n < this.count; n++) {
      if (refractory[n] === 0) voltage[n] = voltage[n]! * leak + exc[n]! * fromExc + inh[n]! * fromInh + current[n]! * fromCurrent;
      else refractory[n]!--;
      exc[n] = exc[n]! * excDecay + excitation[n]!;
      inh[n] = inh[n]! * inhDecay + inhibition[n]!;
      if (voltage[n]! >= threshold) {
        refractory[n] = refractorySteps;
        voltage[n] = reset;
        spike(n);
      }
    }
  }
}

/** LIF neurons with delta synapses. Throws InfeasibleError for impossible parameters. */
export class GridLifDelta extends GridLif {
  constructor(parameters: GridLifParameters) {
    super(parameters, lifPropagators(parameters, { tauExc: parameters.tauMem, tauInh: parameters.tauMem }), 'delta');
  }

  step(excitation: Float64Array, inhibition: Float64Array, spike: (neuron: number) => void): void {
    const { voltage, refractory } = this.columns as Readonly<Record<'voltage' | 'refractory', Float64Array>>;
    const { leak, fromCurrent, refractorySteps } = this.by;
    const { current, rest } = this.parameters;
    const [threshold, reset] = [this.parameters.threshold - rest, this.parameters.reset - rest];
    for (let n = 0; n < this.count; n++) {
      if (refractory[n] === 0) voltage[n] = voltage[n]! * leak + current[n]! * fromCurrent + (excitation[n]! + inhibition[n]!);
      else refractory[n]!--;
      if (voltage[n]! >= threshold) {
        refractory[n] = refractorySteps;
        voltage[n] = reset;
        spike(n);
      }
    }
  }
}
