/** Many cores and chips: a spike reaches each core on the tick that its path gives in closed form, and a run is the same for any number of threads. */
import { expect, test, vi } from 'vitest';
import { Clock } from '../../src/base/index.ts';
import type { StepArrivals, StepSpikes } from '../../src/chip/index.ts';
import { Emulator, NocTransport, type Part } from '../../src/emulator/index.ts';
import { traceHash } from '../../src/model/index.ts';
import { zeroLoadLatencies } from '../../src/noc/index.ts';
import { chip, emulate, loop, makeCase, noc } from './build.ts';

// on a busy machine a few seconds of work take many
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const [WINDOW, OUT, IN, LOCAL] = [100, 50, 50, 100];
/** Windows between two spikes: long enough for each to be alone in the network. */
const APART = 40;

/** One circuit per core; core c fires in window APART c. Notes the tick at which each synapse is reached. */
class OneByOne implements Part {
  readonly count: number;
  readonly reached = new Map<number, number>();
  #step = 0;

  constructor(count: number) {
    this.count = count;
  }

  begin(step: number, { count, from, to, remaining }: StepArrivals): void {
    this.#step = step;
    for (let i = 0; i < count; i++)
      for (let k = from[i]!; k < to[i]!; k++) this.reached.set(k, (step + 1) * WINDOW - Math.round(remaining[i]! * 1e9));
  }

  finish(): StepSpikes {
    const source = this.#step / APART;
    const fires = Number.isInteger(source) && source < this.count;
    return { count: fires ? 1 : 0, circuit: Uint32Array.of(source), fraction: Float64Array.of(fractionOf(source)) };
  }

  voltages(): Float64Array {
    return new Float64Array(this.count);
  }

  snapshot(): unknown {
    return null;
  }

  restore(): void {
    // nothing changes
  }

  close(): void {
    // nothing to release
  }
}

/** Another part of the window for every core, so that spikes meet the clock of the network at any phase. */
function fractionOf(core: number): number {
  return ((core * 37) % 100) / 100 + 0.005;
}

test.each([
  ['sixteen cores on a mesh', 'mesh-4x4', []],
  ['sixteen cores, a clock of no whole ticks', 'mesh-4x4', ['clock=300 MHz']],
  ['64 cores in a hierarchy', 'hierarchical-64', []],
  ['64 cores in a cube', 'cube-4x4x4', []],
  ['eight chips of several cores behind one another', 'bss2-multi-chip', []],
] as const)('%s: every spike reaches every core on its tick', (_name, design, overrides) => {
  const layout = noc(design, ...overrides);
  const { nodes } = layout;
  const part = new OneByOne(nodes);
  const grid = Uint32Array.from({ length: nodes * nodes }, (_, k) => k);
  const emulator = new Emulator(
    {
      timing: { window: WINDOW, out: OUT, in: IN, local: LOCAL, delayLine: null, delay: 500, ticksPerSecond: 1e9 },
      fanOut: {
        start: Uint32Array.from({ length: nodes + 1 }, (_, source) => source * nodes),
        core: grid.map((k) => k % nodes),
        from: grid,
        to: grid.map((k) => k + 1),
      },
      coreOfCircuit: (circuit) => circuit,
      neuronInCore: () => 0,
      neuronOf: Int32Array.from({ length: nodes }, (_, n) => n),
      stimulus: { tick: new Float64Array(0), source: new Uint32Array(0) },
      neurons: nodes,
      everythingOverNetwork: false,
      confluence: 'internal-first',
      microstepLimit: 1000,
      probes: [],
    },
    [part],
    new NocTransport(layout, IN, 1e9, 1),
  );
  emulator.run((nodes + 1) * APART * WINDOW);
  const clock = new Clock(layout.frequency);
  const cycles = zeroLoadLatencies(layout);
  const expected = new Map<number, number>();
  for (let source = 0; source < nodes; source++) {
    const crossing = source * APART * WINDOW + Math.ceil(fractionOf(source) * WINDOW);
    const offered = clock.cycleAtOrAfter(crossing + OUT);
    for (let core = 0; core < nodes; core++) {
      const k = source * nodes + core;
      const tick = core === source ? crossing + LOCAL : clock.tickOfCycle(offered + cycles[k]!) + IN;
      expected.set(k, tick);
    }
  }
  expect(new Map(Array.from(part.reached).toSorted((a, b) => a[0] - b[0]))).toEqual(expected);
});

test('a system of eight chips has one trace, the same latencies and the same counts in 1, 2 and 4 threads', async () => {
  const run = makeCase(chip('geometry.cores.value=8'), loop({ size: 250, inDegree: 20, rate: 200 }), 25);
  const layout = noc('bss2-multi-chip');
  const seen = [];
  for (const parts of [1, 2, 4]) {
    const { emulator, transport } = await emulate(run, layout, { parts });
    try {
      emulator.run(run.until);
      const { network: _network, ...account } = transport.account();
      seen.push({ hash: traceHash(emulator.spikes()), latencies: emulator.latencies(), activity: { ...emulator.activity }, account });
    } finally {
      emulator.close();
    }
  }
  expect(seen[0]!.activity.spikes).toBeGreaterThan(50);
  expect(seen[0]!.latencies.length).toBeGreaterThan(200);
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[2]).toEqual(seen[0]);
});
