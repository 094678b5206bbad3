/**
 * Modular small world: modules of equal size, each a ring lattice whose links are rewired inside the module, joined by links between routers of different modules. The modules form a ring
 * of one link each, so that the graph hangs together; what is left of `between` goes to pairs drawn uniformly.
 * Floor plan: modules on a near-square grid, the routers of a module on one of their own. Source: Newman and Girvan 2004 (planted modules); Watts and Strogatz 1998 inside.
 */
import { Chance, InfeasibleError } from '../../base/index.ts';
import { nodesOf, type Wire, type Wiring } from '../design/graph.ts';
import { ringLattice } from './ring.ts';
import { wattsStrogatz } from './watts-strogatz.ts';

export interface ModularOptions {
  readonly modules: number;
  /** Routers of a module. */
  readonly size: number;
  /** Neighbours in the ring lattice of a module, even. */
  readonly inside: number;
  readonly rewiring: number;
  /** Links between modules. */
  readonly between: number;
  readonly maxDegree: number;
  readonly seed: number;
}

/** A modular graph. InfeasibleError when the modules cannot be joined within the links and the degree. */
export function modular({ modules, size, inside, rewiring, between, maxDegree, seed }: ModularOptions, nodesPerRouter = 1): Wiring {
  const ring = modules > 2 ? modules : modules - 1;
  if (between < ring)
    throw new InfeasibleError(`${String(modules)} modules need at least ${String(ring)} links between them, found ${String(between)}`);
  const routers = modules * size;
  const degree = new Uint32Array(routers);
  const seen = new Set<number>();
  const wires: Wire[] = [];
  const join = (a: number, b: number): boolean => {
    const key = Math.min(a, b) * routers + Math.max(a, b);
    if (seen.has(key) || degree[a]! >= maxDegree || degree[b]! >= maxDegree) return false;
    seen.add(key);
    degree[a]! += 1;
    degree[b]! += 1;
    wires.push({ a, b });
    return true;
  };
  for (let module = 0; module < modules; module++) {
    const base = ringLattice(size, inside);
    const { wires: own } = rewiring > 0 ? wattsStrogatz(base, rewiring, seed * modules + module, Math.max(inside, maxDegree - 1)) : base;
    for (const { a, b } of own) join(module * size + a, module * size + b);
  }
  const chance = new Chance(seed, 'graph', 4);
  let made = 0;
  for (let draw = 0; made < between; draw++) {
    if (draw > 1000 * (between + 1))
      throw new InfeasibleError(
        `no room for ${String(between)} links between modules with at most ${String(maxDegree)} neighbours: found room for ${String(made)}`,
      );
    const one = made < ring ? made : chance.integer(0, 2 * draw, modules);
    const other = made < ring ? (made + 1) % modules : chance.integer(0, 2 * draw + 1, modules);
    if (one === other) continue;
    if (join(one * size + chance.integer(1, 2 * draw, size), other * size + chance.integer(1, 2 * draw + 1, size))) made += 1;
  }
  const [across, wide] = [Math.ceil(Math.sqrt(modules)), Math.ceil(Math.sqrt(size))];
  const tall = Math.ceil(size / wide);
  const all = Array.from({ length: routers }, (_, router) => [Math.floor(router / size), router % size] as const);
  return {
    name: `${String(modules)} modules of ${String(size)}, ${String(between)} links between, seed ${String(seed)}`,
    routers,
    wires,
    routerOfNode: nodesOf(routers, nodesPerRouter),
    x: all.map(([module, place]) => (module % across) * wide + (place % wide)),
    y: all.map(([module, place]) => Math.floor(module / across) * tall + Math.floor(place / wide)),
  };
}
