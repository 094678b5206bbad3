/** Mean way to the threshold with a noisy comparator, against drawn ways of the same membrane. */
import { expect, test } from 'vitest';
import { Chance } from '../../src/base/index.ts';
import { meanWay } from '../../src/codesign/mean-way.ts';

const membrane = { tau: 20e-3, threshold: 100e-9, gain: 21e-12, level: 240e-9, dark: 0.5e-12 };
const interval = { value: 1e-3, evidence: 'assumed', source: '' } as const;
const noise = (value: number) => ({ scale: 1, membrane: { ...interval, value }, interval });

/** Far above the gain current a membrane is a leaky integrator; the time before is that of the exact form. */
function drawnWay(level: number, value: number): number {
  const chance = new Chance(7, 'stimulus');
  const exact = meanWay({ ...membrane, level }, noise(0));
  const early = exact + membrane.tau * Math.log(1 - membrane.threshold / level);
  const [ways, step] = [2000, 2e-5];
  let sum = 0;
  for (let way = 0; way < ways; way++) {
    const phase = chance.uniform(way, 0);
    let t = exact / 2;
    for (; ; t += step) {
      const seen = 1 + value * chance.normal(way, 1 + Math.floor(t / interval.value + phase));
      if (level * -Math.expm1(-(t - early) / membrane.tau) * seen >= membrane.threshold) break;
    }
    sum += t - step / 2;
  }
  return sum / ways;
}

test.each([
  [240e-9, 0.03],
  [130e-9, 0.05],
])('a membrane with level %f and noise %f crosses as early as drawn ones do', (level, value) => {
  const free = meanWay({ ...membrane, level }, noise(0));
  const drawn = drawnWay(level, value);
  expect(Math.abs(meanWay({ ...membrane, level }, noise(value)) / drawn - 1)).toBeLessThan(0.003);
  // noise makes it earlier by more than the test is fine
  expect(drawn / free).toBeLessThan(0.994);
});

test('a membrane far below its threshold never gets there, one just below does by its noise', () => {
  expect(meanWay({ ...membrane, level: 50e-9 }, noise(0.03))).toBe(Infinity);
  expect(meanWay({ ...membrane, level: 98e-9 }, noise(0))).toBe(Infinity);
  expect(meanWay({ ...membrane, level: 98e-9 }, noise(0.03))).toBeLessThan(1);
});
