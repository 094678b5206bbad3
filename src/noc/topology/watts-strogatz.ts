/**
 * Watts-Strogatz rewiring of a regular graph: every link, in order, keeps one end and with probability p moves the other to a router drawn uniformly
 * among those that are not yet neighbours and still have a free port. The number of links stays what it was.
 * A drawing that falls into pieces is thrown away and drawn again with the next attempt number, so the result is a pure function of (base, p, seed, max degree).
 * Source: Watts and Strogatz 1998, "Collective dynamics of small-world networks".
 */
import { Chance, InfeasibleError } from '../../base/index.ts';
import { firstUnreachable, type Wire, type Wiring } from '../design/graph.ts';

const ATTEMPTS = 1000;

/** Rewires `base` with probability `p`. A router gets at most `maxDegree` neighbours by rewiring. InfeasibleError when no connected graph was found. */
export function wattsStrogatz(base: Wiring, p: number, seed: number, maxDegree: number): Wiring {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const wires = rewire(base, p, new Chance(seed, 'graph', attempt), maxDegree);
    const from = wires.flatMap(({ a, b }) => [a, b]);
    const to = wires.flatMap(({ a, b }) => [b, a]);
    if (firstUnreachable(base.routers, from, to) >= 0) continue;
    return {
      name: `Watts-Strogatz of ${base.name}, p ${String(p)}, seed ${String(seed)}`,
      routers: base.routers,
      wires,
      routerOfNode: base.routerOfNode,
      x: base.x,
      y: base.y,
      ...(base.nodeGrid === undefined ? {} : { nodeGrid: base.nodeGrid }),
    };
  }
  throw new InfeasibleError(
    `${base.name}: no connected graph in ${String(ATTEMPTS)} drawings at rewiring ${String(p)}; a lower rewiring probability or a base with more links would do`,
  );
}

function rewire(base: Wiring, p: number, chance: Chance, maxDegree: number): Wire[] {
  const neighbours: Set<number>[] = Array.from({ length: base.routers }, () => new Set());
  for (const { a, b } of base.wires) {
    neighbours[a]!.add(b);
    neighbours[b]!.add(a);
  }
  return base.wires.map((wire, e) => {
    if (chance.uniform(0, e) >= p) return wire;
    const { a, b } = wire;
    const candidates = neighbours.flatMap((others, router) => (router === a || others.has(a) || others.size >= maxDegree ? [] : [router]));
    if (candidates.length === 0) return wire;
    const target = candidates[chance.integer(1, e, candidates.length)]!;
    neighbours[a]!.delete(b);
    neighbours[b]!.delete(a);
    neighbours[a]!.add(target);
    neighbours[target]!.add(a);
    return { a, b: target };
  });
}
