/** Threshold crossings of one window, and their order. */
import type { Tick } from '../base/index.ts';

export interface Crossing {
  readonly tick: Tick;
  readonly neuron: number;
  readonly circuit: number;
}

/** Longest list that is sorted by insertion. */
const SHORT = 32;

/** By (tick, neuron). Mostly there are one or two, for which a sort by a function costs ten times as much. */
export function sortCrossings(crossings: Crossing[]): void {
  if (crossings.length > SHORT) {
    crossings.sort(compareCrossings);
    return;
  }
  for (let i = 1; i < crossings.length; i++) {
    const crossing = crossings[i]!;
    let at = i;
    for (; at > 0 && compareCrossings(crossings[at - 1]!, crossing) > 0; at--) crossings[at] = crossings[at - 1]!;
    crossings[at] = crossing;
  }
}

function compareCrossings(a: Crossing, b: Crossing): number {
  return a.tick - b.tick || a.neuron - b.neuron;
}
