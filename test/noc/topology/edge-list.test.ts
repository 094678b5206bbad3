import { expect, test } from 'vitest';
import { edgeListWiring } from '../../../src/noc/topology/edge-list.ts';
import { layoutOf } from '../designs.ts';

test('an edge list gives routers, links and latencies', () => {
  const wiring = edgeListWiring('a,b,latency\n0,1,1\n1,2,3\n', 'g.csv');
  expect(wiring.routers).toBe(3);
  expect(wiring.wires).toEqual([
    { a: 0, b: 1, latency: [1, 1] },
    { a: 1, b: 2, latency: [3, 3] },
  ]);
});

test('all mistakes of an edge list are told at once, with their lines', () => {
  const bad = 'a,b,latency\n0,0,1\n0,1,0\n0,x,1\n1,2,1\n2,1,1\n';
  expect(() => edgeListWiring(bad, 'g.csv')).toThrow(
    /g.csv:2.*different routers[^]*g.csv:3.*latency[^]*g.csv:4.*router numbers[^]*g.csv:6.*each link once/,
  );
});

test('a column or a cell that nobody would look at is a mistake', () => {
  const refusal = (text: string) => () => edgeListWiring(text, 'g.csv');
  expect(refusal('a,b,latncy,mm\n0,1,3,1\n')).toThrow(
    /^g.csv:1: found the column "latncy", expected the columns a,b and, if wanted, latency; did you mean "latency"\?\ng.csv:1: found the column "mm", expected .*latency$/,
  );
  expect(refusal('a,b,a\n0,1,1\n')).toThrow(/^g.csv:1: found the column "a" twice, expected each column once$/);
  expect(refusal('a,b\n0,1\n1,2,3\n')).toThrow(/^g.csv:3: found "1,2,3", expected a cell for each of the columns a,b$/);
});

test('a graph in two pieces is refused', () => {
  expect(() =>
    layoutOf({ topology: { kind: 'edge-list', file: 'g.csv' }, routing: { kind: 'up-down' } }, { 'g.csv': 'a,b\n0,1\n2,3\n' }),
  ).toThrow(/router 2 cannot be reached/);
});
