/** Neurons of different models or parameters side by side on the grid. */
import { InfeasibleError } from '../../base/index.ts';
import type { GridBank } from '../grid/grid-bank.ts';

/** Banks one after the other: neuron n is neuron n - first of its part. */
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
    return Object.fromEntries(
      this.#parts.flatMap(({ bank }, p) => Object.entries(bank.snapshot()).map(([name, column]) => [`${String(p)}.${name}`, column])),
    );
  }

  restore(columns: Readonly<Record<string, Float64Array>>): void {
    this.#parts.forEach(({ bank }, p) => {
      bank.restore(Object.fromEntries(Object.keys(bank.snapshot()).map((name) => [name, columns[`${String(p)}.${name}`]!])));
    });
  }

  /** Throws InfeasibleError unless the columns are of these neurons. */
  check(columns: Readonly<Record<string, Float64Array>>): void {
    for (const [name, column] of Object.entries(this.snapshot())) {
      if (columns[name]?.length !== column.length) throw new InfeasibleError('the snapshot is of another network');
    }
  }
}
