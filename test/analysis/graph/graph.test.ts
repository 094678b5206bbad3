import fc from 'fast-check';
import { expect, test } from 'vitest';
import { connectedComponents, degrees, edgesOf, giantComponent, graphOf, neighboursOf } from '../../../src/analysis/index.ts';
import { graphFromPairs, smallGraph } from './graphs.ts';

test('direction, repetition and self loops leave no trace', () => {
  const graph = graphOf(4, [0, 1, 1, 2, 0], [1, 0, 2, 2, 1]);
  expect(graph.edges).toBe(2);
  expect([...neighboursOf(graph, 1)]).toEqual([0, 2]);
  expect([...degrees(graph)]).toEqual([1, 2, 1, 0]);
});

test('a graph survives the way to its edge list and back', () => {
  fc.assert(
    fc.property(smallGraph, (graph) => {
      const { from, to } = edgesOf(graph);
      expect(graphOf(graph.nodes, to, from)).toEqual(graph);
      expect(degrees(graph).reduce((sum, degree) => sum + degree, 0)).toBe(2 * graph.edges);
    }),
  );
});

test('components part the nodes and no edge leaves one', () => {
  fc.assert(
    fc.property(smallGraph, (graph) => {
      const { component, sizes } = connectedComponents(graph);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(graph.nodes);
      const { from, to } = edgesOf(graph);
      from.forEach((a, k) => expect(component[a]).toBe(component[to[k]!]));
      const giant = giantComponent(graph);
      expect(giant.graph.nodes).toBe(Math.max(...sizes));
      expect(connectedComponents(giant.graph).sizes).toHaveLength(1);
    }),
  );
});

test('the giant component keeps its edges and remembers its nodes', () => {
  const { graph, members } = giantComponent(
    graphFromPairs(6, [
      [0, 3],
      [1, 2],
      [2, 5],
      [1, 5],
    ]),
  );
  expect([...members]).toEqual([1, 2, 5]);
  expect(graph.edges).toBe(3);
});

test('nodes out of range are refused', () => {
  expect(() => graphOf(2, [0], [2])).toThrow(/0 and 2 of 2/);
  expect(() => graphOf(2, [0], [])).toThrow(/length/);
});
