import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bind, fitRows, partition } from '../../../src/emulator/index.ts';
import { buildNetwork, type Network } from '../../../src/network/index.ts';
import { chip, loop } from '../build.ts';

/** Rows that each core needs, counted with sets. */
function rowsNeeded({ count, rowStart, target, weight, inputs }: Network, coreOf: Uint32Array, cores: number): number[] {
  const rows = Array.from({ length: cores }, () => new Set<string>());
  const add = (source: number, to: number, w: number): unknown => rows[coreOf[to]!]!.add(`${String(source)} ${String(w < 0)}`);
  for (let s = 0; s < count; s++) for (let k = rowStart[s]!; k < rowStart[s + 1]!; k++) add(s, target[k]!, weight[k]!);
  for (let s = 0; s < inputs.count; s++)
    for (let k = inputs.rowStart[s]!; k < inputs.rowStart[s + 1]!; k++) add(count + s, inputs.target[k]!, inputs.weight[k]!);
  return rows.map(({ size }) => size);
}

const excessOver = (needed: readonly number[], rows: number): number => needed.reduce((sum, n) => sum + Math.max(0, n - rows), 0);

/** A hub core: the first neurons have far more sources than the rest. */
function hubs(seed: number): Network {
  const read = loop({ size: 48, inDegree: 6, seed });
  return buildNetwork(read.value, read);
}

test('rows are never shorter than before, no core overflows, and what fits already stays as it is', () => {
  const shape = fc.record({ seed: fc.nat(999), rows: fc.integer({ min: 20, max: 60 }), room: fc.nat(4) });
  fc.assert(
    fc.property(shape, fc.constantFrom('random', 'round-robin', 'refined'), ({ seed, rows, room }, method) => {
      const network = hubs(seed);
      const [cores, capacity] = [4, 12 + room];
      const before = partition(network, cores, capacity, method, seed).coreOf;
      const after = fitRows(network, before, { cores, capacity, rows });
      const [excessBefore, excessAfter] = [before, after].map((coreOf) => excessOver(rowsNeeded(network, coreOf, cores), rows));
      expect(excessAfter).toBeLessThanOrEqual(excessBefore!);
      if (excessBefore === 0) expect(after).toEqual(before);
      for (let core = 0; core < cores; core++) expect(after.filter((c) => c === core).length).toBeLessThanOrEqual(capacity);
    }),
    { numRuns: 60 },
  );
});

test('a network whose hub core is short of rows is bound after neurons have moved, with every synapse', () => {
  const network = hubs(3);
  const cores = 4;
  const before = partition(network, cores, 14, 'refined', 1).coreOf;
  const needed = rowsNeeded(network, before, cores);
  const rows = Math.ceil(needed.reduce((sum, n) => sum + n, 0) / cores) + 1;
  expect(Math.max(...needed)).toBeGreaterThan(rows);
  const card = chip('geometry.cores.value=4', `geometry.rows_per_core.value=${String(rows)}`);
  expect(() => bind(network, card, before, 0, 1e-3)).toThrow(/synapse rows/);
  const after = fitRows(network, before, { cores, capacity: 14, rows });
  expect(excessOver(rowsNeeded(network, after, cores), rows)).toBe(0);
  expect(bind(network, card, after, 0, 1e-3).summary.synapses).toBe(network.target.length + network.inputs.target.length);
});
