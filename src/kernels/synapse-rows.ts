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

/** Synapses in any order, of which events name slices. */
export interface SynapseList {
  readonly circuits: number; // address of u16
  readonly drives: number; // address of f32
  readonly groups: number; // address of u8: how many times four synapses the kernel may take together from each on
  readonly events: number; // address of EVENT_ROOM records
  readonly count: number;
  /** Windows onto the events, taken anew after memory has grown. */
  words: Uint32Array;
  times: Float64Array;
}

/** Events on slices of a list of synapses: `remaining` seconds before the end of the step. */
export interface SliceEvents {
  readonly count: number;
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly remaining: Float64Array;
}

/** Events that one call of the kernel takes. */
export const EVENT_ROOM = 256;

/** Circuits count from the first one of the die; drives in V/s, negative for inhibition. */
export function placeSynapseList(memory: KernelMemory, circuits: ArrayLike<number>, drives: (k: number) => number): SynapseList {
  const count = circuits.length;
  const [circuitsAt, drivesAt, groupsAt] = [memory.allocate(2 * count), memory.allocate(4 * count + 128), memory.allocate(count)];
  const events = memory.allocate(16 * EVENT_ROOM);
  for (let k = 0; k < count; k++) {
    if (!isIndex(circuits[k]!, 65_536)) throw new InternalError(`circuit ${String(circuits[k])} of a list of synapses`);
  }
  memory.u16(circuitsAt, count).set(circuits);
  const values = memory.f32(drivesAt, count);
  for (let k = 0; k < count; k++) values[k] = drives(k);
  markGroups(circuits, values, memory.u8(groupsAt, count));
  return { circuits: circuitsAt, drives: drivesAt, groups: groupsAt, events, count, words: new Uint32Array(0), times: new Float64Array(0) };
}

/** Of each synapse: how many times four synapses of one sign onto neighbouring circuits begin with it, the first circuit a multiple of 4; 255 at most. */
function markGroups(circuits: ArrayLike<number>, drives: Float32Array, groups: Uint8Array): void {
  // synapses from the present one on that go on as it began
  let run = 1;
  for (let k = groups.length - 1; k >= 0; k--) {
    const goesOn = k + 1 < groups.length && circuits[k + 1] === circuits[k]! + 1 && drives[k + 1]! < 0 === drives[k]! < 0;
    run = goesOn ? run + 1 : 1;
    groups[k] = circuits[k]! % 4 === 0 ? Math.min(run >> 2, 255) : 0;
  }
}

/** Writes record `k` of the events: the slice [from, to) and its time. */
export function writeEvent(memory: KernelMemory, list: SynapseList, k: number, from: number, to: number, remaining: number): void {
  // an array of grown memory is empty
  if (list.words.length === 0) {
    list.words = memory.u32(list.events, 4 * EVENT_ROOM);
    list.times = memory.f64(list.events, 2 * EVENT_ROOM);
  }
  if (to > list.count) throw new InternalError(`synapses up to ${String(to)} of ${String(list.count)}`);
  list.words[4 * k] = from;
  list.words[4 * k + 1] = to;
  list.times[2 * k + 1] = remaining;
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
