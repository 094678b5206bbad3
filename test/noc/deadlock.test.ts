import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Chance } from '../../src/base/index.ts';
import { compileNoc } from '../../src/noc/design/compile.ts';
import { deadlockIn, deadlockWords } from '../../src/noc/router/deadlock.ts';
import { engineOf } from '../../src/noc/kernel/engine.ts';
import type { NocLayout } from '../../src/noc/design/layout.ts';
import { measure } from '../../src/noc/measure/measure.ts';
import { designOf } from './designs.ts';

const ring = (routers: number, flits: number): NocLayout =>
  compileNoc(
    designOf({
      topology: { kind: 'ring', routers },
      routing: { kind: 'minimal' },
      router: { vcs: 1, buffer: 2 },
      packet: { flits },
    }),
    () => '',
    { allowUnsafe: true },
  );

/** Offers `count` random packets, many per cycle. */
function flood(layout: NocLayout, seed: number, count: number): Uint32Array {
  const chance = new Chance(seed, 'traffic');
  return Uint32Array.from(
    Array.from({ length: count }, (_, i) => [
      Math.floor(i / layout.nodes),
      Math.floor(chance.uniform(0, i) * layout.nodes),
      Math.floor(chance.uniform(1, i) * layout.nodes),
      layout.packetFlits,
      0,
    ]).flat(),
  );
}

test.each([1, 3])('a ring with one VC deadlocks; kernel and clear router name the same cycle, all round the ring (%i flits)', (flits) => {
  const layout = ring(6, flits);
  expect(layout.certificate.acyclic).toBe(false);
  const ends = (seed: number): boolean => {
    const engine = engineOf(layout);
    engine.advance(5000, flood(layout, seed, 600), () => undefined);
    return engine.inFlight > 0;
  };
  const seed = Array.from({ length: 40 }, (_, i) => i).find(ends)!;
  const found = (['fastest', 'clear'] as const).map((kind) => {
    const engine = engineOf(layout, kind);
    engine.advance(5000, flood(layout, seed, 600), () => undefined);
    const { moves } = engine;
    const deadlock = deadlockIn(layout, engine.holdings());
    engine.advance(20_000, new Uint32Array(0), () => undefined);
    expect(engine.moves).toBe(moves);
    return deadlock;
  });
  expect(found[0]).toBeDefined();
  expect(found[1]).toEqual(found[0]);
  const { cycle } = found[0]!;
  for (const [i, { to, from }] of cycle.entries()) {
    // a VC waits for the one behind it, or for another of its router
    const next = cycle[(i + 1) % cycle.length]!;
    expect([next.from, next.to]).toContain(to);
    expect(Math.min((to - from + 6) % 6, (from - to + 6) % 6)).toBeLessThan(2);
  }
  expect(new Set(cycle.map(({ to }) => to)).size).toBe(6);
  expect(deadlockWords(found[0]!)).toMatch(
    /VCs will never move again; the cycle is (node )?\d->\d VC 0 \(packet \d+, node \d to \d\) waits for/,
  );
});

test('what is called dead never moves again although the rest goes on, and what is not called dead does', () => {
  const kinds = fc.constantFrom('minimal', 'blash');
  fc.assert(
    fc.property(kinds, fc.nat(), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 40 }), (kind, seed, flits, cut) => {
      const layout = compileNoc(
        designOf({
          topology: { kind: 'random-regular', routers: 10, degree: 3, seed },
          routing: { kind },
          router: { vcs: kind === 'blash' ? 4 : 1, buffer: 2 },
          packet: { flits },
        }),
        () => '',
        { allowUnsafe: true },
      );
      const engine = engineOf(layout, seed % 2 === 0 ? 'fastest' : 'clear');
      const offers = flood(layout, seed, 400);
      engine.advance(40, offers, () => undefined);
      engine.advance(40 + cut, new Uint32Array(0), () => undefined);
      const early = deadlockIn(layout, engine.holdings());
      const before = engine.holdings();
      engine.advance(50_000, new Uint32Array(0), () => undefined);
      const late = deadlockIn(layout, engine.holdings());
      // packets are left exactly when there is a deadlock, and a deadlock once found stays as it is
      expect(late !== undefined).toBe(engine.inFlight > 0);
      if (layout.certificate.acyclic) expect(early ?? late).toBeUndefined();
      if (early === undefined) return;
      expect(late).toBeDefined();
      const after = engine.holdings();
      for (const { to, from, vc, packet } of early.cycle) {
        const places = Array.from(before.packet.keys()).filter(
          (place) =>
            before.packet[place] === packet && place % layout.vcs === vc && layout.routerOfPort[Math.floor(place / layout.vcs)] === to,
        );
        expect([from, places.length]).toEqual([from, 1]);
        expect(after.packet[places[0]!]).toBe(packet);
      }
    }),
    { numRuns: 40 },
  );
});

test('a measured load on a routing without a certificate says deadlocked, and round which channels', () => {
  const { stable, verdict } = measure(ring(6, 1), { traffic: { kind: 'uniform' }, rate: 0.6, seed: 1, cycles: 2000 });
  expect(stable).toBe(false);
  expect(verdict).toMatch(/: deadlocked \(.*the cycle is .*VC 0 \(packet \d+, node \d to \d\) waits for .* waits for the first\)/);
});
