/** Neurons of different models or parameters side by side on the grid. */
import { InfeasibleError } from '../../base/index.ts';
import type { GridBank } from '../grid/grid-bank.ts';

/**
 * Banks one after the other: neuron n is neuron n - first of its part. A snapshot has a column for every name that some bank has, one value per neuron, NaN where a neuron has none;
 * so it does not tell how the neurons were cut into banks.
 */
export class GridParts implements GridBank {
  readonly count: number;
  readonly #parts: readonly { readonly bank: GridBank; readonly first: number; readonly end: number }[];

  constructor(banks: readonly GridBank[]) {
    let first = 0;
    this.#parts = banks.map((bank) => ({ bank, first, end: (first += bank.count) }));
    this.count = first;
  }

  step(excitation: Float64Array, inhibition: Float64Array, spike: (neuron: number) => void): void {
    for (const { bank, first, end } of this.#parts)
      bank.step(excitation.subarray(first, end), inhibition.subarray(first, end), (neuron) => spike(first + neuron));
  }

  voltage(neuron: number): number {
    const part = this.#parts.find(({ end }) => neuron < end)!;
    return part.bank.voltage(neuron - part.first);
  }

  snapshot(): Readonly<Record<string, Float64Array>> {
    const columns: Record<string, Float64Array> = {};
    for (const { bank, first } of this.#parts) {
      for (const [name, values] of Object.entries(bank.snapshot())) {
        columns[name] ??= new Float64Array(this.count).fill(NaN);
        columns[name].set(values, first);
      }
    }
    return columns;
  }

  /** Throws InfeasibleError unless the columns are of these neurons. */
  restore(columns: Readonly<Record<string, Float64Array>>): void {
    for (const { bank, first, end } of this.#parts) {
      const own = Object.keys(bank.snapshot()).map((name): [string, Float64Array] => {
        const column = columns[name];
        if (column?.length !== this.count || Number.isNaN(column[first])) throw new InfeasibleError('the snapshot is of another network');
        return [name, column.subarray(first, end)];
      });
      bank.restore(Object.fromEntries(own));
    }
  }
}
