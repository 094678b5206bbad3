/** Neurons of a workload on circuits that share a membrane: one neuron each, the rows of all its circuits, the time constants of one. */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { InfeasibleError } from '../../../src/base/index.ts';
import { layOutRows } from '../../../src/emulator/mapping/lay-out-rows.ts';
import { capacityOf, runTeacher, seated, seatsOf } from '../../../src/emulator/index.ts';
import { parseCard, WorkloadSchema, type SpikeColumns } from '../../../src/model/index.ts';
import type { Network } from '../../../src/network/index.ts';
import { chip, emulate, FOUR_CORES, IDEAL, loop, makeCase, type Case } from '../build.ts';

// on a busy machine a few seconds of work take many
vi.setConfig({ testTimeout: 60_000 });

const together = (count: number): string => `neuron.compartments.circuits_per_neuron=${String(count)}`;

function trains({ tick, neuron }: SpikeColumns, count: number): number[][] {
  const result: number[][] = Array.from({ length: count }, () => []);
  tick.forEach((at, i) => result[neuron[i]!]!.push(at));
  return result;
}

/** Largest distance of a spike from the teacher's, ticks; Infinity where one is missing or extra. */
async function fromTeacher(one: Case): Promise<{ readonly worst: number; readonly spikes: number }> {
  const { emulator } = await emulate(one, 'ideal');
  emulator.run(one.until);
  const student = trains(emulator.spikes(), one.network.count);
  const teacher = trains(runTeacher({ ...one, weights: 'as asked' }).spikes, one.network.count);
  const worst = teacher.map((train, n) =>
    train.length === student[n]!.length ? Math.max(0, ...train.map((tick, i) => Math.abs(tick - student[n]![i]!))) : Infinity,
  );
  return { worst: Math.max(...worst), spikes: teacher.flat().length };
}

test('three circuits to a neuron spike as the teacher of one: capacitances, leaks and currents add', async () => {
  const one = makeCase(chip(...IDEAL, ...FOUR_CORES, together(3)), loop({ size: 30, inDegree: 6 }), 100);
  // rows of 256 circuits begin anew: cores of 32 seat 10 or 11
  expect(seatsOf(one.card).perCore.map((own) => own.length)).toEqual([11, 11, 10, 11]);
  const { worst, spikes } = await fromTeacher(one);
  expect(spikes).toBeGreaterThan(40);
  expect(worst).toBeLessThanOrEqual(20);
});

test('a neuron hears more sources than a circuit has rows on as many circuits as it takes, and spikes as the teacher', async () => {
  const text = `
name: hub
description: One neuron that hears 600 sources
populations: { hub: { size: 1, model: lif, parameters: { tau_mem: 10 ms, tau_syn_excitatory: 5 ms, tau_syn_inhibitory: 5 ms, rest: -70 mV, threshold: -50 mV, reset: -75 mV, refractory: 2 ms } } }
weight_unit: 1 mV
sign: of the weight
edges: []
delay: 1 ms
stimuli: [${Array.from({ length: 600 }, () => '{ kind: poisson, to: hub, rate: 5 Hz, weight: 1 mV }').join(', ')}]
duration: 1 s
warm_up: 50 ms
seeds: { graph: 1, stimulus: [1] }
`;
  const hub = parseCard(WorkloadSchema, text, { file: 'hub', label: 'hub' });
  const on = (count: number, ...more: string[]): Case =>
    makeCase(chip(...IDEAL, 'geometry.cores.value=1', ...more, together(count)), hub, 200);
  expect(() => on(1)).toThrow(/needs 600 synapse rows for distinct sources and has 256; 344 synapses would be lost/);
  expect(() => on(2)).toThrow(InfeasibleError);
  const three = on(3);
  const { row, circuit } = three.binding.synapses;
  expect(new Set(Array.from(row, (r, k) => r * 1000 + circuit[k]!)).size).toBe(600);
  expect(new Set(row).size).toBe(200);
  expect(new Set(circuit)).toEqual(new Set([0, 1, 2]));
  const { worst, spikes } = await fromTeacher(three);
  expect(spikes).toBeGreaterThan(5);
  expect(worst).toBeLessThanOrEqual(20);
});

test('membranes over two cores have the rows of both', () => {
  // two rows of 32 circuits, each of them a core; `vertical` joins them one by one
  const switches = Array.from({ length: 32 }, (_, n) => `{ circuit: ${String(n)}, closed: [vertical] }`).join(', ');
  const card = chip(
    ...FOUR_CORES,
    'geometry.cores.value=2',
    'neuron.compartments.columns.value=32',
    `neuron.compartments.switches=[${switches}]`,
  );
  const seats = seatsOf(card);
  expect(seats.perCore.map((own) => own.length)).toEqual([32, 0]);
  expect(capacityOf(seats, 20)).toBe(10);
  const inputs = 500;
  const network = {
    count: 1,
    rowStart: new Uint32Array(2),
    target: new Uint32Array(0),
    weight: new Float64Array(0),
    inputs: {
      count: inputs,
      rowStart: Uint32Array.from({ length: inputs + 1 }, (_, s) => s),
      target: new Uint32Array(inputs),
      weight: new Float64Array(inputs).fill(1),
    },
  } as unknown as Network;
  const { row, refused } = layOutRows(network, card, seats, Uint32Array.of(0), false);
  expect(refused).toEqual({});
  expect(new Set(row).size).toBe(500);
  expect(Array.from(row).filter((r) => r < 256)).toHaveLength(250);
});

