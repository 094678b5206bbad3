/** The window of the contract, on parts and networks that are scripts: what arrives when, what is refused. */
import { expect, test } from 'vitest';
import { ContractError, InfeasibleError } from '../../src/base/index.ts';
import type { StepArrivals, StepSpikes } from '../../src/chip/index.ts';
import {
  Emulator,
  IdealTransport,
  ROUTE_WORDS,
  type Arrive,
  type EmulatorPlan,
  type InterfaceTiming,
  type Part,
  type Transport,
} from '../../src/emulator/index.ts';

const TIMING: InterfaceTiming = { window: 100, out: 50, in: 50, local: 100, delayLine: null, delay: 500, ticksPerSecond: 1e9 };

/** Two circuits that fire when told, and note what arrives: [window, first synapse, ticks before the end of the window]. */
class Script implements Part {
  readonly count = 2;
  readonly seen: (readonly [number, number, number])[] = [];
  readonly #fires: readonly (readonly [window: number, circuit: number, fraction: number])[];
  #step = 0;

  constructor(fires: readonly (readonly [number, number, number])[]) {
    this.#fires = fires;
  }

  begin(step: number, { count, from, remaining }: StepArrivals): void {
    this.#step = step;
    for (let i = 0; i < count; i++) this.seen.push([step, from[i]!, Math.round(remaining[i]! * 1e9)]);
  }

  finish(): StepSpikes {
    const now = this.#fires.filter(([window]) => window === this.#step);
    return {
      count: now.length,
      circuit: Uint32Array.from(now, ([, circuit]) => circuit),
      fraction: Float64Array.from(now, ([, , f]) => f),
    };
  }

  voltages(): Float64Array {
    return new Float64Array(2);
  }

  snapshot(): unknown {
    return null;
  }

  restore(): void {
    // nothing changes in a script
  }

  close(): void {
    // nothing to release
  }
}

/** Circuit 0 lies in core 0, circuit 1 in core 1; synapse 0 leads from 0 to 1, synapse 1 from 1 to itself. */
function planOf(timing: Partial<InterfaceTiming> = {}, more: Partial<EmulatorPlan> = {}): EmulatorPlan {
  return {
    timing: { ...TIMING, ...timing },
    fanOut: { start: Uint32Array.of(0, 1, 2), core: Uint32Array.of(1, 1), from: Uint32Array.of(0, 1), to: Uint32Array.of(1, 2) },
    neuronInCore: (circuit) => circuit,
    coreOfCircuit: (circuit) => circuit,
    neuronOf: Int32Array.of(0, 1),
    stimulus: { tick: new Float64Array(0), source: new Uint32Array(0) },
    neurons: 2,
    everythingOverNetwork: false,
    confluence: 'internal-first',
    microstepLimit: 1000,
    probes: [],
    ...more,
  };
}

/** A network that delivers each packet after a time of its own. */
function lateBy(latency: number): Transport {
  let pending: Parameters<Arrive>[] = [];
  return {
    offer: (tick, _origin, _local, { source, parts }, crossing, sequence) => {
      for (let k = 0; k < parts.length; k += ROUTE_WORDS)
        pending.push([tick + latency, source, sequence + parts[k + 3]!, crossing, parts[k + 1]!, parts[k + 2]!]);
    },
    advance: (until, arrive) => {
      for (const part of pending) if (part[0] < until) arrive(...part);
      pending = pending.filter(([tick]) => tick >= until);
    },
    account: () => ({ offered: 0, delivered: 0, lost: {}, inFlight: pending.length, synapticEventsLost: 0, network: null }),
    snapshot: () => ({ kind: 'ideal', pending: [], delivered: 0, offered: 0 }),
    restore: () => undefined,
  };
}

test('a window longer than the lookahead of the interface is refused with both numbers', () => {
  const build = () => new Emulator(planOf({ out: 40 }), [new Script([])], new IdealTransport(500));
  expect(build).toThrow(InfeasibleError);
  expect(build).toThrow(/100 ticks .* 90 ticks/);
  expect(() => new Emulator(planOf({ out: 50 }), [new Script([])], new IdealTransport(500))).not.toThrow();
});

test('a window longer than the local loop, or than the latency of an ideal network, is refused', () => {
  expect(() => new Emulator(planOf({ local: 99 }), [], new IdealTransport(500))).toThrow(/100 ticks .* 99 ticks/);
  expect(() => new Emulator(planOf({ delay: 99 }, { everythingOverNetwork: true }), [], new IdealTransport(99))).toThrow(
    /100 ticks .* 99 ticks/,
  );
});

test('a run must end with a window', () => {
  const emulator = new Emulator(planOf(), [new Script([])], new IdealTransport(500));
  expect(() => emulator.run(150)).toThrow(/150 is no multiple of 100/);
});

