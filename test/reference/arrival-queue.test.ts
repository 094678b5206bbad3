import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ArrivalQueue } from '../../src/reference/arrival-queue.ts';

const arrival = fc.tuple(fc.nat({ max: 5 }), fc.constantFrom(0, 0.25, 0.5), fc.integer({ min: -3, max: 3 }));

test('arrivals come out in order of (tick, fraction, amplitude), in whatever order they went in', () => {
  fc.assert(
    fc.property(fc.array(arrival, { maxLength: 60 }), (arrivals) => {
      const queue = new ArrivalQueue();
      for (const [tick, fraction, amplitude] of arrivals) queue.push(tick, fraction, amplitude);
      let waiting = 0;
      queue.forEach(() => waiting++);
      expect(waiting).toBe(arrivals.length);
      const out: number[][] = [];
      while (queue.size > 0) {
        out.push([queue.tick, queue.fraction, queue.amplitude]);
        queue.pop();
      }
      expect(out).toEqual(arrivals.toSorted((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]));
      expect(queue.tick).toBe(Infinity);
    }),
  );
});