test('rows are laid out by law: a synapse once, on a circuit of its neuron in the core of its row, a row of one sign, a circuit of a row for one source; single circuits share no row', () => {
  const card = chip(...FOUR_CORES, 'geometry.cores.value=2', 'geometry.neurons_per_core.value=8', 'geometry.rows_per_core.value=16');
  const drawn = fc.record({
    // neighbouring circuits that hang together
    cuts: fc.array(fc.boolean(), { minLength: 15, maxLength: 15 }),
    synapses: fc.array(fc.tuple(fc.nat(5), fc.nat(9), fc.constantFrom(-2, -1, 1, 2)), { maxLength: 60 }),
  });
  fc.assert(
    fc.property(drawn, ({ cuts, synapses }) => {
      const groups: number[][] = [[0]];
      cuts.forEach((apart, n) => (apart ? groups.push([n + 1]) : groups.at(-1)!.push(n + 1)));
      const circuitsOf = Array.from({ length: 16 }, (_, n) => groups.find((group) => group[0] === n) ?? []);
      const count = groups.length;
      const own = synapses.map(([source, target, weight]) => [source % count, target % count, weight] as const);
      const sorted = own.toSorted((a, b) => a[0] - b[0]);
      const network = {
        count,
        rowStart: Uint32Array.from({ length: count + 1 }, (_, s) => sorted.filter(([source]) => source < s).length),
        target: Uint32Array.from(sorted, ([, target]) => target),
        weight: Float64Array.from(sorted, ([, , weight]) => weight),
        inputs: { count: 0, rowStart: new Uint32Array(1), target: new Uint32Array(0), weight: new Float64Array(0) },
      } as unknown as Network;
      const circuitOf = Uint32Array.from(groups, (group) => group[0]!);
      const found = layOutRows(network, card, { circuitsOf }, circuitOf, true);
      const lost = found.refused['no free synapse row'] ?? 0;
      expect(found.circuit.length + lost).toBe(sorted.length);
      const signOf = new Map<number, number>();
      const sourceOf = new Map<string, number>();
      const sourcesOn = new Map<number, Set<number>>();
      for (let s = 0; s < count; s++) {
        const mine: string[] = [];
        for (let k = found.rowStart[s]!; k < found.rowStart[s + 1]!; k++) {
          const [c, r, sign] = [found.circuit[k]!, found.row[k]!, found.sign[k]!];
          expect(Math.floor(c / 8)).toBe(Math.floor(r / 16));
          expect(signOf.get(r) ?? sign).toBe(sign);
          signOf.set(r, sign);
          expect(sourceOf.get(`${String(r)} ${String(c)}`) ?? s).toBe(s);
          sourceOf.set(`${String(r)} ${String(c)}`, s);
          sourcesOn.set(r, (sourcesOn.get(r) ?? new Set()).add(s));
          if (k > found.rowStart[s]!) expect(c).toBeGreaterThanOrEqual(found.circuit[k - 1]!);
          mine.push(`${String(groups.findIndex((group) => group.includes(c)))} ${String(found.weight[k])}`);
        }
        const asked = own.filter(([source]) => source === s).map(([, target, weight]) => `${String(target)} ${String(weight)}`);
        if (lost === 0) expect(mine.toSorted()).toEqual(asked.toSorted());
      }
      if (groups.every(({ length }) => length === 1)) for (const sources of sourcesOn.values()) expect(sources.size).toBe(1);
    }),
  );
});

test('neurons that a core does not seat go where seats are free, and those that have one stay', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 6 }),
      fc.array(fc.nat(), { maxLength: 20 }),
      (sizes, places) => {
        const perCore = sizes.map((size, core) => Array.from({ length: size }, (_, n) => 10 * core + n));
        const coreOf = Uint32Array.from(places, (place) => place % sizes.length);
        const seats = sizes.reduce((sum, size) => sum + size, 0);
        const move = (): Uint32Array => seated(coreOf, { perCore, circuitsOf: [] });
        if (places.length > seats) {
          expect(move).toThrow(InfeasibleError);
          return;
        }
        const found = move();
        const filled = sizes.map((_, core) => found.filter((one) => one === core).length);
        filled.forEach((number, core) => expect(number).toBeLessThanOrEqual(sizes[core]!));
        const asked = sizes.map((_, core) => coreOf.filter((one) => one === core).length);
        const moved = found.filter((core, n) => core !== coreOf[n]).length;
        expect(moved).toBe(asked.reduce((sum, number, core) => sum + Math.max(number - sizes[core]!, 0), 0));
      },
    ),
  );
});
