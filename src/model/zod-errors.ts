/**
 * Turns what zod reports into mistakes that a person can act on: the path, what was expected in words, the nearest valid name. Knows nothing of files and lines.
 * A union is reported through the alternative that the author most likely meant: the one with the fewest serious complaints.
 */
import * as z from 'zod';
import { didYouMean } from './did-you-mean.ts';

type Issue = z.core.$ZodIssue;
export type Path = readonly PropertyKey[];

/** One complaint about the value at `path`. `unknownKey`: the last part of the path is a field that nothing knows. */
export interface Complaint {
  readonly path: Path;
  readonly expected: string;
  readonly nearest?: string;
  readonly unknownKey: boolean;
}

/** Checks `data`: either the value that the schema makes of it, or every complaint. */
export function check<S extends z.ZodType>(
  schema: S,
  data: unknown,
): { readonly value: z.output<S> } | { readonly complaints: readonly Complaint[] } {
  const result = schema.safeParse(data, { error: (issue) => wordsFor(issue as Issue) });
  if (result.success) return { value: result.data };
  return { complaints: result.error.issues.flatMap((issue) => complaintsOf(issue, schema, data, [])) };
}

/** The issue of a name, given as the value at `path` or as its last key, that is none of the candidates. For cross-checks between fields. */
export function unknownName(path: Path, name: unknown, kind: string, candidates: readonly string[]): z.core.$ZodRawIssue {
  const known = candidates.length === 0 ? '' : `: ${listed(candidates)}`;
  return { code: 'custom', input: name, path: [...path], message: `the name of ${kind}${known}`, params: { name, candidates } };
}

/** Text with control and invisible characters escaped and long text shortened: safe to print on a terminal. */
export function printable(text: string, longest = 80): string {
  const short = text.length > longest ? `${text.slice(0, longest - 3)}...` : text;
  return short.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** Field names that the schema knows at `path`; where it is a union, of the alternatives that fit best what `data` holds there. */
export function knownKeys(schema: z.ZodType, path: Path, data: unknown): string[] {
  return [...new Set(schemasAt(schema, path, data).flatMap(keysOf))];
}

/** Whether the schema takes any field name at `path` (a record). */
export function takesAnyKey(schema: z.ZodType, path: Path, data: unknown): boolean {
  return schemasAt(schema, path, data).some((at) => defOf(at).type === 'record');
}

/** `a, b, c`, and for long lists the first names and a count. */
export function listed(names: readonly string[], most = 16): string {
  const shown = names.slice(0, most).map((name) => printable(name));
  return names.length > most ? `${shown.join(', ')} and ${String(names.length - most)} more` : shown.join(', ');
}

/** Marks a union whose schema has no words of its own; never shown. */
const UNION = '\u0000union';

function complaintsOf(issue: Issue, schema: z.ZodType, data: unknown, base: Path): Complaint[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, path, data);
    const expected = known.length === 0 ? 'no such field' : `one of ${listed(known)}`;
    return issue.keys.map((key) => complaint([...path, key], expected, didYouMean(key, known), true));
  }
  if (issue.code === 'invalid_union') return unionComplaints(issue, schema, data, path);
  const given: unknown = issue.code === 'custom' ? issue.params?.['name'] : undefined;
  const value = valueAt(data, path);
  const kinds = issue.code === 'invalid_type' && typeof value === 'string' ? kindsAt(schema, path, data) : [];
  if (typeof value === 'string' && kinds.length > 0) {
    const kind = didYouMean(value, kinds) ?? kinds[0]!;
    return [complaint(path, `a map of fields such as { kind: ${kind} }`)];
  }
  const isKey = given !== undefined && given !== value && given === path.at(-1);
  return [complaint(path, issue.message, didYouMeanValue(given ?? value, candidatesOf(issue)), isKey)];
}

/** The kinds of the alternatives at `path`: a word alone, where a map with a kind is due, is a common slip. */
function kindsAt(schema: z.ZodType, path: Path, data: unknown): string[] {
  return schemasAt(schema, path, data).flatMap((at) => {
    const [kind] = childrenOf(at, 'kind');
    const def = kind === undefined ? undefined : defOf(kind);
    return def?.type === 'literal' ? def.values.map(String) : [];
  });
}

function unionComplaints(issue: z.core.$ZodIssueInvalidUnion, schema: z.ZodType, data: unknown, path: Path): Complaint[] {
  if (issue.message !== UNION) return [complaint(path, issue.message)];
  if (issue.errors.length === 0) {
    const options = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
    return [complaint(path, `one of ${listed(options)}`, didYouMeanValue(valueAt(data, path), options))];
  }
  const weights = issue.errors.map((errors) => errors.reduce((sum, error) => sum + weightOf(error), 0));
  const least = Math.min(...weights);
  // no alternative takes this kind of value, or several words were possible: say all that would do
  const atRoot = issue.errors.filter((errors) => errors.every((error) => error.path.length === 0 && error.code !== 'unrecognized_keys'));
  if (least >= WRONG_KIND || (atRoot.length === issue.errors.length && !isMap(valueAt(data, path)))) {
    const inner = issue.errors.flat().filter((error) => error.path.length === 0);
    const words = [...new Set(inner.flatMap((error) => complaintsOf(error, schema, data, path).map(({ expected }) => expected)))];
    const nearest = didYouMeanValue(valueAt(data, path), inner.flatMap(candidatesOf));
    return [complaint(path, words.join(', or '), nearest)];
  }
  const best = issue.errors[weights.indexOf(least)]!;
  return best.flatMap((error) => complaintsOf(error, schema, data, path));
}

const WRONG_KIND = 1000;

