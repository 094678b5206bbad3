/** Simulated annealing of a placement; assembly/annealing.ts has the loop, src/emulator/mapping/placement.ts says what it is for. */
import { STREAMS } from '../base/chance.ts';
import { InternalError } from '../base/errors.ts';
import { instantiate } from './load.ts';
import { KernelMemory, reusingMemory } from './memory.ts';

const WORDS = 10;

/**
 * Place of every group, one to one, with a small sum over pairs of traffic x distance. Both are matrices, row after row, the same both ways. Draws are those of
 * `new Chance(seed, 'mapping', 1)`: units 1 (the scale of the temperature), 2 (who swaps) and 3 (whether it is accepted).
 */
export function annealed(traffic: Float64Array, distance: Float64Array, groups: number, steps: number, seed: number): Uint32Array {
  return reusingMemory(() => {
    const memory = new KernelMemory();
    const kernels = instantiate(memory);
    if (kernels.annealingHeaderBytes() !== 4 * WORDS)
      throw new InternalError('kernels.wasm has another annealing than annealing.ts: run npm run build');
    const header = memory.allocate(4 * WORDS);
    const [trafficAt, distanceAt] = [memory.allocate(8 * traffic.length), memory.allocate(8 * distance.length)];
    memory.f64(trafficAt, traffic.length).set(traffic);
    memory.f64(distanceAt, distance.length).set(distance);
    const [placeOf, best] = [memory.allocate(4 * groups), memory.allocate(4 * groups)];
    for (const group of memory.u32(placeOf, groups).keys()) memory.u32(placeOf, groups)[group] = group;
    memory
      .u32(header, WORDS)
      .set([groups, steps, seed >>> 0, Math.floor(seed / 2 ** 32), STREAMS.mapping, 1, trafficAt, distanceAt, placeOf, best]);
    kernels.anneal(header);
    return memory.u32(best, groups).slice();
  });
}
