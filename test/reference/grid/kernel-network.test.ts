/** The network kernel against the plain grid, bit by bit, over random networks. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GridBank } from '../../../src/reference/grid/grid-bank.ts';
import { CountedDrive, type GridCounts } from '../../../src/reference/grid/grid-counts.ts';
import { GridLifDelta, GridLifExp } from '../../../src/reference/grid/grid-lif.ts';
import { GridNetwork, rowsOf, type GridInput } from '../../../src/reference/grid/grid-network.ts';
import { KernelNetwork, outsideKernel } from '../../../src/reference/grid/kernel-network.ts';
import { GridParts } from '../../../src/reference/workload/grid-parts.ts';

const STEPS = 400;
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });

const population = fc.record({
  size: fc.integer({ min: 1, max: 80 }),
  delta: fc.boolean(),
  tauMem: number(2, 30),
  tauExc: number(0.2, 20),
  tauInh: number(0.2, 20),
  rest: number(-80, 0),
  gap: number(5, 20), // threshold above rest
  refractory: fc.integer({ min: 0, max: 30 }),
  current: number(0, 3),
});
const edge = (most: number) =>
  fc.record({
    source: fc.integer({ min: 0, max: most - 1 }),
    target: fc.integer({ min: 0, max: most - 1 }),
    weight: fc.oneof(fc.constantFrom(4, -7, 0), number(-15, 15)),
    delay: fc.integer({ min: 1, max: 20 }),
  });
const drive = fc.record({ mean: number(0, 3), weight: number(-2, 6), bin: fc.integer({ min: 1, max: 3 }), seed: fc.nat() });

const network = fc.array(population, { minLength: 1, maxLength: 3 }).chain((populations) => {
  const count = populations.reduce((sum, { size }) => sum + size, 0);
  return fc.record({
    populations: fc.constant(populations),
    count: fc.constant(count),
    edges: fc.array(edge(count), { maxLength: 300 }),
    drives: fc.array(drive, { minLength: 1, maxLength: 2 }),
  });
});
type Case = typeof network extends fc.Arbitrary<infer T> ? T : never;

function banksOf({ populations }: Case, current: Float64Array): GridBank[] {
  let first = 0;
  return populations.map((one) => {
    const own = current.subarray(first, (first += one.size)).fill(one.current);
    const { tauMem, rest, gap, refractory, size } = one;
    const start = Float64Array.from({ length: size }, (_, n) => rest + (gap * n) / size);
    const shared = { step: 0.1, capacitance: 1, tauMem, rest, threshold: rest + gap, reset: rest + gap / 7, refractory: refractory / 10, current: own, start }; // prettier-ignore
    return one.delta ? new GridLifDelta(shared) : new GridLifExp(shared, { tauExc: one.tauExc, tauInh: one.tauInh });
  });
}

function countsOf({ drives, count }: Case): GridCounts[] {
  return drives.map(({ mean, weight, bin, seed }, unit) => ({
    first: 0,
    count,
    name: 0,
    weight,
    mean,
    unit: unit + 1,
    key: [seed, 0, 3],
    binAt: (step) => ((step + 1) % bin === 0 ? (step + 1) / bin - 1 : undefined),
  }));
}

test('the kernel gives the spikes, voltages and snapshots of the plain grid bit by bit, and each goes on from the other', () => {
  fc.assert(
    fc.property(network, fc.integer({ min: 1, max: STEPS - 1 }), (one, cut) => {
      const rows = rowsOf(one.count, one.edges);
      const probes = [0, one.count - 1];
      const make = (kernel: boolean) => {
        const current = new Float64Array(one.count);
        const banks = banksOf(one, current);
        const version = { changes: 0 };
        const drives = kernel ? [] : countsOf(one).map((counts) => new CountedDrive(counts));
        // currents change, and events come from outside, in both signs
        const arrive: GridInput = (step, excitation, inhibition) => {
          if (step % 97 === 50) {
            current[step % one.count] = (step % 5) - 1;
            version.changes++;
          }
          excitation[(7 * step) % one.count]! += 0.3;
          inhibition[(11 * step) % one.count]! -= 0.2;
          for (const counted of drives) counted.add(step, excitation, inhibition);
        };
        expect(outsideKernel(banks, rows, false)).toBeUndefined();
        const net = kernel ? new KernelNetwork(banks, rows, version, countsOf(one)) : new GridNetwork(new GridParts(banks), rows);
        return { run: (steps: number) => net.run(steps, probes, arrive), net, change: (at: number) => { for (let k = 0; k < at; k++) if (k % 97 === 50) current[k % one.count] = (k % 5) - 1; } }; // prettier-ignore
      };
      const [plain, kernel] = [make(false), make(true)];
      const expected = [plain.run(cut)];
      const half = plain.net.snapshot();
      expect(kernel.run(cut)).toEqual(expected[0]);
      expect(kernel.net.snapshot()).toEqual(half);
      expected.push(plain.run(STEPS - cut));
      for (const from of [half, kernel.net.snapshot()])
        for (const isKernel of [true, false]) {
          const other = make(isKernel);
          other.change(cut);
          other.net.restore(from);
          expect(other.run(STEPS - cut)).toEqual(expected[1]);
        }
      expect(plain.net.snapshot()).toEqual((kernel.run(STEPS - cut), kernel.net.snapshot()));
    }),
    { numRuns: 40 },
  );
});
