/** Spikes as packets: whatever the packets are, every part of every spike is delivered once or lost once, and counted. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { bridgeOf, coreGroups, SpikeNetwork, type NocLayout, type SpikePart } from '../../src/noc/index.ts';
import { layoutOf } from './designs.ts';

// on a busy machine a few seconds of work take many
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const MODES = ['multicast', 'per-core', 'per-synapse', 'two-level'] as const;
const designed = (text: string): NocLayout => layoutOf(parse(text) as Parameters<typeof layoutOf>[0]);
const mesh = (packet: string, more = ''): NocLayout =>
  designed(`topology: { kind: mesh, width: 4, height: 4 }\nrouting: { kind: dimension-order }\nclock: 100 MHz\npacket: ${packet}\n${more}`);

interface Part extends SpikePart {
  readonly what: string;
}

interface Spike {
  readonly cycle: number;
  readonly home: number;
  readonly id: number;
  readonly targets: readonly number[];
}

const randomSpikes = fc
  .array(
    fc.record({
      gap: fc.nat(12),
      home: fc.nat(15),
      id: fc.nat(7),
      targets: fc.uniqueArray(fc.nat(15), { maxLength: 6 }),
    }),
    { maxLength: 80 },
  )
  .map((list) => {
    let cycle = 0;
    return list.map(({ gap, home, id, targets }): Spike => {
      cycle += gap;
      return { cycle, home, id, targets: targets.filter((node) => node !== home).toSorted((a, b) => a - b) };
    });
  });

/** Runs spikes, checks conservation at every step, and returns what arrived: "spike node". */
function run(layout: NocLayout, spikes: readonly Spike[], chunk = 37, router: 'fastest' | 'clear' = 'fastest') {
  const network = new SpikeNetwork<Part>(layout, 8, 1, router);
  const delivered: string[] = [];
  const lost: string[] = [];
  const times: number[] = [];
  const check = (): void => {
    const { offered, delivered: made, inFlight, lost: places, lostAt, lostFlows } = network.account();
    const losses = Object.values(places).reduce((sum, n) => sum + n, 0);
    expect(offered).toBe(made + inFlight + losses);
    expect(losses).toBe(lost.length);
    expect(lostAt.reduce((sum, n) => sum + n, 0)).toBe(losses);
    expect(lostFlows.reduce((sum, [, , n]) => sum + n, 0)).toBe(losses);
    expect(network.network.audit().balanced).toBe(true);
  };
  const advance = (until: number): void =>
    network.advance(
      until,
      ({ what }, cycle, node) => {
        delivered.push(what);
        expect(what.endsWith(` ${String(node)}`)).toBe(true);
        times.push(cycle);
      },
      ({ what }) => lost.push(what),
    );
  let next = 0;
  for (let until = chunk; next < spikes.length || network.account().inFlight > 0; until += chunk) {
    for (; next < spikes.length && spikes[next]!.cycle < until; next++) {
      const { cycle, home, id, targets } = spikes[next]!;
      const parts = targets.map((node): Part => ({ node, synapses: 2, what: `${String(next)} ${String(node)}` }));
      network.offer(cycle, home, id, parts, ({ what }) => lost.push(what));
    }
    advance(until);
    check();
    if (until > 1e5) throw new Error('spikes stay in the network');
  }
  return {
    delivered,
    lost,
    times,
    account: network.account(),
    hops: network.network.read().values['portFlits']!.reduce((sum, n) => sum + n, 0),
  };
}

const asked = (spikes: readonly Spike[]): string[] =>
  spikes.flatMap(({ targets }, k) => targets.map((node) => `${String(k)} ${String(node)}`)).toSorted();

