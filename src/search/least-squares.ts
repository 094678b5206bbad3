/**
 * Weighted straight line: minimise sum_k w_k (y_k - offset - slope x_k)^2. With S = sum w, weighted means x' and y', Sxx = sum w (x - x')^2, Sxy = sum w (x - x')(y - y'):
 *   slope = Sxy / Sxx,  offset = y' - slope x',  var(slope) = s^2 / Sxx,  var(offset) = s^2 (1/S + x'^2 / Sxx),  s^2 = sum w r^2 / (n - 2)
 * Weights are relative: only their ratios matter, the scale s comes from the residuals. Source: Press et al., Numerical Recipes, section 15.2.
 */
import { InternalError } from '../base/index.ts';

export interface LineFit {
  readonly offset: number;
  readonly slope: number;
  /** Standard errors; null with only two points, which leave no residual to estimate them from. */
  readonly offsetError: number | null;
  readonly slopeError: number | null;
}

/** Line through points (x, y), or null when fewer than two different x have a weight above 0. Throws InternalError when the columns differ in length or a weight is negative. */
export function fitLine(x: ArrayLike<number>, y: ArrayLike<number>, weights?: ArrayLike<number>): LineFit | null {
  if (x.length !== y.length || (weights !== undefined && weights.length !== x.length))
    throw new InternalError('the columns of a fit differ in length');
  const weight = weights ?? new Float64Array(x.length).fill(1);
  for (let k = 0; k < weight.length; k++) if (!(weight[k]! >= 0)) throw new InternalError('a fit needs weights of at least 0');
  const { total, meanX, meanY, xx, xy } = lineMoments(x, y, weight);
  if (!(xx > 0)) return null;
  const slope = xy / xx;
  const offset = meanY - slope * meanX;
  let [squares, points] = [0, 0];
  for (let k = 0; k < x.length; k++) {
    squares += weight[k]! * (y[k]! - offset - slope * x[k]!) ** 2;
    if (weight[k]! > 0) points++;
  }
  if (points < 3) return { offset, slope, offsetError: null, slopeError: null };
  const variance = squares / (points - 2);
  return { offset, slope, offsetError: Math.sqrt(variance * (1 / total + (meanX * meanX) / xx)), slopeError: Math.sqrt(variance / xx) };
}

/** Weighted moments of points about their means: what every line fit rests on. The means are NaN when no weight is above 0. */
export interface LineMoments {
  readonly total: number;
  readonly meanX: number;
  readonly meanY: number;
  readonly xx: number;
  readonly xy: number;
}

/** Moments of points of equal number; two passes, so that a large common offset costs no digits. */
export function lineMoments(x: ArrayLike<number>, y: ArrayLike<number>, weight: ArrayLike<number>): LineMoments {
  let [total, sumX, sumY] = [0, 0, 0];
  for (let k = 0; k < x.length; k++) {
    total += weight[k]!;
    sumX += weight[k]! * x[k]!;
    sumY += weight[k]! * y[k]!;
  }
  const [meanX, meanY] = [sumX / total, sumY / total];
  let [xx, xy] = [0, 0];
  for (let k = 0; k < x.length; k++) {
    const distance = x[k]! - meanX;
    xx += weight[k]! * distance * distance;
    xy += weight[k]! * distance * (y[k]! - meanY);
  }
  return { total, meanX, meanY, xx, xy };
}