/** How much a complaint speaks against the alternative it comes from. */
function weightOf(issue: Issue): number {
  if (issue.path.length === 0) return issue.code === 'unrecognized_keys' ? 10 * issue.keys.length : WRONG_KIND;
  if (issue.code === 'invalid_value' && issue.path.length === 1) return 20;
  return issue.code === 'invalid_type' ? 9 : 1;
}

function candidatesOf(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code === 'invalid_union' && issue.message === UNION) return issue.errors.flat().flatMap(candidatesOf);
  const candidates: unknown = issue.code === 'custom' ? issue.params?.['candidates'] : undefined;
  return Array.isArray(candidates) ? candidates.map(String) : [];
}

function didYouMeanValue(value: unknown, candidates: readonly string[]): string | undefined {
  return typeof value === 'string' ? didYouMean(value, candidates) : undefined;
}

function complaint(path: Path, expected: string, nearest?: string, unknownKey = false): Complaint {
  return nearest === undefined ? { path, expected, unknownKey } : { path, expected, nearest, unknownKey };
}

/** The expectation in words, for schemas that have none of their own. */
function wordsFor(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ?? `a value of kind ${issue.expected}`;
    case 'invalid_value':
      return issue.values.length === 1 ? `"${String(issue.values[0])}"` : `one of ${listed(issue.values.map(String))}`;
    case 'too_small':
      return `${sizeKind(issue.origin)}${issue.inclusive === false ? 'more than' : 'at least'} ${String(issue.minimum)}${sizeUnit(issue.origin)}`;
    case 'too_big':
      return `${sizeKind(issue.origin)}${issue.inclusive === false ? 'less than' : 'at most'} ${String(issue.maximum)}${sizeUnit(issue.origin)}`;
    case 'not_multiple_of':
      return `a multiple of ${String(issue.divisor)}`;
    case 'invalid_format':
      return `text of the form ${issue.pattern ?? issue.format}`;
    case 'invalid_union':
      return UNION;
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'other field names here';
    case 'invalid_element':
      return 'other elements';
    case 'unrecognized_keys':
    case 'custom':
      return 'another value';
    default:
      return 'another value';
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map of fields',
  record: 'a map of fields',
  array: 'a list',
  tuple: 'a list',
  null: 'null',
};

function sizeKind(origin: string): string {
  return origin === 'string'
    ? 'text of '
    : origin === 'array'
      ? 'a list of '
      : origin === 'number' || origin === 'int'
        ? 'a number of '
        : '';
}

function sizeUnit(origin: string): string {
  return origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : '';
}

/** The value at `path` of plain data, or undefined. */
export function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The schemas that may stand at `path`, wrappers taken off and unions opened to the alternatives that fit what `data` holds there. */
function schemasAt(schema: z.ZodType, path: Path, data: unknown): z.core.$ZodType[] {
  let here = unwrap(schema, data, 0);
  path.forEach((key, depth) => {
    const value = valueAt(data, path.slice(0, depth + 1));
    here = here.flatMap((at) => childrenOf(at, key)).flatMap((child) => unwrap(child, value, 0));
  });
  return here;
}

/** What a schema was made from. All schemas here come from the classic zod, which shows it as `def`. */
function defOf(schema: z.core.$ZodType): z.core.$ZodTypes['_zod']['def'] {
  return (schema as unknown as { readonly def: z.core.$ZodTypes['_zod']['def'] }).def;
}

function childrenOf(schema: z.core.$ZodType, key: PropertyKey): readonly z.core.$ZodType[] {
  const def = defOf(schema);
  if (def.type === 'object') return Object.hasOwn(def.shape, key) ? [def.shape[String(key)]!] : [];
  if (def.type === 'array') return [def.element];
  if (def.type === 'record') return [def.valueType];
  if (def.type === 'tuple') return def.rest === null ? def.items : [...def.items, def.rest];
  return [];
}

function unwrap(schema: z.core.$ZodType, value: unknown, depth: number): z.core.$ZodType[] {
  const def = defOf(schema);
  // a schema that contains itself without a value in between would never end
  if (depth > 50) return [schema];
  if (def.type === 'union') {
    return bestFits(
      def.options.flatMap((option) => unwrap(option, value, depth + 1)),
      value,
    );
  }
  if (def.type === 'pipe') return unwrap(def.in, value, depth + 1);
  if (def.type === 'lazy') return unwrap(def.getter(), value, depth + 1);
  if ('innerType' in def) return unwrap(def.innerType, value, depth + 1);
  return [schema];
}

/** Of the alternatives for a map: those whose words (`kind: poisson`) it holds, and of these the ones that know most of its fields. */
function bestFits(alternatives: z.core.$ZodType[], value: unknown): z.core.$ZodType[] {
  if (!isMap(value)) return alternatives;
  const keys = Object.keys(value as object);
  const scores = alternatives.map((alternative) => {
    const known = new Set(keysOf(alternative));
    const words = keys.filter((key) => childrenOf(alternative, key).some((child) => holdsWord(child, valueAt(value, [key]))));
    return 1000 * words.length + keys.filter((key) => known.has(key)).length;
  });
  const best = Math.max(...scores);
  return alternatives.filter((_, i) => scores[i] === best);
}

function holdsWord(schema: z.core.$ZodType, value: unknown): boolean {
  const def = defOf(schema);
  if (def.type === 'literal') return def.values.includes(value as z.core.util.Literal);
  return def.type === 'enum' && Object.values(def.entries).includes(value as string);
}

function keysOf(schema: z.core.$ZodType): string[] {
  const def = defOf(schema);
  if (def.type === 'object') return Object.keys(def.shape);
  // a map whose names are words of a list
  const names = def.type === 'record' ? defOf(def.keyType) : undefined;
  return names?.type === 'enum' ? Object.values(names.entries).map(String) : [];
}
