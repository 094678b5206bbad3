/**
 * Building blocks of card schemas: quantities with units, numbers with their evidence, codes.
 * A quantity is written "10 us" and becomes an SI number when the card is read; its JSON Schema is a string with examples.
 */
import * as z from 'zod';
import { DIMENSIONS, formatQuantity, parseQuantity, type Dimension } from '../base/index.ts';

export interface Range {
  /** Smallest allowed value, SI. */
  readonly min?: number;
  /** Largest allowed value, SI. */
  readonly max?: number;
}

/** A schema that reads text such as "10 us" into SI. The words of the expectation stand in the error: expected a time between 0.5 us and 60 us. */
export function quantity(dimension: Dimension, range: Range = {}) {
  const expectation = describeExpectation(dimension, range);
  return z
    .string({ error: expectation })
    .transform((text, context) => {
      const value = parseQuantity(text, dimension);
      if (value === undefined || value < (range.min ?? -Infinity) || value > (range.max ?? Infinity)) {
        context.addIssue({ code: 'custom', message: expectation, input: text });
        return z.NEVER;
      }
      return value;
    })
    .meta({ description: expectation, examples: [exampleOf(dimension)] });
}

/** A share or a relative spread: "25 %" or a plain number, where 1 is the whole. */
export function fraction(range: Range = { min: 0 }) {
  const expectation = `a fraction such as "20 %" or 0.2${rangeInWords(range, (value) => String(value))}`;
  return z
    .union([z.string(), z.number()], { error: expectation })
    .transform((given, context) => {
      const percent = typeof given === 'string' ? /^\s*([-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?)\s*%\s*$/i.exec(given) : null;
      const value = percent ? Number((Number(percent[1]) / 100).toPrecision(15)) : typeof given === 'number' ? given : NaN;
      if (!Number.isFinite(value) || value < (range.min ?? -Infinity) || value > (range.max ?? Infinity)) {
        context.addIssue({ code: 'custom', message: expectation, input: given });
        return z.NEVER;
      }
      return value;
    })
    .meta({ description: expectation, examples: ['20 %'] });
}

/** Where a number on a card comes from. `published` and `derived` need a source; `assumed` is ours and is counted in every report. */
export const EVIDENCE = ['published', 'derived', 'assumed'] as const;
export type Evidence = (typeof EVIDENCE)[number];

/** A value with its evidence: {value: 60 us, evidence: published, source: "..."}. */
export function evident<T extends z.ZodType>(value: T) {
  return z
    .strictObject({
      value,
      evidence: z.enum(EVIDENCE, { error: `the evidence for this number: ${EVIDENCE.join(', ')}` }),
      source: z.string({ error: 'where the number comes from' }).min(3, 'where the number comes from'),
    })
    .readonly();
}

/** A value with its evidence, as code sees it. */
export interface Evident<T> {
  readonly value: T;
  readonly evidence: Evidence;
  readonly source: string;
}

/** An integer in a closed range. */
export function integer(min: number, max: number) {
  const expectation = `a whole number between ${String(min)} and ${String(max)}`;
  return z.int({ error: expectation }).min(min, expectation).max(max, expectation);
}

/** A finite number in a closed range. */
export function number(min: number, max: number) {
  const expectation = `a number between ${String(min)} and ${String(max)}`;
  return z.number({ error: expectation }).min(min, expectation).max(max, expectation);
}

/** One of a few words. The message lists them; the loader adds the nearest. */
export function word<const W extends readonly [string, ...string[]]>(words: W) {
  return z.enum(words, { error: `one of ${words.join(', ')}` });
}

function describeExpectation(dimension: Dimension, range: Range): string {
  const article = /^[aeiou]/.test(dimension) ? 'an' : 'a';
  return `${article} ${dimension}${rangeInWords(range, (value) => formatQuantity(value, dimension)) || ` such as "${exampleOf(dimension)}"`}`;
}

function rangeInWords(range: Range, say: (value: number) => string): string {
  if (range.min !== undefined && range.max !== undefined) return ` between ${say(range.min)} and ${say(range.max)}`;
  if (range.min !== undefined) return ` of at least ${say(range.min)}`;
  if (range.max !== undefined) return ` of at most ${say(range.max)}`;
  return '';
}

function exampleOf(dimension: Dimension): string {
  return (
    { time: '10 us', voltage: '63 mV', capacitance: '2.4 pF', frequency: '250 MHz' }[dimension as string] ?? `1 ${DIMENSIONS[dimension]}`
  );
}
