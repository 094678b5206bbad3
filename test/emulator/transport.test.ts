/** Conservation of packets: offered = delivered + lost + in flight, at every moment, and every packet has one fate. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { IdealTransport, NocTransport, ROUTE_WORDS, type PacketAccount, type SpikeRoute } from '../../src/emulator/index.ts';
import { chip, emulate, FOUR_CORES, loop, makeCase, MESH_2X2, noc } from './build.ts';

// on a busy machine a few seconds of work take many
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const POLICIES = ['stall', 'drop-newest', 'drop-oldest'] as const;

/** A route of parts (node, from, to). */
function route(source: number, ...parts: readonly (readonly [node: number, from: number, to: number])[]): SpikeRoute {
  return { source, parts: Uint32Array.from(parts.flatMap(([node, from, to], rank) => [node, from, to, rank])) };
}

function balance({ offered, delivered, lost, inFlight }: PacketAccount): number {
  return offered - delivered - inFlight - Object.values(lost).reduce((sum, packets) => sum + packets, 0);
}

describe.each(POLICIES)('a source queue of three packets with policy %s', (policy) => {
  test.each([1, 3])('every packet of random traffic, of %i flits, arrives once or is lost once', (flits) => {
    const layout = noc(
      'mesh-4x4',
      MESH_2X2,
      'clock=100 MHz',
      `packet.flits=${String(flits)}`,
      `source_queue={capacity: 3, policy: ${policy}}`,
    );
    const packet = fc.record({
      gap: fc.nat(30),
      origin: fc.nat(3),
      step: fc.integer({ min: 1, max: 3 }),
      synapses: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 120 }), (packets) => {
        const transport = new NocTransport(layout, 50, 1e9, 32);
        const arrived: number[] = [];
        let tick = 100;
        let [asked, got] = [0, 0];
        packets.forEach(({ gap, origin, step, synapses }, sequence) => {
          tick += gap;
          asked += synapses;
          const node = (origin + step) % 4;
          // a source of its own: where one sends never changes
          transport.offer(tick, origin, 0, route(sequence, [node, 0, synapses]), tick - 50, sequence);
          if (sequence % 7 === 0) transport.advance(tick, note);
          expect(balance(transport.account())).toBe(0);
        });
        transport.advance(tick + 1e6, note);
        const { delivered, lost, inFlight, synapticEventsLost } = transport.account();
        expect(inFlight).toBe(0);
        expect(delivered).toBe(arrived.length);
        expect(new Set(arrived).size).toBe(arrived.length);
        expect(delivered + lost['source queue']!).toBe(packets.length);
        expect(got + synapticEventsLost).toBe(asked);
        expect(transport.audit().balanced).toBe(true);
        if (policy === 'stall') expect(lost['source queue']).toBe(0);

        function note(_tick: number, _source: number, sequence: number, _crossing: number, from: number, to: number): void {
          arrived.push(sequence);
          got += to - from;
        }
      }),
      { numRuns: 25 },
    );
  });

  test.each(['multicast', 'per-core', 'per-synapse', 'two-level'])(
    'an overloaded chip that sends %s loses no packet without counting it',
    async (mode) => {
      const run = makeCase(chip(...FOUR_CORES), loop(), 60);
      // a multicast spike takes fewer flits: less clock for the same overload
      const [clock, capacity] = mode === 'multicast' ? ['450 kHz', 1] : ['600 kHz', 3];
      const layout = noc(
        'mesh-4x4',
        MESH_2X2,
        `clock=${clock}`,
        `packet.mode=${mode}`,
        `source_queue={capacity: ${String(capacity)}, policy: ${policy}}`,
      );
      const { emulator, transport } = await emulate(run, layout);
      let conserved = true;
      for (let tick = 1000; tick <= run.until; tick += 1000) {
        emulator.run(tick);
        conserved &&= balance(transport.account()) === 0;
      }
      expect(conserved).toBe(true);
      const { offered, delivered, lost, inFlight } = transport.account();
      expect(offered).toBeGreaterThan(100);
      if (policy === 'stall') expect(lost['source queue']).toBe(0);
      else expect(lost['source queue']).toBeGreaterThan(10);
      expect(delivered).toBeGreaterThan(20);
      expect(inFlight).toBeGreaterThan(0);
      expect(emulator.activity.late).toBeGreaterThan(0);
    },
  );
});

test('every synapse of every spike is delivered, lost, waiting or under way', async () => {
  const run = makeCase(chip(...FOUR_CORES), loop(), 60);
  const layout = noc('mesh-4x4', MESH_2X2, 'clock=1.5 MHz', 'packet.mode=per-synapse', 'source_queue={capacity: 3, policy: drop-newest}');
  const { emulator, transport } = await emulate(run, layout);
  emulator.run(run.until);
  const { rowStart } = run.binding.synapses;
  const fanOut = (source: number): number => rowStart[source + 1]! - rowStart[source]!;
  const spikes = emulator.spikes();
  const asked =
    spikes.neuron.reduce((sum, neuron) => sum + fanOut(neuron), 0) +
    run.stimulus.source.reduce((sum, s) => sum + fanOut(run.network.count + s), 0);
  const { inFlight, synapticEventsLost } = transport.account();
  const waiting = emulator.snapshot().waiting.reduce((sum, { from, to }) => sum + to - from, 0);
  // one packet per synapse: packets in flight are synapses
  expect(emulator.activity.synapticEvents + synapticEventsLost + inFlight + waiting).toBe(asked);
});

