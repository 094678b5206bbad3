/**
 * Saturation by bisection: the highest offered load that is stable and the lowest that is not, `step` apart.
 */
import { InfeasibleError, log } from '../../base/index.ts';
import type { NocLayout } from '../design/layout.ts';
import { mostPackets } from '../traffic/arrival-process.ts';
import { compileTraffic } from '../traffic/traffic.ts';
import { measure, type MeasureOptions } from './measure.ts';
import type { Measurement } from './measure-record.ts';

/** The two loads between which the network saturates. */
export interface Saturation {
  /** Highest load found stable, flits per node and cycle; 0 when none was. */
  readonly stable: number;
  /** Lowest load found past saturation; undefined when the network carries everything that its nodes can offer. */
  readonly unstable: number | undefined;
  /** Every point that was simulated, by load. */
  readonly points: readonly Measurement[];
}

/** Bisects between 0 and the highest load that the nodes can offer, on a grid of `step` (0.025), or of an eighth of that load where this is finer. */
export function findSaturation(layout: NocLayout, options: Omit<MeasureOptions, 'rate'>, step = 0.025): Saturation {
  const points: Measurement[] = [];
  const highest = highestLoad(layout, options);
  const found = bisectLoad(Math.min(step, highest / 8), highest, (rate) => {
    const point = measure(layout, { ...options, rate });
    points.push(point);
    return point.stable;
  });
  return { ...found, points: points.toSorted((p, q) => p.rate - q.rate) };
}

/** The mean load, flits per node and cycle, above which the busiest node would have to send more than a flit per cycle, or more packets than its bursts have cycles. */
export function highestLoad(
  layout: NocLayout,
  { traffic, process = { kind: 'bernoulli' } }: Pick<MeasureOptions, 'traffic' | 'process'>,
): number {
  const most = compileTraffic(traffic, layout).share.reduce((max, share) => Math.max(max, share), 0);
  const exact = Math.min(1, mostPackets(process) * layout.packetFlits) / most;
  // rounded down to four digits, so that it can be said and asked for again
  const grid = 10 ** (3 - Math.floor(log(exact) / log(10) + 1e-12));
  return Math.min(1, Math.floor(exact * grid * (1 + 1e-12)) / grid);
}

/** The search itself, whatever is run at a load. Tries the highest load first. */
export function bisectLoad(step: number, highest: number, isStable: (rate: number) => boolean): Omit<Saturation, 'points'> {
  if (!(step > 0 && highest > 0))
    throw new InfeasibleError(
      `a search for saturation needs a step and a highest load above 0, found ${String(step)} and ${String(highest)}`,
    );
  // 3 steps of 0.1 are the load 0.3, as it is said and as it can be asked for again
  const loadOf = (index: number): number => Math.min(highest, Number((index * step).toPrecision(15)));
  let low = 0;
  let high = Math.ceil(highest / step - 1e-9);
  if (isStable(loadOf(high))) return { stable: highest, unstable: undefined };
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isStable(loadOf(middle))) low = middle;
    else high = middle;
  }
  return { stable: loadOf(low), unstable: loadOf(high) };
}
