/**
 * The flattened butterfly: routers on a grid, each linked to every other router of its row and of its column, so that two links reach any router (Kim, Dally, Abts 2007).
 * Every router serves a block of one large grid of nodes. Ports: nodes first, then neighbours in ascending number.
 */
import type { Wire, Wiring } from '../design/graph.ts';
import { concentratedMesh } from './mesh.ts';

/** A flattened butterfly of `width` x `height` routers, each with a block of nodes. */
export function flattenedButterfly(width: number, height: number, blockWidth: number, blockHeight: number): Wiring {
  const { routers, routerOfNode, x, y, nodeGrid } = concentratedMesh(width, height, blockWidth, blockHeight);
  const wires: Wire[] = [];
  for (let a = 0; a < routers; a++) {
    for (let b = a + 1; b < routers; b++) if (x[a] === x[b] || y[a] === y[b]) wires.push({ a, b });
  }
  const name = `flattened butterfly ${String(width)}x${String(height)}`;
  return { name, routers, wires, routerOfNode, x, y, ...(nodeGrid === undefined ? {} : { nodeGrid }) };
}
