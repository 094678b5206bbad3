/**
 * An integrator that shares nothing with src: extrapolation of the modified midpoint rule (Gragg, Bulirsch, Stoer) over 8 levels, order 16, with steps halved until the last two columns agree.
 * Source: Hairer, Norsett, Wanner, "Solving ordinary differential equations I", II.9.
 */

type Slope = (t: number, y: readonly number[]) => number[];

const LEVELS = [2, 4, 6, 8, 10, 12, 14, 16];

/** One step of length h and what the last two columns of the table differ by, relative to 1 + |y|. */
function trial(slope: Slope, t: number, y: readonly number[], h: number): { y: number[]; error: number } {
  const table: number[][] = [];
  let error = Infinity;
  LEVELS.forEach((n, k) => {
    const step = h / n;
    let before = [...y];
    let now = y.map((value, i) => value + step * slope(t, y)[i]!);
    for (let m = 1; m < n; m++) {
      const d = slope(t + m * step, now);
      [before, now] = [now, before.map((value, i) => value + 2 * step * d[i]!)];
    }
    const d = slope(t + h, now);
    let row = now.map((value, i) => 0.5 * (value + before[i]! + step * d[i]!));
    const rows = [row];
    for (let j = 1; j <= k; j++) {
      const ratio = (n / LEVELS[k - j]!) ** 2 - 1;
      const previous = table[(k * (k - 1)) / 2 + j - 1]!;
      const better = row.map((value, i) => value + (value - previous[i]!) / ratio);
      if (k === LEVELS.length - 1 && j === k)
        error = Math.max(...better.map((value, i) => Math.abs(value - row[i]!) / (1 + Math.abs(value))));
      row = better;
      rows.push(row);
    }
    table.push(...rows);
  });
  return { y: table.at(-1)!, error };
}

/** Follows y from t to `end`; at `event` >= 0 (upward) calls `spike`, which may change the state. Ends early, after a spike, where `stop` says so. */
export function follow(
  slope: Slope,
  start: readonly number[],
  from: number,
  end: number,
  event?: (y: readonly number[]) => number,
  spike?: (t: number, y: number[]) => number[],
  stop?: () => boolean,
): number[] {
  let [t, y, h] = [from, [...start], 0.25];
  while (t < end) {
    const length = Math.min(h, end - t);
    const one = trial(slope, t, y, length);
    if (!(one.error < 1e-14)) {
      h = length / 2;
      if (h < 1e-16) throw new Error('the step vanished');
      continue;
    }
    // V may pass the level and come back within a step: looked for inside of steps that end close below it
    if (event !== undefined && event(y) < 0 && event(one.y) < 0 && Math.max(event(y), event(one.y)) > -1) {
      const inside = [1, 2, 3, 4, 5, 6, 7].some((k) => event(trial(slope, t, y, (k * length) / 8).y) >= 0);
      if (inside) {
        h = length / 2;
        continue;
      }
    }
    if (event !== undefined && event(y) < 0 && event(one.y) >= 0) {
      // bisection on the length of the step, which is exact at any length below
      let [low, high] = [0, length];
      for (let i = 0; i < 60 && high - low > 1e-16 * (1 + t); i++) {
        const middle = (low + high) / 2;
        if (event(trial(slope, t, y, middle).y) >= 0) high = middle;
        else low = middle;
      }
      const there = trial(slope, t, y, high).y;
      t += high;
      y = spike!(t, there);
      if (stop?.() === true) return y;
      h = Math.max(high, 1e-3);
      continue;
    }
    t = length === end - t ? end : t + length;
    y = one.y;
    h = Math.min(0.5, length * (one.error < 1e-17 ? 2 : 1.3));
  }
  return y;
}
