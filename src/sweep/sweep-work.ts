/** One point of a sweep, as a worker computes it. Networks and traffic are kept from point to point; nothing else is. */
import { NeurolithError } from '../base/errors.ts';
import type { Prepare } from '../campaign/serve.ts';
import type { NocValues } from '../model/index.ts';
import { expectedWeights, type NocLayout } from '../noc/index.ts';
import { runPoint, saturate } from './experiment.ts';
import { factsOf } from './measures.ts';
import { layoutOf } from './network-source.ts';
import type { SweepPoint, SweepSetup } from './sweep-plan.ts';
import { fitPattern, neuronsOf, type FittedTraffic } from './traffic.ts';

/** What came of a point. `state` past saturation has no latencies; infeasible has nothing, and `words` says why. */
export interface SweepOutcome {
  readonly state: 'stable' | 'past saturation' | 'infeasible';
  readonly words: string;
  readonly values: NocValues;
}

/** Networks that are kept. */
const KEPT = 4;

/** Builds the function that computes points. */
export const prepareSweep: Prepare<SweepSetup, SweepPoint, SweepOutcome> = (setup) => {
  const kept = new Map<
    string,
    {
      readonly layout: NocLayout;
      readonly spec: FittedTraffic['spec'];
      readonly spikes: FittedTraffic['spikes'];
      readonly facts: NocValues;
    }
  >();
  const known = ({ network, traffic }: SweepPoint) => {
    const key = `${network} ${traffic}`;
    let found = kept.get(key);
    if (found === undefined) {
      const layout = layoutOf(setup.networks[network]!);
      const spec = fitPattern(setup.traffics[traffic]!.pattern, layout);
      const { kind } = setup.traffics[traffic]!.card.measure;
      const spikes = kind === 'spikes' ? neuronsOf(setup.traffics[traffic]!.pattern, layout) : undefined;
      found = { layout, spec, spikes, facts: factsOf(layout, expectedWeights(spec, layout)) };
      if (kept.size >= KEPT) kept.delete(kept.keys().next().value!);
      kept.set(key, found);
    }
    return found;
  };
  return (point) => {
    try {
      const { layout, spec, spikes, facts } = known(point);
      const { process, measure, speed_up: speedUp } = setup.traffics[point.traffic]!.card;
      const traffic: FittedTraffic = { spec, process, seed: point.seed, plan: measure, spikes, speedUp };
      const run = runPoint(layout, traffic, point.rate);
      const found = setup.saturation === 'off' ? undefined : saturate(layout, traffic, setup.saturation).saturation;
      const saturation = found === undefined ? {} : { 'saturation.stable': found.stable, 'saturation.unstable': found.unstable };
      return { state: run.stable ? 'stable' : 'past saturation', words: run.verdict, values: { ...facts, ...saturation, ...run.measures } };
    } catch (error) {
      // a combination that cannot be is a finding of the sweep; anything else is a fault
      if (!(error instanceof NeurolithError) || error.exitCode !== 2) throw error;
      return { state: 'infeasible', words: error.message.replaceAll('\n', '; '), values: {} };
    }
  };
};
