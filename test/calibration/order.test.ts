import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deriveOrder, type RoutineNode } from '../../src/calibration/index.ts';

const node = (name: string, needs: readonly string[] = [], invalidates: readonly string[] = []): RoutineNode => ({
  name,
  needs,
  invalidates,
});

test('the leak is opened again after the time constant, before what needs both', () => {
  const order = deriveOrder([
    node('cadc'),
    node('leak', ['cadc']),
    node('tau', ['cadc', 'leak'], ['leak']),
    node('reset', ['tau']),
    node('threshold', ['reset']),
  ]);
  expect(order).toEqual(['cadc', 'leak', 'tau', 'leak', 'reset', 'threshold']);
});

test('a chain of invalidations is followed to its end, and each routine runs again once, after all that open it', () => {
  const order = deriveOrder([node('a'), node('b', ['a'], ['a']), node('c', ['b'], ['b']), node('d', ['c'], ['a'])]);
  expect(order).toEqual(['a', 'b', 'c', 'b', 'd', 'a']);
});

/** Random routines: needs go to earlier ones, invalidations too (never in a circle). */
const routines = fc
  .integer({ min: 1, max: 8 })
  .chain((n) =>
    fc.tuple(
      ...Array.from({ length: n }, (_, i) =>
        fc
          .tuple(fc.subarray(Array.from({ length: i }, (__, k) => String(k))), fc.subarray(Array.from({ length: i }, (__, k) => String(k))))
          .map(([needs, invalidates]) => node(String(i), needs, invalidates)),
      ),
    ),
  );

test('laws: all run, needs come first, nothing is left shifted, nobody runs more often than it was opened', () => {
  fc.assert(
    fc.property(routines, fc.integer({ min: 0, max: 1000 }), (list, turn) => {
      // the order of declaration is no part of the law
      const turned = [...list.slice(turn % list.length), ...list.slice(0, turn % list.length)];
      const order = deriveOrder(turned);
      expect(new Set(order)).toEqual(new Set(list.map(({ name }) => name)));
      for (const { name, needs, invalidates } of list) {
        for (const need of needs) expect(order.indexOf(need)).toBeLessThan(order.indexOf(name));
        for (const shifted of invalidates) {
          const never = order.indexOf(shifted) > order.lastIndexOf(name);
          expect(never || order.lastIndexOf(shifted) > order.lastIndexOf(name)).toBe(true);
        }
        const openers = list.filter((other) => other.invalidates.includes(name)).length;
        expect(order.filter((other) => other === name).length).toBeLessThanOrEqual(1 + openers * list.length);
      }
    }),
    { numRuns: 300 },
  );
});

test('circles and unknown names are refused', () => {
  expect(() => deriveOrder([node('a', ['b']), node('b', ['a'])])).toThrow(/need one another in a circle/);
  expect(() => deriveOrder([node('a', [], ['b']), node('b', [], ['a'])])).toThrow(/invalidate one another in a circle/);
  expect(() => deriveOrder([node('a', ['x'])])).toThrow(/names x, which is none/);
});
