/**
 * The hexagonal torus of SpiNNaker: routers on a grid that closes in both directions, each with six neighbours, east, north-east and north and their opposites.
 * Folded like the torus: a link along an axis spans two tiles, a diagonal two in each direction. Source: Furber et al. 2013.
 */
import { foldedPlace } from './mesh.ts';
import { nodesOf, type Wire, type Wiring } from '../design/graph.ts';

/** A hexagonal torus of `width` x `height` routers, both at least 3. */
export function hexagonalTorus(width: number, height: number, nodesPerRouter = 1): Wiring {
  const routers = width * height;
  const at = (x: number, y: number): number => (x % width) + width * (y % height);
  const wires: Wire[] = [];
  for (let router = 0; router < routers; router++) {
    const [x, y] = [router % width, Math.floor(router / width)];
    wires.push(
      { a: router, b: at(x + 1, y), length: 2 },
      { a: router, b: at(x + 1, y + 1), length: 4 },
      { a: router, b: at(x, y + 1), length: 2 },
    );
  }
  return {
    name: `hexagonal torus ${String(width)}x${String(height)}`,
    routers,
    wires,
    routerOfNode: nodesOf(routers, nodesPerRouter),
    x: Array.from({ length: routers }, (_, router) => foldedPlace(router % width, width)),
    y: Array.from({ length: routers }, (_, router) => foldedPlace(Math.floor(router / width), height)),
    ...(nodesPerRouter === 1 ? { nodeGrid: { width, height } } : {}),
  };
}
