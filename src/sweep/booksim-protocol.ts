/**
 * A load measured in BookSim2's way, for designs and traffic that were imported from it: sample periods, its rule of convergence, its word for what is unstable.
 * The figures are those of `neurolith validate noc` for the same configuration.
 */
import type { NocPoint } from '../model/noc-results.ts';
import type { NocMap } from '../model/results.ts';
import type { MeasurePlan } from '../model/schemas/traffic.ts';
import { activityBetween, compileTraffic, engineOf, PacketSource, runProtocol, type NocLayout, type TrafficSpec } from '../noc/index.ts';
import { mapOf } from './measures.ts';

/** Runs the protocol at a load. */
export function runBookSimProtocol(
  layout: NocLayout,
  spec: TrafficSpec,
  plan: Extract<MeasurePlan, { kind: 'booksim' }>,
  rate: number,
  seed: number,
): { readonly point: NocPoint; readonly map: NocMap } {
  const engine = engineOf(layout);
  const before = engine.read();
  const source = new PacketSource(layout, compileTraffic(spec, layout), rate / layout.packetFlits, seed);
  const result = runProtocol(engine, source, {
    measures: plan.measures,
    warmupPeriods: plan.warmup_periods,
    samplePeriod: plan.sample_period,
    maxSamples: plan.max_samples,
    latencyLimit: plan.latency_limit,
  });
  const activity = activityBetween(layout, before, engine.read());
  const linkLoad = activity.linkFlits.map((flits) => flits / Math.max(1, activity.cycles));
  // a throughput run measures past saturation on purpose: its latency is a figure of BookSim2's too, and the verdict says what it is
  const isShown = result.verdict === 'stable' && result.packets > 0;
  const where = `${layout.name}, ${spec.kind} traffic at ${String(rate)} flits per node and cycle, measured as BookSim2 does (${plan.measures} run)`;
  return {
    point: {
      rate,
      seed,
      stable: result.verdict === 'stable',
      verdict: `${where}: ${WORDS[result.verdict]}`,
      measures: {
        'latency.mean': isShown ? result.latency : null,
        'latency.mean_error': isShown ? result.latencyError : null,
        'load.accepted': Number.isFinite(result.accepted) ? result.accepted : null,
        'load.accepted_error': Number.isFinite(result.acceptedError) ? result.acceptedError : null,
        'path.routers': isShown ? result.routers : null,
        'packets.measured': result.packets,
        'run.cycles': result.cycles,
        'link.load_max': linkLoad.reduce((most, load) => Math.max(most, load), 0),
      },
    },
    map: mapOf(layout, { activity, linkLoad }),
  };
}

const WORDS = {
  stable: 'stable, every measured packet arrived',
  unstable: 'past saturation, the mean latency rose above the limit',
  deadlocked: 'deadlocked, packets are in the network and no flit moves',
} as const;
