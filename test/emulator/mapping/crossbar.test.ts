/** The event crossbar: what its nodes let through, what it counts, and that nothing is lost without being counted. */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { Chance } from '../../../src/base/index.ts';
import { contention, crossbarCounts, inputPorts, throughCrossbar } from '../../../src/emulator/index.ts';
import { parseCard, traceHash, WorkloadSchema, type Card, type WorkloadCard } from '../../../src/model/index.ts';
import { chip, emulate, FOUR_CORES, makeCase, MESH_2X2, noc, type Case } from '../build.ts';

// on a busy machine a few seconds of work take many
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const OPEN = ['neurons', 'links', 'background'].flatMap((from) => ['buses', 'links'].map((to) => `{ from: ${from}, to: ${to} }`));

function crossbar(...nodes: string[]): string {
  const of = (value: number): string => `{ value: ${String(value)}, evidence: published, source: HCO }`;
  return `crossbar={ neuron_outputs: ${of(8)}, links: ${of(4)}, buses: ${of(8)}, label_bits: ${of(14)}, nodes: [${nodes.join(', ')}] }`;
}

const NEURON =
  '{ tau_mem: 10 ms, tau_syn_excitatory: 5 ms, tau_syn_inhibitory: 5 ms, rest: -70 mV, threshold: -50 mV, reset: -75 mV, refractory: 2 ms }';

/** Forty neurons in four cores, driven from links and by two background generators. */
function workload(): Card<WorkloadCard> {
  const text = `
name: routed
description: neurons that hear one another, noise from outside and two generators of the chip
populations: { neurons: { size: 40, model: lif, parameters: ${NEURON} } }
weight_unit: 1 mV
sign: { seeded: 20 % }
delay: 1 ms
edges: [{ kind: fixed-in-degree, from: neurons, to: neurons, in_degree: 8, weight: 1.5 }]
stimuli:
  - { kind: poisson, to: neurons, rate: 150 Hz, weight: 8 mV }
  - { kind: background, to: neurons, neurons: '0:8', weight: 8 mV, period: 200, rate: 200, mask: 7, seed: 5 }
  - { kind: background, to: neurons, neurons: '8:12', weight: 6 mV, period: 300, mask: 3, seed: 9 }
duration: 1 s
warm_up: 50 ms
seeds: { graph: 1, stimulus: [1] }
`;
  return parseCard(WorkloadSchema, text, { file: 'routed', label: 'routed' });
}

const card = workload();
const caseWith = (...overrides: string[]): Case => makeCase(chip(...FOUR_CORES, 'variation=0', ...overrides), card, 80);

async function run(one: Case) {
  const { binding, table } = throughCrossbar(one.card, one.binding, inputPorts(card.value, one.network));
  const { emulator, transport } = await emulate({ ...one, binding }, noc('mesh-4x4', MESH_2X2));
  emulator.run(one.until);
  const spikes = emulator.spikes();
  const counts = table && crossbarCounts(table, spikes, one.stimulus, one.network.count, one.until);
  return { emulator, transport, spikes, counts, binding };
}

