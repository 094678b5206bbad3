/**
 * HDF5 files of our own, for tools that read nothing else (SONATA, NIR): a tree of groups, data sets and attributes as plain data, built in the library's memory and written to
 * disk in one step. Arrays are stored as they are typed: Float64Array as f64, BigInt64Array as i64, and so on; a text is a scalar string.
 */
import type { Group } from 'h5wasm';
import { InternalError } from '../base/index.ts';
import { writeAtomically } from './atomic.ts';

export type Hdf5Data = Float64Array | Float32Array | BigUint64Array | BigInt64Array | Uint32Array | Int32Array | Uint8Array;

export interface Hdf5Set {
  readonly data: Hdf5Data | string | readonly string[];
  /** Lengths; one axis unless given. */
  readonly shape?: readonly number[];
  readonly attributes?: Readonly<Record<string, Hdf5Attribute>>;
}

/** A text, a number as f64, or an array. */
export type Hdf5Attribute = string | number | Hdf5Data;

export interface Hdf5Tree {
  readonly attributes?: Readonly<Record<string, Hdf5Attribute>>;
  readonly groups?: Readonly<Record<string, Hdf5Tree>>;
  readonly sets?: Readonly<Record<string, Hdf5Set>>;
}

let files = 0;

/** Writes the file in one step. Throws InternalError when a shape does not fit its data. */
export async function writeHdf5(path: string, tree: Hdf5Tree): Promise<void> {
  const { default: library } = await import('#vendor/h5wasm');
  const { FS } = await library.ready;
  const name = `/made-${String(files++)}.h5`;
  const file = new library.File(name, 'w');
  try {
    fill(file, tree);
    file.close();
    await writeAtomically(path, FS.readFile(name));
  } finally {
    FS.unlink(name);
  }
}

function fill(group: Group, { attributes = {}, groups = {}, sets = {} }: Hdf5Tree): void {
  for (const [name, value] of Object.entries(attributes)) group.create_attribute(name, asData(value), ...shapeAndType(value));
  for (const [name, set] of Object.entries(sets)) {
    const { data } = set;
    const count = typeof data === 'string' ? 1 : data.length;
    const shape = set.shape ?? (typeof data === 'string' ? [] : [count]);
    if (shape.reduce((product, length) => product * length, 1) !== count) {
      throw new InternalError(`${name}: ${String(count)} elements do not have the shape (${shape.join(', ')})`);
    }
    // the library takes arrays of texts as they are typed, not as read-only ones
    const dataset = group.create_dataset({
      name,
      data: typeof data === 'string' || ArrayBuffer.isView(data) ? data : [...data],
      shape: [...shape],
    });
    for (const [key, value] of Object.entries(set.attributes ?? {})) dataset.create_attribute(key, asData(value), ...shapeAndType(value));
  }
  for (const [name, tree] of Object.entries(groups)) fill(group.create_group(name), tree);
}

function asData(value: Hdf5Attribute): Hdf5Data | string {
  return typeof value === 'number' ? Float64Array.of(value) : value;
}

/** Numbers are scalars; typed arrays say their own type. */
function shapeAndType(value: Hdf5Attribute): [number[]?] {
  return typeof value === 'number' ? [[]] : [];
}
