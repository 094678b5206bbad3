import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ContractError, InfeasibleError } from '../../src/base/index.ts';
import { checkContract, contractOf, violations, type Observed } from '../../src/codesign/index.ts';
import { admit, ContractSchema, contractHash, type Contract } from '../../src/model/index.ts';
import { chip, noc } from '../emulator/build.ts';

const DERIVED = contractOf(chip(), noc().design, {
  window: 100,
  confluence: 'internal-first',
  seeds: { die: 1, noise: 1, stimulus: 1, mapping: 1 },
});

/** Paths of all values in a contract. */
function paths(value: unknown, at: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[...at]];
  return Object.entries(value).flatMap(([key, member]) => paths(member, [...at, key]));
}

/** A copy with the value at a path replaced. */
function changed(path: readonly string[], change: (value: unknown) => unknown): Contract {
  const copy = structuredClone(DERIVED) as unknown as Record<string, unknown>;
  const parent = path.slice(0, -1).reduce((here, key) => here[key] as Record<string, unknown>, copy);
  parent[path.at(-1)!] = change(parent[path.at(-1)!]);
  return copy as unknown as Contract;
}

test('the contract of a run is a valid contract card', () => {
  expect(ContractSchema.parse(DERIVED)).toEqual(DERIVED);
});

test('changing any field changes the hash', () => {
  const all = paths(DERIVED);
  expect(all.length).toBeGreaterThan(20);
  fc.assert(
    fc.property(fc.constantFrom(...all), fc.integer({ min: 1, max: 1000 }), (path, by) => {
      const other = changed(path, (value) =>
        typeof value === 'number'
          ? value + by
          : value === null
            ? by
            : Array.isArray(value)
              ? [...(value as string[]), String(by)]
              : `${value as string} ${String(by)}`,
      );
      expect(contractHash(other)).not.toBe(contractHash(DERIVED));
    }),
  );
  expect(contractHash(structuredClone(DERIVED))).toBe(contractHash(DERIVED));
});

describe('a contract that a person wrote', () => {
  test('is taken when it says what the run does, with limits and a confluence rule of its own', () => {
    const own: Contract = { ...DERIVED, confluence: 'external-first', limits: { ...DERIVED.limits, dynamicPower: 1 }, properties: [] };
    expect(() => checkContract(own, DERIVED)).not.toThrow();
  });

  test('cannot let a measurement into an offline run: the clause is named', () => {
    expect(() => admit(DERIVED, 'measurement')).toThrow(/clause EVENTS: a measurement event is not admitted in regime "offline"/);
    const own: Contract = { ...DERIVED, events: ['simulation', 'measurement'] };
    expect(() => checkContract(own, DERIVED)).toThrow(ContractError);
    expect(() => checkContract(own, DERIVED)).toThrow(/clause EVENTS: a measurement event/);
  });

  test.each<[string, Contract, RegExp]>([
    ['another regime', { ...DERIVED, regime: 'co-simulated' }, /clause REGIME: "co-simulated"/],
    [
      'another clock',
      { ...DERIVED, time: { ...DERIVED.time, nocClock: 1e8 } },
      /clause TIME: time.nocClock is 100000000, the cards say 250000000/,
    ],
    ['another window', { ...DERIVED, time: { ...DERIVED.time, window: 50 } }, /clause TIME: time.window is 50/],
    ['another die', { ...DERIVED, seeds: { ...DERIVED.seeds, die: 7 } }, /clause SEEDS: seeds.die is 7, the run has 1/],
    ['a deadline', { ...DERIVED, deadline: 5 }, /clause DEADLINE/],
    ['a property that nobody can check', { ...DERIVED, properties: ['beauty'] }, /clause PROPERTIES: "beauty"/],
  ])('is refused when it promises %s', (_, own, message) => {
    expect(() => checkContract(own, DERIVED)).toThrow(InfeasibleError);
    expect(() => checkContract(own, DERIVED)).toThrow(message);
  });
});

describe('admissibility', () => {
  const LIMITS: Contract['limits'] = { linkLoad: 0.5, bufferOccupancy: 10, cadcOutside: 0.1, weightClipped: 0.01, dynamicPower: 0.2 };
  const own: Contract = { ...DERIVED, limits: LIMITS };
  const fine: Observed = {
    linkLoad: [0.1, 0.5],
    bufferOccupancy: [3, 10],
    cadcOutside: 0.1,
    weightClipped: 0.01,
    dynamicPower: 0.2,
    properties: { 'conservation of packets': true, 'no NaN in a state': true },
    until: 5000,
  };

  test('a run on its limits is admissible', () => {
    expect(violations(own, fine)).toEqual([]);
  });

  test.each<[string, Partial<Observed>, string, RegExp]>([
    ['link load', { linkLoad: [0.1, 0.51] }, 'link 1', /linkLoad: 0.51 of 0.5/],
    ['buffer occupancy', { bufferOccupancy: [11, 0] }, 'router 0', /bufferOccupancy: 11 of 10/],
    ['CADC readings', { cadcOutside: 0.2 }, 'CADC', /cadcOutside: 0.2 of 0.1/],
    ['clipped weights', { weightClipped: 0.02 }, 'synapse weights', /weightClipped: 0.02 of 0.01/],
    ['power', { dynamicPower: 0.3 }, 'chip', /dynamicPower: 0.3 of 0.2 W/],
    ['a property', { properties: { 'no NaN in a state': false } }, 'run', /property: no NaN in a state/],
  ])('a run that leaves the limit on %s is logged with entity, tick and limit', (_, beyond, entity, limit) => {
    const [found, ...more] = violations(own, { ...fine, ...beyond });
    expect(more).toEqual([]);
    expect(found).toMatchObject({ entity, tick: 5000, count: 1 });
    expect(found!.limit).toMatch(limit);
  });

  test('a limit of null is off, and an instrument that was not read breaks no limit', () => {
    const off = Object.fromEntries(Object.keys(LIMITS).map((name) => [name, null])) as Contract['limits'];
    const bad: Observed = { ...fine, linkLoad: [9], bufferOccupancy: [99], cadcOutside: 1, weightClipped: 1, dynamicPower: 9 };
    expect(violations({ ...own, limits: off }, bad)).toEqual([]);
    expect(violations(own, { ...fine, cadcOutside: null })).toEqual([]);
  });
});
