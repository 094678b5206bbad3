/**
 * Calibration of a chip whose biases are shared: targets are those of the plan, else what the data sheet promises for the median neuron, graded against the truth of the die.
 */
import { deriveSeed } from '../base/index.ts';
import { calibrateCores, mediansOf, type CoreCalibration, type EarlierCores, type Journal } from '../calibration/index.ts';
import { DynapseBench, type DynapseParameters } from '../chip/index.ts';
import { CoreEffortSchema, type CoresPlan, type DynapseCard } from '../model/index.ts';
import { designTargets, expectedReadings } from './core-model.ts';

/** Targets and effort. */
export type CoresAim = Pick<CoresPlan, 'targets' | 'effort'>;

export interface DynapseCalibration {
  readonly die: number;
  readonly calibration: CoreCalibration;
  /** Every median read within the tolerance of its target. */
  readonly met: boolean;
  /** Per quantity and core: median over all neurons of what a perfect instrument would read without noise, before and after. */
  readonly truth: readonly { readonly name: string; readonly before: readonly number[]; readonly after: readonly number[] }[];
}

/** The targets of the data sheet, with the effort of a plan that says nothing of it. */
export function designAim(seed: number): CoresAim {
  return { targets: {}, effort: CoreEffortSchema.parse({ seed }) };
}

/** Calibrates one die, or goes on from an earlier calibration of it. Throws UsageError for a target of what the design does not use. */
export async function calibrateDynapse(
  card: DynapseCard,
  die: number,
  { targets, effort }: CoresAim,
  { earlier, journal }: { readonly earlier?: EarlierCores; readonly journal?: Journal } = {},
): Promise<DynapseCalibration> {
  const bench = new DynapseBench(card, die, deriveSeed(effort.seed, die));
  const before = bench.truth();
  const calibration = await calibrateCores(bench, designTargets(card, targets), effort, earlier, journal);
  const [first, last] = [trueMedians(card, before), trueMedians(card, bench.truth())];
  const truth = calibration.quantities.map(({ name }) => ({ name, before: first.get(name)!, after: last.get(name)! }));
  const met = calibration.quantities.every(({ after: read, target }) =>
    read.every((value) => Math.abs(value / target - 1) <= effort.tolerance),
  );
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
