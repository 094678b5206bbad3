/**
 * Neurons of any equations on the grid, as NEST's adaptive models run them (iaf_cond_exp, hh_cond_exp_traub and their like): Runge-Kutta-Fehlberg inside each step, what arrives is
 * added at its end, there V is compared with the level. Where the upstroke explodes it is done as for aeif: V limited to the peak in the right-hand side, reset at the end of the
 * substep that reaches it. Without a reset an upward crossing between two ends of steps is the spike.
 * Source: NEST model documentation.
 */
import type { OdeModel } from '../banks/ode-model.ts';
import { ColumnBank } from './grid-bank.ts';
import { stepsOf } from './grid-lif.ts';
import { RungeKuttaFehlberg } from './runge-kutta-fehlberg.ts';

/** How to run them. */
export interface GridOdeOptions {
  readonly step: number; // ms
  readonly tolerance: number; // of the integrator, absolute
  /** mV/ms, constant part of dV/dt, one per neuron; may change between steps. */
  readonly drive: ArrayLike<number>;
}

/** Such neurons at their start; one model per neuron, all with the same variables. Throws InfeasibleError for a refractory time that is no whole number of steps. */
export class GridOde extends ColumnBank {
  readonly #models: readonly OdeModel[];
  readonly #o: GridOdeOptions;
  readonly #refractorySteps: Float64Array;
  readonly #integrator: RungeKuttaFehlberg;
  readonly #y: Float64Array;
  readonly #limited: Float64Array;
  readonly #variables: readonly Float64Array[];
  #model: OdeModel; // of the neuron in hand
  #drive = 0;
  #held = false;

  constructor(models: readonly OdeModel[], options: GridOdeOptions) {
    const first = models[0]!;
    const variables = first.start.map((_, i) => Float64Array.from(models, ({ start }) => start[i]!));
    super(models.length, {
      ...Object.fromEntries(variables.map((column, i) => [`variable${String(i)}`, column])),
      refractory: new Float64Array(models.length),
      substep: new Float64Array(models.length).fill(options.step),
    });
    this.#models = models;
    this.#model = first;
    this.#o = options;
    this.#variables = variables;
    this.#refractorySteps = Float64Array.from(models, ({ refractory }) => stepsOf('refractory time', refractory, options.step));
    const size = first.start.length;
    this.#y = new Float64Array(size);
    this.#limited = new Float64Array(size);
    this.#integrator = new RungeKuttaFehlberg(size, (y, out) => this.#derivative(y, out), options.tolerance);
  }

  step(excitation: Float64Array, inhibition: Float64Array, spike: (neuron: number) => void): void {
    const y = this.#y;
    const refractory = this.columns['refractory']!;
    for (let n = 0; n < this.count; n++) {
      const model = this.#models[n]!;
      const { level, reset } = model;
      this.#model = model;
      this.#drive = this.#o.drive[n]!;
      for (let i = 0; i < y.length; i++) y[i] = this.#variables[i]![n]!;
      const before = y[0]!;
      const fire = (extra: number): void => {
        if (reset !== undefined) y[0] = reset;
        model.fire?.(y);
        refractory[n] = this.#refractorySteps[n]! > 0 ? this.#refractorySteps[n]! + extra : 0;
        spike(n);
      };
      this.#through(n, model, fire);
      const held = refractory[n]! > 0;
      if (held) refractory[n]!--;
      if (excitation[n] !== 0) model.receive(y, excitation[n]!);
      if (inhibition[n] !== 0) model.receive(y, inhibition[n]!);
      if (held && reset !== undefined) y[0] = reset;
      else if (model.climbs === undefined || y[0]! >= level) {
        if (y[0]! >= level && (reset !== undefined || before < level)) fire(0);
      }
      this.#variables.forEach((column, i) => (column[n] = y[i]!));
    }
  }

  voltage(neuron: number): number {
    return this.#variables[0]![neuron]!;
  }

  /** The neuron in hand over one step. */
  #through(n: number, model: OdeModel, fire: (extra: number) => void): void {
    const { step } = this.#o;
    const y = this.#y;
    const substep = this.columns['substep']!;
    const refractory = this.columns['refractory']!;
    for (let done = 0; done < step;) {
      this.#held = refractory[n]! > 0;
      const { used, next } = this.#integrator.apply(y, step - done, substep[n]!);
      substep[n] = next;
      done = used === step - done ? step : done + used;
      if (this.#held && model.reset !== undefined) y[0] = model.reset;
      else if (model.climbs !== undefined && y[0]! >= model.level) fire(1);
    }
  }

  #derivative(y: Float64Array, out: Float64Array): void {
    const { reset, level, climbs } = this.#model;
    this.#limited.set(y);
    if (this.#held && reset !== undefined) this.#limited[0] = reset;
    else if (climbs !== undefined) this.#limited[0] = Math.min(y[0]!, level);
    this.#model.derivative(this.#limited, this.#drive, out);
    if (this.#held && reset !== undefined) out[0] = 0;
  }
}