test('a crossbar whose nodes are all open changes no spike, and drops nothing', async () => {
  const [without, open] = [await run(caseWith()), await run(caseWith(crossbar(...OPEN)))];
  expect(without.spikes.tick.length).toBeGreaterThan(100);
  expect(traceHash(open.spikes)).toBe(traceHash(without.spikes));
  expect(without.counts).toBeUndefined();
  expect(open.counts!.synapticEventsBlocked).toBe(0);
  expect(open.counts!.inputs.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(0);
  // every event goes to all twelve outputs
  const events = open.counts!.inputs.reduce((sum, one) => sum + one.events, 0);
  expect(events).toBe(open.spikes.tick.length + caseWith().stimulus.tick.length);
  expect(open.counts!.outputs.map((one) => one.events)).toEqual(Array.from({ length: 12 }, () => events));
});

test('every synaptic event that is asked for is delivered, lost, under way or blocked at the crossbar', async () => {
  const nodes = [
    '{ from: neurons, to: buses, mask: 3, target: 1 }',
    '{ from: links, to: buses, mask: 1, target: 0 }',
    '{ from: background, input: 1, to: buses }',
  ];
  const one = caseWith(crossbar(...nodes), 'interface.delay_line={bits: 6, step: 100 ns}');
  const { emulator, transport, spikes, counts, binding } = await run(one);
  const { rowStart } = one.binding.synapses;
  const fanOut = (source: number): number => rowStart[source + 1]! - rowStart[source]!;
  const asked =
    spikes.neuron.reduce((sum, neuron) => sum + fanOut(neuron), 0) +
    one.stimulus.source.reduce((sum, s) => sum + fanOut(one.network.count + s), 0);
  // let what travels arrive: no source has an event any more that is not counted
  const waiting = emulator.snapshot().waiting.reduce((sum, { from, to }) => sum + to - from, 0);
  const { synapticEventsLost, inFlight } = transport.account();
  expect(counts!.synapticEventsBlocked).toBeGreaterThan(100);
  expect(binding.synapses.circuit.length).toBeLessThan(one.binding.synapses.circuit.length);
  // a delivery in flight stands for at least one synapse
  const known = emulator.activity.synapticEvents + synapticEventsLost + waiting + counts!.synapticEventsBlocked;
  expect(asked - known).toBeGreaterThanOrEqual(inFlight);
  if (inFlight === 0) expect(known).toBe(asked);
  for (const { events, dropped } of counts!.inputs) expect(dropped).toBeLessThanOrEqual(events);
  // generator 0 has no open node: all of it is dropped; nothing of generator 1
  const [first, second] = ['background 0', 'background 1'].map((name) => counts!.inputs.find((input) => input.name === name)!);
  expect(first!.events).toBeGreaterThan(10);
  expect(first!.dropped).toBe(first!.events);
  expect(second!.events).toBeGreaterThan(10);
  expect(second!.dropped).toBe(0);
});

test('an event passes a node if and only if its masked label is the target: counters as events one by one would make them', () => {
  const node = fc.record({
    from: fc.constantFrom('neurons', 'links', 'background'),
    input: fc.option(fc.nat(3), { nil: undefined }),
    to: fc.constantFrom('buses', 'links'),
    output: fc.option(fc.nat(3), { nil: undefined }),
    mask: fc.nat(15),
    target: fc.nat(15),
  });
  const free = caseWith();
  const ports = inputPorts(card.value, free.network);
  fc.assert(
    fc.property(fc.array(node, { maxLength: 8 }), fc.array(fc.nat(39), { maxLength: 60 }), (nodes, spiking) => {
      const text = nodes.map(({ from, input, to, output, mask, target }) => {
        const numbers = [
          ...(input === undefined ? [] : [`input: ${String(input)}`]),
          ...(output === undefined ? [] : [`output: ${String(output)}`]),
        ];
        return `{ from: ${from}, to: ${to}, mask: ${String(mask)}, target: ${String(target)}${numbers.map((number) => `, ${number}`).join('')} }`;
      });
      const one = chip(...FOUR_CORES, 'variation=0', crossbar(...text));
      const { table, binding } = throughCrossbar(one, free.binding, ports);
      const spikes = { neuron: Uint32Array.from(spiking), tick: new Float64Array(spiking.length) };
      const counts = crossbarCounts(table!, spikes, free.stimulus, 40, free.until);
      // one by one, from the definition
      const passes = (kind: string, number: number, to: string, output: number, label: number): boolean => {
        const last = nodes.findLast(
          (n) => n.from === kind && (n.input ?? number) === number && n.to === to && (n.output ?? output) === output,
        );
        return last !== undefined && (label & last.mask) === last.target;
      };
      const inputs = new Map<string, [number, number]>();
      const outputs = new Map<string, number>();
      const feed = (kind: string, number: number, label: number): void => {
        const to = [
          ...[0, 1, 2, 3, 4, 5, 6, 7].map((k) => ['buses', 'bus', k] as const),
          ...[0, 1, 2, 3].map((k) => ['links', 'link', k] as const),
        ];
        const sent = to.filter(([side, , k]) => passes(kind, number, side, k, label));
        for (const [, name, k] of sent) outputs.set(`${name} ${String(k)}`, (outputs.get(`${name} ${String(k)}`) ?? 0) + 1);
        const key = `${kind === 'links' ? 'link' : kind} ${String(number)}`;
        const [events, dropped] = inputs.get(key) ?? [0, 0];
        inputs.set(key, [events + 1, dropped + (sent.length === 0 ? 1 : 0)]);
      };
      const circuits = one.geometry.cores.value * one.geometry.neurons_per_core.value;
      for (const neuron of spiking)
        feed('neurons', Math.floor((free.binding.circuitOf[neuron]! * 8) / circuits), free.binding.circuitOf[neuron]!);
      const starts = free.network.inputs.stimulusStart;
      for (const source of free.stimulus.source) {
        if (source < starts[1]!) feed('links', source % 4, source);
        else if (source < starts[2]!) feed('background', 0, source - starts[1]!);
        else feed('background', 1, source - starts[2]!);
      }
      for (const { name, events, dropped } of counts.inputs)
        expect([name, events, dropped]).toEqual([name, ...(inputs.get(name) ?? [0, 0])]);
      for (const { name, events } of counts.outputs) expect([name, events]).toEqual([name, outputs.get(name) ?? 0]);
      expect(binding.synapses.circuit.length + table!.closed.reduce((sum, n) => sum + n, 0)).toBe(free.binding.synapses.circuit.length);
    }),
    { numRuns: 40 },
  );
});

test('nodes that the crossbar does not have are refused by their places on the card, all at once', () => {
  const wrong = (): unknown => chip(crossbar('{ from: links, input: 4, to: buses }', '{ from: neurons, to: links, output: 9 }'));
  expect(wrong).toThrow(/crossbar\.nodes\.0\.input: .*one of the 4 inputs of kind links/);
  expect(wrong).toThrow(/crossbar\.nodes\.1\.output: .*one of the 4 outputs of kind links/);
});

test('an output that takes an event in 8 ns lets three simultaneous ones wait 0, 8 and 16 ns, and events further apart not at all', () => {
  expect(contention(Float64Array.of(100, 100, 100), 8e-9, 1000)).toEqual({ waited: 2, longestWait: 16e-9, busy: 0.024 });
  expect(contention(Float64Array.of(0, 8, 16, 40), 8e-9, 1000)).toEqual({ waited: 0, longestWait: 0, busy: 0.032 });
  expect(contention(new Float64Array(0), 8e-9, 1000)).toEqual({ waited: 0, longestWait: 0, busy: 0 });
});

test('random events wait as at a server of constant service time: the mean share that waits is its utilisation (M/D/1)', () => {
  // Poisson events: the share that finds the output busy is the utilisation, whatever the queue (PASTA)
  const chance = new Chance(4, 'stimulus');
  let time = 0;
  const ticks = Float64Array.from({ length: 40_000 }, (_, k) => (time += 20 * chance.exponential(0, k)));
  const { waited, busy } = contention(ticks, 8e-9, time);
  expect(busy).toBeGreaterThan(0.38);
  expect(Math.abs(waited / ticks.length - busy)).toBeLessThan(0.012);
});

test('an outgoing link with a queue lets as many wait as it has places and drops the rest: as a list of leaving times says', () => {
  // 100 is taken at once, two wait, the third finds both places taken; at 117 one place is free again
  expect(contention(Float64Array.of(100, 100, 100, 100, 117), 8e-9, 1000, 2)).toEqual({
    waited: 3,
    longestWait: 16e-9,
    dropped: 1,
    busy: 0.032,
  });
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 80 }),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 0, max: 6 }),
      (drawn, interval, queue) => {
        const ticks = Float64Array.from(drawn).toSorted();
        // who has not begun to leave waits: another way to keep the same queue
        const begins: number[] = [];
        let dropped = 0;
        for (const tick of ticks) {
          const last = begins.at(-1) ?? -Infinity;
          const waiting = begins.filter((begin) => begin > tick).length;
          if (last + interval > tick && waiting + 1 > queue) dropped++;
          else begins.push(Math.max(tick, last + interval));
        }
        const found = contention(ticks, interval * 1e-9, 1000, queue);
        expect(found.dropped).toBe(dropped);
        expect(found.busy).toBeCloseTo((begins.length * interval) / 1000, 9);
      },
    ),
  );
});

test('counting contention changes no spike, and no output waits more often than it has events', async () => {
  const timed = crossbar(...OPEN).replace('nodes:', 'event_interval: { value: 100 ns, evidence: assumed, source: of this test }, nodes:');
  const [without, counted] = [await run(caseWith(crossbar(...OPEN))), await run(caseWith(timed))];
  expect(traceHash(counted.spikes)).toBe(traceHash(without.spikes));
  const found = counted.counts!.outputs.map((output) => output.contention!);
  expect(found.some(({ waited }) => waited > 0)).toBe(true);
  counted.counts!.outputs.forEach(({ events }, k) => {
    expect(found[k]!.waited).toBeLessThan(Math.max(events, 1));
    expect(found[k]!.busy).toBeCloseTo((events * 100) / 80e3, 1);
  });
  expect(without.counts!.outputs.every((output) => output.contention === undefined)).toBe(true);
});
