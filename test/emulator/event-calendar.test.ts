/** The calendar of synaptic events gives what the one total order of `base` gives, window by window. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ContractError, EventQueue } from '../../src/base/index.ts';
import { ArrivalBuffer } from '../../src/emulator/arrivals.ts';
import { EventCalendar, type SynapticEvent } from '../../src/emulator/event-calendar.ts';

const WINDOW = 100;
const WINDOWS = 400; // more than the ring holds

/** Events by (window in which they are known, how long after it they act); many share a tick. */
const events = fc.array(
  fc.record({
    known: fc.nat(60),
    later: fc.oneof(fc.nat(250), fc.nat(33_000)),
    kind: fc.nat(2),
    source: fc.nat(3),
    size: fc.integer({ min: 1, max: 9 }),
  }),
  { maxLength: 200 },
);

test('events of random traffic come in the total order, whatever lies between, also after a restart', () => {
  fc.assert(
    fc.property(events, fc.nat(99), (list, restart) => {
      const queue = new EventQueue<SynapticEvent>();
      let calendar = new EventCalendar(WINDOW, 1000);
      const [found, expected, counts]: [number[][], number[][], Float64Array] = [[], [], new Float64Array(3)];
      const arrivals = new ArrivalBuffer();
      for (let window = 0; window < WINDOWS; window++) {
        const [begin, end] = [window * WINDOW, (window + 1) * WINDOW];
        list.forEach(({ known, later, kind, source, size }, sequence) => {
          if (known !== window) return;
          const tick = begin + later;
          queue.push({ tick, microstep: 0, kind, source, sequence, from: sequence, to: sequence + size });
          calendar.push(tick, kind, source, sequence, sequence, sequence + size);
        });
        expect(calendar.size).toBe(queue.size);
        if (window === restart) {
          const waiting = calendar.waiting();
          calendar = new EventCalendar(WINDOW, 1000);
          calendar.restore(begin, waiting);
        }
        arrivals.clear();
        calendar.collect(end, 1, arrivals, counts);
        for (let i = 0; i < arrivals.count; i++) found.push([end - arrivals.remaining[i]!, arrivals.from[i]!, arrivals.to[i]!]);
        for (let event = queue.peek(); event !== undefined && event.tick < end; event = queue.peek()) {
          expected.push([event.tick, event.from, event.to]);
          queue.pop();
        }
      }
      expect(found).toEqual(expected);
      expect(counts.reduce((sum, n) => sum + n)).toBe(list.reduce((sum, { size }) => sum + size, 0));
    }),
    { numRuns: 60 },
  );
});

test('more events than its columns first hold, all in one tick, keep the order of source and sequence', () => {
  const calendar = new EventCalendar(WINDOW, 1000);
  for (let k = 999; k >= 0; k--) calendar.push(250, 1, k % 7, k, k, k + 1);
  const arrivals = new ArrivalBuffer();
  for (const end of [100, 200]) calendar.collect(end, 1, arrivals, new Float64Array(3));
  expect(arrivals.count).toBe(0);
  calendar.collect(300, 1, arrivals, new Float64Array(3));
  const order = Array.from({ length: 1000 }, (_, k) => k).toSorted((a, b) => (a % 7) - (b % 7) || a - b);
  expect(Array.from(arrivals.from.subarray(0, arrivals.count))).toEqual(order);
});

test('an event from before the window that comes next breaks causality', () => {
  const calendar = new EventCalendar(WINDOW, 1000);
  calendar.collect(100, 1, new ArrivalBuffer(), new Float64Array(3));
  expect(() => calendar.push(99, 0, 0, 0, 0, 1)).toThrow(ContractError);
  expect(() => calendar.push(100, 0, 0, 0, 0, 1)).not.toThrow();
});
