/** Poisson numbers from uniform words: tables of the distribution function in the memory of a kernel (assembly/grid.ts reads them). */
import { InfeasibleError } from '../base/errors.ts';
import type { KernelMemory } from './memory.ts';

/** Tables that turn a uniform word into a Poisson number: the distribution function as the largest word for each number, and where to begin for each upper byte. */
export function placeDistribution(memory: KernelMemory, mean: number): { distribution: number; guide: number } {
  if (!(mean >= 0 && mean <= 100))
    throw new InfeasibleError(`Poisson events: found a mean of ${String(mean)} per step, expected at most 100`);
  if (mean === 0) return { distribution: 0, guide: 0 };
  // from the mode outwards nothing underflows; the sum over all terms normalises
  const terms = [1];
  for (let k = 1; k < 250; k++) terms.push((terms[k - 1]! * mean) / k);
  const total = terms.reduce((sum, term) => sum + term, 0);
  const table: number[] = [];
  let sum = 0;
  for (const term of terms) {
    sum += term / total;
    const bound = Math.floor(sum * 2 ** 32) - 1;
    if (bound >= 0xfffffffe) break;
    table.push(Math.max(0, bound));
  }
  table.push(0xffffffff);
  const distribution = memory.allocate(4 * table.length);
  memory.u32(distribution, table.length).set(table);
  const guide = memory.allocate(256);
  memory.u8(guide, 256).set(Array.from({ length: 256 }, (_, byte) => table.findIndex((bound) => bound >= byte * 2 ** 24)));
  return { distribution, guide };
}
