/** The state of a clear network in the form in which it is kept and put back. */
import { InfeasibleError } from '../../base/index.ts';

type StateArray = Int32Array | Float64Array | Uint8Array;

/** The parts of a network that have state, by name. */
export type Parts = Readonly<Record<string, { arrays(): Record<string, StateArray> }>>;

/** The state of a network as plain data; survives JSON if its arrays are written as lists of numbers. */
export interface NocSnapshot {
  readonly cycle: number;
  readonly arrays: Readonly<Record<string, ArrayLike<number>>>;
  /** (source node * nodes + destination node, packets dropped) of every flow that lost some, in the order of the first loss. */
  readonly dropsByFlow: readonly (readonly [number, number])[];
  /** Source and destinations of every set that multicast packets were offered for, in the order of the first offer. */
  readonly groups: readonly (readonly number[])[];
}

/** Copies of all arrays, under `part.array`. */
export function copiesOf(parts: Parts): Record<string, StateArray> {
  return Object.fromEntries(Object.entries(arraysOf(parts)).map(([name, array]) => [name, array.slice()]));
}

/** Writes saved arrays into the parts. InfeasibleError when they are of another design; `name` is that of this one. */
export function putBack(saved: NocSnapshot['arrays'], parts: Parts, name: string): void {
  for (const [key, array] of Object.entries(arraysOf(parts))) {
    const values = saved[key];
    if (values?.length !== array.length)
      throw new InfeasibleError(`the snapshot does not fit ${name}: ${key} differs; restore into the design that it was taken from`);
    array.set(values);
  }
}

function arraysOf(parts: Parts): Record<string, StateArray> {
  return Object.fromEntries(
    Object.entries(parts).flatMap(([name, part]) =>
      Object.entries(part.arrays()).map(([array, values]) => [`${name}.${array}`, values] as const),
    ),
  );
}
