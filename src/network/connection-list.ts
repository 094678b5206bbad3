/** Connections as they are made, in columns that grow: tens of millions of them in a few seconds. */
import type { EdgeList } from './generators/edge-list.ts';

/** Columns of equal length: one entry per synapse, in the order of the card. */
export interface Connections {
  readonly source: Uint32Array;
  readonly target: Uint32Array;
  /** Units of weight, as given: below zero only where the card takes the sign of the weight. */
  readonly units: Float64Array;
  /** 1 for a synapse that stands for an electrical connection. */
  readonly electrical: Uint8Array;
  /** +1 or -1 by the sign column of a file, else 0. */
  readonly sign: Int8Array;
  /** In units of the delay column, else 0. */
  readonly delay: Float64Array;
  /** Entry of the card's edges. */
  readonly entry: Uint32Array;
}

/** What is told of one connection besides its ends. */
export interface ConnectionDetails {
  readonly units: number;
  readonly entry: number;
  readonly electrical?: number;
  readonly sign?: number;
  readonly delay?: number;
}

export class ConnectionList {
  #columns: Connections;
  #count = 0;

  /** Room for `expected` connections; more can be added, but columns that grow are copied. */
  constructor(expected = 0) {
    this.#columns = columnsOf(Math.max(1024, expected));
  }

  add(source: number, target: number, { units, entry, electrical = 0, sign = 0, delay = 0 }: ConnectionDetails): void {
    this.#reserve(1);
    const at = this.#count++;
    const columns = this.#columns;
    columns.source[at] = source;
    columns.target[at] = target;
    columns.units[at] = units;
    columns.electrical[at] = electrical;
    columns.sign[at] = sign;
    columns.delay[at] = delay;
    columns.entry[at] = entry;
  }

  /** Connections of a generator; `units` is the weight of all, or gives that of each. */
  addAll({ source, target }: EdgeList, entry: number, units: number | ((synapse: number) => number)): void {
    const { length } = source;
    this.#reserve(length);
    const from = this.#count;
    const columns = this.#columns;
    columns.source.set(source, from);
    columns.target.set(target, from);
    columns.entry.fill(entry, from, from + length);
    if (typeof units === 'number') columns.units.fill(units, from, from + length);
    else for (let k = 0; k < length; k++) columns.units[from + k] = units(k);
    this.#count += length;
  }

  /** The columns so far, without copies. */
  done(): Connections {
    const { source, target, units, electrical, sign, delay, entry } = this.#columns;
    const end = this.#count;
    return {
      source: source.subarray(0, end),
      target: target.subarray(0, end),
      units: units.subarray(0, end),
      electrical: electrical.subarray(0, end),
      sign: sign.subarray(0, end),
      delay: delay.subarray(0, end),
      entry: entry.subarray(0, end),
    };
  }

  #reserve(more: number): void {
    const needed = this.#count + more;
    const old = this.#columns;
    if (needed <= old.source.length) return;
    const grown = columnsOf(Math.max(needed, 2 * old.source.length));
    for (const name of Object.keys(old) as (keyof Connections)[]) grown[name].set(old[name]);
    this.#columns = grown;
  }
}

function columnsOf(length: number): Connections {
  return {
    source: new Uint32Array(length),
    target: new Uint32Array(length),
    units: new Float64Array(length),
    electrical: new Uint8Array(length),
    sign: new Int8Array(length),
    delay: new Float64Array(length),
    entry: new Uint32Array(length),
  };
}
