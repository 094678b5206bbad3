/** Poisson numbers from uniform words: tables of the distribution function in the memory of a kernel (assembly/grid.ts reads them). */
import { poissonBounds } from '../base/poisson-counts.ts';
import type { KernelMemory } from './memory.ts';

/** Tables that turn a uniform word into a Poisson number: the distribution function as the largest word for each number, and where to begin for each upper byte. */
export function placeDistribution(memory: KernelMemory, mean: number): { distribution: number; guide: number } {
  if (mean === 0) return { distribution: 0, guide: 0 };
  const table = poissonBounds(mean);
  const distribution = memory.allocate(4 * table.length);
  memory.u32(distribution, table.length).set(table);
  const guide = memory.allocate(256);
  memory.u8(guide, 256).set(Array.from({ length: 256 }, (_, byte) => table.findIndex((bound) => bound >= byte * 2 ** 24)));
  return { distribution, guide };
}
