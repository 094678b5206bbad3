/** Room made at once for connections is no more than room: what a card asks for is what is made. */
import { expect, test } from 'vitest';
import { ConnectionList } from '../../src/network/connection-list.ts';

test.each([0, 3, 5000])('connections are the same with room for %d of them', (expected) => {
  const made = new ConnectionList(expected);
  made.add(1, 2, { units: -3, entry: 0, sign: -1, delay: 4 });
  const source = Uint32Array.from({ length: 3000 }, (_, k) => k % 7);
  const target = Uint32Array.from({ length: 3000 }, (_, k) => k % 11);
  made.addAll({ source, target }, 1, 2.5);
  made.addAll({ source, target }, 2, (k) => k / 4);
  const { source: from, target: to, units, entry, sign, delay, electrical } = made.done();
  expect([from, to, units, entry, sign, delay, electrical].map(({ length }) => length)).toEqual(Array(7).fill(6001));
  expect([from[0], to[0], units[0], sign[0], delay[0]]).toEqual([1, 2, -3, -1, 4]);
  expect(Array.from(units.subarray(1, 3001))).toEqual(Array(3000).fill(2.5));
  expect(Array.from(units.subarray(3001))).toEqual(Array.from({ length: 3000 }, (_, k) => k / 4));
  expect(from.slice(3001)).toEqual(source);
  expect(to.slice(1, 3001)).toEqual(target);
  expect(entry[3001]).toBe(2);
});
