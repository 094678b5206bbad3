/**
 * Latency and load of one network-on-chip under the workload's own spikes: the curve up to saturation, found by bisection. Loads are flits that enter the network, per node and cycle.
 * Packets for one core each are measured under their traffic matrix. Multicast packets are measured as whole spikes of neurons that all fire alike; their latency is that of a delivery.
 */
import { percentiles } from '../analysis/index.ts';
import type { LatencyLoadCurve } from '../model/index.ts';
import {
  bisectLoad,
  findSaturation,
  latencyLoadCurve,
  meanZeroLoadLatency,
  measureSpikes,
  type MeasureOptions,
  type NocLayout,
} from '../noc/index.ts';
import type { Study } from './study.ts';
import { layoutOf } from './study-cards.ts';
import { spikingNeurons, trafficMatrix } from './study-spikes.ts';

/** A curve before the designs of the plan are marked on it. */
export type Curve = Pick<LatencyLoadCurve, 'zeroLoad' | 'saturation' | 'points'>;

/** Shares of the saturation load at which the curve is sampled besides the points of the bisection. */
const SHARES = [0.1, 0.3, 0.5, 0.7, 0.85];
const STEP = 0.025;

export function curveOf(study: Study, noc: string): Curve {
  const layout = layoutOf(study.nocs[noc]!);
  const rates = trafficMatrix(study, noc);
  return layout.design.packet.mode === 'multicast' ? multicastCurve(study, noc, layout, rates) : packetCurve(study, layout, rates);
}

function packetCurve(study: Study, layout: NocLayout, rates: Float64Array): Curve {
  const options: Omit<MeasureOptions, 'rate'> = { traffic: { kind: 'matrix', rates }, seed: study.plan.seed };
  const found = findSaturation(layout, options, STEP);
  const sampled = latencyLoadCurve(
    layout,
    options,
    SHARES.map((share) => share * found.stable),
  );
  const points = [...sampled, ...found.points].toSorted((a, b) => a.rate - b.rate);
  return {
    zeroLoad: meanZeroLoadLatency(layout, rates),
    saturation: found.stable,
    points: points.map(({ rate, accepted, latency, stable }) => ({
      offered: rate,
      accepted,
      latencyMean: stable && Number.isFinite(latency.mean) ? latency.mean : null,
      latencyP99: stable && Number.isFinite(latency.p99) ? latency.p99 : null,
      stable,
    })),
  };
}

/** Cycles of a run of spikes. */
const SPAN = { warmup: 1500, cycles: 4000 };
/** Steps of the bisection up to the load that sources and sinks can bear. */
const STEPS = 32;

function multicastCurve(study: Study, noc: string, layout: NocLayout, rates: Float64Array): Curve {
  const neurons = spikingNeurons(study, noc);
  const { nodes } = layout;
  const perCore = rates.reduce((sum, v) => sum + v, 0);
  const received = sendsOf(transposed(rates, nodes), nodes);
  const sent = new Float64Array(nodes);
  for (const { home, parts } of neurons) if (parts.length > 0) sent[home]! += 1;
  // in flits that one packet per core would make, as measureSpikes counts loads
  const highest = perCore / nodes / Math.max(...received, ...sent);
  const points: Curve['points'][number][] = [];
  const run = (rate: number): boolean => {
    const { stable, injected, latencies, account } = measureSpikes(layout, neurons, { rate, seed: study.plan.seed, ...SPAN });
    const [p99 = null] = percentiles(latencies, [0.99]) ?? [];
    points.push({
      offered: injected,
      accepted: (injected * account.delivered) / Math.max(1, account.offered),
      latencyMean: stable && latencies.length > 0 ? latencies.reduce((sum, v) => sum + v, 0) / latencies.length : null,
      latencyP99: stable ? p99 : null,
      stable,
    });
    return stable;
  };
  const { stable } = bisectLoad(highest / STEPS, highest, run);
  for (const share of SHARES) if (!run(share * stable)) break;
  points.sort((a, b) => a.offered - b.offered);
  return {
    zeroLoad: meanZeroLoadLatency(layout, rates),
    saturation: points.reduce((most, point) => (point.stable ? Math.max(most, point.offered) : most), 0),
    points,
  };
}

function sendsOf(rates: Float64Array, nodes: number): number[] {
  return Array.from({ length: nodes }, (_, node) => rates.subarray(node * nodes, (node + 1) * nodes).reduce((sum, v) => sum + v, 0));
}

function transposed(rates: Float64Array, nodes: number): Float64Array {
  return rates.map((_, pair) => rates[(pair % nodes) * nodes + Math.floor(pair / nodes)]!);
}
