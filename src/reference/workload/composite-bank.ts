/** Populations of different models side by side as one bank: neuron n is neuron n - first of its part. */
import { InfeasibleError } from '../../base/index.ts';
import type { NeuronBank } from '../banks/neuron-bank.ts';
import type { StatefulBank } from './population-banks.ts';

/** Banks one after the other. */
export class CompositeBank implements NeuronBank {
  readonly count: number;
  readonly #parts: readonly StatefulBank[];
  readonly #partOf: readonly StatefulBank[]; // by neuron
  readonly #firstOf: Uint32Array; // by neuron

  constructor(parts: readonly StatefulBank[]) {
    this.#parts = parts;
    this.#partOf = parts.flatMap((part) => Array.from({ length: part.count }, () => part));
    this.count = this.#partOf.length;
    this.#firstOf = new Uint32Array(this.count);
    let first = 0;
    for (const { count } of parts) {
      this.#firstOf.fill(first, first, first + count);
      first += count;
    }
  }

  quietFor(neuron: number): number {
    return this.#partOf[neuron]!.quietFor(neuron - this.#firstOf[neuron]!);
  }

  untilSpike(neuron: number, horizon: number): number {
    return this.#partOf[neuron]!.untilSpike(neuron - this.#firstOf[neuron]!, horizon);
  }

  advance(neuron: number, elapsed: number): void {
    this.#partOf[neuron]!.advance(neuron - this.#firstOf[neuron]!, elapsed);
  }

  receive(neuron: number, amplitude: number): void {
    this.#partOf[neuron]!.receive(neuron - this.#firstOf[neuron]!, amplitude);
  }

  fire(neuron: number): void {
    this.#partOf[neuron]!.fire(neuron - this.#firstOf[neuron]!);
  }

  voltageAfter(neuron: number, elapsed: number): number {
    return this.#partOf[neuron]!.voltageAfter(neuron - this.#firstOf[neuron]!, elapsed);
  }

  /** See LifBank. */
  setDrive(neuron: number, drive: number): void {
    this.#partOf[neuron]!.setDrive(neuron - this.#firstOf[neuron]!, drive);
  }

  /** All that changes, by part and name. */
  columns(): Record<string, Float64Array> {
    return Object.fromEntries(
      this.#parts.flatMap(({ state }, part) => columnsOf(state).map(([name, column]) => [`${String(part)}.${name}`, column.slice()])),
    );
  }

  /** Takes up what `columns` told, before anything else is asked of the neurons. Throws InfeasibleError when it is of other neurons. */
  restore(columns: Readonly<Record<string, Float64Array>>): void {
    this.#parts.forEach(({ state }, part) => {
      for (const [name, column] of columnsOf(state)) {
        const kept = columns[`${String(part)}.${name}`];
        if (kept?.length !== column.length) throw new InfeasibleError('the snapshot is of another network');
        column.set(kept);
      }
    });
  }
}

function columnsOf(state: object): [string, Float64Array][] {
  return Object.entries(state) as [string, Float64Array][];
}
