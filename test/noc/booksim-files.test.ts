import { expect, test } from 'vitest';
import { readAnynet, readRoutes } from '../../src/noc/booksim/booksim-files.ts';
import { placeGraph } from '../../src/noc/design/graph.ts';

const LINE = 'router 0 node 0 1 router 1 1\nrouter 1 node 1 router 0 1 router 2 4\nrouter 2 node 2\n';
const graph = () => placeGraph(readAnynet(LINE, 'line.anynet'), { tilePitch: 1e-3, latency: 1 });

test('an anynet file lists neighbours and latencies; a link that one side names exists both ways', () => {
  const { linkFrom, linkTo, linkLatency, ports } = graph();
  const links = Array.from(linkFrom, (from, link) => [from, linkTo[link], linkLatency[link]]);
  expect(links).toEqual([
    [0, 1, 1],
    [1, 0, 1],
    [1, 2, 4],
    [2, 1, 4],
  ]);
  expect(ports[1]).toEqual([~1, 1, 2]);
});

test.each([
  ['router 0 node 0 router 0 1', /link to another router/],
  ['router 0 node 0 router 1 0\nrouter 1 node 1', /latency between 1 and 64/],
  ['router 0 node 0 router 1\nrouter 1 node 2', /no router for node 1/],
  ['rooter 0 node 0', /"router N" followed by/],
  ['', /at least one router/],
])('a broken anynet file is refused: %s', (text, message) => {
  expect(() => readAnynet(text, 'x.anynet')).toThrow(message);
});

test('a line may begin with a node, and the lines of a router may be spread', () => {
  const { linkFrom, linkTo, routerOfNode } = placeGraph(
    readAnynet('node 0 router 1\nrouter 0 node 1\nrouter 0 router 1 3\n  node 2 router 0 1', 'x.anynet'),
    { tilePitch: 1e-3, latency: 1 },
  );
  expect([Array.from(linkFrom), Array.from(linkTo), Array.from(routerOfNode)]).toEqual([
    [0, 1],
    [1, 0],
    [1, 0, 0],
  ]);
});

const ROUTES = 'L 1\n0 1 0 2 0 1\n0 2 0 3 0 1 2\n1 0 0 2 1 0\n1 2 0 2 1 2\n2 0 0 3 2 1 0\n2 1 0 2 2 1\n';

test('a route file gives the complete path of every pair', () => {
  const routes = readRoutes(ROUTES, 'r', graph());
  expect([routes.hop(0, 2, 0, 0), routes.hop(0, 2, 1, 1)]).toEqual([0, 2]);
});

test.each([
  [ROUTES.replace('2 0 0 3 2 1 0\n', ''), /no path from 2 to 0/],
  [ROUTES.replace('3 0 1 2', '2 0 2'), /along links of the graph/],
  [ROUTES.replace('0 1 0 2', '0 1 1 2'), /a layer between 0 and 0/],
  [ROUTES.replace('L 1', 'layers'), /a first line "L N"/],
  [ROUTES.replace('L 1', 'layers').replace('3 0 1 2', '2 0 2'), /a first line "L N"[^]*r:3: [^]*along links of the graph/],
  [ROUTES.replace('0 1 0 2', '0.5 1 0 2'), /with routers of the graph/],
])('a route file with a hole or a jump is refused', (text, message) => {
  expect(() => readRoutes(text, 'r', graph())).toThrow(message);
});
