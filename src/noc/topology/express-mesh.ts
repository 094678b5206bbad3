/**
 * A mesh with regular express links: in every row and column a link from every `span`-th router to the next such router, past those between (express cubes, Dally 1991).
 */
import { InfeasibleError } from '../../base/index.ts';
import type { Wire, Wiring } from '../design/graph.ts';
import { mesh } from './mesh.ts';

/** A mesh of `width` x `height` routers with express links of `span` >= 2 tiles. InfeasibleError for a span for which there is no room. */
export function expressMesh(width: number, height: number, span: number, nodesPerRouter = 1): Wiring {
  const { routers, routerOfNode, x, y, wires, nodeGrid } = mesh(width, height, nodesPerRouter);
  const express: Wire[] = [];
  for (let row = 0; row < height; row++)
    for (let column = 0; column + span < width; column += span) express.push({ a: column + width * row, b: column + span + width * row });
  for (let column = 0; column < width; column++)
    for (let row = 0; row + span < height; row += span) express.push({ a: column + width * row, b: column + width * (row + span) });
  if (express.length === 0)
    throw new InfeasibleError(
      `mesh ${String(width)}x${String(height)}: express links cross up to ${String(Math.max(width, height) - 1)} tiles here, found a span of ${String(span)}`,
      { path: 'topology.span' },
    );
  return {
    name: `mesh ${String(width)}x${String(height)} with express links of ${String(span)}`,
    routers,
    wires: [...wires, ...express],
    routerOfNode,
    x,
    y,
    ...(nodeGrid === undefined ? {} : { nodeGrid }),
  };
}
