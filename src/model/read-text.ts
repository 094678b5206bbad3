/**
 * Reads the text files that cards consist of and name. A file that the user typed on the command line may lie anywhere; a file named inside a card must lie in the folder
 * of that card or below, links followed, so that a card from elsewhere cannot read what it likes.
 */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve, sep, win32 } from 'node:path';
import { CardError, type Mistake } from '../base/index.ts';
import { didYouMean } from './did-you-mean.ts';
import { printable } from './zod-errors.ts';

/** Largest card, in bytes. */
export const CARD_LIMIT = 4_000_000;
/** Largest data file (edge list), in bytes. */
const DATA_LIMIT = 256_000_000;

export interface ReadOptions {
  /** The file as the user typed it; stands in messages. Default: `file`. */
  readonly label?: string;
  /** Bytes. Default: DATA_LIMIT. */
  readonly limit?: number;
  /** Where the file was named, for messages: a card, its line, and the path within it. */
  readonly namedAt?: Pick<Mistake, 'file' | 'line' | 'path'>;
}

/** The text of a UTF-8 file, without a byte order mark. Throws CardError when it cannot be read, is too large or is no text. */
export function readTextFile(file: string, options: ReadOptions = {}): string {
  const label = printable(options.label ?? file);
  const limit = options.limit ?? DATA_LIMIT;
  const place = options.namedAt ?? { file: label };
  const found = options.namedAt === undefined ? {} : { found: `"${label}"` };
  let bytes: Buffer;
  try {
    const stats = statSync(file);
    if (!stats.isFile()) throw new CardError([{ ...place, found: 'a folder or a device', expected: 'a file' }]);
    if (stats.size > limit) throw tooLarge(place, stats.size, limit);
    bytes = readFileSync(file);
  } catch (error) {
    if (error instanceof CardError) throw error;
    const nearest = nearestFile(file);
    throw new CardError([{ ...place, ...found, expected: reasonOf(error), ...(nearest === undefined ? {} : { nearest }) }]);
  }
  if (bytes.length > limit) throw tooLarge(place, bytes.length, limit);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CardError([{ ...place, ...found, expected: 'a text file in UTF-8' }]);
  }
}

/** The text of a file named inside a card, relative to that card. Throws CardError when it lies outside the card's folder, and as readTextFile does. */
export function readTextBeside(cardFile: string, name: string, options: ReadOptions = {}): string {
  const place = options.namedAt ?? { file: options.label ?? cardFile };
  return readTextFile(fileBeside(cardFile, name, options), { ...options, label: name, namedAt: place });
}

/** Path of a file named inside a card, links followed; it need not exist. Throws CardError when it lies outside the card's folder. */
export function fileBeside(cardFile: string, name: string, options: ReadOptions = {}): string {
  const place = options.namedAt ?? { file: options.label ?? cardFile };
  const refuse = (expected: string) => new CardError([{ ...place, found: `"${printable(name)}"`, expected }]);
  if (isAbsolute(name) || win32.isAbsolute(name)) throw refuse("a file in the card's own folder, not an absolute path");
  if (name.includes('\0')) throw refuse('the name of a file');
  const folder = realFolder(cardFile);
  const file = resolve(folder, name);
  if (!isInside(folder, file)) throw refuse("a file in the card's own folder or below");
  let real = file;
  try {
    real = realpathSync(file);
  } catch {
    // not there: the reader below says so, with the nearest name
  }
  if (!isInside(folder, real)) throw refuse("a file in the card's own folder or below; this link leads out of it");
  return real;
}

function realFolder(cardFile: string): string {
  const folder = resolve(dirname(cardFile));
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

function isInside(folder: string, file: string): boolean {
  const path = relative(folder, file);
  return path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

function tooLarge(place: Pick<Mistake, 'file'>, size: number, limit: number): CardError {
  return new CardError([{ ...place, found: `${String(size)} bytes`, expected: `at most ${String(limit)} bytes` }]);
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'a file that exists';
  if (code === 'EACCES' || code === 'EPERM') return 'a file that may be read';
  return 'a file that can be read';
}

function nearestFile(file: string): string | undefined {
  try {
    return didYouMean(basename(file), readdirSync(dirname(file)));
  } catch {
    return undefined;
  }
}
