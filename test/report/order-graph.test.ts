import { expect, test } from 'vitest';
import { deriveOrder } from '../../src/calibration/index.ts';
import { renderDrawing } from '../../src/report/render.ts';
import { orderArcs, orderDrawing, orderGraph } from '../../src/report/page/order-graph.ts';

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

test('the drawing stands alone as SVG and as PNG, with a size and a ground of its own', async () => {
  const drawing = orderDrawing(deriveOrder(GRAPH), GRAPH);
  expect(drawing.svg).toMatch(/^<svg\s+xmlns="http:\/\/www.w3.org\/2000\/svg"\s+width="\d+"\s+height="250"/);
  expect(drawing.svg).not.toContain('currentColor');
  const png = await renderDrawing(drawing);
  // width and height stand in the header, twice as many pixels as the drawing has
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2 * drawing.width, 500]);
});