describe.each(MODES)('packets %s', (mode) => {
  test.each(mode === 'per-synapse' ? ['none'] : ['none', '{ window: 200 ns }', '{ window: 2 us, codec: bitmap, most_spikes: 3 }'])(
    'with gather %s deliver every part of every spike once',
    (gather) => {
      const layout = mesh(`{ mode: ${mode}, gather: ${gather} }`);
      fc.assert(
        fc.property(randomSpikes, (spikes) => {
          const { delivered, lost } = run(layout, spikes);
          expect(lost).toEqual([]);
          expect(delivered.toSorted()).toEqual(asked(spikes));
        }),
        { numRuns: 15 },
      );
    },
  );

  test.each([
    '{ capacity: 1, policy: drop-newest }',
    '{ capacity: 1, policy: drop-oldest }',
    '{ capacity: 1, policy: expire, lifetime: 30 ns }',
    '{ policy: expire, lifetime: 10 ns }',
    '{ capacity: 1, policy: stall }',
  ])('and a source queue %s deliver or lose every part of every spike', (queue) => {
    const layout = mesh(`{ mode: ${mode}, flits: 8 }`, `source_queue: ${queue}\n`);
    let losses = 0;
    fc.assert(
      fc.property(randomSpikes, (sparse) => {
        const spikes = sparse.map((spike) => ({ ...spike, cycle: Math.floor(spike.cycle / 16) }));
        const { delivered, lost } = run(layout, spikes);
        expect([...delivered, ...lost].toSorted()).toEqual(asked(spikes));
        losses += lost.length;
      }),
      { numRuns: 10, seed: 7 },
    );
    if (queue.includes('stall')) expect(losses).toBe(0);
    else expect(losses).toBeGreaterThan(0);
  });

  test.each(['{}', '{ capacity: 1, policy: drop-oldest }', '{ capacity: 2, policy: expire, lifetime: 60 ns }'])(
    'go on the kernel as on the clear router, in any pieces: the same parts in the same cycles, losses, links; source queue %s',
    (queue) => {
      const gather = mode === 'per-synapse' ? 'none' : '{ window: 60 ns }';
      const layouts = ['none', gather].flatMap((words) =>
        ['dimension-order', 'xy-yx'].flatMap((routing) =>
          mode === 'multicast' && routing !== 'dimension-order'
            ? []
            : [
                designed(
                  `topology: { kind: mesh, width: 4, height: 4 }\nrouting: { kind: ${routing} }\nclock: 100 MHz\npacket: { mode: ${mode}, gather: ${words}, flits: 3 }\nsource_queue: ${queue}\n`,
                ),
              ],
        ),
      );
      fc.assert(
        fc.property(fc.constantFrom(...layouts), randomSpikes, fc.integer({ min: 1, max: 60 }), (layout, sparse, chunk) => {
          const spikes = sparse.map((spike) => ({ ...spike, cycle: Math.floor(spike.cycle / 8) }));
          const [fast, clear] = [run(layout, spikes, chunk), run(layout, spikes, chunk, 'clear')];
          expect({ ...fast, lost: fast.lost.toSorted() }).toEqual({ ...clear, lost: clear.lost.toSorted() });
        }),
        { numRuns: 20 },
      );
    },
  );

  test('do not depend on how the run is cut, and go on from a snapshot bit for bit', () => {
    const gather = mode === 'per-synapse' ? 'none' : '{ window: 300 ns }';
    const layout = mesh(`{ mode: ${mode}, gather: ${gather} }`, 'source_queue: { capacity: 2, policy: drop-oldest }\n');
    const spikes = Array.from({ length: 300 }, (_, k): Spike => ({
      cycle: k,
      home: (k * 7) % 16,
      id: (k * 3) % 8,
      targets: [1, 5, 11].map((step) => (k * 7 + step) % 16).toSorted((a, b) => a - b),
    }));
    const whole = run(layout, spikes, 1000);
    const pieces = run(layout, spikes, 1);
    expect(pieces.delivered).toEqual(whole.delivered);
    expect(pieces.times).toEqual(whole.times);
    const offer = (network: SpikeNetwork<Part>, from: number, to: number): void =>
      spikes.slice(from, to).forEach(({ cycle, home, id, targets }, k) =>
        network.offer(
          cycle,
          home,
          id,
          targets.map((node) => ({ node, synapses: 1, what: `${String(from + k)} ${String(node)}` })),
        ),
      );
    const [first, second] = [new SpikeNetwork<Part>(layout, 8, 1), new SpikeNetwork<Part>(layout, 8, 1)];
    offer(first, 0, 150);
    first.advance(150, () => undefined);
    second.restore(first.snapshot());
    const [a, b]: string[][] = [[], []];
    for (const [network, list] of [
      [first, a],
      [second, b],
    ] as const) {
      offer(network, 150, 300);
      network.advance(5000, ({ what }, cycle) => list!.push(`${what} ${String(cycle)}`));
    }
    expect(b).toEqual(a);
    expect(second.account()).toEqual(first.account());
  });
});

test('multicast takes the fewest links, per core no more than per synapse', () => {
  const spikes = Array.from({ length: 100 }, (_, k): Spike => ({
    cycle: 40 * k,
    home: k % 16,
    id: 0,
    targets: [0, 3, 7, 12].filter((n) => n !== k % 16),
  }));
  const twice = spikes.map((spike) => ({ ...spike, targets: spike.targets.flatMap((node) => [node, node]) }));
  const hops = (mode: string): number => run(mesh(`{ mode: ${mode} }`), twice).hops;
  expect(hops('multicast')).toBeLessThan(hops('per-core'));
  expect(hops('per-core')).toBeLessThan(hops('per-synapse'));
});

