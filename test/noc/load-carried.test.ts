/** What is offered and not carried is said, at loads just above known saturations; what is carried is not accused, however short or quiet the run. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { LOAD_BATCHES, whyNotCarried } from '../../src/noc/measure/load-carried.ts';
import { measure, measureSpikes } from '../../src/noc/index.ts';
import { meshLayout } from './designs.ts';

vi.setConfig({ testTimeout: 60_000 });

const batches = (of: (batch: number) => number): number[] => Array.from({ length: LOAD_BATCHES }, (_, batch) => of(batch));

describe('the rule', () => {
  test('a backlog that grows steadily by 3 % of the load is past saturation, by 1 % it is not', () => {
    const noise = (batch: number): number => ((batch * 7) % 5) - 2;
    const why = (share: number): string | undefined =>
      whyNotCarried({ offered: batches(() => 1000), accepted: batches((k) => 1000 * (1 - share) + noise(k)) }, 'flits');
    expect(why(0.03)).toBe('only 97.0 % of the offered flits were accepted, the backlog grew in every quarter of the span');
    expect(why(0.01)).toBeUndefined();
    expect(why(0)).toBeUndefined();
  });

  test('a backlog that comes once and stays is not past saturation', () => {
    expect(whyNotCarried({ offered: batches(() => 100), accepted: batches((k) => (k === 9 ? 20 : 100)) }, 'flits')).toBeUndefined();
  });

  test('a few packets that are under way when the span ends accuse nobody', () => {
    // 6 packets in the span, one of them still under way: 17 % are missing
    expect(
      whyNotCarried({ offered: batches((k) => Number(k % 3 === 1)), accepted: batches((k) => Number(k % 3 === 1 && k < 18)) }, 'x'),
    ).toBeUndefined();
    expect(whyNotCarried({ offered: batches(() => 0), accepted: batches(() => 0) }, 'flits')).toBeUndefined();
  });

  test('losses are no backlog: 3 % of them, told elsewhere, do not make a load unstable, 6 % do', () => {
    const why = (share: number): string | undefined =>
      whyNotCarried(
        { offered: batches(() => 1000), accepted: batches(() => 1000 * (1 - share)), lost: batches((k) => 1000 * share + (k % 3) - 1) },
        'flits',
      );
    expect(why(0.03)).toBeUndefined();
    expect(why(0.06)).toMatch(/^only 94\.0 % of the offered flits were accepted/);
  });

  test('nothing accepted is past saturation', () => {
    expect(whyNotCarried({ offered: batches(() => 10), accepted: batches(() => 0) }, 'flits')).toMatch(/^only 0\.0 %/);
  });

  test('of packets that come and go in 4000 spans of a queue that is carried, none is accused', () => {
    // arrivals at random, accepted with a delay of up to one batch
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 21, maxLength: 21 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (counts, late) => {
          const offered = counts.slice(1);
          const accepted = offered.map((count, k) => Math.floor((1 - late) * count) + counts[k]! - Math.floor((1 - late) * counts[k]!));
          expect(whyNotCarried({ offered, accepted }, 'packets')).toBeUndefined();
        },
      ),
      { numRuns: 4000 },
    );
  });
});

// BookSim2 (4 VCs of 8 flits): uniform stable at 0.425, not at 0.45; tornado at 0.275 and not at 0.3; transpose at 0.15 and not at 0.175
describe('loads just under and just over the saturation of the 8 x 8 mesh', () => {
  const layout = meshLayout(8, 8);
  for (const [kind, under, over] of [
    ['uniform', 0.4, 0.44],
    ['tornado', 0.255, 0.28],
    ['transpose', 0.14, 0.165],
  ] as const) {
    test(`${kind}: ${String(under)} is stable, ${String(over)} is past saturation, for three seeds`, () => {
      const verdicts = (rate: number): boolean[] => [1, 2, 3].map((seed) => measure(layout, { traffic: { kind }, rate, seed }).stable);
      expect(verdicts(under)).toEqual([true, true, true]);
      expect(verdicts(over)).toEqual([false, false, false]);
    });
  }

  test('so few packets that one under way is a tenth of them are stable', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { stable, verdict } = measure(meshLayout(4, 4), { traffic: { kind: 'uniform' }, rate: 0.0002, seed, cycles: 2000 });
      expect(stable, verdict).toBe(true);
    }
  });
});

test('spikes past saturation are called so although 97 % of them arrive in the span', () => {
  const layout = meshLayout(4, 4, { packet: { mode: 'per-core' } });
  // everyone sends to node 15: its ejection channel carries one flit per cycle, 1/16 per node
  const neurons = Array.from({ length: 15 }, (_, home) => ({ home, id: 0, parts: [{ node: 15, synapses: 1 }] }));
  const run = (rate: number): ReturnType<typeof measureSpikes> =>
    measureSpikes(layout, neurons, { rate, seed: 1, warmup: 2000, cycles: 20_000 });
  expect(run(0.058).stable).toBe(true);
  const over = run(0.0645);
  expect(over.stable).toBe(false);
  expect(over.reasons.join()).toMatch(/only 9[5-8]\.\d % of the offered deliveries were accepted, the backlog grew/);
});
