/**
 * Neurons of the `grid` mode: everything happens on a grid of time steps, in the order of NEST. In one step a neuron moves from t to t + h with the input that it had at t;
 * then what arrives at t + h is added; then the threshold is compared, and a spike and the reset stand at t + h. Refractory time is counted in whole steps.
 */

/** Neurons of one model. Columns of input are one value per neuron, + and - weights apart. */
export interface GridBank {
  readonly count: number;
  /** One step; `excitation` and `inhibition` are what arrives at its end. Numbers of the neurons that spike go to `spike`, ascending. */
  step(excitation: Float64Array, inhibition: Float64Array, spike: (neuron: number) => void): void;
  /** Membrane voltage at the end of the last step (mV). */
  voltage(neuron: number): number;
  /** All that changes, as columns, to be restored by `restore`. */
  snapshot(): Readonly<Record<string, Float64Array>>;
  restore(columns: Readonly<Record<string, Float64Array>>): void;
}

/** A bank whose state is a set of equally long columns. */
export abstract class ColumnBank implements GridBank {
  readonly count: number;
  protected readonly columns: Readonly<Record<string, Float64Array>>;

  protected constructor(count: number, columns: Readonly<Record<string, Float64Array>>) {
    this.count = count;
    this.columns = columns;
  }

  abstract step(excitation: Float64Array, inhibition: Float64Array, spike: (neuron: number) => void): void;

  abstract voltage(neuron: number): number;

  snapshot(): Readonly<Record<string, Float64Array>> {
    return Object.fromEntries(Object.entries(this.columns).map(([name, column]) => [name, column.slice()]));
  }

  restore(columns: Readonly<Record<string, Float64Array>>): void {
    for (const [name, column] of Object.entries(this.columns)) column.set(columns[name]!);
  }
}
