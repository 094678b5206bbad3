/**
 * Random regular graphs: every router has the same number of neighbours, all pairings alike. Stubs are paired in random order; a pair that would close a loop or double a link is
 * exchanged with a link that is there already (Steger and Wormald 1999, with swaps in place of restarts). Drawn again until connected. Routers lie row by row on a near-square grid.
 */
import { Chance, InfeasibleError } from '../../base/index.ts';
import { firstUnreachable, nodesOf, type Wiring } from '../design/graph.ts';
import { listedWiring } from './edge-list.ts';

const ATTEMPTS = 1000;

/** A random regular graph; `degree` is below the number of routers, and routers x degree is even. */
export function randomRegular(routers: number, degree: number, seed: number, nodesPerRouter = 1): Wiring {
  if (degree < 2 || degree >= routers || (routers * degree) % 2 !== 0)
    throw new InfeasibleError(
      `a random regular graph of ${String(routers)} routers needs a degree from 2 to ${String(routers - 1)} and routers x degree even, found ${String(degree)}`,
    );
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const links = pairStubs(routers, degree, new Chance(seed, 'graph', 1000 + attempt));
    if (links === undefined) continue;
    const wires = links.map(([a, b]) => ({ a, b }));
    const ends = [wires.flatMap(({ a, b }) => [a, b]), wires.flatMap(({ a, b }) => [b, a])] as const;
    if (firstUnreachable(routers, ...ends) < 0)
      return listedWiring(
        `random regular ${String(routers)}, degree ${String(degree)}, seed ${String(seed)}`,
        routers,
        wires,
        nodesOf(routers, nodesPerRouter),
      );
  }
  throw new InfeasibleError(
    `no connected random regular graph of ${String(routers)} routers and degree ${String(degree)} in ${String(ATTEMPTS)} drawings`,
  );
}

/** Pairs of routers, or undefined when swaps did not help. */
function pairStubs(routers: number, degree: number, chance: Chance): [number, number][] | undefined {
  const stubs = Array.from(chance.permutation(0, routers * degree), (stub) => Math.floor(stub / degree));
  const links: [number, number][] = [];
  const known = new Set<number>();
  const key = (a: number, b: number): number => Math.min(a, b) * routers + Math.max(a, b);
  const isFree = (a: number, b: number): boolean => a !== b && !known.has(key(a, b));
  let draws = 0;
  for (let i = 0; i < stubs.length; i += 2) {
    const [a, b] = [stubs[i]!, stubs[i + 1]!];
    if (isFree(a, b)) {
      links.push([a, b]);
      known.add(key(a, b));
      continue;
    }
    let isPlaced = false;
    for (let tries = 0; tries < 100 && links.length > 0 && !isPlaced; tries++) {
      const other = chance.integer(1, draws++, links.length);
      const [c, d] = links[other]!;
      if (!isFree(a, c) || !isFree(b, d) || key(a, c) === key(b, d)) continue;
      known.delete(key(c, d));
      links[other] = [a, c];
      links.push([b, d]);
      known.add(key(a, c));
      known.add(key(b, d));
      isPlaced = true;
    }
    if (!isPlaced) return undefined;
  }
  return links;
}
