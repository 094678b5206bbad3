/**
 * Wilson score interval of a share, the one that stays sensible near 0 and 1 and for few trials:
 *   (p + z^2/2n -+ z sqrt(p (1 - p)/n + z^2/4n^2)) / (1 + z^2/n)
 * Source: Wilson 1927, J. Am. Stat. Assoc. 22:209; Brown, Cai, DasGupta 2001, Statistical Science 16:101.
 */
import { InternalError } from '../base/index.ts';
import { normalQuantile } from './normal.ts';

export interface Proportion {
  /** Successes / trials, null without trials. */
  readonly share: number | null;
  readonly low: number;
  readonly high: number;
  readonly level: number;
}

/** Wilson interval at the given level; without trials everything is possible: [0, 1]. Throws InternalError unless 0 <= successes <= trials. */
export function wilsonInterval(successes: number, trials: number, level = 0.95): Proportion {
  if (!(successes >= 0 && successes <= trials)) throw new InternalError(`${String(successes)} successes of ${String(trials)} trials`);
  if (trials === 0) return { share: null, low: 0, high: 1, level };
  const z = normalQuantile((1 + level) / 2);
  const share = successes / trials;
  const centre = share + (z * z) / (2 * trials);
  const half = z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  const scale = 1 + (z * z) / trials;
  // none and all are the ends themselves: rounding must not leave 1e-17 there
  return { share, low: successes === 0 ? 0 : (centre - half) / scale, high: successes === trials ? 1 : (centre + half) / scale, level };
}