test('spikes that are gathered share packets, and a packet has the flits of its codec', () => {
  const spikes = Array.from({ length: 6 }, (_, k): Spike => ({ cycle: k, home: 0, id: k, targets: [5, 6] }));
  const layout = mesh('{ mode: per-core, gather: { window: 100 ns, codec: id-list, header_bits: 10 } }', 'flit_bits: 8\n');
  const { account } = run(layout, spikes);
  // 10 bits of header, a count from 0 to 8 in 4, six ids of 3: 32 bits
  expect(account).toMatchObject({ packets: 2, flits: 8, packedSpikes: 12, codecs: { 'id-list': 2 } });
  const waiting = run(layout, [spikes[0]!]).times[0]!;
  const alone = run(mesh('{ mode: per-core, flits: 3 }', 'flit_bits: 8\n'), [{ ...spikes[0]!, cycle: 10 }]).times[0]!;
  expect(waiting).toBe(alone); // the window of 10 cycles, then the way
});

test('a neuron that spikes twice within a window is in two packets', () => {
  const layout = mesh('{ mode: multicast, gather: { window: 1 us } }');
  const spikes = [0, 5, 9].map((cycle): Spike => ({ cycle, home: 3, id: 2, targets: [8, 9] }));
  expect(run(layout, spikes).account).toMatchObject({ packets: 3, packedSpikes: 3 });
});

test.each(MODES)('what comes from a dead core or goes to one is lost there, in packets %s; everything else arrives', (mode) => {
  const layout = mesh(`{ mode: ${mode} }`, 'faults: { nodes: [5], routers: [10] }');
  fc.assert(
    fc.property(randomSpikes, (spikes) => {
      const { delivered, lost, account } = run(layout, spikes);
      const isDead = (node: number): boolean => node === 5 || node === 10;
      const [gone, kept] = [true, false].map((wanted) =>
        spikes.flatMap(({ home, targets }, k) =>
          targets.filter((node) => (isDead(home) || isDead(node)) === wanted).map((node) => `${String(k)} ${String(node)}`),
        ),
      );
      expect(lost.toSorted()).toEqual(gone!.toSorted());
      expect(delivered.toSorted()).toEqual(kept!.toSorted());
      expect(account.lost).toEqual({ 'source queue': 0, 'dead core': gone!.length });
      expect(account.lostFlows.every(([from, to]) => isDead(from) || isDead(to))).toBe(true);
      expect(account.lostAt.every((count, node) => count === 0 || isDead(node))).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('two levels: a core sends to its own group and to one core of every other', () => {
  const layout = designed('topology: { kind: mesh, width: 8, height: 8 }\nrouting: { kind: dimension-order }\n');
  const groups = coreGroups(layout, 4);
  expect(groups.members.map((list) => list.length)).toEqual(Array.from({ length: 16 }, () => 4));
  // blocks of 2 x 2: a group spans one tile each way
  for (const members of groups.members) {
    expect(new Set(members.map((node) => node % 8)).size).toBe(2);
    expect(new Set(members.map((node) => Math.floor(node / 8))).size).toBe(2);
  }
  for (let home = 0; home < 64; home++) {
    const own = groups.groupOf[home]!;
    const peers = new Set(groups.members.flatMap((list, group) => (group === own ? list : [bridgeOf(groups, own, group)])));
    peers.delete(home);
    expect(peers.size).toBeLessThanOrEqual(2 * Math.sqrt(64) + 4);
  }
});

test('groups cover every node once, on any graph and for any size', () => {
  for (const [topology, size] of [
    ['{ kind: ring, routers: 11 }', 3],
    ['{ kind: mesh, width: 5, height: 3 }', 4],
    ['{ kind: tree, arity: 2, levels: 3 }', 2],
  ] as const) {
    const layout = designed(`topology: ${topology}\nrouting: { kind: up-down }\n`);
    const { members } = coreGroups(layout, size);
    expect(members.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: layout.nodes }, (_, node) => node));
    expect(Math.max(...members.map((list) => list.length))).toBeLessThanOrEqual(size);
    expect(members.length).toBe(Math.ceil(layout.nodes / size));
  }
});

test('a multicast packet that no buffer holds is refused before anything runs', () => {
  const build = (packet: string) => () => new SpikeNetwork(mesh(packet, 'router: { buffer: 2 }\n'), 8, 1);
  expect(build('{ mode: multicast, flits: 3 }')).toThrow(/3 flits, at most 2 .*per-core/);
  expect(build('{ mode: per-core, flits: 3 }')).not.toThrow();
});
