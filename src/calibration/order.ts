/**
 * In which order routines run. A routine needs others to have run before, and a routine that moves a parameter invalidates others whose operating point it shifts: those are
 * opened again. The order is derived: topological by needs (ties in the order of declaration), then every invalidated routine once more, as soon as nothing that is still to
 * run will invalidate it again. A routine that runs again invalidates anew, so chains of invalidation are followed to their end.
 */
import { InternalError } from '../base/index.ts';

/** A routine as the order sees it. */
export interface RoutineNode {
  readonly name: string;
  readonly needs: readonly string[];
  readonly invalidates: readonly string[];
}

/**
 * Names in the order in which they run; a name stands twice when a later routine re-opens it. Throws InternalError on a circle of needs and on a circle of invalidations,
 * which would never end, and on names that no routine has.
 */
export function deriveOrder(routines: readonly RoutineNode[]): readonly string[] {
  const byName = new Map(routines.map((routine) => [routine.name, routine]));
  for (const { name, needs, invalidates } of routines) {
    const unknown = [...needs, ...invalidates].find((other) => !byName.has(other));
    if (unknown !== undefined) throw new InternalError(`calibration routine ${name} names ${unknown}, which is none`);
  }
  const shifted = new Map(routines.map(({ name }) => [name, shiftedBy(name, byName)]));
  const circle = routines.find(({ name }) => shifted.get(name)!.has(name));
  if (circle !== undefined) throw new InternalError(`calibration routines invalidate one another in a circle: ${circle.name}`);
  const order: string[] = [];
  const ran = new Set<string>();
  // routines that are still to run, for the first time or again
  const open = new Set(byName.keys());
  while (open.size > 0) {
    const ready = [...open].filter((name) => byName.get(name)!.needs.every((need) => ran.has(need)));
    const settled = (name: string): boolean => ![...open].some((other) => shifted.get(other)!.has(name));
    // a routine that has run already waits for all that would open it once more; the others are needed
    const next = ready.find((name) => ran.has(name) && settled(name)) ?? ready.find((name) => !ran.has(name));
    if (next === undefined) throw new InternalError(`calibration routines need one another in a circle: ${[...open].join(', ')}`);
    open.delete(next);
    ran.add(next);
    order.push(next);
    for (const name of byName.get(next)!.invalidates) if (ran.has(name)) open.add(name);
  }
  return order;
}

/**
 * The asked nodes, and after them those that they shift, directly or through others; what is not done again is needed no more. A node that is done again only because it was
 * shifted waits for what shifts it.
 */
export function chosenNodes(nodes: readonly RoutineNode[], asked: ReadonlySet<string>): readonly RoutineNode[] {
  const chosen = new Set(asked);
  for (let size = -1; size < chosen.size;) {
    size = chosen.size;
    for (const { name, invalidates } of nodes) if (chosen.has(name)) for (const shifted of invalidates) chosen.add(shifted);
  }
  return nodes
    .filter(({ name }) => chosen.has(name))
    .map(({ name, needs: all, invalidates }) => {
      const shifting = nodes.filter((other) => chosen.has(other.name) && other.invalidates.includes(name));
      return { name, needs: asked.has(name) ? all.filter((need) => asked.has(need)) : shifting.map((other) => other.name), invalidates };
    });
}

/** All routines that a run of this one opens again, directly or through others. */
function shiftedBy(name: string, byName: ReadonlyMap<string, RoutineNode>): ReadonlySet<string> {
  const found = new Set<string>();
  const pending = [...byName.get(name)!.invalidates];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    pending.push(...byName.get(next)!.invalidates);
  }
  return found;
}
