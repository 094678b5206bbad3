/**
 * Latency and load of one network-on-chip under the workload's own traffic matrix: the curve up to saturation, found by bisection.
 */
import type { LatencyLoadCurve } from '../model/index.ts';
import { findSaturation, latencyLoadCurve, meanZeroLoadLatency, type MeasureOptions } from '../noc/index.ts';
import { layoutOf, trafficMatrix, type Study } from './study.ts';

/** A curve before the designs of the plan are marked on it. */
export type Curve = Pick<LatencyLoadCurve, 'zeroLoad' | 'saturation' | 'points'>;

/** Shares of the saturation load at which the curve is sampled besides the points of the bisection. */
const SHARES = [0.1, 0.3, 0.5, 0.7, 0.85];
const STEP = 0.025;

export function curveOf(study: Study, noc: string): Curve {
  const layout = layoutOf(study.nocs[noc]!);
  const rates = trafficMatrix(study, noc);
  const cores = study.placement[noc]!.length;
  const byNode = new Float64Array(layout.nodes * layout.nodes);
  rates.forEach((value, pair) => (byNode[Math.floor(pair / cores) * layout.nodes + (pair % cores)] = value));
  const options: Omit<MeasureOptions, 'rate'> = { traffic: { kind: 'matrix', rates: byNode }, seed: study.plan.seed };
  // the busiest node sends at most one flit per cycle: no mean load above this can be offered
  const perNode = Array.from({ length: layout.nodes }, (_, node) =>
    byNode.subarray(node * layout.nodes, (node + 1) * layout.nodes).reduce((sum, v) => sum + v, 0),
  );
  const mean = perNode.reduce((sum, v) => sum + v, 0) / layout.nodes;
  const highest = Math.max(Math.floor((mean / Math.max(...perNode)) * 1000) / 1000, STEP);
  const found = findSaturation(layout, options, STEP, highest);
  const sampled = latencyLoadCurve(
    layout,
    options,
    SHARES.map((share) => share * found.stable),
  );
  const points = [...sampled, ...found.points].toSorted((a, b) => a.rate - b.rate);
  return {
    zeroLoad: meanZeroLoadLatency(layout, byNode),
    saturation: found.stable,
    points: points.map(({ rate, accepted, latency, stable }) => ({
      offered: rate,
      accepted,
      latencyMean: Number.isFinite(latency.mean) ? latency.mean : null,
      latencyP99: Number.isFinite(latency.p99) ? latency.p99 : null,
      stable,
    })),
  };
}
