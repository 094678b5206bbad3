/**
 * Effective weights in kernel memory, by rows: what one presynaptic event adds to its targets. Dense rows pay from about a fifth of the columns in use on. Effective means weight
 * times mismatch, computed once per weight write; the codes stay the truth elsewhere.
 */
import { InternalError } from '../base/errors.ts';
import type { KernelMemory } from './memory.ts';

export interface DenseRows {
  readonly rows: number;
  readonly columns: number;
  readonly stride: number; // columns rounded up to a multiple of 4
  readonly firstNeuron: number;
  /** Address in bytes of the weights of one row. */
  addressOf(row: number): number;
  /** V/s, the weights of one row, to read and to write; valid until the next rows are placed. */
  row(row: number): Float32Array<ArrayBuffer>;
}

export interface SparseRows {
  readonly rows: number;
  readonly offsets: Uint32Array; // rows + 1
  readonly targets: number; // address of u32
  readonly weights: number; // address of f32
  /** V/s, the weights of all rows in the order given, to read and to write; valid until the next rows are placed. */
  values(): Float32Array<ArrayBuffer>;
}

/** `neurons` is the padded size of the bank. */
export function placeDenseRows(
  memory: KernelMemory,
  neurons: number,
  rows: number,
  columns: number,
  weights: ArrayLike<number>,
  firstNeuron: number,
): DenseRows {
  const stride = Math.ceil(columns / 4) * 4;
  if (firstNeuron % 4 !== 0 || firstNeuron < 0 || firstNeuron + stride > neurons) {
    throw new InternalError(
      `columns ${String(firstNeuron)} to ${String(firstNeuron + columns)} are not within the bank at a multiple of 4`,
    );
  }
  if (weights.length !== rows * columns)
    throw new InternalError(`${String(weights.length)} weights for ${String(rows)} x ${String(columns)}`);
  const address = memory.allocate(rows * stride * 4);
  const addressOf = (row: number): number => address + row * stride * 4;
  const row = (index: number): Float32Array<ArrayBuffer> => memory.f32(addressOf(index), columns);
  for (let i = 0; i < rows; i++) {
    const target = row(i);
    for (let j = 0; j < columns; j++) target[j] = weights[i * columns + j]!;
  }
  return { rows, columns, stride, firstNeuron, addressOf, row };
}

export function placeSparseRows(
  memory: KernelMemory,
  count: number,
  offsets: ArrayLike<number>,
  targets: ArrayLike<number>,
  weights: ArrayLike<number>,
): SparseRows {
  const begin = Uint32Array.from(offsets);
  const entries = targets.length;
  if (begin[0] !== 0 || begin.at(-1) !== entries || weights.length !== entries || begin.some((at, i) => i > 0 && at < begin[i - 1]!)) {
    throw new InternalError(`the offsets of sparse rows do not rise from 0 to ${String(entries)}`);
  }
  // the kernel checks nothing: a target beyond the bank would write into another field
  for (let i = 0; i < entries; i++)
    if (!isIndex(targets[i]!, count)) throw new InternalError(`target ${String(targets[i])} of ${String(count)} neurons`);
  const targetsAt = memory.allocate(entries * 4);
  const weightsAt = memory.allocate(entries * 4);
  memory.u32(targetsAt, entries).set(targets);
  memory.f32(weightsAt, entries).set(weights);
  return { rows: begin.length - 1, offsets: begin, targets: targetsAt, weights: weightsAt, values: () => memory.f32(weightsAt, entries) };
}

/** Whether `value` counts one of `length` things. */
export function isIndex(value: number, length: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < length;
}
