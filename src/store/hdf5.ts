/**
 * HDF5 files of others, opened safely: `openHdf5(path)` gives names, shapes, numbers, texts and attributes, and a CardError that names file and path for everything else.
 * What guards the house: signature and superblock are checked before the library is loaded; the file is read into the library's own memory, so that external links and external storage
 * find no file system to read from; links out of the file are refused; a data set's announced size is checked before it is read; every error of the library becomes a CardError.
 * Signature: HDF5 file format specification, II.A (also at 512, 1024, 2048 ... bytes, behind a user block). Library: h5wasm (HDF5 in WebAssembly), loaded when the first file is.
 */
import { open } from 'node:fs/promises';
import type { Attribute, Dataset, File as LibraryFile, Group, h5wasm, Metadata } from 'h5wasm';
import { CardError, InternalError } from '../base/index.ts';
import { codeOf } from './make-folder.ts';
import { superblockMistake } from './hdf5-superblock.ts';

const SIGNATURE = Buffer.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Classes of HDF5 types that are numbers here: integer, float, enumeration (how numpy writes booleans). */
const NUMBER_CLASSES: readonly number[] = [0, 1, 8];
const STRING_CLASS = 3;
/** Bytes of a data set that a file of any size may announce, and how many times its file a larger one may be. */
const SMALL = 2 ** 26;
const MOST_PACKED = 256;

export interface Hdf5Options {
  /** Largest file, bytes. Default: 1 GiB. */
  readonly largestFile?: number;
  /** Most elements of one data set. Default: 2^27 (1 GiB as f64). */
  readonly largestSet?: number;
}

/** Numbers of a data set, row after row. A scalar has the shape []. */
export interface Hdf5Numbers {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/**
 * Opens an HDF5 file for reading. Paths inside are "a/b/c"; the root is "". Close it after use.
 * Throws CardError for a file that is missing, too large, no HDF5, torn or damaged.
 */
export async function openHdf5(path: string, { largestFile = 2 ** 30, largestSet = 2 ** 27 }: Hdf5Options = {}): Promise<Hdf5File> {
  const bytes = await readBounded(path, largestFile);
  const signature = signatureOf(bytes);
  if (signature === undefined) throw wrong(path, '', bytes.length === 0 ? 'an empty file' : 'another kind of file', 'an HDF5 file');
  const mistake = superblockMistake(bytes, signature);
  if (mistake !== undefined) throw wrong(path, '', mistake.found, mistake.expected);
  const { default: library } = await import('#vendor/h5wasm');
  const module = await library.ready;
  // silent: the message of the exception is ours to tell
  module.activate_throwing_error_handler();
  const { FS } = module;
  const name = `/file-${String(opened++)}.h5`;
  FS.writeFile(name, bytes);
  try {
    const file = new library.File(name, 'r');
    if (!(file.file_id > 0n)) throw new InternalError('no handle');
    return new Hdf5File(path, { library, file, largestSet, fileSize: bytes.length }, () => {
      file.close();
      FS.unlink(name);
    });
  } catch {
    FS.unlink(name);
    throw wrong(path, '', 'a torn or damaged file', 'a whole HDF5 file');
  }
}

let opened = 0;

/** An open file. Every reader throws CardError when what it names is absent or of another kind. */
export class Hdf5File {
  readonly path: string;
  readonly #library: typeof h5wasm;
  readonly #file: LibraryFile;
  readonly #largestSet: number;
  readonly #fileSize: number;
  readonly #dispose: () => void;

  constructor(
    path: string,
    inside: { library: typeof h5wasm; file: LibraryFile; largestSet: number; fileSize: number },
    dispose: () => void,
  ) {
    this.path = path;
    this.#library = inside.library;
    this.#file = inside.file;
    this.#largestSet = inside.largestSet;
    this.#fileSize = inside.fileSize;
    this.#dispose = dispose;
  }

