/**
 * Small worlds by adding links to a base that stays as it is.
 *   Newman-Watts: for every link of the base, with probability p one more link between two routers drawn uniformly (Newman and Watts 1999)
 *   Kleinberg: a number of links, each from a router drawn uniformly to one at tile distance d drawn with probability proportional to d^-r (Kleinberg 2000; r = 0: any distance alike)
 * A router gets at most `maxDegree` neighbours by shortcuts. The result is a pure function of the base and the seed.
 */
import { Chance, InfeasibleError, pow } from '../../base/index.ts';
import type { Wire, Wiring } from '../design/graph.ts';

/** Newman-Watts shortcuts with probability `p` per link of the base. */
export function newmanWatts(base: Wiring, p: number, seed: number, maxDegree: number): Wiring {
  const chance = new Chance(seed, 'graph', 1);
  const links = base.wires.filter((_, e) => chance.uniform(0, e) < p).length;
  return withShortcuts(base, `Newman-Watts of ${base.name}, p ${String(p)}, seed ${String(seed)}`, links, maxDegree, seed, () => 1);
}

/** `links` Kleinberg shortcuts with exponent `r`. InfeasibleError when there is no room for them. */
export function kleinberg(base: Wiring, links: number, r: number, seed: number, maxDegree: number): Wiring {
  const name = `Kleinberg on ${base.name}, r ${String(r)}, ${String(links)} links, seed ${String(seed)}`;
  return withShortcuts(base, name, links, maxDegree, seed, (distance) => (r === 0 ? 1 : pow(Math.max(1, distance), -r)));
}

function withShortcuts(
  base: Wiring,
  name: string,
  links: number,
  maxDegree: number,
  seed: number,
  weight: (distance: number) => number,
): Wiring {
  const chance = new Chance(seed, 'graph', 2);
  const neighbours: Set<number>[] = Array.from({ length: base.routers }, () => new Set());
  const wires: Wire[] = [...base.wires];
  const join = (a: number, b: number): void => {
    neighbours[a]!.add(b);
    neighbours[b]!.add(a);
  };
  for (const { a, b } of wires) join(a, b);
  const isOpen = (router: number): boolean => neighbours[router]!.size < maxDegree;
  for (let link = 0; link < links; link++) {
    const sources = Array.from(neighbours.keys()).filter(isOpen);
    // a router that is joined to every open one has nobody left: the next in the drawn order takes its place
    const order = chance.permutation(2 * link, sources.length);
    let found = false;
    for (const place of order) {
      const a = sources[place]!;
      const targets = sources.filter((b) => b !== a && !neighbours[a]!.has(b));
      if (targets.length === 0) continue;
      const weights = targets.map((b) => weight(Math.abs(base.x[a]! - base.x[b]!) + Math.abs(base.y[a]! - base.y[b]!)));
      let rest = chance.uniform(2 * link + 1, 0) * weights.reduce((sum, one) => sum + one, 0);
      const b =
        targets[
          Math.max(
            0,
            weights.findIndex((one) => (rest -= one) < 0),
          )
        ]!;
      join(a, b);
      wires.push({ a, b });
      found = true;
      break;
    }
    if (!found)
      throw new InfeasibleError(`${name}: no room for more than ${String(link)} shortcuts at ${String(maxDegree)} neighbours per router`);
  }
  const { routers, routerOfNode, x, y, nodeGrid } = base;
  return { name, routers, wires, routerOfNode, x, y, ...(nodeGrid === undefined ? {} : { nodeGrid }) };
}