test('on a routing with several ways packets take more than one of them, and the same ones again', () => {
  const layout = noc('mesh-4x4', 'routing={kind: xy-yx}', 'packet.mode=per-core');
  const arrivals = (seed: number): string => {
    const transport = new NocTransport(layout, 50, 1e9, 32, seed);
    for (let n = 0; n < 60; n++) transport.offer(100 + 400 * n, 0, 0, route(0, [15, 0, 1]), 50, n);
    transport.advance(1e6, () => undefined);
    return Array.from(transport.read().values['routerTraversals']!).join(' ');
  };
  const routers = arrivals(1).split(' ').map(Number);
  // router 1 lies on the way along x first, router 4 on the way along y first
  expect(routers[1]).toBeGreaterThan(10);
  expect(routers[4]).toBeGreaterThan(10);
  expect(arrivals(1)).toBe(arrivals(1));
  expect(arrivals(2)).not.toBe(arrivals(1));
});

test('parts of a spike for neighbouring cores arrive over an ideal network as one, and count as many', () => {
  const transport = new IdealTransport(500);
  // cores 2 and 3 have neighbouring synapses; between 3 and 5 lie others; two parts for one core stay apart: each is an event of its own for a synapse driver
  transport.offer(60, 0, 0, route(1, [2, 0, 4], [3, 4, 9], [5, 11, 12], [5, 12, 13]), 10, 0);
  expect(transport.account()).toMatchObject({ offered: 4, delivered: 0, inFlight: 4 });
  const arrived: (readonly [number, number, number, number])[] = [];
  transport.advance(511, (tick, _source, sequence, _crossing, from, to) => arrived.push([sequence, from, to, tick]));
  expect(arrived).toEqual([
    [0, 0, 9, 510],
    [2, 11, 12, 510],
    [3, 12, 13, 510],
  ]);
  expect(transport.account()).toMatchObject({ offered: 4, delivered: 4, inFlight: 0 });
});

/** Spikes of neurons 0 to 7, one per core, each to some of the other cores. */
const randomSpikes = fc.array(fc.record({ gap: fc.nat(60), source: fc.nat(7), again: fc.boolean(), cut: fc.boolean() }), {
  minLength: 1,
  maxLength: 80,
});
const randomRoutes = fc
  .array(fc.subarray([0, 1, 2, 3, 4, 5, 6, 7]), { minLength: 8, maxLength: 8 })
  .map((targets) =>
    targets.map((nodes, source) =>
      route(source, ...nodes.filter((node) => node !== source).map((node) => [node, node, node + 2] as const)),
    ),
  );

test.each([
  ['stall', 1],
  ['drop-newest', 2],
  ['drop-oldest', 3],
])(
  'multicast spikes on flat columns arrive as those of the general network do, event by event, also from a snapshot (policy %s)',
  (policy, flits) => {
    const layout = noc(
      'mesh-4x4',
      'topology={kind: mesh, width: 4, height: 2}',
      'clock=100 MHz',
      `packet.flits=${String(flits)}`,
      `source_queue={capacity: 2, policy: ${policy}}`,
    );
    fc.assert(
      fc.property(randomRoutes, randomSpikes, (routes, spikes) => {
        let flat = new NocTransport(layout, 50, 1e9, 32, 1);
        const general = new NocTransport(layout, 50, 1e9, 32, 1, 'general');
        const heard: [string[], string[]] = [[], []];
        const advance = (until: number): void => {
          [flat, general].forEach((transport, i) => {
            const now: string[] = [];
            transport.advance(until, (...event) => now.push(event.join(' ')));
            // within a tick in any order: the calendar of events sorts
            heard[i]!.push(...now.toSorted());
          });
          expect(heard[0]).toEqual(heard[1]);
          expect(flat.account()).toEqual(general.account());
          expect(flat.audit()).toEqual(general.audit());
        };
        const counts = Array.from({ length: 8 }, () => 0);
        let tick = 100;
        for (const { gap, source, again, cut } of spikes) {
          tick += gap;
          for (const transport of [flat, general]) transport.offer(tick, source, 0, routes[source]!, tick - 50, counts[source]!);
          counts[source]! += routes[source]!.parts.length / ROUTE_WORDS;
          if (again) advance(tick);
          if (!cut) continue;
          const snapshot = structuredClone(flat.snapshot());
          flat = new NocTransport(layout, 50, 1e9, 32, 1);
          flat.restore(snapshot);
        }
        advance(tick + 1e5);
        expect(flat.account().inFlight).toBe(0);
        expect(flat.read().values).toEqual(general.read().values);
      }),
      { numRuns: 30 },
    );
  },
);
