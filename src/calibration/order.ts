/**
 * In which order routines run. A routine needs others to have run before, and a routine that moves a parameter invalidates others whose operating point it shifts: those are
 * opened again. The order is derived: topological by needs, then each invalidated routine once more after all that invalidate it.
 */
import { InternalError } from '../base/index.ts';

export interface RoutineNode {
  readonly name: string;
  readonly needs: readonly string[];
  readonly invalidates: readonly string[];
}

/** Names in the order in which they run; a name stands twice when a later routine re-opens it. Throws InternalError on a circle of needs. */
export function deriveOrder(routines: readonly RoutineNode[]): readonly string[] {
  const order: string[] = [];
  const waiting = new Set(routines.map(({ name }) => name));
  while (waiting.size > 0) {
    const next = routines.find(({ name, needs }) => waiting.has(name) && needs.every((need) => !waiting.has(need)));
    if (next === undefined) throw new InternalError(`calibration routines need one another in a circle: ${[...waiting].join(', ')}`);
    waiting.delete(next.name);
    order.push(next.name);
    const reopened = next.invalidates.filter((name) => order.includes(name));
    // everything that still will invalidate it comes first: then one more run is enough
    for (const name of reopened) {
      const others = routines.some((routine) => waiting.has(routine.name) && routine.invalidates.includes(name));
      if (!others) order.push(name);
    }
  }
  return order;
}
