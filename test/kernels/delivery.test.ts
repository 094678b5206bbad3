import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deliverTwin } from '../../src/kernels/twins/lif.ts';
import { busyBank, neuronOf, pseudo, silentBank, TYPICAL } from './support.ts';

const event = fc.record({ row: fc.nat(3), inhibitory: fc.boolean(), remainingTime: fc.double({ min: 0, max: 1e-6, noNaN: true }) });
const weight = (row: number, column: number): number => Math.fround(5e3 * pseudo(row, column));

test('dense and sparse events equal the twin bit for bit', () => {
  const columns = 37;
  const firstNeuron = 68;
  fc.assert(
    fc.property(fc.array(event, { maxLength: 12 }), (events) => {
      const [dense, sparse] = [busyBank(150, 2), busyBank(150, 2)];
      const twins = Array.from({ length: 150 }, (_, n) => neuronOf(dense, n));
      const weights = Float32Array.from({ length: 4 * columns }, (_, i) => weight(Math.floor(i / columns), i % columns));
      const matrix = dense.placeDense(4, columns, weights, firstNeuron);
      const list = sparse.placeSparse(
        [0, columns, 2 * columns, 3 * columns, 4 * columns],
        Uint32Array.from({ length: 4 * columns }, (_, i) => firstNeuron + (i % columns)),
        weights,
      );
      for (const { row, inhibitory, remainingTime } of events) {
        dense.deliverRow(matrix, row, inhibitory, remainingTime);
        sparse.deliverSparse(list, row, inhibitory, remainingTime);
        for (let j = 0; j < columns; j++) deliverTwin(twins[firstNeuron + j]!, weight(row, j), inhibitory, remainingTime);
      }
      for (const name of ['inExc', 'inInh', 'inV'] as const) {
        const expected = Float32Array.from(twins, (twin) => twin[name]);
        expect(dense.field(name)).toEqual(expected);
        expect(sparse.field(name)).toEqual(expected);
      }
    }),
    { numRuns: 50 },
  );
});

test('an event within a step acts from its arrival on, whatever the step', () => {
  const { tauMem, tauExc, tauInh } = TYPICAL;
  for (const step of [1e-7, 5e-7]) {
    for (const inhibitory of [false, true]) {
      const bank = silentBank(1, { ...TYPICAL, step });
      bank.set({ v: 0, rest: 0 });
      const table = bank.placeDense(1, 1, [1000]);
      bank.deliverRow(table, 0, inhibitory, 0.7 * step);
      bank.run(0, 40);
      const t = 39.7 * step;
      const tau = inhibitory ? tauInh : tauExc;
      const exact = ((inhibitory ? -1000 : 1000) * (Math.exp(-t / tauMem) - Math.exp(-t / tau))) / (1 / tau - 1 / tauMem);
      expect(Math.abs(bank.field('v')[0]! / exact - 1)).toBeLessThan(((0.7 * step) / tau) ** 3 + 1e-5);
    }
  }
});

test('weights can be rewritten in place', () => {
  const bank = silentBank(8);
  const dense = bank.placeDense(2, 8, new Float32Array(16));
  const sparse = bank.placeSparse([0, 1], [3], [1]);
  dense.row(1).fill(5);
  sparse.values()[0] = 7;
  bank.deliverRow(dense, 1, false, 0);
  bank.deliverSparse(sparse, 0, false, 0);
  expect([...bank.field('inExc')]).toEqual([5, 5, 5, 12, 5, 5, 5, 5]);
});

test('rows that do not fit are refused, and fields survive a growing memory', () => {
  const bank = silentBank(100);
  expect(() => bank.placeDense(1, 8, new Float32Array(8), 2)).toThrow(/multiple of 4/);
  expect(() => bank.placeDense(1, 100, new Float32Array(100), 64)).toThrow(/within the bank/);
  expect(() => bank.placeDense(2, 8, new Float32Array(8))).toThrow(/8 weights for 2 x 8/);
  expect(() => bank.placeSparse([0, 1], [100], [1])).toThrow(/target 100 of 100/);
  expect(() => bank.placeSparse([0, 2], [1], [1])).toThrow(/offsets/);
  const table = bank.placeDense(4000, 100, new Float32Array(400_000));
  expect(() => bank.deliverRow(table, 4000, false, 0)).toThrow(/row 4000 of 4000/);
  expect(() => bank.deliverSparse(bank.placeSparse([0, 0], [], []), -1, false, 0)).toThrow(/row -1 of 1/);
  expect(bank.field('rest')[99]).toBe(Math.fround(0.6));
});
