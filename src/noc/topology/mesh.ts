/**
 * Meshes and tori (k-ary 2-cubes) and the concentrated mesh. Router = x + width * y; dimension 0 is x and + is the larger coordinate.
 * Port order of mesh and torus: +x, -x, +y, -y, then the nodes; of the concentrated mesh: the nodes, then +x, -x, +y, -y (the orders of BookSim2's KNCube and CMesh).
 * A torus is folded: along a ring routers 0, n-1, 1, n-2 ... stand side by side, so every link spans two tiles at most (all are taken as two) and none crosses the whole chip.
 */
import { nodesOf, type Wire, type Wiring } from '../design/graph.ts';

/** A mesh of `width` x `height` routers with `nodesPerRouter` nodes on each. */
export function mesh(width: number, height: number, nodesPerRouter = 1): Wiring {
  return gridWiring(
    `mesh ${String(width)}x${String(height)}`,
    { width, height, wrap: false },
    nodesOf(width * height, nodesPerRouter),
    'last',
    {
      width: nodesPerRouter === 1 ? width : 0,
      height,
    },
  );
}

/** A torus of `width` x `height` routers, both at least 3. */
export function torus(width: number, height: number, nodesPerRouter = 1): Wiring {
  return gridWiring(
    `torus ${String(width)}x${String(height)}`,
    { width, height, wrap: true },
    nodesOf(width * height, nodesPerRouter),
    'last',
    {
      width: nodesPerRouter === 1 ? width : 0,
      height,
    },
  );
}

/** A mesh of routers that each serve a block of `blockWidth` x `blockHeight` nodes of one large node grid. */
export function concentratedMesh(width: number, height: number, blockWidth: number, blockHeight: number): Wiring {
  const nodeWidth = width * blockWidth;
  const nodeHeight = height * blockHeight;
  const routerOfNode = Array.from({ length: nodeWidth * nodeHeight }, (_, node) => {
    const x = Math.floor((node % nodeWidth) / blockWidth);
    const y = Math.floor(Math.floor(node / nodeWidth) / blockHeight);
    return x + width * y;
  });
  const name = `concentrated mesh ${String(width)}x${String(height)}`;
  return gridWiring(name, { width, height, wrap: false }, routerOfNode, 'first', { width: nodeWidth, height: nodeHeight });
}

function gridWiring(
  name: string,
  grid: { width: number; height: number; wrap: boolean },
  routerOfNode: number[],
  nodePorts: 'first' | 'last',
  nodeGrid: { width: number; height: number },
): Wiring {
  const { width, height, wrap } = grid;
  const routers = width * height;
  const wires: Wire[] = [];
  // [router][+x, -x, +y, -y]: the outgoing link, or undefined at the rim of a mesh
  const directions: (number | undefined)[][] = Array.from({ length: routers }, () => [undefined, undefined, undefined, undefined]);
  const join = (a: number, b: number, dimension: 0 | 1): void => {
    directions[a]![2 * dimension] = 2 * wires.length;
    directions[b]![2 * dimension + 1] = 2 * wires.length + 1;
    wires.push(wrap ? { a, b, length: 2 } : { a, b });
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (wrap || x + 1 < width) join(x + width * y, ((x + 1) % width) + width * y, 0);
      if (wrap || y + 1 < height) join(x + width * y, x + width * ((y + 1) % height), 1);
    }
  }
  const ports = directions.map((links) => links.filter((link) => link !== undefined));
  const nodesAt: number[][] = Array.from({ length: routers }, () => []);
  for (const [node, router] of routerOfNode.entries()) nodesAt[router]!.push(~node);
  return {
    name,
    routers,
    wires,
    routerOfNode,
    x: Array.from({ length: routers }, (_, router) => (wrap ? foldedPlace(router % width, width) : router % width)),
    y: Array.from({ length: routers }, (_, router) =>
      wrap ? foldedPlace(Math.floor(router / width), height) : Math.floor(router / width),
    ),
    ports: ports.map((links, router) => (nodePorts === 'first' ? nodesAt[router]!.concat(links) : links.concat(nodesAt[router]!))),
    grid,
    ...(nodeGrid.width > 0 ? { nodeGrid } : {}),
  };
}

/** Where coordinate `i` of a ring of `size` stands in a folded row. */
export function foldedPlace(i: number, size: number): number {
  return 2 * i < size ? 2 * i : 2 * (size - i) - 1;
}
