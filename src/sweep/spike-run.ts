/** Whole spikes of a workload over a network (measureSpikes of the noc room), as a point of a run or a sweep. */
import { InfeasibleError } from '../base/index.ts';
import type { NocLosses, NocMap, NocPoint } from '../model/index.ts';
import type { MeasurePlan } from '../model/schemas/traffic.ts';
import { percentiles } from '../analysis/index.ts';
import { energyOf, measureSpikes, type NocLayout, type SpikingNeuron } from '../noc/index.ts';
import { mapOf, worstFirst } from './measures.ts';

/** Runs spikes at a load. InfeasibleError for traffic that is no workload. */
export function runSpikes(
  layout: NocLayout,
  neurons: readonly SpikingNeuron[] | undefined,
  { warmup, cycles }: Extract<MeasurePlan, { kind: 'spikes' }>,
  rate: number,
  seed: number,
): { readonly point: NocPoint; readonly map: NocMap; readonly losses: NocLosses } {
  if (neurons === undefined) throw new InfeasibleError('spikes are those of a workload: pattern: { kind: workload, workload: NAME }');
  const run = measureSpikes(layout, neurons, { rate, seed, warmup, cycles });
  const { stable, reasons, latencies, activity, account, spikes } = run;
  const levels = [0.5, 0.95, 0.99, 1];
  const [p50 = null, p95 = null, p99 = null, max = null] = stable && latencies.length > 0 ? (percentiles(latencies, levels) ?? []) : [];
  const mean = (list: readonly number[]): number | null =>
    stable && list.length > 0 ? list.reduce((sum, value) => sum + value, 0) / list.length : null;
  const hops = activity.linkFlits.reduce((sum, flits) => sum + flits, 0);
  const perSpike = (value: number): number | null => (stable && spikes > 0 ? value / spikes : null);
  const linkLoad = activity.linkFlits.map((flits) => flits / cycles);
  const meanLatency = mean(latencies);
  const what = `${layout.name}, spikes as packets ${WORDS[layout.design.packet.mode]} at ${String(rate)} flits per node and cycle (counted per core)`;
  return {
    point: {
      rate,
      seed,
      stable,
      verdict: stable ? `${what}: stable` : `${what}: past saturation (${reasons.join('; ')})`,
      measures: {
        'latency.mean': meanLatency,
        'latency.p50': p50,
        'latency.p95': p95,
        'latency.p99': p99,
        'latency.max': max,
        'latency.time': meanLatency === null ? null : meanLatency / layout.frequency,
        'spike.count': spikes,
        'spike.packets': account.packets === 0 ? null : account.packets / Math.max(1, run.spikesSent),
        'spike.flits': account.packets === 0 ? null : account.flits / Math.max(1, run.spikesSent),
        'spike.per_packet': account.packets === 0 ? null : account.packedSpikes / account.packets,
        'spike.link_hops': perSpike(hops),
        'spike.last_latency': mean(run.last),
        'spike.energy': perSpike(energyOf(layout, activity).dynamic),
        'spike.deliveries': run.deliveries,
        'spike.lost': run.lost,
        'load.injected': run.injected,
        'link.load_mean': linkLoad.length === 0 ? 0 : linkLoad.reduce((sum, load) => sum + load, 0) / linkLoad.length,
        'link.load_max': linkLoad.reduce((most, load) => Math.max(most, load), 0),
      },
    },
    map: mapOf(layout, { activity, linkLoad }),
    losses: {
      of: 'deliveries',
      offered: account.offered,
      delivered: account.delivered,
      lost: Object.values(account.lost).reduce((sum, times) => sum + times, 0),
      inFlight: account.inFlight,
      places: worstFirst(account.lostAt.entries()),
      flows: account.lostFlows,
    },
  };
}

const WORDS = {
  multicast: 'for all target cores, copied on the way',
  'per-core': 'for one core each',
  'per-synapse': 'for one synapse each',
  'two-level': 'for one group of cores each',
} as const;
