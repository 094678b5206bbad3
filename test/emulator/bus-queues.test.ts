/** Events that wait for a bus of synapse drivers: against a queue written down by hand, and in emulation. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { ArrivalBuffer } from '../../src/emulator/arrivals.ts';
import { BusQueues } from '../../src/emulator/bus-queues.ts';
import { traceHash } from '../../src/model/index.ts';
import { inputPorts, throughCrossbar } from '../../src/emulator/index.ts';
import { chip, emulate, FOUR_CORES, loop, makeCase, MESH_2X2, noc } from './build.ts';

vi.setConfig({ testTimeout: 60_000 });

const TICKS = 1e9;
const WINDOW = 100;

/** Slices (tick, from, to) through queues window by window; what acts, as (tick, from, to). */
function through(queues: BusQueues, slices: readonly (readonly [number, number, number])[], windows: number): number[][] {
  const acted: number[][] = [];
  for (let w = 0; w < windows; w++) {
    const end = (w + 1) * WINDOW;
    const arrivals = new ArrivalBuffer();
    for (const [tick, from, to] of slices) if (tick >= end - WINDOW && tick < end) arrivals.add(from, to, (end - tick) / TICKS);
    queues.pass(end, TICKS, arrivals);
    for (let i = 0; i < arrivals.count; i++)
      acted.push([end - Math.round(arrivals.remaining[i]! * TICKS), arrivals.from[i]!, arrivals.to[i]!]);
  }
  return acted;
}

/** Two pieces of one bus and one of another: synapses 0 to 3 on piece 0, 4 to 7 on piece 1, 8 to 11 on piece 2. */
const plan = (interval: number, depth: number) => ({
  pieceOf: Uint16Array.from({ length: 12 }, (_, k) => k >> 2),
  busOfPiece: Uint16Array.of(0, 0, 1),
  buses: 2,
  interval,
  depth,
});

