/** Truth of the joins of a die: time constants C / g by the circuit on the side of the dendrite, s. The mean of both sides, which differ where capacitances do. */
import type { DieSubstrate } from '../chip/index.ts';
import { neighbourJoins } from '../calibration/index.ts';

/** Every circuit as the dendrite of its neighbour, with the codes that stand. The switches are open at the end. */
export async function joinTimes(die: DieSubstrate): Promise<Float64Array> {
  const times = new Float64Array(die.capabilities.neurons).fill(NaN);
  for (const closed of neighbourJoins(times.length)) {
    await die.configure({ joins: closed });
    const { dendrite, somaRate, dendriteRate } = die.truth().joins!;
    dendrite.forEach((n, j) => (times[n] = 2 / (somaRate[j]! + dendriteRate[j]!)));
  }
  await die.configure({ joins: [] });
  return times;
}
