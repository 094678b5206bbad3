/**
 * Dimension order on meshes and tori of any number of dimensions: dimension 0 first. Mesh: one layer, no turn back, so no cycle. Torus: the shorter way round, ties by the parity of the
 * source coordinate; a packet whose way in a dimension crosses the wrap link uses layer 1 on all its hops in that dimension, else layer 0. Computed, never stored. Source: Dally and Seitz 1987.
 */
import type { RouterGraph } from '../design/graph.ts';
import { LAYER_SHIFT, type RouteTable } from './route-table.ts';

/** Routes of a graph that `cube` wired. */
export function cubeOrder(graph: RouterGraph, { sides, wrap }: NonNullable<RouterGraph['cube']>): RouteTable {
  const strides = sides.map((_, d) => sides.slice(0, d).reduce((product, side) => product * side, 1));
  const linkBetween = new Map(Array.from(graph.linkFrom, (from, link) => [from * graph.routers + graph.linkTo[link]!, link]));
  const coordinate = (router: number, d: number): number => Math.floor(router / strides[d]!) % sides[d]!;
  return {
    method: 'dimension-order',
    layers: wrap && sides.some((side) => side > 2) ? 2 : 1,
    injectionLayer: () => -1,
    hop(source, destination, router) {
      const d = sides.findIndex((_, one) => coordinate(router, one) !== coordinate(destination, one));
      const [side, stride] = [sides[d]!, strides[d]!];
      const [from, here, end] = [coordinate(source, d), coordinate(router, d), coordinate(destination, d)];
      const closes = wrap && side > 2;
      const up = (end - from + side) % side;
      const plus = closes ? 2 * up < side || (2 * up === side && from % 2 === 0) : here < end;
      const next = (here + (plus ? 1 : side - 1)) % side;
      const isWrapped = closes && (plus ? end < from : end > from);
      return linkBetween.get(router * graph.routers + router + (next - here) * stride)! + (isWrapped ? 1 << LAYER_SHIFT : 0);
    },
  };
}
