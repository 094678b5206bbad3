/** Events on slices of a list of synapses: the kernel does what a caller without it would do, bit for bit. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FastMembranes } from '../../src/chip/fast.ts';
import { circuits, options } from '../chip/cards.ts';

const COUNT = 192;

test('slices of random synapses, sparse and dense, of either sign, act as their synapses one by one; circuits of other parts are passed over', () => {
  const synapse = fc.record({
    circuit: fc.integer({ min: 0, max: COUNT - 1 }),
    sign: fc.constantFrom(1, -1),
    run: fc.integer({ min: 1, max: 70 }),
  });
  const event = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    size: fc.integer({ min: 0, max: 80 }),
    remaining: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(synapse, { minLength: 1, maxLength: 30 }), fc.array(event, { minLength: 1, maxLength: 300 }), (list, events) => {
      // runs of neighbours, which the kernel takes four at a time
      const all = list.flatMap(({ circuit, sign, run }) =>
        Array.from({ length: Math.min(run, COUNT - circuit) }, (_, k) => ({ circuit: circuit + k, sign })),
      );
      const circuit = Uint32Array.from(all, (one) => one.circuit);
      const sign = Int8Array.from(all, (one) => one.sign);
      const drive = Float64Array.from(all, (_, k) => 1e3 * (1 + Math.sin(k)));
      const from = Uint32Array.from(events, ({ at }) => Math.floor(at * all.length));
      const to = Uint32Array.from(events, ({ size }, k) => Math.min(from[k]! + size, all.length));
      const remaining = Float64Array.from(events, (one) => one.remaining * 1e-7);
      const parameters = circuits(COUNT);
      parameters.tauSynExcitatory.forEach((_, n) => (parameters.tauSynExcitatory[n] = 5e-6 * (1 + n / 500)));
      const set = options(64, { first: 64 });
      const [bulk, single] = [new FastMembranes(parameters, set), new FastMembranes(parameters, set)];
      bulk.placeSynapses(circuit, sign, drive);
      bulk.deliverSlices({ count: events.length, from, to, remaining });
      for (let e = 0; e < events.length; e++) {
        for (let k = from[e]!; k < to[e]!; k++) {
          if (circuit[k]! >= 64 && circuit[k]! < 128) single.deliver(circuit[k]!, sign[k]!, drive[k]!, remaining[e]!);
        }
      }
      for (let step = 0; step < 3; step++) expect(bulk.advance(step)).toEqual(single.advance(step));
      expect(bulk.snapshot()).toEqual(single.snapshot());
    }),
    { numRuns: 60 },
  );
});
