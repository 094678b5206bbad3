/**
 * The ring lattice: every router is joined to its degree/2 nearest neighbours on either side. Routers lie on a meander over a near-square floor plan,
 * so that ring neighbours are neighbours on the chip (the closing link excepted).
 */
import { InfeasibleError } from '../../base/index.ts';
import { nodesOf, type Wire, type Wiring } from '../design/graph.ts';

/** A ring lattice; `degree` is even and below the number of routers. */
export function ringLattice(routers: number, degree: number, nodesPerRouter = 1): Wiring {
  if (degree % 2 !== 0 || degree < 2 || degree >= routers) {
    throw new InfeasibleError(
      `a ring lattice of ${String(routers)} routers needs an even degree between 2 and ${String(2 * Math.floor((routers - 1) / 2))}, found ${String(degree)}`,
    );
  }
  const wires: Wire[] = [];
  for (let step = 1; step <= degree / 2; step++) {
    for (let a = 0; a < routers; a++) wires.push({ a, b: (a + step) % routers });
  }
  const width = Math.ceil(Math.sqrt(routers));
  const rows = Array.from({ length: routers }, (_, router) => Math.floor(router / width));
  return {
    name: `ring lattice ${String(routers)}, degree ${String(degree)}`,
    routers,
    wires,
    routerOfNode: nodesOf(routers, nodesPerRouter),
    x: rows.map((row, router) => (row % 2 === 0 ? router % width : width - 1 - (router % width))),
    y: rows,
  };
}
