/**
 * What the readings of a core's neurons have in common, and which neurons do not fit.
 * Source: masks by the median absolute deviation, Leys et al. 2013, J. Exp. Soc. Psych. 49; its efficiency and its factor for few values, Croux and Rousseeuw 1992, COMPSTAT; k means, Lloyd 1982.
 */
import { normalDistribution, studentQuantile } from '../../analysis/index.ts';
import { exp, log } from '../../base/index.ts';
import type { CoreQuantity } from './core-quantity.ts';

export interface MaskedNeuron {
  readonly neuron: number;
  readonly why: readonly string[];
  /** False for one that only lies far from the others. */
  readonly dead: boolean;
}

/** A neuron counts as dead below this share of the target rate. */
const SILENT = 0.05;
/** So near to its median, as ln x, no neuron is an outlier. */
const NEAR = 0.2;
/** Median absolute deviation of a normal distribution as its standard deviation. */
const MAD = 1.4826;
/** Share of the freedom of a standard deviation that a median absolute deviation has, and by how many neurons of few it is too narrow. */
const EFFICIENCY = 0.3674;
const TOO_NARROW = 0.8;

/** Median of every core, of what could be read. Cores stand one after the other. */
export function mediansOf(readings: Float64Array, cores: number): number[] {
  return rowsOf(readings, cores).map((row) => medianOf(row));
}

/** Robust relative spread of the neurons of a core. */
export function spreadOf(row: readonly number[]): number {
  return deviationOf(row.filter((value) => value > 0).map((value) => log(value)));
}

/**
 * Neurons that cannot be read, are silent, or lie far from the median of their core: further than a fifth, and than all but as many healthy ones as lie beyond `outlier` standard deviations of a normal
 * law. The spread is that of all cores, which are of one layout; what few neurons leave open of it widens the limit as Student's t does, with the freedom that a median absolute deviation has.
 */
export function maskOf(quantities: readonly CoreQuantity[], cores: number, outlier: number): MaskedNeuron[] {
  const reasons = new Map<number, { readonly why: string[]; dead: boolean }>();
  for (const { name, readings, after, spread, target } of quantities) {
    const limit = limitOf(spread.filter(Number.isFinite), readings.length / cores, outlier);
    readings.forEach((value, neuron) => {
      const core = Math.floor((neuron * cores) / readings.length);
      const silent = name === 'rate' && value < SILENT * target;
      const unread = !(value > 0);
      const far = !unread && Math.abs(log(value / after[core]!)) > Math.max(limit, NEAR);
      if (!silent && !far && !unread) return;
      const why = silent ? 'silent' : far ? `${name} is an outlier` : `${name} cannot be read`;
      const earlier = reasons.get(neuron);
      reasons.set(neuron, { why: [...(earlier?.why ?? []), why], dead: (earlier?.dead ?? false) || !far });
    });
  }
  return Array.from(reasons, ([neuron, reason]) => ({ neuron, ...reason })).toSorted((a, b) => a.neuron - b.neuron);
}

function limitOf(spreads: readonly number[], perCore: number, outlier: number): number {
  if (spreads.length === 0) return Infinity;
  const common = Math.sqrt(spreads.reduce((sum, one) => sum + one * one, 0) / spreads.length);
  const freedom = Math.max(EFFICIENCY * spreads.length * (perCore - 1), 1);
  return studentQuantile(normalDistribution(outlier), freedom) * common * (perCore / (perCore - TOO_NARROW));
}

/** Groups of alike neurons of each core: k means over ln x from quantiles as starts, until nothing changes. */
export function groupsOf(
  readings: Float64Array,
  masked: readonly MaskedNeuron[],
  cores: number,
  groups: number,
): { readonly cluster: Int32Array; readonly centres: readonly (readonly number[])[] } {
  const out = new Set(masked.map(({ neuron }) => neuron));
  const cluster = new Int32Array(readings.length).fill(-1);
  const size = readings.length / cores;
  const centres = Array.from({ length: cores }, (_, core) => {
    const members = Array.from({ length: size }, (__, n) => core * size + n).filter((neuron) => !out.has(neuron));
    const sorted = members.map((neuron) => log(readings[neuron]!)).toSorted((a, b) => a - b);
    let means = Array.from({ length: groups }, (__, k) => sorted[Math.floor(((k + 0.5) * sorted.length) / groups)] ?? NaN);
    for (let changed = members.length > 0; changed;) {
      changed = false;
      for (const neuron of members) {
        const distance = means.map((mean) => Math.abs(log(readings[neuron]!) - mean));
        const nearest = distance.indexOf(Math.min(...distance));
        if (cluster[neuron] !== nearest) [cluster[neuron], changed] = [nearest, true];
      }
      means = means.map((mean, k) => {
        const own = members.filter((neuron) => cluster[neuron] === k);
        return own.length === 0 ? mean : own.reduce((sum, neuron) => sum + log(readings[neuron]!), 0) / own.length;
      });
    }
    return means.map((mean) => exp(mean));
  });
  return { cluster, centres };
}

/** Robust standard deviation: 1.4826 median |x - median|. */
export function deviationOf(values: readonly number[]): number {
  const middle = medianOf(values);
  return MAD * medianOf(values.map((value) => Math.abs(value - middle)));
}

/** Median of what is a number; NaN of nothing. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length === 0 ? NaN : sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The readings of every core. */
export function rowsOf(readings: Float64Array, cores: number): number[][] {
  const size = readings.length / cores;
  return Array.from({ length: cores }, (_, core) => Array.from(readings.subarray(core * size, (core + 1) * size)));
}
