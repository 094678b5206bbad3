/**
 * Separable CMA-ES: an evolution strategy that adapts its step size and one variance per coordinate. The update is that of CMA-ES with a diagonal covariance, its learning rates
 * raised by (n + 2) / 3 because fewer numbers are learnt:
 *   x_k = m + sigma D z_k;   m <- m + sigma sum w_i D z_(i);   p_sigma, p_c: evolution paths;   C <- (1 - c1 - cmu) C + c1 p_c^2 + cmu sum w_i (D z_(i))^2
 * Points that leave the unit cube are mirrored into it and the mirrored step is what is learnt.
 * Sources: Ros and Hansen 2008, "A simple modification in CMA-ES achieving linear time and space complexity"; Hansen 2016, "The CMA Evolution Strategy: A Tutorial", table 1.
 */
import { Chance, exp, log } from '../base/index.ts';
import { reflected, type JointMethod, type MethodOptions } from './joint.ts';

/** Smallest and largest step size in the unit cube. */
const STEP_RANGE = [1e-12, 1] as const;

/** The method; generations of 4 + floor(3 ln n) points. The start is evaluated as the first point. */
export function separableCmaEs({ dimensions: n, seed, unit, start, spread }: MethodOptions): JointMethod {
  const chance = new Chance(seed, 'search', 4);
  const size = 4 + Math.floor(3 * log(n));
  const parents = size >> 1;
  const raw = Array.from({ length: parents }, (_, i) => log((size + 1) / 2) - log(i + 1));
  const sum = raw.reduce((total, weight) => total + weight, 0);
  const weights = raw.map((weight) => weight / sum);
  const effective = 1 / weights.reduce((total, weight) => total + weight * weight, 0);
  const cSigma = (effective + 2) / (n + effective + 5);
  const damping = 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + cSigma;
  const cC = (4 + effective / n) / (n + 4 + (2 * effective) / n);
  const faster = (n + 2) / 3;
  const c1 = Math.min(1, (faster * 2) / ((n + 1.3) ** 2 + effective));
  const cMu = Math.min(1 - c1, (faster * 2 * (effective - 2 + 1 / effective)) / ((n + 2) ** 2 + effective));
  // length of a standard normal vector
  const length = Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));

  let mean = start.slice();
  let sigma = spread;
  let variances = new Float64Array(n).fill(1);
  let pathSigma = new Float64Array(n);
  let pathC = new Float64Array(n);
  let generation: { readonly point: Float64Array; readonly loss: number }[] = [];
  let generations = 0;
  let first = true;
  let draws = 0;

  const update = (): void => {
    generations++;
    const ranked = generation.toSorted((a, b) => a.loss - b.loss || 0).slice(0, parents);
    const old = mean;
    mean = old.map((_, d) => ranked.reduce((total, { point }, i) => total + weights[i]! * point[d]!, 0));
    const step = mean.map((value, d) => (value - old[d]!) / sigma);
    pathSigma = pathSigma.map(
      (value, d) => (1 - cSigma) * value + (Math.sqrt(cSigma * (2 - cSigma) * effective) * step[d]!) / Math.sqrt(variances[d]!),
    );
    const norm = Math.sqrt(pathSigma.reduce((total, value) => total + value * value, 0));
    const stalled = norm / Math.sqrt(1 - (1 - cSigma) ** (2 * generations)) < (1.4 + 2 / (n + 1)) * length ? 1 : 0;
    pathC = pathC.map((value, d) => (1 - cC) * value + stalled * Math.sqrt(cC * (2 - cC) * effective) * step[d]!);
    variances = variances.map((value, d) => {
      const rankMu = ranked.reduce((total, { point }, i) => total + weights[i]! * ((point[d]! - old[d]!) / sigma) ** 2, 0);
      const kept = (1 - c1 - cMu) * value;
      return kept + c1 * (pathC[d]! ** 2 + (1 - stalled) * cC * (2 - cC) * value) + cMu * rankMu;
    });
    sigma = Math.min(STEP_RANGE[1], Math.max(STEP_RANGE[0], sigma * exp((cSigma / damping) * (norm / length - 1))));
    generation = [];
  };
  return {
    propose: () => {
      if (first) return start.slice();
      return mean.map((value, d) => reflected(value + sigma * Math.sqrt(variances[d]!) * chance.normal(unit, draws++)));
    },
    learn: (point, loss) => {
      first = false;
      generation.push({ point, loss });
      if (generation.length === size) update();
    },
  };
}
