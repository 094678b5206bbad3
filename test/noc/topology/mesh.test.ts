import { expect, test } from 'vitest';
import { placeGraph } from '../../../src/noc/design/graph.ts';
import { hexagonalTorus } from '../../../src/noc/topology/hexagonal-torus.ts';
import { concentratedMesh, mesh, torus } from '../../../src/noc/topology/mesh.ts';

const plan = { tilePitch: 1e-3, latency: 1 };

test('a 3x2 mesh has its links in the order +x, -x, +y, -y and its node last', () => {
  const graph = placeGraph(mesh(3, 2), plan);
  expect(graph.linkFrom.length).toBe(2 * 7);
  const neighbours = graph.ports.map((ports) => ports.map((port) => (port < 0 ? `node ${String(~port)}` : graph.linkTo[port])));
  expect(neighbours[1]).toEqual([2, 0, 4, 'node 1']);
  expect(neighbours[5]).toEqual([4, 2, 'node 5']);
  expect(new Set(graph.linkLength)).toEqual(new Set([1e-3]));
});

test('every router of a torus has four neighbours, two tiles away', () => {
  const graph = placeGraph(torus(4, 4), plan);
  expect(graph.ports.every((ports) => ports.length === 5)).toBe(true);
  expect(new Set(graph.linkLength)).toEqual(new Set([2e-3]));
});

test('a concentrated mesh gives every router a block of the node grid', () => {
  const wiring = concentratedMesh(2, 2, 2, 2);
  expect(wiring.routerOfNode).toEqual([0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3]);
});

test('a signal that gets 2 mm far in a cycle takes two cycles for 3 mm', () => {
  const graph = placeGraph(mesh(2, 1), { tilePitch: 3e-3, latency: { reachPerCycle: 2e-3 } });
  expect(Array.from(graph.linkLatency)).toEqual([2, 2]);
});

test.each([torus(4, 5), torus(8, 3), hexagonalTorus(7, 6)])(
  '$name stands folded: no two routers in one place, no link further than it is long',
  ({ wires, x, y }) => {
    expect(new Set(x.map((at, router) => `${String(at)},${String(y[router])}`)).size).toBe(x.length);
    for (const { a, b, length } of wires) expect(Math.abs(x[a]! - x[b]!) + Math.abs(y[a]! - y[b]!)).toBeLessThanOrEqual(length!);
  },
);