describe('a bus', () => {
  test('lets events wait one after the other, over the end of a window, and drops what its queue has no room for', () => {
    const queues = new BusQueues(plan(60, 2));
    const acted = through(
      queues,
      [
        [10, 0, 1],
        [10, 1, 2],
        [20, 2, 3],
        [30, 3, 4],
        [35, 4, 5],
        [400, 0, 1],
      ],
      6,
    );
    expect(acted).toEqual([
      [10, 0, 1],
      [35, 4, 5],
      [70, 1, 2],
      [130, 2, 3],
      [400, 0, 1],
    ]);
    expect(queues.counts()[0]).toEqual({ served: 5, waited: 2, dropped: 1, longest: 110, pieces: 2 });
    expect(queues.counts()[1]).toMatchObject({ served: 0, dropped: 0 });
  });

  test('sees an event with synapses on two buses on each of them once', () => {
    const queues = new BusQueues(plan(60, 4));
    expect(
      through(
        queues,
        [
          [10, 2, 10],
          [12, 8, 9],
        ],
        3,
      ),
    ).toEqual([
      [10, 2, 4],
      [10, 4, 8],
      [10, 8, 10],
      [70, 8, 9],
    ]);
  });

  test('is a queue with constant service: every event acts when a list worked off by hand says, in any cut of the run', () => {
    const events = fc.array(fc.tuple(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 0, max: 11 })), { maxLength: 60 });
    fc.assert(
      fc.property(
        events,
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 1, max: 9 }),
        (drawn, interval, depth, cut) => {
          const slices = drawn.toSorted((a, b) => a[0] - b[0]).map(([tick, k]) => [tick, k, k + 1] as const);
          const expected: number[][] = [];
          const free = [0, 0, 0];
          for (const [tick, from, to] of slices) {
            const piece = from >> 2;
            const start = Math.max(tick, free[piece]!);
            if (start - tick > depth * interval) continue;
            free[piece] = start + interval;
            expected.push([start, from, to]);
          }
          const whole = new BusQueues(plan(interval, depth));
          const acted = through(whole, slices, 100);
          const byAll = (a: number[], b: number[]): number => a[0]! - b[0]! || a[1]! - b[1]!;
          expect(acted.toSorted(byAll)).toEqual(expected.toSorted(byAll));
          const served = whole.counts().reduce((sum, one) => sum + one.served, 0);
          const dropped = whole.counts().reduce((sum, one) => sum + one.dropped, 0);
          expect(served + dropped).toBe(slices.length);
          // saved and restored between two windows
          const [first, second] = [new BusQueues(plan(interval, depth)), new BusQueues(plan(interval, depth))];
          const early = slices.filter(([tick]) => tick < cut * WINDOW);
          const begin = through(first, early, cut);
          second.restore(structuredClone(first.snapshot()));
          const later = slices.filter(([tick]) => tick >= cut * WINDOW);
          const tail: number[][] = [];
          for (let w = cut; w < 100; w++) {
            const end = (w + 1) * WINDOW;
            const arrivals = new ArrivalBuffer();
            for (const [tick, from, to] of later) if (tick >= end - WINDOW && tick < end) arrivals.add(from, to, (end - tick) / TICKS);
            second.pass(end, TICKS, arrivals);
            for (let i = 0; i < arrivals.count; i++)
              tail.push([end - Math.round(arrivals.remaining[i]! * TICKS), arrivals.from[i]!, arrivals.to[i]!]);
          }
          expect([...begin, ...tail]).toEqual(acted);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a chip whose buses are slow', () => {
  const of = (value: number | string): string => `{ value: ${String(value)}, evidence: assumed, source: a test }`;
  const crossbar = (queue?: number, interval = '8 ns'): string =>
    `crossbar={ neuron_outputs: ${of(8)}, links: ${of(4)}, buses: ${of(8)}, label_bits: ${of(14)}, event_interval: ${of(interval)}${queue === undefined ? '' : `, queue: ${of(queue)}`}, nodes: [{ from: neurons, to: buses }, { from: links, to: buses }] }`;
  const workload = loop({ size: 40, inDegree: 8, weight: 1.5, rate: 400, delay: '1 ms', seed: 1 });
  const run = async (setting: string, parts = 1) => {
    const one = makeCase(chip(...FOUR_CORES, 'variation=0', setting), workload, 60);
    const { binding } = throughCrossbar(one.card, one.binding, inputPorts(workload.value, one.network));
    const { emulator } = await emulate({ ...one, binding }, noc('mesh-4x4', MESH_2X2), { parts });
    emulator.run(one.until);
    const [spikes, counts, { synapticEvents }] = [emulator.spikes(), emulator.busCounts(), emulator.activity];
    emulator.close();
    return { hash: traceHash(spikes), counts, synapticEvents };
  };

  test('spikes as before where no event ever waits, and otherwise where many do; the queue drops when it is short', async () => {
    const [none, fast, slow, short] = [
      await run(crossbar()),
      await run(crossbar(64, '1 ns')),
      await run(crossbar(4000, '400 ns')),
      await run(crossbar(1, '2 us')),
    ];
    const sum = (counts: typeof slow.counts, name: 'served' | 'waited' | 'dropped'): number =>
      counts!.reduce((total, one) => total + one[name], 0);
    expect(none.counts).toBeUndefined();
    expect(sum(fast.counts, 'served')).toBeGreaterThan(500);
    expect(fast.hash === none.hash || sum(fast.counts, 'waited') > 0).toBe(true);
    expect(sum(slow.counts, 'waited')).toBeGreaterThan(100);
    expect(sum(slow.counts, 'dropped')).toBe(0);
    expect(slow.hash).not.toBe(none.hash);
    expect(sum(short.counts, 'dropped')).toBeGreaterThan(50);
    expect(short.synapticEvents).toBeLessThan(none.synapticEvents);
  });

  test('has one trace, cut into parts or not', async () => {
    expect((await run(crossbar(8, '400 ns'), 2)).hash).toBe((await run(crossbar(8, '400 ns'))).hash);
  });

  test('needs the time that an event takes', () => {
    expect(() => chip(crossbar(8).replace(`event_interval: ${of('8 ns')}, `, ''))).toThrow(
      /crossbar\.event_interval.*a queue makes events wait/,
    );
  });
});
