import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Chance } from '../../src/base/index.ts';
import { Allocators } from '../../src/noc/router/allocator.ts';
import type { NocLayout } from '../../src/noc/index.ts';
import { ACTIVE, CLAIMING, RouterState } from '../../src/noc/router/router-state.ts';
import { meshLayout } from './designs.ts';

const CENTRE = 4; // of a 3 x 3 mesh: five ports

const layoutWith = (iterations: number): NocLayout => meshLayout(3, 3, { router: { vcs: 4, allocator_iterations: iterations } });

/** Uniform numbers, one after the other. */
function drawsOf(seed: number): () => number {
  const chance = new Chance(seed, 'traffic');
  let index = 0;
  return () => chance.uniform(0, index++);
}

/** A router some of whose VCs bid for the switch, drawn by `seed`. */
function bidders(layout: NocLayout, seed: number): { state: RouterState; allocators: Allocators } {
  const state = new RouterState(layout);
  const allocators = new Allocators(layout, state);
  const draw = drawsOf(seed);
  const base = layout.portBase[CENTRE]!;
  for (let vc = 4 * base; vc < 4 * base + 20; vc++) {
    if (draw() < 0.4) continue;
    state.outPort[vc] = base + Math.floor(5 * draw());
    state.outVc[vc] = 4 * state.outPort[vc]! + (vc % 4);
    state.stage[vc] = ACTIVE;
    allocators.addBid(vc);
  }
  return { state, allocators };
}

/** (input port, output port) of the winners. */
const matched = ({ state, allocators }: ReturnType<typeof bidders>): (readonly [number, number])[] =>
  Array.from(allocators.winners.subarray(0, allocators.winnerCount), (vc) => [Math.floor(vc / 4), state.outPort[vc]!] as const);

test('five iterations of iSLIP leave no input and output that could still be joined; one is what the first of five does', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const [once, often] = [bidders(layoutWith(1), seed), bidders(layoutWith(5), seed)];
      once.allocators.allocateSwitch(CENTRE, 1);
      often.allocators.allocateSwitch(CENTRE, 1);
      const [few, many] = [matched(once), matched(often)];
      expect(many.slice(0, few.length)).toEqual(few);
      const [inputs, outputs] = [new Set(many.map(([input]) => input)), new Set(many.map(([, output]) => output))];
      expect([inputs.size, outputs.size]).toEqual([many.length, many.length]);
      for (const [vc, stage] of often.state.stage.entries())
        if (stage === ACTIVE) expect(inputs.has(Math.floor(vc / 4)) || outputs.has(often.state.outPort[vc]!)).toBe(true);
      // pointers move by the first iteration alone
      expect(often.state.switchGrant).toEqual(once.state.switchGrant);
      expect(often.state.switchAccept).toEqual(once.state.switchAccept);
    }),
  );
});

test('as many iterations as VCs leave no claim that finds a free VC', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const layout = layoutWith(16);
      const state = new RouterState(layout);
      const allocators = new Allocators(layout, state);
      const draw = drawsOf(seed);
      const base = layout.portBase[CENTRE]!;
      const claims: number[] = [];
      for (let vc = 4 * base; vc < 4 * base + 20; vc++) {
        if (draw() < 0.4) continue;
        const port = base + Math.floor(5 * draw());
        [state.outPort[vc], state.lowVc[vc], state.highVc[vc], state.stage[vc]] = [port, 4 * port, 4 * port + 4, CLAIMING];
        allocators.addClaim(vc);
        claims.push(vc);
      }
      allocators.allocateVcs(CENTRE, 1);
      for (const vc of claims)
        if (state.stage[vc] === CLAIMING) expect(state.inUse.subarray(state.lowVc[vc], state.highVc[vc])).not.toContain(0);
      const held = claims.filter((vc) => state.stage[vc] === ACTIVE).map((vc) => state.outVc[vc]!);
      expect(new Set(held).size).toBe(held.length);
    }),
  );
});
