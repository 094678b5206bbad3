/**
 * Calibration of a chip whose biases are shared: targets are what the data sheet promises for the median neuron, graded against the truth of the die.
 */
import { deriveSeed } from '../base/index.ts';
import { calibrateCores, mediansOf, type CoreCalibration } from '../calibration/index.ts';
import { DynapseBench, type DynapseParameters } from '../chip/index.ts';
import type { DynapseCard } from '../model/index.ts';
import { designTargets, expectedReadings } from './core-model.ts';

export interface DynapseCalibration {
  readonly die: number;
  readonly calibration: CoreCalibration;
  /** Every median read within the gate of its target. */
  readonly met: boolean;
  /** Per quantity and core: median over all neurons of what a perfect instrument would read without noise, before and after. */
  readonly truth: readonly { readonly name: string; readonly before: readonly number[]; readonly after: readonly number[] }[];
}

/** Largest distance of a median from its target: two codes where a leak current has steps of 5 %, and the error of a median of 64. */
export const SHARED_GATE = 0.08;
/** Neurons per core that a search of rates looks at, robust deviations of an outlier, groups per core. */
const EFFORT = { sample: 64, outlier: 3.5, clusters: 3 };

/** Calibrates one die. */
export async function calibrateDynapse(card: DynapseCard, die: number, seed: number): Promise<DynapseCalibration> {
  const bench = new DynapseBench(card, die, deriveSeed(seed, die));
  const before = bench.truth();
  const calibration = await calibrateCores(bench, designTargets(card), EFFORT);
  const [first, last] = [trueMedians(card, before), trueMedians(card, bench.truth())];
  const truth = calibration.quantities.map(({ name }) => ({ name, before: first.get(name)!, after: last.get(name)! }));
  const met = calibration.quantities.every(({ after: read, target }) => read.every((value) => Math.abs(value / target - 1) <= SHARED_GATE));
  return { die, calibration, met, truth };
}

/** Median of every core of the closed forms of all readings: the same median as that of the readings. */
function trueMedians(card: DynapseCard, p: DynapseParameters): ReadonlyMap<string, readonly number[]> {
  const all = Array.from({ length: p.neurons }, (_, n) => expectedReadings(card, p, n));
  return new Map(
    Array.from(all[0]!.keys(), (name) => [
      name,
      mediansOf(
        Float64Array.from(all, (one) => one.get(name)!),
        card.geometry.cores.value,
      ),
    ]),
  );
}
