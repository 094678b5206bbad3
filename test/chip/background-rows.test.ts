/** Background generators drive rows of a die on the bench. */
import { expect, test, vi } from 'vitest';
import { backgroundRowEvents, DieSubstrate } from '../../src/chip/index.ts';
import { bss2, nominal } from './cards.ts';

vi.setConfig({ testTimeout: 60_000 });

const card = bss2('variation=0', 'noise.scale=0');

test('a regular generator has an event at the end of every period, on the row of its label', () => {
  const events = backgroundRowEvents(
    card,
    { generator: 'regular', period: 125, rate: 0, mask: 0, seed: 1 },
    { rows: [7], sign: 1, until: 10_001 },
  );
  // 125 cycles of 8 ns are a microsecond
  expect(events).toEqual(Array.from({ length: 10 }, (_, k) => ({ tick: 1000 * (k + 1), row: 7, sign: 1 })));
});

test('a Poisson generator of rate r keeps r of 256 periods, its labels spread evenly over the rows, and labels without a row reach nobody', () => {
  const generator = { generator: 'poisson', period: 10, rate: 64, mask: 3, seed: 77 } as const;
  const periods = 40_000;
  const until = periods * 80 + 1;
  const events = backgroundRowEvents(card, generator, { rows: [0, 5, 9, 200], sign: -1, until });
  // binomial: four deviations
  expect(Math.abs(events.length - periods / 4)).toBeLessThan(4 * Math.sqrt((periods * 3) / 16));
  const counts = [0, 5, 9, 200].map((row) => events.filter((event) => event.row === row).length);
  expect(counts.reduce((sum, n) => sum + n, 0)).toBe(events.length);
  for (const n of counts) expect(Math.abs(n - events.length / 4)).toBeLessThan(4 * Math.sqrt((events.length * 3) / 16));
  const some = backgroundRowEvents(card, generator, { rows: [0, 5], sign: -1, until });
  expect(some).toEqual(events.filter(({ row }) => row < 9));
});

test('membranes on the bench hear a generator: a linear membrane gains its events times one charge', async () => {
  const die = new DieSubstrate(bss2('variation=0', 'noise.scale=0', 'neuron.ota=linear'), 1, 1);
  await die.configure({ ...nominal(card), spiking: false });
  const until = 200_000;
  const rise = async (rate: number): Promise<number> => {
    const events = backgroundRowEvents(card, { generator: 'poisson', period: 125, rate, mask: 0, seed: 3 }, { rows: [4], sign: 1, until });
    const { samples } = await die.run({
      stimulus: { rowEvents: events, weight: 4 },
      probes: [{ kind: 'cadc', circuits: Uint32Array.of(0), from: 100_000 }],
      until,
    });
    const { values } = samples[0]!;
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const [none, half, full] = [await rise(0), await rise(128), await rise(255)];
  expect(full - none).toBeGreaterThan(1.6 * (half - none));
  expect(half - none).toBeGreaterThan(1);
});

test('a card without generators refuses, and so does a period that no counter has', () => {
  const generator = { generator: 'regular', period: 1, rate: 0, mask: 0, seed: 1 } as const;
  const where = { rows: [0], sign: 1, until: 100 } as const;
  expect(() => backgroundRowEvents({ name: 'bare', background: undefined }, generator, where)).toThrow(/bare has no background generators/);
  expect(() => backgroundRowEvents(card, { ...generator, period: 70_000 }, where)).toThrow(/1 to 65535 clock cycles, found 70000/);
});
