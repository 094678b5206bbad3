/**
 * Random search: uniform points of the unit cube. The baseline that every other joint search has to beat at the same budget, and a hard one at low noise.
 * Source: Bergstra and Bengio 2012, "Random search for hyper-parameter optimization".
 */
import { Chance } from '../base/index.ts';
import type { JointMethod, MethodOptions } from './joint.ts';

/** Uniform draws; the start is proposed first. */
export function randomMethod({ dimensions, seed, unit, start }: MethodOptions): JointMethod {
  const chance = new Chance(seed, 'search', 2);
  let proposed = 0;
  return {
    propose: () => {
      const index = proposed++;
      return index === 0 ? start.slice() : start.map((_, d) => chance.uniform(unit, index * dimensions + d));
    },
    learn: () => {},
  };
}
