/**
 * Background generators of a chip: a shift register that is moved on once per period and decides from its bits.
 *   regular   an event at the end of every period
 *   poisson   an event at the end of a period with probability rate / 256: a Bernoulli process, whose intervals are geometric with that parameter
 *   label     bits under the mask are the register's, drawn anew for every event: label k, read from these bits alone, reaches the k-th target
 * The register is 32 bits wide, of Galois' form with taps 32, 22, 2, 1 (maximal length, 2^32 - 1 states), moved on by 32 bits per period so that periods share none.
 * Sources: haldls background.h (regular or binned Poisson, 16-bit period, 8-bit rate, 8-bit mask, 32-bit seed); taps and use of the bits: ours.
 */
import { InfeasibleError } from '../base/index.ts';

export interface BackgroundGenerator {
  readonly generator: 'poisson' | 'regular';
  /** Clock cycles, 1 to 65,535. */
  readonly period: number;
  /** 0 to 255; of a `poisson` generator. */
  readonly rate: number;
  /** 0 to 255. */
  readonly mask: number;
  /** 1 to 2^32 - 1. */
  readonly seed: number;
}

/** A generator as a stimulus of a workload; times in s. */
export interface BackgroundStimulus extends BackgroundGenerator {
  /** Clock cycle. */
  readonly cycle: number;
  readonly start: number;
  readonly stop?: number | undefined;
  readonly sources: 'per neuron' | 'shared';
}

/** An event at the end of a period; `period` counts them from 0. */
export interface BackgroundEvent {
  readonly period: number;
  /** The drawn bits of its label, packed: 0 to 2^(bits of the mask) - 1. */
  readonly label: number;
}

const TAPS = 0x80200003;
const BITS_PER_PERIOD = 32;
/** Periods of one generator in a run. */
const MOST_PERIODS = 500_000_000;

/** Events of the first `periods` periods. Pure: the same seed gives the same events. Throws InfeasibleError for a register that would stand still, and for runs of absurd length. */
export function* backgroundEvents(
  { generator, rate, mask, seed }: Omit<BackgroundGenerator, 'period'>,
  periods: number,
): Generator<BackgroundEvent> {
  if (seed >>> 0 === 0) throw new InfeasibleError('a background generator with seed 0: its shift register would stand still');
  if (periods > MOST_PERIODS)
    throw new InfeasibleError(
      `a background generator over ${String(periods)} periods, expected at most ${String(MOST_PERIODS)}: a longer period would do`,
    );
  const bits = [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => (mask >> bit) & 1);
  let register = seed >>> 0;
  for (let period = 0; period < periods; period++) {
    for (let k = 0; k < BITS_PER_PERIOD; k++) register = (register >>> 1) ^ (register & 1 ? TAPS : 0);
    register >>>= 0;
    if (generator === 'poisson' && (register & 255) >= rate) continue;
    const drawn = (register >>> 8) & 255;
    yield { period, label: bits.reduce((label, bit, k) => label | (((drawn >> bit) & 1) << k), 0) };
  }
}

/** Events of the generator of a stimulus before `until` (s): when, and at which of its `count` sources. Labels beyond the sources reach nobody; a shared source hears all labels. */
export function* backgroundTimes(
  stimulus: BackgroundStimulus,
  count: number,
  until: number,
): Generator<readonly [seconds: number, source: number]> {
  const { start, stop = Infinity, cycle, period, sources } = stimulus;
  const end = Math.min(stop, until);
  const length = period * cycle;
  for (const event of backgroundEvents(stimulus, Math.max(Math.ceil((end - start) / length), 0))) {
    // from the number of the period, not summed up: nothing drifts
    const time = start + (event.period + 1) * length;
    if (time >= end) return;
    const source = sources === 'shared' ? 0 : event.label;
    if (source < count) yield [time, source];
  }
}
