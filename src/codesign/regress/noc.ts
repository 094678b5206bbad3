/**
 * Metrics of a network-on-chip card for regression tests.
 */
import { hashOf } from '../../base/index.ts';
import type { NocDesign } from '../../model/index.ts';
import { areaOf, compileNoc, findSaturation, latencyLoadCurve, meanZeroLoadLatency } from '../../noc/index.ts';
import type { Metrics } from './metrics.ts';

/** Offered loads of the curve, flits per node and cycle. */
const LOADS = [0.02, 0.1, 0.2];
const CYCLES = { warmup: 500, cycles: 1500 };

/** Facts, certificate, zero-load latency, a short latency-load curve under uniform traffic, saturation. */
export function nocMetrics(design: NocDesign, readText: (name: string) => string): Metrics {
  const layout = compileNoc(design, readText);
  const { graph, certificate } = layout;
  const options = { traffic: { kind: 'uniform' }, seed: 1, ...CYCLES } as const;
  const area = areaOf(layout);
  const metrics: Record<string, number | string> = {
    'facts.routers': layout.routers,
    'facts.links': graph.linkFrom.length / 2,
    'facts.wire [m]': area.wireLength,
    'facts.area [m^2]': area.total,
    'facts.card': hashOf(design).slice(0, 16),
    certificate: certificate.statement,
    'latency.zero_load [cycles]': meanZeroLoadLatency(layout),
  };
  for (const point of latencyLoadCurve(layout, options, LOADS)) {
    metrics[`latency.at ${String(point.rate)} [cycles]`] = point.latency.mean;
    metrics[`accepted.at ${String(point.rate)}`] = point.accepted;
  }
  metrics['saturation'] = findSaturation(layout, options, 0.05).stable;
  return metrics;
}
