/** Simulated annealing of a placement; assembly/annealing.ts has the loop, src/emulator/mapping/placement.ts says what it is for. */
import { STREAMS } from '../base/chance.ts';
import { oneCall } from './one-call.ts';

/**
 * Place of every group, one to one, with a small sum over pairs of traffic x distance. Both are matrices, row after row, the same both ways. Draws are those of
 * `new Chance(seed, 'mapping', 1)`: units 1 (the scale of the temperature), 2 (who swaps) and 3 (whether it is accepted).
 */
export function annealed(traffic: Float64Array, distance: Float64Array, groups: number, steps: number, seed: number): Uint32Array {
  return oneCall(
    'annealing.ts',
    10,
    (kernels) => kernels.annealingHeaderBytes(),
    ({ memory, kernels, header, put, putDoubles, room, setHeader }) => {
      const [trafficAt, distanceAt] = [putDoubles(traffic), putDoubles(distance)];
      const placeOf = put(Uint32Array.from({ length: groups }, (_, group) => group));
      const best = room(groups);
      setHeader([groups, steps, seed >>> 0, Math.floor(seed / 2 ** 32), STREAMS.mapping, 1, trafficAt, distanceAt, placeOf, best]);
      kernels.anneal(header);
      return memory.u32(best, groups).slice();
    },
  );
}
