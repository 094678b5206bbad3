/**
 * Columns and tables of numbers as numpy keeps them: `.npy`, version 1.0, little-endian, row after row. `numpy.load(path, mmap_mode='r')` reads what is written here.
 *   "\x93NUMPY" 1 0, u16 length of the header, {'descr': '<f8', 'fortran_order': False, 'shape': (3,), } padded with spaces to a multiple of 64 and ended by a line feed, data
 * Source: NEP 1, "A simple file format for NumPy arrays"; numpy.lib.format.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { CardError, InternalError } from '../base/index.ts';
import { writeAtomically } from './atomic.ts';
import { codeOf } from './make-folder.ts';

/** Element types. `u8` is held in a Float64Array of safe integers: ticks are numbers in this house, and 64-bit integers in the file. */
export type NpyType = 'f4' | 'f8' | 'u4' | 'u8' | 'i4';
export type NpyData = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

export interface NpyArray {
  readonly type: NpyType;
  /** One or two lengths: [n], or [rows, columns]. */
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Uint32Array | Int32Array;
}

const CHUNK = 1 << 20; // elements encoded at a time
const BYTES: Readonly<Record<NpyType, number>> = { f4: 4, f8: 8, u4: 4, u8: 8, i4: 4 };
/** Sixteen GiB: above this a column file is a mistake rather than a recording. */
const LARGEST = 2 ** 34;

/** Writes an array as `.npy` in one step. Throws InternalError when the shape does not fit the data, or an `u8` value is no safe non-negative integer. */
export async function writeNpy(path: string, array: NpyArray): Promise<void> {
  await writeAtomically(path, encodeNpy(array));
}

/** The bytes of the file, header first, in chunks. */
export function* encodeNpy({ type, shape, data }: NpyArray): Generator<Uint8Array> {
  const size = shape.reduce((product, length) => product * length, 1);
  if (shape.length < 1 || shape.length > 2 || size !== data.length || !(data instanceof holderOf(type))) {
    throw new InternalError(`an array of ${String(data.length)} elements cannot be written as ${type} of shape (${shape.join(', ')})`);
  }
  yield header(type, shape);
  for (let from = 0; from < data.length; from += CHUNK) {
    const part = data.subarray(from, from + CHUNK);
    yield type === 'u8' ? bytesOf(BigUint64Array.from(part, toBig)) : bytesOf(part);
  }
}

/** Reads a `.npy` of one or two dimensions. Throws CardError, naming the file, for anything else, and for more bytes than `largest`. */
export async function readNpy(path: string, { largest = LARGEST } = {}): Promise<NpyArray & { readonly data: NpyData }> {
  const file = await openForReading(path);
  try {
    const { size } = await file.stat();
    const { type, shape, offset } = await readHeader(file, path, size);
    const count = shape.reduce((product, length) => product * length, 1);
    const expected = count * BYTES[type];
    if (!Number.isSafeInteger(count) || expected > largest)
      throw wrong(path, `${String(expected)} bytes of data`, `at most ${String(largest)}`);
    if (size - offset !== expected) {
      throw wrong(path, `${String(size - offset)} bytes of data`, `${String(expected)} for shape (${shape.join(', ')}) of ${type}`);
    }
    const buffer = new ArrayBuffer(expected);
    await fill(file, path, new Uint8Array(buffer), offset);
    return { type, shape, data: type === 'u8' ? fromBig(new BigUint64Array(buffer), path) : new (holderOf(type))(buffer) };
  } finally {
    await file.close();
  }
}

function holderOf(type: NpyType) {
  return { f4: Float32Array, f8: Float64Array, u4: Uint32Array, u8: Float64Array, i4: Int32Array }[type];
}

function header(type: NpyType, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `${String(shape[0])},` : shape.join(', ');
  const text = `{'descr': '<${type}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const prefix = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 255, length >> 8]);
  return Buffer.concat([prefix, Buffer.from(`${text.padEnd(length - 1)}\n`, 'latin1')]);
}

async function readHeader(file: FileHandle, path: string, size: number): Promise<{ type: NpyType; shape: number[]; offset: number }> {
  const prefix = new Uint8Array(12);
  if (size < prefix.length) throw wrong(path, `a file of ${String(size)} bytes`, 'a .npy file');
  await fill(file, path, prefix, 0);
  if (Buffer.from(prefix.subarray(0, 6)).toString('latin1') !== '\x93NUMPY') throw wrong(path, 'another kind of file', 'a .npy file');
  const version = prefix[6]!;
  if (version < 1 || version > 3) throw wrong(path, `.npy version ${String(version)}`, 'version 1, 2 or 3');
  const view = new DataView(prefix.buffer);
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > 65536 || start + length > size) throw wrong(path, `a header of ${String(length)} bytes`, 'a shorter one');
  const bytes = new Uint8Array(length);
  await fill(file, path, bytes, start);
  const text = Buffer.from(bytes).toString('latin1');
  const found = /^\{\s*'descr':\s*'([^']*)',\s*'fortran_order':\s*(True|False),\s*'shape':\s*\(([\d, ]*)\),?\s*\}\s*$/.exec(text);
  if (!found) throw wrong(path, `the header ${text.trim().slice(0, 80)}`, 'descr, fortran_order and shape');
  const [, descr = '', order, tuple = ''] = found;
  const type = descr.slice(1);
  if (!descr.startsWith('<') || !isType(type)) throw wrong(path, `elements of type ${descr}`, 'one of <f4, <f8, <u4, <u8, <i4');
  const shape = tuple
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  if (shape.length < 1 || shape.length > 2) throw wrong(path, `${String(shape.length)} dimensions`, 'one or two');
  if (order === 'True' && shape.length === 2) throw wrong(path, 'column-major order', 'row-major order (fortran_order False)');
  return { type, shape, offset: start + length };
}

function isType(text: string): text is NpyType {
  return Object.hasOwn(BYTES, text);
}

async function fill(file: FileHandle, path: string, into: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await file.read(into, done, Math.min(into.length - done, 1 << 26), position + done);
    if (bytesRead === 0) throw wrong(path, `the end after ${String(position + done)} bytes`, String(position + into.length));
    done += bytesRead;
  }
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw wrong(path, 'no such file', 'a .npy file');
    throw error;
  }
}

function toBig(value: number): bigint {
  if (!Number.isSafeInteger(value) || value < 0) throw new InternalError(`${String(value)} is no safe non-negative integer`);
  return BigInt(value);
}

function fromBig(values: BigUint64Array, path: string): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length: values.length }, (_, k) => {
    const value = values[k]!;
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw wrong(path, `the value ${String(value)}`, 'integers below 2^53');
    return Number(value);
  });
}

function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function wrong(file: string, found: string, expected: string): CardError {
  return new CardError([{ file, found, expected }]);
}