  /** What stands at a path. */
  kind(path: string): 'group' | 'dataset' | 'absent' {
    return this.#guard(path, () => {
      const entity = this.#entity(path);
      if (entity === undefined) return 'absent';
      return entity instanceof this.#library.Group ? 'group' : 'dataset';
    });
  }

  /** Names in a group, sorted by code units. */
  names(path: string): string[] {
    return this.#guard(path, () => this.#group(path).keys().toSorted());
  }

  /** Lengths of a data set; [] for a scalar. */
  shape(path: string): readonly number[] {
    return this.#guard(path, () => this.#dataset(path).shape ?? []);
  }

  /** A data set of integers, floats or booleans (0, 1). 64-bit integers beyond 2^53 are refused. */
  numbers(path: string): Hdf5Numbers {
    return this.#guard(path, () => {
      const set = this.#dataset(path);
      const { metadata } = set;
      this.#check(path, metadata, NUMBER_CLASSES, 'numbers');
      return { shape: metadata.shape ?? [], data: this.#toNumbers(path, set.value) };
    });
  }

  /** One number. */
  number(path: string): number {
    const { data } = this.numbers(path);
    if (data.length !== 1) throw wrong(this.path, path, `${String(data.length)} numbers`, 'one number');
    return data[0]!;
  }

  /** A data set of texts, row after row. */
  texts(path: string): string[] {
    return this.#guard(path, () => {
      const set = this.#dataset(path);
      this.#check(path, set.metadata, [STRING_CLASS], 'text');
      return toTexts(set.value);
    });
  }

  /** One text. */
  text(path: string): string {
    const texts = this.texts(path);
    if (texts.length !== 1) throw wrong(this.path, path, `${String(texts.length)} texts`, 'one text');
    return texts[0]!;
  }

  /** An attribute of a group or data set as numbers or texts; undefined when it is not there. */
  attribute(path: string, name: string): { readonly numbers: Float64Array } | { readonly texts: string[] } | undefined {
    const at = `${path}@${name}`;
    return this.#guard(at, () => {
      const holder = this.#entity(path);
      if (holder === undefined) throw wrong(this.path, path, 'nothing', 'a group or a data set');
      const attribute: Attribute | undefined = Object.hasOwn(holder.attrs, name) ? holder.attrs[name] : undefined;
      if (attribute === undefined) return undefined;
      this.#check(at, attribute.metadata, [...NUMBER_CLASSES, STRING_CLASS], 'numbers or text');
      if (attribute.metadata.type === STRING_CLASS) return { texts: toTexts(attribute.value) };
      return { numbers: this.#toNumbers(at, attribute.value) };
    });
  }

  close(): void {
    this.#dispose();
  }

  #group(path: string): Group {
    const entity = this.#entity(path);
    if (entity instanceof this.#library.Group) return entity;
    throw wrong(this.path, path, entity === undefined ? 'nothing' : 'a data set', 'a group');
  }

  #dataset(path: string): Dataset {
    const entity = this.#entity(path);
    if (entity instanceof this.#library.Dataset) return entity;
    throw wrong(this.path, path, entity === undefined ? 'nothing' : 'a group', 'a data set');
  }

  #entity(path: string): Group | Dataset | undefined {
    if (path === '') return this.#file;
    const { Group, Dataset } = this.#library;
    const entity = this.#file.get(path);
    if (entity === null) return undefined;
    if (entity instanceof Group || entity instanceof Dataset) return entity;
    // a link to another file, a broken link, a named type
    throw wrong(this.path, path, 'a link out of the file, or a broken one', 'a group or a data set');
  }

  #check(path: string, { type, shape, size, total_size: elements }: Metadata, classes: readonly number[], expected: string): void {
    if (!classes.includes(type)) throw wrong(this.path, path, 'data of another type', expected);
    // a null space has no shape
    if (shape === null) throw wrong(this.path, path, 'no data', expected);
    if (elements > this.#largestSet) throw wrong(this.path, path, `${String(elements)} elements`, `at most ${String(this.#largestSet)}`);
    const announced = elements * size;
    // gzip makes 1,000 to 1 of zeros: what is far larger than its file, and large, is no data
    if (announced > SMALL && announced > MOST_PACKED * this.#fileSize)
      throw wrong(
        this.path,
        path,
        `${String(elements)} elements in a file of ${String(this.#fileSize)} bytes`,
        'data that the file can hold',
      );
  }

  #toNumbers(path: string, value: unknown): Float64Array {
    const list = ArrayBuffer.isView(value) || Array.isArray(value) ? (value as ArrayLike<unknown>) : [value];
    return Float64Array.from(list, (element) => {
      const number = Number(element);
      if (typeof element === 'bigint' && !Number.isSafeInteger(number)) {
        throw wrong(this.path, path, `the value ${String(element)}`, 'integers within +-2^53');
      }
      return number;
    });
  }

  /** The library's own errors, told as the file's. */
  #guard<T>(path: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof CardError) throw error;
      throw wrong(this.path, path, 'damaged or unreadable data', 'data that HDF5 can read');
    }
  }
}

function toTexts(value: unknown): string[] {
  return (Array.isArray(value) ? value.flat(Infinity) : [value]).map(String);
}

async function readBounded(path: string, largest: number): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r');
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw wrong(path, '', 'no regular file', 'an HDF5 file');
      const { size } = stat;
      if (size > largest) throw wrong(path, '', `a file of ${String(size)} bytes`, `at most ${String(largest)}`);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw wrong(path, '', 'no such file', 'an HDF5 file');
    throw error;
  }
}

/** Where the superblock begins. */
function signatureOf(bytes: Uint8Array): number | undefined {
  for (let at = 0; at + 8 <= bytes.length; at = at === 0 ? 512 : 2 * at) if (SIGNATURE.equals(bytes.subarray(at, at + 8))) return at;
  return undefined;
}

function wrong(file: string, path: string, found: string, expected: string): CardError {
  return new CardError([{ file, ...(path === '' ? {} : { path }), found, expected }]);
}
