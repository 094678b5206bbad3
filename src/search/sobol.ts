/**
 * Sobol's sequence: points that fill the unit cube evenly; the first 2^k of them have one in every of 2^k equal slices of every axis.
 * Gray-code order (Antonov and Saleev 1979) with the direction numbers of Joe and Kuo 2008, SIAM J. Sci. Comput. 30:2635, table new-joe-kuo-6.
 */
import { InternalError } from '../base/index.ts';

/** Degree, coefficients and first direction numbers of axes 2, 3, ...; the first axis is the van der Corput sequence. */
const AXES: readonly (readonly [degree: number, coefficients: number, ...first: number[]])[] = [
  [1, 0, 1],
  [2, 1, 1, 3],
  [3, 1, 1, 3, 1],
  [3, 2, 1, 1, 1],
  [4, 1, 1, 1, 3, 3],
  [4, 4, 1, 3, 5, 13],
  [5, 2, 1, 1, 5, 5, 17],
  [5, 4, 1, 1, 5, 5, 5],
  [5, 7, 1, 1, 7, 11, 19],
];
const BITS = 32;

/** The largest number of axes. */
export const SOBOL_AXES = AXES.length + 1;

/** The first `count` points in `axes` dimensions; the first is the origin. */
export function sobolPoints(axes: number, count: number): Float64Array[] {
  if (!(axes >= 1 && axes <= SOBOL_AXES))
    throw new InternalError(`Sobol's sequence is kept for 1 to ${String(SOBOL_AXES)} axes, not ${String(axes)}`);
  const directions = Array.from({ length: axes }, (_, axis) => directionsOf(axis));
  const state = new Uint32Array(axes);
  return Array.from({ length: count }, (_, k) => {
    if (k > 0) {
      // the position of the lowest zero bit of k - 1
      const bit = 31 - Math.clz32(~(k - 1) & k);
      for (let axis = 0; axis < axes; axis++) state[axis]! ^= directions[axis]![bit]!;
    }
    return Float64Array.from(state, (word) => word / 2 ** BITS);
  });
}

function directionsOf(axis: number): Uint32Array {
  const directions = new Uint32Array(BITS);
  if (axis === 0) return directions.map((_, bit) => (2 ** (BITS - 1 - bit)) >>> 0);
  const [degree, coefficients, ...first] = AXES[axis - 1]!;
  for (let bit = 0; bit < BITS; bit++) {
    if (bit < degree) {
      directions[bit] = first[bit]! * 2 ** (BITS - 1 - bit);
      continue;
    }
    let word = directions[bit - degree]! ^ (directions[bit - degree]! >>> degree);
    for (let k = 1; k < degree; k++) if (((coefficients >> (degree - 1 - k)) & 1) === 1) word ^= directions[bit - k]!;
    directions[bit] = word >>> 0;
  }
  return directions;
}
