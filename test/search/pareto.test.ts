import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Objectives, paretoFront, type Sense } from '../../src/search/index.ts';

const senses: Sense[] = ['min', 'max', 'min'];
const points = fc.array(fc.tuple(fc.nat(4), fc.nat(4), fc.nat(4)), { maxLength: 30 });

/** Is `a` at least as good everywhere and better somewhere? Written out, without the helper under test. */
function beats(a: Objectives, b: Objectives): boolean {
  const [x, y, z] = [a[0]! - b[0]!, b[1]! - a[1]!, a[2]! - b[2]!];
  return x <= 0 && y <= 0 && z <= 0 && x + y + z < 0;
}

test('the front is what nothing beats, in the order of the input', () => {
  fc.assert(
    fc.property(points, (all) => {
      const front = paretoFront(all, senses);
      expect(front).toEqual(all.flatMap((point, i) => (all.some((other) => beats(other, point)) ? [] : [i])));
      expect(front.length > 0).toBe(all.length > 0);
    }),
  );
});

test('turning an objective round with its sense changes nothing', () => {
  fc.assert(
    fc.property(points, (all) => {
      const turned = all.map(([a, b, c]) => [-a, b, c]);
      expect(paretoFront(turned, ['max', 'max', 'min'])).toEqual(paretoFront(all, senses));
    }),
  );
});

/** Zitzler, Deb, Thiele 2000: f2 = g (1 - sqrt(f1 / g)); the front is g = 1. */
function zdt1(f1: number, g: number): number[] {
  return [f1, g * (1 - Math.sqrt(f1 / g))];
}

test('the sampled front of ZDT1 survives and everything above it does not', () => {
  const grid = Array.from({ length: 21 }, (_, k) => k / 20);
  const all = [...grid.map((f1) => zdt1(f1, 2)), ...grid.map((f1) => zdt1(f1, 1))];
  expect(paretoFront(all, ['min', 'min'])).toEqual(grid.map((_, k) => 21 + k));
});

test('equal points are all kept, one objective leaves the best', () => {
  expect(
    paretoFront(
      [
        [1, 2],
        [1, 2],
        [2, 2],
      ],
      ['min', 'min'],
    ),
  ).toEqual([0, 1]);
  expect(paretoFront([[3], [5], [5]], ['max'])).toEqual([1, 2]);
  expect(paretoFront([], ['max'])).toEqual([]);
});

test('what is unknown is worse than anything known, and separates none when nobody knows', () => {
  expect(
    paretoFront(
      [
        [null, 5],
        [0.2, 5],
        [null, 1],
      ],
      ['max', 'min'],
    ),
  ).toEqual([1, 2]);
  expect(
    paretoFront(
      [
        [null, 5],
        [null, 1],
      ],
      ['max', 'min'],
    ),
  ).toEqual([1]);
  expect(() => paretoFront([[NaN]], ['min'])).toThrow(/NaN/);
  expect(() => paretoFront([[1]], ['min', 'max'])).toThrow(/1 values for 2/);
});
