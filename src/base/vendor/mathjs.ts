/** The part of mathjs that quantities need: units. In one file it imports in a fraction of the time of the whole. */
import { create, unitDependencies, type FactoryFunctionMap } from 'mathjs';

// mathjs types these exports as possibly undefined under noUncheckedIndexedAccess
const math = create({ unitDependencies } as FactoryFunctionMap);

export function unit(text: string): { toNumber(unit: string): number } {
  return math.unit(text);
}
