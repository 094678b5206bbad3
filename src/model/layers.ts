/**
 * A card that rests on another: `base: bss2` takes every field of that card, and what this card writes is laid over it. Maps are laid over field by field. A list, a
 * quantity (a map with a `value`, so that the evidence of an old number never vouches for a new one) and a choice of another `kind` replace what the base says there.
 * The base is a name, never a path: `NAME.yaml` in the folder of the card, or else the shipped card of that name and kind.
 */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CardError } from '../base/index.ts';
import { didYouMean } from './did-you-mean.ts';
import { CARD_LIMIT, readTextFile } from './read-text.ts';
import { Source } from './source.ts';
import { printable, valueAt, type Path } from './zod-errors.ts';

/** Folders of the kinds of card that have names, in the package and in a workspace. */
export const CARD_FOLDERS = { chip: 'chips', noc: 'noc', workload: join('calibration', 'workloads') } as const;

/** The package itself, with the shipped cards. */
export const SHIPPED = fileURLToPath(new URL('../../', import.meta.url));

const MOST_LAYERS = 8;

export interface Layer {
  readonly source: Source;
  readonly file: string;
}

/** A card and its bases. */
export interface Layers {
  /** All of them, laid over each other. */
  readonly data: unknown;
  /** The topmost card that writes the value at `path`; the card itself where none does. */
  at(path: Path): Layer;
}

/** The card in `source`, read from `file`, with the cards that it rests on. Throws CardError when a base is missing, of another kind, or rests on its own card. */
export function layersOf(source: Source, file: string): Layers {
  const layers: Layer[] = [{ source, file }];
  for (let top = layers[0]!; baseOf(top) !== undefined;) {
    const found = findBase(top);
    if (layers.some((layer) => resolve(layer.file) === resolve(found)) || layers.length === MOST_LAYERS) {
      throw refusal(top, `a card that does not rest on this one, at most ${String(MOST_LAYERS - 1)} deep`);
    }
    top = { source: new Source(readTextFile(found, { limit: CARD_LIMIT, label: found }), found), file: found };
    layers.push(top);
  }
  const data = layers.map((layer) => withoutBase(layer.source.data)).reduceRight((below, above) => laidOver(below, above));
  return { data, at: (path) => layers.find((layer, i) => decides(layer.source.data, layers.slice(i + 1), path)) ?? layers[0]! };
}

function baseOf({ source }: Layer): unknown {
  return kindOf(source.data) === undefined ? undefined : valueAt(source.data, ['base']);
}

/** The kind of a card that can rest on another. */
function kindOf(data: unknown): keyof typeof CARD_FOLDERS | undefined {
  const kind = valueAt(data, ['kind']);
  return typeof kind === 'string' && Object.hasOwn(CARD_FOLDERS, kind) ? (kind as keyof typeof CARD_FOLDERS) : undefined;
}

function findBase(layer: Layer): string {
  const name = baseOf(layer);
  const folders = [dirname(resolve(layer.file)), join(SHIPPED, CARD_FOLDERS[kindOf(layer.source.data)!])];
  const known = [...new Set(folders.flatMap(namesIn))].toSorted();
  const expected = 'the name of a card of the same kind: beside this card, or shipped';
  if (typeof name !== 'string' || !/^[\w-]{1,100}$/.test(name)) throw refusal(layer, expected);
  const file = folders.map((folder) => join(folder, `${name}.yaml`)).find((one) => existsSync(one));
  if (file === undefined) throw refusal(layer, expected, didYouMean(name, known));
  const kind = valueAt(new Source(readTextFile(file, { limit: CARD_LIMIT }), file).data, ['kind']);
  if (kind !== kindOf(layer.source.data)) throw refusal(layer, `${expected}; that one is of kind ${printable(String(kind))}`);
  return file;
}

/** Names of the cards in a folder; none when it is missing. */
export function namesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -'.yaml'.length)] : []));
}

function refusal({ source }: Layer, expected: string, nearest?: string): CardError {
  const place = { file: source.label, line: source.lineOf(['base']), path: 'base', found: source.found(['base']), expected };
  return new CardError([nearest === undefined ? place : { ...place, nearest }]);
}

function withoutBase(data: unknown): unknown {
  if (kindOf(data) === undefined) return data;
  const { base: _, ...rest } = data as Record<string, unknown>;
  return rest;
}

/** Whether the topmost card says what stands at `path`: it writes it, or has replaced what its bases say there. */
function decides(data: unknown, bases: readonly Layer[], path: Path): boolean {
  return path.every((key, depth) => {
    const above = valueAt(data, path.slice(0, depth));
    const below = bases.map((base) => valueAt(base.source.data, path.slice(0, depth))).find((value) => value !== undefined);
    return (isMap(above) && Object.hasOwn(above, key)) || replaces(above, below);
  });
}

/** Whether what a card writes replaces what its base says there, instead of being laid over it. */
function replaces(above: unknown, below: unknown): boolean {
  if (above === undefined) return false;
  if (!isMap(below) || !isMap(above) || Object.hasOwn(above, 'value')) return true;
  return Object.hasOwn(above, 'kind') && above['kind'] !== below['kind'];
}

/** `above` on top of `below`. */
function laidOver(below: unknown, above: unknown): unknown {
  if (replaces(above, below) || !isMap(below) || !isMap(above)) return above;
  const fields = Object.entries(above).map(
    ([key, value]) => [key, Object.hasOwn(below, key) ? laidOver(below[key], value) : value] as const,
  );
  return { ...below, ...Object.fromEntries(fields) };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
