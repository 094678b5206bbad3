import { expect, test } from 'vitest';
import { KernelMemory, reusingMemory } from '../../src/kernels/index.ts';
import { measure } from '../../src/noc/index.ts';
import { layoutOf } from '../noc/designs.ts';

test('a memory that was given back is all zero for whom it comes to, and out of reach for whom it was', () => {
  const first = reusingMemory(() => {
    const memory = new KernelMemory();
    memory.u8(memory.allocate(300_000), 300_000).fill(7);
    return memory;
  });
  expect(() => first.u8(65536, 1)).toThrow(RangeError);
  const second = new KernelMemory();
  expect(second.memory.buffer.byteLength).toBeGreaterThan(300_000);
  expect(new Uint8Array(second.memory.buffer).every((byte) => byte === 0)).toBe(true);
  const third = new KernelMemory();
  expect(third.memory).not.toBe(second.memory);
});

test('what is thrown in the work is thrown on, and its memories are free again', () => {
  const taken: WebAssembly.Memory[] = [];
  const fail = (): never => {
    taken.push(new KernelMemory().memory);
    throw new Error('no');
  };
  expect(() => reusingMemory(fail)).toThrow('no');
  expect(new KernelMemory().memory).toBe(taken[0]);
});

test('measurements share memories and nothing else: each is what it is alone', () => {
  const layouts = [
    layoutOf({ topology: { kind: 'mesh', width: 8, height: 8 }, routing: { kind: 'dimension-order' } }),
    layoutOf({ topology: { kind: 'ring', routers: 9 }, routing: { kind: 'blash' }, router: { vcs: 4, buffer: 3 } }),
    layoutOf({ topology: { kind: 'torus', width: 4, height: 4 }, routing: { kind: 'dimension-order' }, packet: { flits: 3 } }),
  ];
  const point = (k: number) =>
    measure(layouts[k % 3]!, { traffic: { kind: 'uniform' }, rate: 0.15, seed: 5, cycles: 800, listFlows: Infinity });
  const first = [0, 1, 2].map((k) => point(k));
  const told = first.map((one) => JSON.stringify(one));
  for (const k of [4, 2, 0, 1, 5, 3]) expect(JSON.stringify(point(k))).toBe(told[k % 3]);
  expect(first.map((one) => JSON.stringify(one))).toEqual(told);
});
