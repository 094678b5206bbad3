/**
 * Is an offered load carried? What is offered and neither accepted nor lost is the backlog (source queues and network together); a network that carries its load has one that comes and
 * goes. With d_k = offered - accepted - lost in batch k of 20 equal ones of the measured span, a load is past saturation when
 *   the backlog is larger at the end of every quarter of the span than at its beginning,
 *   sum d is at least 2 % of what was offered, and
 *   mean d is more than 3.5 standard errors above 0   (s / sqrt(20) of the d_k; a backlog that comes and goes makes them alternate, so the error is rather too large for a carried load);
 * or, whatever the quarters did, when 5 % are missing, losses included, by more than 3.5 standard errors: a burst that is not worked off, and bounded queues that overflow all the time.
 * Mean latency alone does not tell: its limit is reached after a time that grows with the distance to saturation, and short spans end before.
 */

/** Counts of a span, in 20 batches of equal length. */
export interface Batches {
  readonly offered: ArrayLike<number>;
  readonly accepted: ArrayLike<number>;
  /** Thrown away; nothing unless given. */
  readonly lost?: ArrayLike<number>;
}

/** Batches that `whyNotCarried` wants. */
export const LOAD_BATCHES = 20;
const QUARTERS = 4;
const LEAST = 0.02; // of the offered load
const MUCH = 0.05;
const ERRORS = 3.5;

/** Why a load is not carried, in words; undefined when it is. `what` names what is counted, `flits`. */
export function whyNotCarried({ offered, accepted, lost = [] }: Batches, what: string): string | undefined {
  const total = sumOf(offered);
  const missing = Array.from(offered, (count, batch) => count - accepted[batch]!);
  const backlog = missing.map((count, batch) => count - (lost[batch] ?? 0));
  const share = `only ${((100 * (total - sumOf(missing))) / total).toFixed(1)} % of the offered ${what} were accepted`;
  if (isMissing(backlog, LEAST * total) && growsInEveryQuarter(backlog)) return `${share}, the backlog grew in every quarter of the span`;
  if (!isMissing(missing, MUCH * total)) return undefined;
  return sumOf(lost) > sumOf(backlog) ? `${share}, the rest was lost` : share;
}

/** Whether the sum is at least `least` and beyond chance. */
function isMissing(counts: readonly number[], least: number): boolean {
  const sum = sumOf(counts);
  if (sum <= 0 || sum < least) return false;
  const mean = sum / counts.length;
  const variance = counts.reduce((total, count) => total + (count - mean) * (count - mean), 0) / (counts.length - 1);
  return mean > ERRORS * Math.sqrt(variance / counts.length);
}

function growsInEveryQuarter(counts: readonly number[]): boolean {
  const size = counts.length / QUARTERS;
  return Array.from({ length: QUARTERS }, (_, quarter) => sumOf(counts.slice(quarter * size, (quarter + 1) * size))).every(
    (change) => change > 0,
  );
}

function sumOf(counts: ArrayLike<number>): number {
  return Array.from(counts).reduce((sum, count) => sum + count, 0);
}
