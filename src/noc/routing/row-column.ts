/**
 * Row first, then column, by one link each: the minimal routing of a flattened butterfly. No turn from a column to a row, so the channel dependency graph is acyclic.
 */
import { InfeasibleError } from '../../base/index.ts';
import type { RouterGraph } from '../design/graph.ts';
import { linkPaths, PathTable, type RouteTable } from './route-table.ts';

/** Row-column routes. InfeasibleError unless every row and every column is fully linked. */
export function rowColumn(graph: RouterGraph): RouteTable {
  const { routers, x, y } = graph;
  const linkBetween = new Map(Array.from(graph.linkFrom, (from, link) => [from * routers + graph.linkTo[link]!, link]));
  const routerAt = new Map(Array.from({ length: routers }, (_, router) => [`${String(x[router])},${String(y[router])}`, router]));
  const step = (from: number, to: number): number[] => {
    if (from === to) return [];
    const link = linkBetween.get(from * routers + to);
    if (link === undefined)
      throw new InfeasibleError(
        `${graph.name}: row-column routing needs a link between routers ${String(from)} and ${String(to)}; it is made for flattened butterflies`,
      );
    return [link];
  };
  const paths = Array.from({ length: routers * routers }, (_, pair) => {
    const [source, destination] = [Math.floor(pair / routers), pair % routers];
    const corner = routerAt.get(`${String(x[destination])},${String(y[source])}`) ?? destination;
    return [...step(source, corner), ...step(corner, destination)];
  });
  return new PathTable('row-column', routers, 1, linkPaths(paths), new Uint8Array(routers * routers));
}
