/**
 * Speed of the router kernel on whole runs, traffic generation and statistics included, user CPU time. A fixed JavaScript loop (AdEx) runs in every round, so that figures can be scaled to
 * the reference machine, on which it takes 26.6 ns: rates swing with the load of a shared machine, their product with the loop's time much less.
 */
import { ARRIVAL_WORDS, reusingMemory } from '../../src/kernels/index.ts';
import { NocSchema, type NocDesignInput } from '../../src/model/schemas/noc.ts';
import { compileNoc, type NocLayout } from '../../src/noc/index.ts';
import { ARRIVAL, engineOf } from '../../src/noc/kernel/engine.ts';
import { PacketSource } from '../../src/noc/kernel/packet-source.ts';
import { compileTraffic } from '../../src/noc/traffic/traffic.ts';
import { AdexLoop } from './adex-loop.ts';

const REFERENCE = 26.6; // ns per neuron-step of the calibration loop on the reference machine
const ROUNDS = 5;
const [MIDDLE, LOW, LARGE] = ['mesh 8x8, 0.25 flits/node/cycle', 'mesh 8x8, 0.04', 'mesh 64x64, 0.005'];

export interface RouterRow {
  readonly name: string;
  readonly hopsPerSecond: number; // router traversals of flits
  readonly cyclesPerSecond: number;
}

const design = (
  topology: NocDesignInput['topology'],
  routing: NocDesignInput['routing'],
  router: Partial<NocDesignInput['router']> = {},
): NocLayout =>
  compileNoc(NocSchema.parse({ kind: 'noc', name: 'race', topology, routing, router: { vcs: 4, buffer: 8, ...router } }), () => '');

/** `large`: what a flit-hop of 64 x 64 at a tenth of its saturation costs in those of 8 x 8, at middle load and at a tenth of its own; medians of the rounds. */
export function raceRouters(): { calibration: number; scale: number; rows: RouterRow[]; large: { middle: number; low: number } } {
  const order = { kind: 'dimension-order' } as const;
  const grid = (side: number) => design({ kind: 'mesh', width: side, height: side }, order);
  const base = { kind: 'mesh', width: 8, height: 8 } as const;
  const smallWorld = design({ kind: 'kleinberg', base, links: 32, exponent: 1 }, { kind: 'blash', layers: 2 });
  const regular = (routers: number, degree: number) =>
    design({ kind: 'random-regular', routers, degree, seed: 1 }, { kind: 'blash', layers: 4 });
  const allocator = 'separable-input-first';
  const [mesh8, mesh16, mesh64] = [grid(8), grid(16), grid(64)];
  const cases = [
    { name: MIDDLE, layout: mesh8, rate: 0.25, cycles: 20_000 },
    { name: 'mesh 8x8, 0.40', layout: mesh8, rate: 0.4, cycles: 12_000 },
    { name: LOW, layout: mesh8, rate: 0.04, cycles: 80_000 },
    { name: 'mesh 16x16, 0.12', layout: mesh16, rate: 0.12, cycles: 8000 },
    { name: 'small world 64, tables, 0.25', layout: smallWorld, rate: 0.25, cycles: 20_000 },
    { name: 'random regular 64, degree 8, tables, 0.3', layout: regular(64, 8), rate: 0.3, cycles: 20_000 },
    { name: 'random regular 256, degree 6, tables, 0.2', layout: regular(256, 6), rate: 0.2, cycles: 6000 },
    { name: 'mesh 8x8, minimal-adaptive, 0.2', layout: design(base, { kind: 'minimal-adaptive' }), rate: 0.2, cycles: 10_000 },
    { name: 'mesh 8x8, separable, 0.2', layout: design(base, order, { allocator }), rate: 0.2, cycles: 10_000 },
    { name: 'mesh 8x8, speculative, 0.2', layout: design(base, order, { allocator, speculative: true }), rate: 0.2, cycles: 10_000 },
    { name: LARGE, layout: mesh64, rate: 0.005, cycles: 2000 },
    { name: 'mesh 8x8, 0.001', layout: mesh8, rate: 0.001, cycles: 2_000_000 },
    { name: 'mesh 8x8, one packet in 10,000 cycles', layout: mesh8, rate: 1 / 640_000, cycles: 400_000_000 },
  ];
  const adex = new AdexLoop(512);
  const loop: number[] = [];
  const times = cases.map((): number[] => []);
  const hops = cases.map(() => 0);
  for (let round = 0; round <= ROUNDS; round++) {
    const calibrated = userTime(() => adex.run(round * 5000, 5000)) / (5000 * 512);
    if (round > 0) loop.push(calibrated * 1e9);
    cases.forEach(({ layout, rate, cycles }, i) => {
      const time = userTime(() => (hops[i] = reusingMemory(() => run(layout, rate, cycles))));
      // the first round warms up
      if (round > 0) times[i]!.push(time);
    });
  }
  const calibration = median(loop);
  const rows = cases.map(({ name, cycles }, i) => {
    const time = median(times[i]!);
    return { name, hopsPerSecond: hops[i]! / time, cyclesPerSecond: cycles / time };
  });
  const costs = (name: string): number[] => {
    const i = cases.findIndex((row) => row.name === name);
    return times[i]!.map((time) => time / hops[i]!);
  };
  const timesThatOf = (name: string): number => {
    const small = costs(name);
    return median(costs(LARGE).map((cost, round) => cost / small[round]!));
  };
  return { calibration, scale: calibration / REFERENCE, rows, large: { middle: timesThatOf(MIDDLE), low: timesThatOf(LOW) } };
}

/** Flit-hops of a run that also adds up latencies. Memory is used again as in `measure`. */
function run(layout: NocLayout, rate: number, cycles: number): number {
  const engine = engineOf(layout);
  const source = new PacketSource(layout, compileTraffic({ kind: 'uniform' }, layout), rate, 1);
  let latency = 0;
  // the test runner turns every use of an import into a call
  const [words, arrived, offered] = [ARRIVAL_WORDS, ARRIVAL.arrived, ARRIVAL.offered];
  while (engine.cycle < cycles) {
    const offers = source.draw(cycles);
    engine.advance(source.cycle, offers, (rows, count) => {
      for (let i = 0; i < count * words; i += words) latency += rows[i + arrived]! - rows[i + offered]!;
    });
  }
  if (!(latency > 0)) throw new Error('nothing arrived');
  return engine.moves;
}

function userTime(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user / 1e6;
}

function median(values: readonly number[]): number {
  return values.toSorted((p, q) => p - q)[Math.floor(values.length / 2)]!;
}
