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
  ])('%s is refused', (text) => {
    expect(typeof readExpression(text)).toBe('string');
  });
});
