/**
 * Background generators on the laboratory bench: what a generator of the chip sends as events on synapse rows (generators: src/network/background.ts).
 *   event at the end of period p:   tick = ceil((p + 1) period x cycle),   label k reaches the k-th of the rows; labels beyond them reach nobody
 */
import { DEFAULT_TICKS_PER_SECOND, InfeasibleError, type Tick } from '../base/index.ts';
import type { ChipCard, RowEvent } from '../model/index.ts';
import { backgroundEvents, type BackgroundGenerator } from '../network/index.ts';

/** Events of a generator before tick `until` on these rows, for a `Stimulus` of the bench. Throws InfeasibleError where the card has no generators, and as `backgroundEvents` does. */
export function backgroundRowEvents(
  { name, background }: Pick<ChipCard, 'name' | 'background'>,
  generator: BackgroundGenerator,
  { rows, sign, until }: { readonly rows: readonly number[]; readonly sign: RowEvent['sign']; readonly until: Tick },
): RowEvent[] {
  if (background === undefined) throw new InfeasibleError(`${name} has no background generators (background)`);
  const { period } = generator;
  if (!(Number.isInteger(period) && period >= 1 && period <= 65_535))
    throw new InfeasibleError(`a background generator has a period of 1 to 65535 clock cycles, found ${String(period)}`);
  // to 15 digits first: 8 ns are 8 ticks, not 8.000000000000002
  const length = Number((period * background.cycle.value * DEFAULT_TICKS_PER_SECOND).toPrecision(15));
  const events: RowEvent[] = [];
  for (const { period: number, label } of backgroundEvents(generator, Math.ceil(until / length))) {
    const tick = Math.ceil(Number(((number + 1) * length).toPrecision(15)));
    const row = rows[label];
    if (tick < until && row !== undefined) events.push({ tick, row, sign });
  }
  return events;
}
