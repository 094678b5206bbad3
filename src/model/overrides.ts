/**
 * Overrides from the command line: `-S neurons.tau_mem='12 ms' -S stimuli.0.rate='40 Hz'`. The key is a dotted path into the card, with list indices; the value is YAML,
 * so numbers are numbers and `[1, 2]` is a list. A path must exist in the card or be one that its schema knows: a typing error never adds a field.
 */
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import type { Mistake } from '../base/index.ts';
import { didYouMean } from './did-you-mean.ts';
import { knownKeys, listed, printable, takesAnyKey, valueAt, type Path } from './zod-errors.ts';

/** One override as it was put into the data. */
export interface AppliedOverride {
  /** As it stands in messages: `-S key=value`. */
  readonly label: string;
  readonly path: Path;
}

/** Puts overrides (`key=value`) into a copy of `data`, in their order. What cannot be put in is in `mistakes`. */
export function applyOverrides(
  data: unknown,
  overrides: readonly string[],
  schema: z.ZodType,
): { readonly data: unknown; readonly applied: readonly AppliedOverride[]; readonly mistakes: readonly Mistake[] } {
  const changed: unknown = structuredClone(data);
  const applied: AppliedOverride[] = [];
  const mistakes: Mistake[] = [];
  for (const text of overrides) {
    const label = `-S ${printable(text)}`;
    const parsed = parse(text);
    const result = 'expected' in parsed ? parsed : put(changed, parsed.path, parsed.value, schema);
    if ('expected' in result) mistakes.push({ file: label, ...result });
    else applied.push({ label, path: result.path });
  }
  return { data: changed, applied, mistakes };
}

/** Whether `path` lies at or below the path of an override, the last one first: later overrides win. */
export function overrideAt(applied: readonly AppliedOverride[], path: Path): AppliedOverride | undefined {
  return applied.findLast((one) => one.path.every((key, i) => String(key) === String(path[i])));
}

type Refusal = Omit<Mistake, 'file'>;

function parse(text: string): { readonly path: string[]; readonly value: unknown } | Refusal {
  const split = text.indexOf('=');
  const key = split < 0 ? '' : text.slice(0, split).trim();
  if (key === '') return { expected: 'key=value, such as -S duration="2 s"' };
  const path = key.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  if (path.some((part) => part === '' || part === '__proto__')) return { expected: 'a dotted path such as stimuli.0.rate before the =' };
  const document = parseDocument(text.slice(split + 1), { logLevel: 'error', merge: false });
  if (document.errors.length > 0 || document.warnings.length > 0) {
    return { path: key, found: `"${printable(text.slice(split + 1))}"`, expected: 'a value in YAML, such as 12 ms, 0.5 or [1, 2]' };
  }
  try {
    return { path, value: document.toJS({ maxAliasCount: 100 }) as unknown };
  } catch {
    return { path: key, expected: 'a value in YAML without so many aliases' };
  }
}

function put(data: unknown, path: readonly string[], value: unknown, schema: z.ZodType): { readonly path: Path } | Refusal {
  const walked: (string | number)[] = [];
  let here = data;
  for (const [depth, part] of path.entries()) {
    const last = depth === path.length - 1;
    const refuse = (expected: string, nearest?: string): Refusal => ({
      path: printable(path.slice(0, depth + 1).join('.')),
      found: 'a path that is not in the card',
      expected,
      ...(nearest === undefined ? {} : { nearest: [...walked, nearest, ...path.slice(depth + 1)].join('.') }),
    });
    if (Array.isArray(here)) {
      const index = /^\d{1,9}$/.test(part) ? Number(part) : here.length;
      if (index >= here.length)
        return refuse(here.length === 0 ? 'no index: the list is empty' : `an index from 0 to ${String(here.length - 1)}`);
      walked.push(index);
      if (last) here[index] = value;
      else here = here[index];
      continue;
    }
    // a single value that may also be a map of named ones beside `all`
    if ((typeof here === 'number' || typeof here === 'string') && knownKeys(schema, walked, data).includes('all')) {
      const map = { all: here };
      (valueAt(data, walked.slice(0, -1)) as Record<string, unknown>)[walked.at(-1)!] = map;
      here = map;
    }
    if (typeof here !== 'object' || here === null)
      return refuse(`nothing below ${walked.join('.') || 'the card'}, which holds a single value`);
    const map = here as Record<string, unknown>;
    if (!Object.hasOwn(map, part)) {
      const known = knownKeys(schema, walked, data);
      const mayAdd = known.includes(part) || (last && takesAnyKey(schema, walked, data));
      const names = [...new Set([...known, ...Object.keys(map)])];
      if (!mayAdd) return refuse(`one of ${listed(names)}`, didYouMean(part, names));
      if (!last) map[part] = {};
    }
    walked.push(part);
    if (last) map[part] = value;
    else here = valueAt(map, [part]);
  }
  return { path: walked };
}
