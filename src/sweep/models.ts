/**
 * Models beside the cycle mode, on the user's own run: the analytical estimate and the ideal output-queued router, each with its error against what the cycle mode found. Past saturation the
 * cycle mode has no latency to compare with, and none is given.
 */
import type { NocPoint } from '../model/index.ts';
import { estimateLoad, runOutputQueued, type NocLayout } from '../noc/index.ts';
import { short } from './words.ts';
import type { FittedTraffic } from './traffic.ts';

/** Which models to run. */
export interface Models {
  readonly estimate?: boolean;
  readonly outputQueued?: boolean;
}

/** The point with the measures of the models, and what they say. */
export function withModels(
  layout: NocLayout,
  traffic: FittedTraffic,
  point: NocPoint,
  models: Models,
): { readonly point: NocPoint; readonly words: readonly string[] } {
  const words: string[] = [];
  const measures = { ...point.measures };
  const found = point.measures['latency.mean'] ?? null;
  const compare = (name: 'estimate' | 'ideal', latency: number): string => {
    const error = found === null ? null : latency / found - 1;
    measures[`${name}.latency`] = Number.isFinite(latency) ? latency : null;
    measures[`${name}.latency_error`] = error !== null && Number.isFinite(error) ? error : null;
    if (found === null) return 'the cycle mode is past saturation and has no latency to compare with';
    if (!Number.isFinite(latency)) return `the cycle mode finds ${short(found)}`;
    return `${short(100 * Math.abs(error!))} % ${error! < 0 ? 'below' : 'above'} the ${short(found)} of the cycle mode`;
  };
  if (models.estimate === true) {
    const { latency, saturation } = estimateLoad(layout, traffic.spec, point.rate);
    const compared = compare('estimate', latency);
    measures['estimate.saturation'] = saturation;
    const where = `the busiest channel is full at ${short(saturation)} flits per node and cycle`;
    words.push(
      Number.isFinite(latency)
        ? `Queueing theory estimates ${short(latency)} cycles, ${compared}; ${where}.`
        : `Queueing theory calls this load past saturation: ${where}; ${compared}.`,
    );
  }
  if (models.outputQueued === true) {
    const { spec, process, seed, plan } = traffic;
    const span = plan.kind === 'span' ? { warmup: plan.warmup, cycles: plan.cycles } : {};
    const { latency, accepted, overload } = runOutputQueued(layout, { traffic: spec, process, rate: point.rate, seed, ...span });
    measures['ideal.accepted'] = accepted;
    const compared = compare('ideal', overload === undefined ? latency.mean : NaN);
    const delivered = `they deliver ${short(accepted)} flits per node and cycle`;
    words.push(
      overload === undefined
        ? `Ideal output-queued routers take ${short(latency.mean)} cycles, ${compared}; ${delivered}.`
        : `Ideal output-queued routers are past saturation at this load (${overload}); ${delivered}; ${compared}.`,
    );
  }
  return { point: { ...point, measures }, words };
}
