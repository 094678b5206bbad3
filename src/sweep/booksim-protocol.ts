/**
 * A load measured in BookSim2's way, for designs and traffic that were imported from it: sample periods, its rule of convergence, its word for what is unstable.
 * The figures are those of `neurolith validate noc` for the same configuration.
 */
import type { NocMap, NocPoint } from '../model/index.ts';
import type { MeasurePlan } from '../model/schemas/traffic.ts';
import { activityBetween, deadlockWords, engineOf, runProtocol, type NocLayout } from '../noc/index.ts';
import { mapOf } from './measures.ts';
import type { FittedTraffic } from './traffic.ts';

/** Runs the protocol at a load. */
export function runBookSimProtocol(
  layout: NocLayout,
  { spec, process, seed }: Pick<FittedTraffic, 'spec' | 'process' | 'seed'>,
  plan: Extract<MeasurePlan, { kind: 'booksim' }>,
  rate: number,
): { readonly point: NocPoint; readonly map: NocMap } {
  const engine = engineOf(layout);
  const before = engine.read();
  const result = runProtocol(
    engine,
    { traffic: spec, process, rate, seed },
    {
      measures: plan.measures,
      warmupPeriods: plan.warmup_periods,
      samplePeriod: plan.sample_period,
      maxSamples: plan.max_samples,
      latencyLimit: plan.latency_limit,
    },
  );
  const activity = activityBetween(layout, before, engine.read());
  const linkLoad = activity.linkFlits.map((flits) => flits / Math.max(1, activity.cycles));
  const accepted = Number.isFinite(result.accepted) ? result.accepted : null;
  // BookSim2 calls a throughput run stable at any load, and a latency run below its limit while the backlog grows
  const stable = result.verdict === 'stable' && result.notCarried === undefined;
  const ofStable = (value: number): number | null => (stable && result.packets > 0 ? value : null);
  const where = `${layout.name}, ${spec.kind} traffic at ${String(rate)} flits per node and cycle, measured as BookSim2 does (${plan.measures} run)`;
  const words =
    result.verdict === 'stable' && result.notCarried !== undefined ? `past saturation, ${result.notCarried}` : WORDS[result.verdict];
  return {
    point: {
      rate,
      seed,
      stable,
      verdict: `${where}: ${words}${result.deadlock === undefined ? '' : ` (${deadlockWords(result.deadlock)})`}`,
      measures: {
        'load.accepted': accepted,
        'latency.mean': ofStable(result.latency),
        'path.routers': finite(result.routers),
        'link.load_max': linkLoad.reduce((most, load) => Math.max(most, load), 0),
        'booksim.latency': finite(result.latency),
        'booksim.latency_error': finite(result.latencyError),
        'booksim.accepted': accepted,
        'booksim.accepted_error': finite(result.acceptedError),
        'booksim.packets': result.packets,
        'booksim.cycles': result.cycles,
      },
    },
    map: mapOf(layout, { activity, linkLoad }),
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

const WORDS = {
  stable: 'stable, every measured packet arrived',
  unstable: 'past saturation, the mean latency rose above the limit',
  deadlocked: 'deadlocked, packets are in the network that will never arrive',
} as const;
