/**
 * Where neurons of a workload can sit: a membrane is one seat, of a single circuit or of several that share it through the switches of the card. A neuron sits where the comparator is that fires
 * for its membrane; the synapses onto it may hang on any of its circuits, so it has the rows of all of them.
 * Source of the use: merged circuits as one logical neuron with their joint fan-in, Cramer et al. 2022; PyNN.brainscales2.
 */
import { InfeasibleError } from '../../base/index.ts';
import { firingCircuits } from '../../chip/index.ts';
import type { ChipCard } from '../../model/index.ts';

export interface Seats {
  /** Circuits that fire, of each core, ascending. */
  readonly perCore: readonly (readonly number[])[];
  /** Circuits on the membrane for which a circuit fires, ascending; none for one that does not fire. */
  readonly circuitsOf: readonly (readonly number[])[];
}

/** Seats of a chip. Throws InfeasibleError for switches that lead nowhere. */
export function seatsOf(card: ChipCard): Seats {
  const [cores, perCore] = [card.geometry.cores.value, card.geometry.neurons_per_core.value];
  const fires = firingCircuits(card);
  const circuitsOf: number[][] = Array.from(fires, () => []);
  fires.forEach((firing, circuit) => circuitsOf[firing]!.push(circuit));
  return {
    circuitsOf,
    perCore: Array.from({ length: cores }, (_, core) =>
      Array.from({ length: perCore }, (__, n) => core * perCore + n).filter((circuit) => fires[circuit] === circuit),
    ),
  };
}

/** How many neurons a partition may put on a core: as many as the poorest core seats, or an even share of all where that is more; `seated` then moves the last of a core that has too few. */
export function capacityOf({ perCore }: Seats, neurons: number): number {
  return Math.max(Math.min(...perCore.map((own) => own.length)), Math.min(Math.ceil(neurons / perCore.length), largest(perCore)));
}

/** Circuits of the poorest membrane: so many sources may share a row. */
export function fewestCircuits({ circuitsOf }: Seats): number {
  return Math.min(...circuitsOf.map(({ length }) => length).filter((length) => length > 0));
}

/** The cores of neurons with none over its seats: what is too many goes, the last first, to the core with most free seats. Unchanged where all fit. Throws InfeasibleError where all cores are full. */
export function seated(coreOf: Uint32Array, { perCore }: Seats): Uint32Array {
  const free = perCore.map((own) => own.length);
  for (const core of coreOf) free[core]!--;
  if (free.every((left) => left >= 0)) return coreOf;
  const found = coreOf.slice();
  for (let n = found.length - 1; n >= 0; n--) {
    if (free[found[n]!]! >= 0) continue;
    const most = free.indexOf(Math.max(...free));
    if (free[most]! <= 0) {
      const seats = perCore.reduce((sum, own) => sum + own.length, 0);
      throw new InfeasibleError(`${String(coreOf.length)} neurons do not fit the ${String(seats)} membranes of this chip`);
    }
    free[found[n]!]!++;
    free[most]!--;
    found[n] = most;
  }
  return found;
}

function largest(perCore: Seats['perCore']): number {
  return Math.max(...perCore.map((own) => own.length));
}
