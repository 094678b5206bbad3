/**
 * Reads a card: YAML text -> plain data, laid over that of its base -> overrides -> schema -> frozen value. Either everything is right, or one CardError names every mistake with its line, the path,
 * what was found, what was expected and the nearest valid name.
 */
import type { z } from 'zod';
import { CardError, together, type Mistake } from '../base/index.ts';
import { layersOf, type Layers } from './layers.ts';
import { applyOverrides, overrideAt, type AppliedOverride } from './overrides.ts';
import { CARD_LIMIT, fileBeside, readTextBeside, readTextFile } from './read-text.ts';
import { byLine, Source } from './source.ts';
import { check, printable, valueAt, type Complaint, type Path } from './zod-errors.ts';

export interface LoadOptions {
  /** `key=value` overrides in their order. */
  readonly overrides?: readonly string[];
  /** The file as the user typed it; stands in messages. Default: the file itself. */
  readonly label?: string;
  /** Reads the files that a card with mistakes names, as far as it can be understood, so that their mistakes are told beside its own. Throws CardError. */
  readonly files?: (card: FaultyCard) => void;
}

/** A card with mistakes: what can be said of it. */
export type FaultyCard = Pick<Card<unknown>, 'written' | 'label' | 'lineOf' | 'readText'>;

/** A card that was read and found right. */
export interface Card<T> {
  /** Deeply frozen; quantities in SI units. */
  readonly value: T;
  readonly file: string;
  readonly label: string;
  /** The plain data after overrides, as written (quantities still text), frozen. */
  readonly written: unknown;
  /** Line of the value at a path such as `stimuli.0.rate`, of its nearest parent where it is not written; undefined where an override put it. */
  lineOf(path: string | Path): number | undefined;
  /** Whether the value at a path came from the command line: a file named there is relative to the working directory, not to the card. */
  isOverridden(path: string | Path): boolean;
  /** Text of a file that the card names, which must lie in the folder of the card that names it: this one or its base. `path` is where it was named. Throws CardError. */
  readText(name: string, path?: string | Path): string;
  /** Path of such a file, for readers of other files than texts. Throws CardError. */
  fileBeside(name: string, path?: string | Path): string;
}

/** Reads the card in `file`. Throws one CardError with all mistakes. */
export function loadCard<S extends z.ZodType>(schema: S, file: string, options: LoadOptions = {}): Card<z.output<S>> {
  const label = options.label ?? file;
  return parseCard(schema, readTextFile(file, { label, limit: CARD_LIMIT }), { ...options, label, file });
}

/** Reads a card from its text. Throws one CardError with all mistakes. */
export function parseCard<S extends z.ZodType>(
  schema: S,
  text: string,
  options: LoadOptions & { readonly file?: string } = {},
): Card<z.output<S>> {
  const label = printable(options.label ?? options.file ?? 'card', 400);
  const layers = layersOf(new Source(text, label), options.file ?? label);
  const overridden = applyOverrides(layers.data, options.overrides ?? [], schema);
  const { applied } = overridden;
  const checked = check(schema, overridden.data);
  const complaints = 'complaints' in checked ? toTheSort(checked.complaints, overridden.data) : [];
  const mistakes = [...complaints.map((complaint) => mistakeOf(complaint, layers, overridden.data, applied)), ...overridden.mistakes];
  const isOverridden = (path: string | Path) => overrideAt(applied, pathOf(path)) !== undefined;
  const lineOf = (path: string | Path) => (isOverridden(path) ? undefined : layers.at(pathOf(path)).source.lineOf(pathOf(path)));
  const placeOf = (path: string | Path): Pick<Mistake, 'file' | 'line' | 'path'> => {
    const line = lineOf(path);
    const { source } = layers.at(pathOf(path));
    return { file: source.label, path: pathOf(path).map(String).join('.'), ...(line === undefined ? {} : { line }) };
  };
  const card = {
    label,
    written: freezeDeeply(overridden.data),
    lineOf,
    readText: (name: string, path: string | Path = []) => readTextBeside(layers.at(pathOf(path)).file, name, { namedAt: placeOf(path) }),
  };
  if (!('value' in checked) || mistakes.length > 0) {
    const told = new CardError(byLine(mistakes));
    together(
      () => {
        throw told;
      },
      () => options.files?.(card),
    );
    throw told;
  }
  return Object.freeze({
    ...card,
    value: freezeDeeply(checked.value),
    file: options.file ?? label,
    isOverridden,
    fileBeside: (name: string, path: string | Path = []) => fileBeside(layers.at(pathOf(path)).file, name, { namedAt: placeOf(path) }),
  });
}

/** What the card in `file` says under `kind`; undefined for a card without one. Throws CardError for what is no YAML. */
export function kindOfCard(file: string): string | undefined {
  const kind = valueAt(new Source(readTextFile(file, { limit: CARD_LIMIT }), file).data, ['kind']);
  return typeof kind === 'string' ? kind : undefined;
}

/** A card of another kind or family has no use for what this schema says of its fields. One with a slip of the pen there has a nearest name, and hears of everything. */
function toTheSort(complaints: readonly Complaint[], data: unknown): readonly Complaint[] {
  const sort = complaints.filter(
    ({ path, nearest, unknownKey }) =>
      path.length === 1 &&
      ['kind', 'family'].includes(String(path[0])) &&
      nearest === undefined &&
      !unknownKey &&
      typeof valueAt(data, path) === 'string',
  );
  return sort.length > 0 ? sort : complaints;
}

function mistakeOf(complaint: Complaint, layers: Layers, data: unknown, applied: readonly AppliedOverride[]): Mistake {
  const { path, expected, nearest, unknownKey } = complaint;
  const override = overrideAt(applied, path);
  const { source } = layers.at(path);
  return {
    ...(override ? { file: override.label } : { file: source.label, line: source.lineOf(path) }),
    path: printable(path.map(String).join('.'), 200),
    ...(unknownKey ? { found: 'an unknown field' } : { found: override ? describeValue(valueAt(data, path)) : source.found(path) }),
    expected,
    ...(nearest === undefined ? {} : { nearest }),
  };
}

/** A value that no file holds, in the words of Source.found. */
function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return `"${printable(value)}"`;
  if (Array.isArray(value)) return `a list of ${String(value.length)}`;
  if (typeof value === 'object' && value !== null) return `a map of ${String(Object.keys(value).length)}`;
  return JSON.stringify(value);
}

function pathOf(path: string | Path): Path {
  return typeof path === 'string' ? path.split('.').filter((part) => part !== '') : path;
}

function freezeDeeply<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) freezeDeeply(member);
  return value;
}
