/**
 * The latency-load curve: one measurement per offered load. The curve ends with the first load past saturation, which is kept and says so.
 */
import type { NocLayout } from '../design/layout.ts';
import { measure, type MeasureOptions } from './measure.ts';
import type { Measurement } from './measure-record.ts';

/** Measures the loads in ascending order, up to and including the first that is past saturation. */
export function latencyLoadCurve(layout: NocLayout, options: Omit<MeasureOptions, 'rate'>, rates: readonly number[]): Measurement[] {
  const curve: Measurement[] = [];
  for (const rate of rates.toSorted((p, q) => p - q)) {
    const point = measure(layout, { ...options, rate });
    curve.push(point);
    if (!point.stable) break;
  }
  return curve;
}
