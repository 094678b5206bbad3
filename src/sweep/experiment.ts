/**
 * Experiments on one network: a load, the load at which it saturates, its latency-load curve. Each gives plain data for tables, reports and files.
 */
import { InfeasibleError } from '../base/errors.ts';
import type { NocFlows, NocLosses, NocMap, NocNetworkResult, NocPoint, NocSaturation } from '../model/index.ts';
import {
  expectedWeights,
  findSaturation,
  latencyLoadCurve,
  measure,
  treesOf,
  type MeasureOptions,
  type Measurement,
  type NocLayout,
} from '../noc/index.ts';
import { runBookSimProtocol } from './booksim-protocol.ts';
import { runSpikes } from './spike-run.ts';
import { factsOf, flowsOf, lossesOf, mapOf, measuresOf, MOST_FLOWS } from './measures.ts';
import type { FittedTraffic } from './traffic.ts';

/** One load: its measures alone, in less time than with all flows beside them. InfeasibleError when a node would have to send more than it can. */
export function runPoint(layout: NocLayout, traffic: FittedTraffic, rate: number): NocPoint {
  if (traffic.plan.kind !== 'span') return runLoad(layout, traffic, rate).point;
  return pointOf(layout, measure(layout, { ...optionsOf(traffic), rate }), traffic.speedUp);
}

/** One load, where it was busy, what was lost and the flows. InfeasibleError when a node would have to send more than it can. */
export function runLoad(
  layout: NocLayout,
  traffic: FittedTraffic,
  rate: number,
): { readonly point: NocPoint; readonly map: NocMap; readonly losses?: NocLosses; readonly flows?: NocFlows } {
  if (traffic.plan.kind === 'booksim') return runBookSimProtocol(layout, traffic, traffic.plan, rate);
  if (traffic.plan.kind === 'spikes') return runSpikes(layout, traffic.spikes, traffic.plan, rate, traffic.seed);
  const run = measure(layout, { ...optionsOf(traffic), rate, listFlows: MOST_FLOWS });
  const flows = flowsOf(layout, run, traffic.speedUp);
  return {
    point: pointOf(layout, run, traffic.speedUp),
    map: mapOf(layout, run),
    losses: lossesOf(run),
    ...(flows === undefined ? {} : { flows }),
  };
}

/** Saturation by bisection on a grid of `step`, with every load that was simulated. */
export function saturate(
  layout: NocLayout,
  traffic: FittedTraffic,
  step: number,
): { readonly saturation: NocSaturation; readonly points: readonly NocPoint[]; readonly runs: readonly Measurement[] } {
  if (traffic.plan.kind !== 'span')
    throw new InfeasibleError('a search for saturation measures spans: say `measure: {kind: span}` on the traffic card, or leave it out');
  const { stable, unstable, points } = findSaturation(layout, optionsOf(traffic), step);
  return {
    saturation: { stable, unstable: unstable ?? null },
    points: points.map((run) => pointOf(layout, run, traffic.speedUp)),
    runs: points,
  };
}

/** Shares of the saturation load at which a curve is sampled besides the points of the bisection. */
const SHARES = [0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9];

/** Saturation, and the curve below it. */
export function curveOf(
  layout: NocLayout,
  traffic: FittedTraffic,
  step: number,
): { readonly saturation: NocSaturation; readonly points: readonly NocPoint[] } {
  const found = saturate(layout, traffic, step);
  const rates = SHARES.map((share) => Number((share * found.saturation.stable).toPrecision(3))).filter((rate) => rate > 0);
  const known = new Set(found.points.map(({ rate }) => rate));
  const sampled = latencyLoadCurve(
    layout,
    optionsOf(traffic),
    rates.filter((rate) => !known.has(rate)),
  );
  const points = [...found.points, ...sampled.map((run) => pointOf(layout, run, traffic.speedUp))].toSorted((p, q) => p.rate - q.rate);
  return { saturation: found.saturation, points };
}

/** What is said of a network whatever is run on it. */
export function describeNetwork(
  layout: NocLayout,
  traffic: FittedTraffic,
): Pick<NocNetworkResult, 'label' | 'description' | 'topology' | 'routing' | 'certificate' | 'facts'> {
  const isMulticast = traffic.plan.kind === 'spikes' && layout.design.packet.mode === 'multicast';
  return {
    label: layout.name,
    description: layout.design.description,
    topology: layout.graph.name,
    routing: layout.routes.method,
    certificate: (isMulticast ? treesOf(layout) : layout).certificate.statement,
    facts: factsOf(layout, expectedWeights(traffic.spec, layout)),
  };
}

function optionsOf({ spec, process, seed, plan }: FittedTraffic): Omit<MeasureOptions, 'rate'> {
  return { traffic: spec, process, seed, ...(plan.kind === 'span' ? { warmup: plan.warmup, cycles: plan.cycles } : {}) };
}

function pointOf(layout: NocLayout, run: Measurement, speedUp: number): NocPoint {
  return { rate: run.rate, seed: run.seed, stable: run.stable, verdict: run.verdict, measures: measuresOf(layout, run, speedUp) };
}
