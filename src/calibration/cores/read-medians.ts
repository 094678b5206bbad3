/**
 * Medians of the neurons of every core from repeated readings, and how well they are known. The neurons are given and all are looked at: what is not known of their median is what is not
 * known of each of them, no sampling error of a population. With relative error s of the mean reading m of a neuron, and ln x of the core's neurons normal around mu with deviation t,
 *   ln x | m ~ N(mu + B (ln m - mu), B s^2),   B = t^2 / (t^2 + s^2);   ln x ~ N(mu, t^2) of a neuron without a reading;   mu ~ N(median of ln m, pi / 2 n times the square of the spread of ln m)
 * The interval is that of the medians of many draws of all neurons of the core, about the median of the means.
 * Source: Gelman et al. 2013, Bayesian Data Analysis, section 5.4 (normal hierarchy); order statistics of independent, not identical variables have no handy closed form.
 */
import { Chance, log } from '../../base/index.ts';
import { intervalsOf, meanRepeated } from '../uncertainty.ts';
import { medianOf, rowsOf, spreadOf } from './core-groups.ts';

/** One entry per core unless said. */
export interface ReadMedians {
  /** Mean of the repeats of every neuron, cores outermost; NaN where none was read. */
  readonly readings: Float64Array;
  /** Of what could be read. */
  readonly median: number[];
  /** Robust relative spread within the core. */
  readonly spread: number[];
  /** Standard error of the median, relative. */
  readonly error: number[];
  /** Half widths of the intervals around the median that hold the truth with 68 and 95 %, in the unit of the readings. */
  readonly error68: number[];
  readonly error95: number[];
}

/** Pairs of draws, z and -z. */
const PAIRS = 250;
/** A neuron further than this many of its deviations from where the median can be is on one side of it in every draw. */
const SURE = 5;
/** Seed of the draws: points of an integration, the same for every quantity. */
const SEED = 1;
/** Unit of the draw that all neurons have in common. */
const COMMON = 2 ** 40;
/** Unit of the draw of a core's mu. */
const SHIFT = COMMON + 1;

/** What one neuron of a core may be: ln x = middle + (1 - kept) shift + deviation z, with the shift of mu that the core has in common. */
interface Guess {
  readonly middle: number;
  readonly deviation: number;
  readonly kept: number;
}

/** Medians from at least two repeats of the readings of all neurons; `systematic`: relative standard error that all neurons of a core share and no repetition shows. */
export function readMedians(repeats: readonly Float64Array[], cores: number, systematic = 0): ReadMedians {
  const readings = meanRepeated(repeats);
  const relative = repeats.map((one) => one.map((value, n) => (readings[n]! > 0 ? value / readings[n]! : NaN)));
  const errors = rowsOf(steadied(intervalsOf(relative, () => 0).statistical), cores);
  const rows = rowsOf(readings, cores);
  const median = rows.map((row) => medianOf(row));
  const spread = rows.map((row) => spreadOf(row));
  // the cores of a chip are of one layout: their neurons spread alike
  const population = rms(spread.filter(Number.isFinite));
  const known = rows.map((row, core) => intervalOf(row, errors[core]!, population, systematic));
  return {
    readings,
    median,
    spread,
    error: known.map(({ error }) => error),
    error68: known.map(({ error68 }, core) => error68 * median[core]!),
    error95: known.map(({ error95 }, core) => error95 * median[core]!),
  };
}

/** Counts of spikes often repeat exactly: where most do, what all differ by tells more of each than its own repeats. */
function steadied(errors: Float64Array): Float64Array {
  const finite = errors.filter(Number.isFinite);
  if (finite.length === 0 || finite.filter((one) => one > 0).length * 2 > finite.length) return errors;
  const common = rms(Array.from(finite));
  return errors.map((one) => (Number.isFinite(one) ? common : NaN));
}

function intervalOf(
  means: readonly number[],
  errors: readonly number[],
  spread: number,
  systematic: number,
): Readonly<Record<'error' | 'error68' | 'error95', number>> {
  const middle = log(medianOf(means));
  if (!Number.isFinite(middle)) return { error: NaN, error68: NaN, error95: NaN };
  const own = Math.sqrt(Math.max(spread ** 2 - medianOf(errors) ** 2, 0));
  let read = 0;
  const guesses = means.map((value, n): Guess => {
    // silent neurons lie below all others
    if (value === 0) return { middle: -Infinity, deviation: 0, kept: 1 };
    const error = errors[n]!;
    if (!(value > 0) || Number.isNaN(error)) return { middle, deviation: own, kept: 0 };
    read++;
    const kept = error === 0 ? 1 : own ** 2 / (own ** 2 + error ** 2);
    return { middle: middle + kept * (log(value) - middle), deviation: Math.sqrt(kept) * error, kept };
  });
  const chance = new Chance(SEED, 'bootstrap');
  const shift = (spreadOf(means) * Math.sqrt(Math.PI / 2)) / Math.sqrt(read);
  const off = mediansOfDraws(guesses, shift, chance)
    .flatMap(([up, down], k) => {
      const common = systematic * chance.normal(COMMON, k);
      return [Math.abs(up + common - middle), Math.abs(down - common - middle)];
    })
    .toSorted((a, b) => a - b);
  const quantile = (share: number): number => off[Math.min(Math.floor(share * off.length), off.length - 1)]!;
  return { error: rms(off), error68: quantile(0.6827), error95: quantile(0.95) };
}

/** Medians of all neurons, draw after draw with its mirror image; only neurons that can change sides are drawn. */
function mediansOfDraws(guesses: readonly Guess[], shift: number, chance: Chance): (readonly [number, number])[] {
  const places = [(guesses.length - 1) >> 1, guesses.length >> 1] as const;
  const reach = ({ deviation, kept }: Guess): number => SURE * (deviation + (1 - kept) * shift);
  const least = guesses.map((guess) => guess.middle - reach(guess)).toSorted((a, b) => a - b)[places[0]]!;
  const most = guesses.map((guess) => guess.middle + reach(guess)).toSorted((a, b) => a - b)[places[1]]!;
  const moving = guesses.filter((guess) => guess.middle + reach(guess) >= least && guess.middle - reach(guess) <= most);
  const below = guesses.filter((guess) => guess.middle + reach(guess) < least).length;
  const drawn = new Float64Array(moving.length);
  const medianOfDraw = (k: number, sign: number): number => {
    const common = sign * shift * chance.normal(SHIFT, k);
    moving.forEach(({ middle, deviation, kept }, n) => {
      drawn[n] = middle + (1 - kept) * common + sign * deviation * chance.normal(n, k);
    });
    drawn.sort();
    return (drawn[places[0] - below]! + drawn[places[1] - below]!) / 2;
  };
  return Array.from({ length: PAIRS }, (_, k) => [medianOfDraw(k, 1), medianOfDraw(k, -1)] as const);
}

function rms(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, one) => sum + one * one, 0) / values.length);
}
