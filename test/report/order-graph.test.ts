import { expect, test } from 'vitest';
import { deriveOrder } from '../../src/calibration/index.ts';
import { orderArcs, orderGraph } from '../../src/report/page/order-graph.ts';

const GRAPH = [
  { name: 'cadc_offset', needs: [], invalidates: [] },
  { name: 'leak', needs: ['cadc_offset'], invalidates: [] },
  { name: 'tau_mem', needs: ['cadc_offset', 'leak'], invalidates: ['leak'] },
  { name: 'reset', needs: ['tau_mem'], invalidates: [] },
];

test('arcs lead from what a routine needs to its first run, and from what moved it to its next', () => {
  const order = deriveOrder(GRAPH);
  expect(order).toEqual(['cadc_offset', 'leak', 'tau_mem', 'leak', 'reset']);
  expect(orderArcs(order, GRAPH)).toEqual([
    { from: 0, to: 1, kind: 'needs' },
    { from: 0, to: 2, kind: 'needs' },
    { from: 1, to: 2, kind: 'needs' },
    { from: 2, to: 3, kind: 'invalidates' },
    { from: 2, to: 4, kind: 'needs' },
  ]);
});

test('the drawing says in words what it shows', () => {
  expect(orderGraph(deriveOrder(GRAPH), GRAPH).text).toContain('tau mem opens leak again');
});
