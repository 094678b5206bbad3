import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unit } from '#vendor/mathjs';
import {
  canonicalJson,
  CanonicalText,
  CardError,
  ContractError,
  DIMENSIONS,
  describeMistake,
  exp,
  formatQuantity,
  hashOf,
  hashOfColumns,
  IncompleteError,
  InfeasibleError,
  InternalError,
  log,
  parseQuantity,
  tanh,
  toldApart,
  UsageError,
  type Dimension,
} from '../../src/base/index.ts';

test('a value whose canonical text is kept has the hash of the value itself, wherever it stands', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const kept = new CanonicalText(value);
      expect(hashOf({ b: kept, a: [kept, 1] })).toBe(hashOf({ a: [value, 1], b: value }));
    }),
  );
  expect(() => new CanonicalText({ rate: Number.NaN })).toThrow(TypeError);
});

test('canonical JSON does not depend on the order of keys and leaves undefined members out', () => {
  expect(canonicalJson({ b: [1, undefined, 'x'], a: { d: true, c: null }, e: undefined })).toBe(
    '{"a":{"c":null,"d":true},"b":[1,null,"x"]}',
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).toReversed());
      expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      expect(hashOf(reversed)).toBe(hashOf(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { numRuns: 100 },
  );
});

test('typed arrays are plain arrays; what has no JSON form is refused', () => {
  expect(canonicalJson({ x: Float64Array.of(1, 0.1) })).toBe('{"x":[1,0.1]}');
  for (const value of [NaN, Infinity, 1n, () => 0]) expect(() => canonicalJson({ value })).toThrow(TypeError);
});

test('the hash of columns tells their lengths apart', () => {
  expect(hashOfColumns([Uint8Array.of(1, 2), Uint8Array.of(3)])).not.toBe(hashOfColumns([Uint8Array.of(1), Uint8Array.of(2, 3)]));
});

test.each([
  ['10 us', 'time', 1e-5],
  ['2.4 pF', 'capacitance', 2.4e-12],
  ['-70 mV', 'voltage', -0.07],
  ['5 pJ', 'energy', 5e-12],
  ['1.7 µs', 'time', 1.7e-6],
  ['8e-12 m^2', 'area', 8e-12],
] as const)('%s is read exactly', (text, dimension, value) => {
  expect(parseQuantity(text, dimension)).toBe(value);
});

test.each(['10', '10 mV', 'ten us', '1 us + 1 us', '', '1e999 s'])('%j is no time', (text) => {
  expect(parseQuantity(text, 'time')).toBeUndefined();
});

test('a formatted quantity reads back', () => {
  expect(formatQuantity(1e-5, 'time')).toBe('10 us');
  expect(formatQuantity(0, 'voltage')).toBe('0 V');
  expect(formatQuantity(1e-6, 'area')).toBe('1 mm^2');
  expect(formatQuantity(2.5e-12, 'area')).toBe('2.5 um^2');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: -12, max: 6 }), (digits, power) => {
      const value = Number(`${String(digits)}e${String(power)}`);
      expect(parseQuantity(formatQuantity(value, 'voltage'), 'voltage')).toBeCloseTo(value, 13 - power);
    }),
    { numRuns: 100 },
  );
});

test('a mistake says file, line, path, found, expected and the nearest name', () => {
  const mistake = { file: 'a.yaml', line: 4, path: 'x.y', found: '"10 mV"', expected: 'a time', nearest: '10 ms' };
  expect(describeMistake(mistake)).toBe('a.yaml:4: x.y: found "10 mV", expected a time; did you mean "10 ms"?');
  expect(new CardError([mistake, { file: 'b.yaml', expected: 'a map' }]).message.split('\n')).toHaveLength(2);
});

test('every kind of error has its exit code', () => {
  const codes = [
    new CardError([]),
    new UsageError(''),
    new InfeasibleError(''),
    new IncompleteError(''),
    new ContractError(''),
    new InternalError(''),
  ];
  expect(codes.map(({ exitCode }) => exitCode)).toEqual([2, 2, 2, 3, 4, 70]);
});

test('the elementary functions agree with the engine to the last digits', () => {
  for (let x = -20; x <= 20; x += 0.37) {
    expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(4e-16);
    expect(Math.abs(tanh(x) - Math.tanh(x))).toBeLessThan(4e-16);
    expect(log(exp(x))).toBeCloseTo(x, 13);
  }
});

test('a quantity that is read right away is the number that mathjs reads, whatever its prefix and digits', () => {
  const dimension = fc.constantFrom(...(Object.keys(DIMENSIONS) as Dimension[]));
  const prefix = fc.constantFrom('', 'G', 'M', 'k', 'm', 'u', 'n', 'p', 'f');
  const digits = fc.stringMatching(/^-?\d{1,6}(\.\d{1,6})?(e-?\d)?$/);
  fc.assert(
    fc.property(digits, prefix, dimension, (number, before, what) => {
      const text = `${number} ${before}${DIMENSIONS[what]}`;
      expect(parseQuantity(text, what)).toBe(Number(unit(text).toNumber(DIMENSIONS[what]).toPrecision(15)));
    }),
    { numRuns: 500 },
  );
});

test('numbers that differ are shown differently, in three digits where those do', () => {
  expect([0.05, 0.125992104989, 0.3].map(toldApart([0.05, 0.125992104989, 0.3]))).toEqual(['0.05', '0.126', '0.3']);
  expect([12345, 0.5, 'mesh', true].map(toldApart([12345, 0.5, 'mesh', true]))).toEqual(['12345', '0.5', 'mesh', 'true']);
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)), (values) => {
      expect(new Set(values.map(toldApart(values))).size).toBe(new Set(values).size);
    }),
  );
});
