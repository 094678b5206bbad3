/**
 * The numbers of a co-design run as a table (results.csv, results.parquet: one row per design) and as stats.txt.
 */
import type { CodesignResult } from '../model/index.ts';
import type { Row, Statistic } from '../store/index.ts';

/** One row per design point, the factors first. */
export function tableOf(result: CodesignResult): Row[] {
  return result.points.map((point): Row => ({
    ...point.levels,
    design: point.label,
    on_front: point.onFront,
    timing: point.fidelity.timing,
    rates: point.fidelity.rates,
    mean_rate_hz: point.fidelity.meanRate,
    spike_latency_p50_s: point.latency.p50,
    spike_latency_p99_s: point.latency.p99,
    energy_per_spike_j: point.energy.perSpike,
    static_power_w: point.energy.staticPower,
    area_m2: point.area.total,
    network_share_of_saturation: point.network.share,
    network_timing_alone: point.network.idealTiming,
    network_limited: point.network.limited,
    deliveries_offered: point.spikes.deliveriesOffered,
    deliveries_lost: Object.values(point.spikes.deliveriesLost).reduce((sum, lost) => sum + lost, 0),
    synaptic_events: point.spikes.synapticEvents,
    synaptic_events_late: point.spikes.synapticEventsLate,
    synaptic_events_lost: point.spikes.synapticEventsLost,
  }));
}

/** Headline numbers, name value # unit, description. */
export function statsOf(result: CodesignResult): Statistic[] {
  const { calibrationEffect: effect, ceiling, workload } = result;
  const statistics: Statistic[] = [
    { name: 'workload.neurons', value: workload.neurons, unit: '1', description: 'neurons of the workload' },
    { name: 'workload.synapses', value: workload.synapses, unit: '1', description: 'synapses of the workload' },
    { name: 'fidelity.ceiling.timing', value: ceiling.timing, unit: '1', description: 'ideal die with membrane noise' },
    { name: 'calibration.effect.timing', value: effect.mean, unit: '1', description: 'calibrated minus uncalibrated, mean over dies' },
    { name: 'calibration.effect.p', value: effect.p, unit: '1', description: 'one-sided Wilcoxon signed rank over dies' },
  ];
  for (const point of result.points) {
    statistics.push({ name: `point.${point.id}.timing`, value: point.fidelity.timing, unit: '1', description: point.label });
    statistics.push({ name: `point.${point.id}.latency_p50`, value: point.latency.p50, unit: 's', description: point.label });
    statistics.push({ name: `point.${point.id}.energy_per_spike`, value: point.energy.perSpike, unit: 'J', description: point.label });
    statistics.push({ name: `point.${point.id}.area`, value: point.area.total, unit: 'm^2', description: point.label });
  }
  return statistics;
}