test('an ideal network delivers after its constant latency, to the tick, whatever the load', () => {
  // circuit 0 fires in window 2 at 0.25: crossing at tick 225
  const part = new Script([
    [2, 0, 0.25],
    [2, 1, 0.25],
    [3, 0, 0.01],
  ]);
  const emulator = new Emulator(planOf({}, { everythingOverNetwork: true }), [part], new IdealTransport(500));
  emulator.run(1200);
  expect(emulator.spikes()).toEqual({ tick: Float64Array.of(225, 225, 301), neuron: Uint32Array.of(0, 1, 0) });
  // due at 725 and 801, which lie 75 and 99 ticks before the ends of their windows
  expect(part.seen).toEqual([
    [7, 0, 75],
    [7, 1, 75],
    [8, 0, 99],
  ]);
  expect(Array.from(emulator.latencies())).toEqual([500, 500, 500]);
});

test('a spike inside a step is stamped with the first tick that is not before it, never with the beginning of its step', () => {
  const part = new Script([
    [0, 0, 2 ** -24],
    [1, 0, 0.2501],
    [2, 0, 1],
  ]);
  const emulator = new Emulator(planOf(), [part], new IdealTransport(500));
  emulator.run(400);
  expect(Array.from(emulator.spikes().tick)).toEqual([1, 126, 300]);
});

test('spikes of one tick are recorded in the order of neurons, however neurons lie on circuits', () => {
  const part = new Script([
    [0, 0, 0.5],
    [0, 1, 0.5],
  ]);
  const emulator = new Emulator(planOf({}, { neuronOf: Int32Array.of(1, 0) }), [part], new IdealTransport(500));
  emulator.run(100);
  expect(Array.from(emulator.spikes().neuron)).toEqual([0, 1]);
});

test('a spike of a circuit without a neuron is nobody’s', () => {
  const emulator = new Emulator(planOf({}, { neuronOf: Int32Array.of(0, -1) }), [new Script([[0, 1, 0.5]])], new IdealTransport(500));
  emulator.run(100);
  expect(emulator.activity.spikes).toBe(0);
});

test('spikes of the same core take the local loop, others the network', () => {
  const part = new Script([[0, 1, 0.5]]);
  const emulator = new Emulator(planOf(), [part], lateBy(1000));
  emulator.run(300);
  expect(part.seen).toEqual([[1, 1, 50]]);
  expect(emulator.activity).toMatchObject({ localEvents: 1, synapticEvents: 1 });
});

test('without a delay line an early spike acts at once, with one it waits for its due tick, in whole steps and as long as the line is', () => {
  // crossing at 50, source queue at 100, row at 160; due at 550
  const arrivals = (delayLine: InterfaceTiming['delayLine']) => {
    const part = new Script([[0, 0, 0.5]]);
    const emulator = new Emulator(planOf({ delayLine }), [part], lateBy(60));
    emulator.run(1000);
    return part.seen.map(([window, , remaining]) => (window + 1) * 100 - remaining);
  };
  expect(arrivals(null)).toEqual([160]);
  expect(arrivals({ step: 1, longest: 1023 })).toEqual([550]);
  expect(arrivals({ step: 100, longest: 700 })).toEqual([460]);
  expect(arrivals({ step: 100, longest: 300 })).toEqual([460]);
  expect(arrivals({ step: 100, longest: 200 })).toEqual([360]);
});

test('a synaptic event is late when it arrives more than half a step after it was due', () => {
  const late = (latency: number): number => {
    const emulator = new Emulator(planOf(), [new Script([[0, 0, 0.5]])], lateBy(latency));
    emulator.run(2000);
    return emulator.activity.late;
  };
  // crossing 50 + out 50 + latency, due at 550
  expect([late(450), late(500), late(501)]).toEqual([0, 0, 1]);
});

test('the causality monitor stops a run whose network delivers into the past, and names both stamps', () => {
  const early: Transport = {
    ...lateBy(0),
    advance: (until, arrive) => void (until === 300 && arrive(140, 0, 0, 0, 0, 1)),
  };
  const emulator = new Emulator(planOf(), [new Script([])], early);
  expect(() => emulator.run(400)).toThrow(ContractError);
  expect(() => emulator.run(400)).toThrow(/causality: an event stamped 140 .* 200/);
});

test('a snapshot of another plan is not taken', () => {
  const one = new Emulator(planOf(), [new Script([])], new IdealTransport(500));
  const other = new Emulator(planOf({}, { probes: [0] }), [new Script([])], new IdealTransport(500));
  expect(() => other.restore(one.snapshot())).toThrow(/another plan/);
});
