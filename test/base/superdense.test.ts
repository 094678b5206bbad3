import { expect, test } from 'vitest';
import { Chance, compareEvents, ContractError, EventQueue, hashOf, type TimedEvent } from '../../src/base/index.ts';

/** A few hundred events with many equal stamps. */
function someEvents(): TimedEvent[] {
  const chance = new Chance(4, 'stimulus');
  return Array.from({ length: 300 }, (_, sequence) => ({
    tick: chance.integer(0, sequence, 20),
    microstep: chance.integer(1, sequence, 3),
    kind: chance.integer(2, sequence, 4),
    source: chance.integer(3, sequence, 5),
    sequence,
  }));
}

function drained(events: readonly TimedEvent[]): TimedEvent[] {
  const queue = new EventQueue();
  for (const event of events) queue.push(event);
  return Array.from({ length: queue.size }, () => queue.pop()!);
}

test('a thousand random orders of insertion give one order and one hash', () => {
  const events = someEvents();
  const expected = events.toSorted(compareEvents);
  const hashes = new Set<string>();
  const chance = new Chance(5, 'mapping');
  for (let trial = 0; trial < 1000; trial++) {
    const order = drained(Array.from(chance.permutation(trial, events.length), (i) => events[i]!));
    hashes.add(hashOf(order));
  }
  expect(drained(events)).toEqual(expected);
  expect(hashes).toEqual(new Set([hashOf(expected)]));
});

test('a chain of k zero-delay events takes microsteps 0 to k-1 of an unchanged tick', () => {
  const queue = new EventQueue();
  queue.push({ tick: 17, microstep: 0, kind: 0, source: 0, sequence: 0 });
  const seen: number[] = [];
  for (let event = queue.pop(); event !== undefined; event = queue.pop()) {
    expect(event.tick).toBe(17);
    seen.push(event.microstep);
    if (seen.length < 50) queue.pushNow({ kind: 0, source: event.source + 1, sequence: seen.length });
  }
  expect(seen).toEqual(Array.from({ length: 50 }, (_, k) => k));
});

test('an instantaneous loop stops with an error that names the tick, the limit and the source', () => {
  const queue = new EventQueue(100);
  queue.push({ tick: 3, microstep: 0, kind: 0, source: 7, sequence: 0 });
  const loop = (): void => {
    for (let event = queue.pop(); event !== undefined; event = queue.pop()) queue.pushNow({ kind: 0, source: 7, sequence: 0 });
  };
  expect(loop).toThrow(ContractError);
  expect(loop).not.toThrow();
  queue.push({ tick: 4, microstep: 0, kind: 0, source: 7, sequence: 0 });
  expect(loop).toThrow(/Zeno: tick 4 did not end within 100 microsteps \(source 7\)/);
});

test('an event from the past is refused with both stamps', () => {
  const queue = new EventQueue();
  queue.push({ tick: 10, microstep: 2, kind: 0, source: 0, sequence: 0 });
  queue.pop();
  expect(() => queue.push({ tick: 9, microstep: 0, kind: 0, source: 1, sequence: 0 })).toThrow(
    /causality: an event stamped \(9, 0\) was delivered at \(10, 2\)/,
  );
  expect(() => queue.push({ tick: 10, microstep: 1, kind: 0, source: 1, sequence: 0 })).toThrow(/\(10, 1\)/);
  expect(() => queue.push({ tick: 10, microstep: 2, kind: 0, source: 1, sequence: 0 })).not.toThrow();
});

test('a million random events with delays of at least 0 raise no complaint and come out in order', () => {
  const queue = new EventQueue();
  const chance = new Chance(6, 'stimulus');
  for (let source = 0; source < 64; source++) queue.push({ tick: source, microstep: 0, kind: 0, source, sequence: 0 });
  let last: TimedEvent = { tick: -1, microstep: 0, kind: 0, source: 0, sequence: 0 };
  let backwards = 0;
  for (let i = 0; i < 1_000_000; i++) {
    const event = queue.pop()!;
    if (event.tick < last.tick || (event.tick === last.tick && event.microstep < last.microstep)) backwards++;
    last = event;
    const delay = chance.words(0, i >> 2)[i & 3]! & 15;
    if (delay === 0) queue.pushNow({ kind: 0, source: event.source, sequence: i });
    else queue.push({ tick: event.tick + delay, microstep: 0, kind: 0, source: event.source, sequence: i });
  }
  expect(backwards).toBe(0);
  expect(queue.size).toBe(64);
});

/**
 * The confluence rule by one constructed case: a neuron with delta synapses that rises by 1 per tick from 0, fires at 10, and is refractory for 5 ticks. A spike of weight -3
 * arrives at one tick. `internalFirst`: crossings and ends of refractoriness come before arrivals at the same tick; else after them.
 */
function confluence(arrival: number, internalFirst: boolean): string[] {
  interface NeuronEvent extends TimedEvent {
    readonly what: 'rise' | 'free' | 'arrival';
  }
  const [internal, external] = internalFirst ? [0, 1] : [1, 0];
  const queue = new EventQueue<NeuronEvent>();
  const trace: string[] = [];
  let [v, refractory, sequence] = [0, false, 0];
  const plan = (what: NeuronEvent['what'], tick: number): void =>
    queue.push({ what, tick, microstep: 0, kind: what === 'arrival' ? external : internal, source: 0, sequence: sequence++ });
  plan('rise', 1);
  plan('arrival', arrival);
  for (let event = queue.pop(); event !== undefined && event.tick <= 40; event = queue.pop()) {
    if (event.what === 'free') refractory = false;
    if (event.what === 'arrival' && !refractory) v -= 3;
    if (event.what !== 'rise' || refractory) continue;
    v += 1;
    if (v >= 10) {
      trace.push(`spike ${String(event.tick)}`);
      [v, refractory] = [0, true];
      plan('free', event.tick + 5);
      plan('rise', event.tick + 6);
    } else plan('rise', event.tick + 1);
  }
  return trace;
}

test('a spike that arrives exactly at a threshold crossing is lost in the reset, or prevents the crossing: the two documented outcomes', () => {
  expect(confluence(10, true)).toEqual(['spike 10', 'spike 25', 'spike 40']);
  expect(confluence(10, false)).toEqual(['spike 13', 'spike 28']);
});

test('a spike that arrives exactly at the end of refractoriness acts, or is lost: the two documented outcomes', () => {
  expect(confluence(15, true)).toEqual(['spike 10', 'spike 28']);
  expect(confluence(15, false)).toEqual(['spike 10', 'spike 25', 'spike 40']);
});

test('the two rules give one trace wherever nothing happens at the same instant', () => {
  // during refractoriness and beyond the end every order is the same
  for (const arrival of [11, 12, 13, 14, 26, 29]) expect(confluence(arrival, true)).toEqual(confluence(arrival, false));
});
