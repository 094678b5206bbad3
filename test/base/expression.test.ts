import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readExpression, type Expression } from '../../src/base/index.ts';

const value = (text: string, values: Record<string, number | null> = {}): number | null =>
  (readExpression(text) as Expression).evaluate((name) => values[name] ?? null);

test('arithmetic, comparisons and functions over dotted names', () => {
  expect(value('design.router.vcs * buffer <= 32', { 'design.router.vcs': 4, buffer: 8 })).toBe(1);
  expect(value('design.router.vcs * buffer < 32 or not (1 > 2)', { 'design.router.vcs': 4, buffer: 8 })).toBe(1);
  expect(value('sqrt(latency.mean) + 1e3 * max(1, 2) ^ 2', { 'latency.mean': 9 })).toBe(4003);
  expect(value('a > 1 ? 5 : 6', { a: 0 })).toBe(6);
  expect((readExpression('a.b + c * a.b') as Expression).names).toEqual(['a.b', 'c']);
});

/** A random expression and its value, made side by side. */
const { pair } = fc.letrec<{ pair: readonly [text: string, value: number] }>((tie) => {
  const both = (write: (p: string, q: string) => string, compute: (p: number, q: number) => number) =>
    fc.tuple(tie('pair'), tie('pair')).map(([[p, x], [q, y]]) => [write(p, q), compute(x, y)] as const);
  return {
    pair: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(['a', 3] as const, ['b.c', 7] as const, ['2.5', 2.5] as const, ['1e1', 10] as const),
      both(
        (p, q) => `(${p} + ${q})`,
        (x, y) => x + y,
      ),
      both(
        (p, q) => `(+${p} - -abs(${q}))`,
        (x, y) => x + Math.abs(y),
      ),
      both(
        (p, q) => `(${p} * ${q})`,
        (x, y) => x * y,
      ),
      both(
        (p, q) => `(max(${p}, ${q}) / ${q})`,
        (x, y) => Math.max(x, y) / y,
      ),
      both(
        (p, q) => `(${p} % ${q})`,
        (x, y) => (y === 0 ? x : x - y * Math.floor(x / y)),
      ),
      both(
        (p, q) => `(${p} < ${q} ? ${q} : 1)`,
        (x, y) => (x < y ? y : 1),
      ),
    ),
  };
});

test('an expression of any shape has the value that the same operators have here', () => {
  fc.assert(
    fc.property(pair, ([text, expected]) => {
      fc.pre(text.length < 1000);
      expect(value(text, { a: 3, 'b.c': 7 })).toBe(Number.isFinite(expected) ? expected : null);
    }),
    { numRuns: 100 },
  );
});

test('what is not known or not defined is null', () => {
  expect(value('latency.mean * 2', {})).toBeNull();
  expect(value('1 / 0')).toBeNull();
  expect(value('sqrt(0 - 1)')).toBeNull();
});

describe('an expression from elsewhere can do nothing else', () => {
  test.each([
    'import({})',
    'f(x) = x',
    'a = 3',
    '[1, 2][1]',
    '{a: 1}',
    'unit("1 m")',
    'evaluate("1")',
    'parse("1")',
    'a["constructor"]',
    'max.constructor("x")',
    '1; 2',
    '1:3',
    'x' + '+1'.repeat(600),
    'a b(',
    'cos(1)',
    '"x"',
    '',
    '3!',
    "a'",
    'a & 1',
    'a << 1',
    'a > 5 ? max() : 1',
    'sqrt(1, 2)',
    'pow(2)',
  ])('%s is refused', (text) => {
    expect(typeof readExpression(text)).toBe('string');
  });
});
