/**
 * Root of a scalar function in a bracket: inverse quadratic interpolation where it is safe, bisection where it is not. Needs no derivative and never leaves the bracket.
 * Source: Chandrupatla 1997, "A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function without using derivatives", Adv. Eng. Software 28.
 */
import { InternalError } from '../base/index.ts';

/**
 * The zero of `f` between `a` and `b`, to within `tolerance` (same unit as `a`) or two ulp, whichever is larger.
 * `f` must have opposite signs (or a zero) at the two ends; InternalError otherwise.
 */
export function bracketedRoot(f: (x: number) => number, a: number, b: number, tolerance: number): number {
  let [older, newer] = [a, b];
  let [fOlder, fNewer] = [f(older), f(newer)];
  if (fOlder === 0) return older;
  if (fNewer === 0) return newer;
  if (fOlder > 0 === fNewer > 0) throw new InternalError(`no sign change between ${String(a)} and ${String(b)}`);
  let position = 0.5;
  for (let iteration = 0; iteration < 200; iteration++) {
    const x = newer + position * (older - newer);
    const fx = f(x);
    // (x, newer, older): keep the bracket in (x, other end), the dropped point serves the interpolation
    let [third, fThird] = [newer, fNewer];
    if (fx > 0 === fNewer > 0) {
      [newer, fNewer] = [x, fx];
    } else {
      [third, fThird] = [older, fOlder];
      [older, fOlder] = [newer, fNewer];
      [newer, fNewer] = [x, fx];
    }
    if (fx === 0) return x;
    const width = Math.abs(older - newer);
    const best = Math.abs(fNewer) < Math.abs(fOlder) ? newer : older;
    const resolution = Math.max(tolerance, 2 * Number.EPSILON * Math.abs(best));
    if (width <= resolution) return best;
    const xi = (newer - older) / (third - older);
    const phi = (fNewer - fOlder) / (fThird - fOlder);
    const smooth = phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi;
    position = smooth
      ? (fNewer / (fOlder - fNewer)) * (fThird / (fOlder - fThird)) +
        ((third - newer) / (older - newer)) * (fNewer / (fThird - fNewer)) * (fOlder / (fThird - fOlder))
      : 0.5;
    const edge = resolution / (2 * width);
    position = Math.min(1 - edge, Math.max(edge, position));
  }
  return newer;
}
