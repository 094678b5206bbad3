/** Seeded draws for synthetic records. */
import { Chance } from '../../src/base/index.ts';

export const chance = new Chance(20, 'search');

export function normal(unit: number, index: number, mean = 0, deviation = 1): number {
  return mean + deviation * chance.normal(unit, index);
}
