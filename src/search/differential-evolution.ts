/**
 * Differential evolution, DE/current-to-best/1/bin, one individual at a time: each in turn is moved towards the best and along the difference of two others,
 *   trial = x + F (best - x) + F (r1 - r2),   crossed with x,
 * and replaces x when its loss is no worse. The factor F is drawn anew for every trial (dither), which costs nothing and keeps small populations from stalling.
 * A noisy loss lets a lucky individual live too long; so every `AGE` of its turns an individual is evaluated again and its loss is averaged with the old one.
 * Sources: Storn and Price 1997; Das and Suganthan 2011 (survey), for dither; Price, Storn and Lampinen 2005.
 */
import { Chance } from '../base/index.ts';
import { reflected, type JointMethod, type MethodOptions } from './joint.ts';

const LEAST_POPULATION = 8;
const LARGEST_POPULATION = 24;
/** F is uniform between these. */
const FACTOR = [0.4, 0.9] as const;
const CROSSOVER = 0.9;
/** Turns of an individual after which it is evaluated again. */
const AGE = 6;

interface Individual {
  point: Float64Array;
  loss: number;
  age: number;
  evaluated: number;
}

/** The method; its population is a sixth of the proposals, 8 to 24. The first generation lies around the start with the given spread. */
export function differentialEvolution({ dimensions, proposals, seed, unit, start, spread }: MethodOptions): JointMethod {
  const chance = new Chance(seed, 'search', 3);
  const size = Math.min(LARGEST_POPULATION, Math.max(LEAST_POPULATION, Math.round(proposals / 6)));
  const population: Individual[] = [];
  let draws = 0;
  const uniform = (): number => chance.uniform(unit, draws++);
  const other = (...taken: readonly number[]): number => {
    for (;;) {
      const k = Math.min(Math.floor(uniform() * population.length), population.length - 1);
      if (!taken.includes(k)) return k;
    }
  };
  let turn = -1;
  let again = false;
  return {
    propose: () => {
      if (population.length < size) {
        if (population.length === 0) return start.slice();
        return start.map((value) => reflected(value + spread * chance.normal(unit, 2 ** 30 + draws++)));
      }
      turn = (turn + 1) % size;
      const target = population[turn]!;
      again = ++target.age % AGE === 0;
      if (again) return target.point;
      const leader = population.reduce((least, one) => (one.loss < least.loss ? one : least));
      const first = other(turn);
      const second = other(turn, first);
      const factor = FACTOR[0] + (FACTOR[1] - FACTOR[0]) * uniform();
      const certain = Math.floor(uniform() * dimensions);
      return target.point.map((value, d) => {
        if (uniform() >= CROSSOVER && d !== certain) return value;
        const along = population[first]!.point[d]! - population[second]!.point[d]!;
        return reflected(value + factor * (leader.point[d]! - value) + factor * along);
      });
    },
    learn: (point, loss) => {
      if (population.length < size && turn < 0) {
        population.push({ point, loss, age: 0, evaluated: 1 });
        return;
      }
      const target = population[turn]!;
      if (again) {
        target.loss = (target.loss * target.evaluated + loss) / (target.evaluated + 1);
        target.evaluated++;
      } else if (loss <= target.loss) {
        population[turn] = { point, loss, age: 0, evaluated: 1 };
      }
    },
  };
}
