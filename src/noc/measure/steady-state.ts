/**
 * Is a simulated series steady, and how well is its mean known?
 *   MSER-5    the beginning that has to be cut: of the means of 5 values each, drop the first d for which  sum_{i > d} (x_i - mean_d)^2 / (n - d)^2  is smallest, d at most n / 2.
 *             Source: White 1997, "An effective truncation heuristic for bias reduction in simulation output"; White, Cobb, Spratt 2000.
 *   batches   the series in 20 batches of equal length; their means are nearly independent, so  s / sqrt(20)  is the standard error, and t(19) = 2.093 of it the 95 % interval.
 *             Source: Law and Carson 1979, "A sequential procedure for determining the length of a steady-state simulation".
 * Batches know nothing of what lasts longer than the run: near saturation only several seeds tell.
 */

/** A mean and how well it is known. */
export interface BatchMeans {
  readonly mean: number;
  readonly standardError: number;
  /** Half of the 95 % interval. */
  readonly halfWidth: number;
  readonly batches: number;
}

const BATCHES = 20;
const T_95 = 2.093; // two-sided, 19 degrees of freedom
const GROUP = 5;

/** Mean of a series from 20 batches; a rest at the end that fills no batch is left out of the error. Undefined when there are fewer than 20 values. */
export function batchMeans(values: ArrayLike<number>): BatchMeans | undefined {
  const size = Math.floor(values.length / BATCHES);
  if (size === 0) return undefined;
  const means = new Float64Array(BATCHES);
  let whole = 0;
  for (let batch = 0; batch < BATCHES; batch++) {
    let sum = 0;
    for (let i = batch * size; i < (batch + 1) * size; i++) {
      sum += values[i]!;
      whole += values[i]!;
    }
    means[batch] = sum / size;
  }
  for (let i = BATCHES * size; i < values.length; i++) whole += values[i]!;
  const middle = meanOf(means, 0, BATCHES);
  const variance = means.reduce((sum, value) => sum + (value - middle) * (value - middle), 0) / (BATCHES - 1);
  const standardError = Math.sqrt(variance / BATCHES);
  return { mean: whole / values.length, standardError, halfWidth: T_95 * standardError, batches: BATCHES };
}

/** Values at the beginning of a series that MSER-5 drops; half of them (rounded to groups of 5) means that the series is not steady, or too short. */
export function mser5(values: ArrayLike<number>): number {
  const groups = Math.floor(values.length / GROUP);
  let [sum, squares] = [0, 0];
  let best = Infinity;
  let cut = 0;
  const offset = groups === 0 ? 0 : meanOf(values, 0, groups * GROUP);
  for (let drop = groups - 1; drop >= 0; drop--) {
    const value = meanOf(values, drop * GROUP, (drop + 1) * GROUP) - offset;
    sum += value;
    squares += value * value;
    const left = groups - drop;
    if (drop > groups / 2) continue;
    const spread = Math.max(0, squares - (sum * sum) / left) / (left * left);
    // of equal ones the shortest cut
    if (spread <= best) {
      best = spread;
      cut = drop;
    }
  }
  return cut * GROUP;
}

function meanOf(values: ArrayLike<number>, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i]!;
  return sum / (to - from);
}
