/**
 * Meshes and tori of any number of dimensions: the k-ary n-cube, with a side of its own per dimension. Router number = c0 + k0 (c1 + k1 (c2 + ...)).
 * Floor plan: dimensions 0, 2, 4 .. lie along x, dimensions 1, 3, 5 .. along y, each further one in blocks of those before it, so a link along dimension 2 is as long as a block is wide.
 * A torus is folded: its links are twice as long and none crosses the whole chip.
 * Ports: + and - of dimension 0, of dimension 1, ..., then the nodes (the order of BookSim2's KNCube).
 * Degree 2 n (torus), diameter sum of (k - 1) or floor(k / 2), n-cube of side 2 = hypercube. Source: Dally 1990.
 */
import { nodesOf, type Wire, type Wiring } from '../design/graph.ts';

/** An n-dimensional mesh, or torus when it wraps (sides of at least 3 then close to rings). */
export function cube(sides: readonly number[], wrap: boolean, nodesPerRouter = 1): Wiring {
  const routers = sides.reduce((product, side) => product * side, 1);
  const strides = sides.map((_, d) => sides.slice(0, d).reduce((product, side) => product * side, 1));
  const coordinate = (router: number, d: number): number => Math.floor(router / strides[d]!) % sides[d]!;
  // tiles between neighbours of a dimension: the extent of the dimensions of the same axis before it
  const pitch = sides.map((_, d) => sides.slice(0, d).reduce((product, side, e) => (e % 2 === d % 2 ? product * side : product), 1));
  const place = (router: number, axis: 0 | 1): number =>
    sides.reduce((sum, _, d) => (d % 2 === axis ? sum + coordinate(router, d) * pitch[d]! : sum), 0);
  const wires: Wire[] = [];
  // [router][2 d: +, 2 d + 1: -]: the outgoing link, or undefined at the rim
  const directions: (number | undefined)[][] = Array.from({ length: routers }, () => []);
  for (let router = 0; router < routers; router++) {
    for (const [d, side] of sides.entries()) {
      const at = coordinate(router, d);
      const isLast = at === side - 1;
      if (isLast && !(wrap && side > 2)) continue;
      const to = isLast ? router - (side - 1) * strides[d]! : router + strides[d]!;
      directions[router]![2 * d] = 2 * wires.length;
      directions[to]![2 * d + 1] = 2 * wires.length + 1;
      wires.push({ a: router, b: to, length: (wrap && side > 2 ? 2 : 1) * pitch[d]! });
    }
  }
  const routerOfNode = nodesOf(routers, nodesPerRouter);
  const ports = directions.map((links) => links.filter((link) => link !== undefined));
  for (const [node, router] of routerOfNode.entries()) ports[router]!.push(~node);
  const all = Array.from({ length: routers }, (_, router) => router);
  return {
    name: `${wrap ? 'torus' : 'mesh'} ${sides.join('x')}`,
    routers,
    wires,
    routerOfNode,
    x: all.map((router) => place(router, 0)),
    y: all.map((router) => place(router, 1)),
    ports,
    cube: { sides, wrap },
  };
}
