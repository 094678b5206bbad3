import { median } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { Chance } from '../../src/base/index.ts';
import {
  differentialEvolution,
  JointSearch,
  randomMethod,
  separableCmaEs,
  type JointMethod,
  type JointOptions,
  type MethodOptions,
} from '../../src/search/index.ts';

type Method = (options: MethodOptions) => JointMethod;
const METHODS = { random: randomMethod, 'differential evolution': differentialEvolution, 'separable CMA-ES': separableCmaEs };

/** Closed forms with their minimum of 0 off the middle of the cube. */
const sphere = (x: Float64Array): number => x.reduce((sum, value) => sum + (value - 0.7) ** 2, 0);
const ellipsoid = (x: Float64Array): number => x.reduce((sum, value, d) => sum + 1000 ** (d / (x.length - 1)) * (value - 0.35) ** 2, 0);
/** Rosenbrock's valley over -2..2; minimum at 1, that is 0.75 of the cube. */
const rosenbrock = (x: Float64Array): number => {
  const at = (d: number): number => 4 * x[d]! - 2;
  let sum = 0;
  for (let d = 0; d + 1 < x.length; d++) sum += 100 * (at(d + 1) - at(d) ** 2) ** 2 + (1 - at(d)) ** 2;
  return sum;
};

function minimised(method: Method, f: (x: Float64Array) => number, options: JointOptions, noise = 0): { truth: number; told: JointSearch } {
  const search = new JointSearch(method, options);
  const chance = new Chance(options.seed, 'noise');
  let step = 0;
  while (!search.done) search.tell(f(search.ask()) + noise * chance.normal(0, step++));
  return { truth: f(search.result().point), told: search };
}

const seeds = [1, 2, 3, 4, 5, 6, 7];
const typical = (method: Method, f: (x: Float64Array) => number, budget: number, noise = 0): number =>
  median(seeds.map((seed) => minimised(method, f, { dimensions: 5, budget, seed }, noise).truth));

describe.each([
  ['sphere', sphere, 300, 0.05],
  ['ellipsoid of condition 1000', ellipsoid, 300, 0.1],
  ["Rosenbrock's curved valley, not separable", rosenbrock, 600, 0.7],
] as const)('%s in five dimensions', (_, f, budget, share) => {
  test.each(['differential evolution', 'separable CMA-ES'] as const)('%s leaves random search behind at the same budget', (name) => {
    expect(typical(METHODS[name], f, budget)).toBeLessThan(share * typical(randomMethod, f, budget));
  });
});

test('separable CMA-ES converges like an evolution strategy: a sphere to 1e-8 within 1000 evaluations', () => {
  expect(typical(separableCmaEs, sphere, 1000)).toBeLessThan(1e-8);
  expect(typical(differentialEvolution, sphere, 1000)).toBeLessThan(1e-5);
});

test('under noise the population methods stay ahead', () => {
  for (const name of ['differential evolution', 'separable CMA-ES'] as const) {
    expect(typical(METHODS[name], sphere, 200, 0.05)).toBeLessThan(0.7 * typical(randomMethod, sphere, 200, 0.05));
  }
});

describe.each(Object.entries(METHODS))('%s', (_, method) => {
  test('keeps to its budget and to the unit cube, and depends on seed and unit alone', () => {
    const run = (seed: number, unit: number): number[] => {
      const search = new JointSearch(method, { dimensions: 3, budget: 97, seed, unit, repeats: 2 });
      const asked: number[] = [];
      while (!search.done) {
        const point = search.ask();
        for (const value of point) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
        asked.push(...point);
        search.tell(sphere(point));
      }
      // two per proposal, so one evaluation may be left over
      expect(search.result().evaluations).toBeGreaterThanOrEqual(96);
      expect(search.result().evaluations).toBeLessThanOrEqual(97);
      return asked;
    };
    expect(run(1, 0)).toEqual(run(1, 0));
    expect(run(1, 0)).not.toEqual(run(2, 0));
    expect(run(1, 0)).not.toEqual(run(1, 1));
  });

  test('survives losses that are not numbers, and evaluates the start first', () => {
    const start = Float64Array.of(0.2, 0.9);
    const search = new JointSearch(method, { dimensions: 2, budget: 120, seed: 3, start });
    expect(Array.from(search.ask())).toEqual([0.2, 0.9]);
    while (!search.done) {
      const point = search.ask();
      search.tell(point[0]! < 0.5 ? NaN : sphere(point));
    }
    expect(search.result().loss).toBeLessThan(0.05);
  });
});

test('the reported loss is fresh: where nothing but noise decides, it is the mean of the noise and not its minimum', () => {
  const results = seeds.map((seed) =>
    minimised(randomMethod, () => 1, { dimensions: 2, budget: 200, seed, verify: 20 }, 0.2).told.result(),
  );
  const mean = results.reduce((sum, { loss }) => sum + loss, 0) / results.length;
  expect(mean).toBeGreaterThan(0.95);
  expect(Math.max(...results.map(({ believed }) => believed))).toBeLessThan(0.7);
});

test('a budget without room to explore is refused', () => {
  expect(() => new JointSearch(randomMethod, { dimensions: 2, budget: 15, seed: 1 })).toThrow(/leaves nothing/);
  expect(() => new JointSearch(randomMethod, { dimensions: 2, budget: 99, seed: 1, start: Float64Array.of(0.5) })).toThrow(/2 numbers/);
});
