/**
 * Codes that keep out of one another's way: equal codes of one block disturb one another, and codes that are only a means (a driving current, a starting point) need not be equal.
 */

/** Different offsets: with blocks of 128 this leaves seven others on a code. */
const OFFSETS = 17;

/** The codes moved by up to 8 (half of `offsets`), another offset for every neighbour, within a range. */
export function apart(codes: Int32Array, { min, max }: { readonly min: number; readonly max: number }, offsets = OFFSETS): Int32Array {
  return codes.map((code, n) => Math.min(Math.max(code + (n % offsets) - (offsets >> 1), min), max));
}
