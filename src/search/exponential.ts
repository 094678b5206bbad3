/**
 * Exponential decays of many circuits at once, sampled at common times:  v(t) = offset + amplitude * exp(-t / tau).
 * Start: for each tau of a grid (ratio 1.25, from a third of the sample interval to three times the span) offset and amplitude follow from a straight line over exp(-t/tau); the grid's
 * exponentials are computed once for all circuits. Then Gauss-Newton in (offset, amplitude, log tau) with the step halved while it does not lower the squared error:
 *   dv/d(log tau) = amplitude * (t / tau) * exp(-t / tau)
 * The logarithm keeps tau positive. Standard errors come from the curvature at the end and the residuals. A fit is `found` when tau lies inside the grid and its relative
 * standard error is at most 0.5: anything else is a trace that shows no decay, and its tau is NaN.
 * Source: variable projection (Golub and Pereyra 1973) for the start, damped Gauss-Newton (Björck 1996) for the rest.
 */
import { exp, InternalError } from '../base/index.ts';
import { fitLine } from './least-squares.ts';

/** One entry per circuit. `tau` in the unit of the times, `offset` and `amplitude` in that of the values. */
export interface DecayFits {
  readonly tau: Float64Array;
  /** Standard error of tau, unit of the times. */
  readonly tauError: Float64Array;
  /** Value long after; value at time 0 minus offset. */
  readonly offset: Float64Array;
  readonly amplitude: Float64Array;
  /** 1 where a decay was found; elsewhere all numbers are NaN. */
  readonly found: Uint8Array;
}

const GRID_RATIO = 1.25;
const ITERATIONS = 30;
const HALVINGS = 12;
/** Change of log tau at which the iteration ends: far below any standard error. */
const CONVERGED = 1e-9;
const LARGEST_RELATIVE_ERROR = 0.5;

/**
 * Fits every row of `values` (circuits x times.length, row after row) over `times` (ascending, at least 4). Samples that are not finite are left out.
 * Throws InternalError when the sizes do not match.
 */
export function fitDecays(times: Float64Array, values: ArrayLike<number>, circuits: number): DecayFits {
  const samples = times.length;
  if (samples < 4 || values.length !== circuits * samples || times.some((time, k) => k > 0 && !(time > times[k - 1]!))) {
    throw new InternalError('decays need at least 4 ascending times and one value per circuit and time');
  }
  const grid = gridOf(times);
  const result: DecayFits = {
    tau: new Float64Array(circuits).fill(NaN),
    tauError: new Float64Array(circuits).fill(NaN),
    offset: new Float64Array(circuits).fill(NaN),
    amplitude: new Float64Array(circuits).fill(NaN),
    found: new Uint8Array(circuits),
  };
  for (let i = 0; i < circuits; i++) {
    const trace = finiteSamples(times, values, i);
    if (trace.t.length < 4) continue;
    const start = startOnGrid(trace, grid);
    const fit = start === null ? null : gaussNewton(trace, start);
    if (fit === null || !(fit.tau > grid.tau[0]! && fit.tau < grid.tau.at(-1)!)) continue;
    if (!(fit.tauError <= LARGEST_RELATIVE_ERROR * fit.tau)) continue;
    result.found[i] = 1;
    result.tau[i] = fit.tau;
    result.tauError[i] = fit.tauError;
    result.offset[i] = fit.offset;
    // inside, time starts at the first sample: a trace that begins late would otherwise scale by exp(t/tau)
    result.amplitude[i] = fit.amplitude * exp(times[0]! / fit.tau);
  }
  return result;
}

interface Grid {
  readonly tau: readonly number[];
  /** exp(-(t - t0) / tau) per tau and sample. */
  readonly decay: readonly Float64Array[];
}

/** Samples with times from the first sample on; `index` is their place among all samples. */
interface Trace {
  readonly t: Float64Array;
  readonly y: Float64Array;
  readonly index: Uint32Array;
}

interface Decay {
  readonly offset: number;
  readonly amplitude: number;
  readonly tau: number;
}

function gridOf(times: Float64Array): Grid {
  const [first, last] = [times[0]!, times.at(-1)!];
  const tau: number[] = [];
  for (let value = (last - first) / (times.length - 1) / 3; value < 3 * GRID_RATIO * (last - first); value *= GRID_RATIO) tau.push(value);
  return { tau, decay: tau.map((value) => times.map((time) => exp((first - time) / value))) };
}

function finiteSamples(times: Float64Array, values: ArrayLike<number>, circuit: number): Trace {
  const row = circuit * times.length;
  const index = Uint32Array.from(times.keys()).filter((k) => Number.isFinite(values[row + k]));
  return { t: Float64Array.from(index, (k) => times[k]! - times[0]!), y: Float64Array.from(index, (k) => values[row + k]!), index };
}

/** The best of the grid, or null when no line can be drawn (all values missing or one time only). */
function startOnGrid({ y, index }: Trace, { tau, decay }: Grid): Decay | null {
  let [best, error]: [Decay | null, number] = [null, Infinity];
  tau.forEach((value, g) => {
    const all = decay[g]!;
    const x = index.length === all.length ? all : Float64Array.from(index, (k) => all[k]!);
    const line = fitLine(x, y);
    if (line === null) return;
    const squares = y.reduce((sum, reading, k) => sum + (reading - line.offset - line.slope * x[k]!) ** 2, 0);
    if (squares < error) [best, error] = [{ offset: line.offset, amplitude: line.slope, tau: value }, squares];
  });
  return best;
}

function gaussNewton(trace: Trace, start: Decay): (Decay & { tauError: number }) | null {
  let decay = start;
  let normal = normalEquations(trace, decay);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const step = solve3(normal.matrix, normal.gradient);
    if (step === null) return null;
    if (Math.abs(step[2]) < CONVERGED) break;
    let next: Decay | null = null;
    let equations = normal;
    for (let halving = 0, scale = 1; halving < HALVINGS && next === null; halving++, scale /= 2) {
      const tried = {
        offset: decay.offset + scale * step[0],
        amplitude: decay.amplitude + scale * step[1],
        tau: decay.tau * exp(Math.min(1, Math.max(-1, scale * step[2]))),
      };
      equations = normalEquations(trace, tried);
      if (equations.squares < normal.squares) next = tried;
    }
    // no step lowers the error any more: this is the minimum as far as rounding lets it be seen
    if (next === null) break;
    [decay, normal] = [next, equations];
  }
  const column = solve3(normal.matrix, [0, 0, 1]);
  if (column === null) return null;
  const variance = normal.squares / Math.max(1, trace.t.length - 3);
  return { ...decay, tauError: decay.tau * Math.sqrt(variance * Math.max(0, column[2])) };
}

type Triple = readonly [number, number, number];

/** Jacobian products and squared error at a point: matrix as (oo, oa, ol, aa, al, ll) for offset, amplitude, log tau. */
interface NormalEquations {
  readonly matrix: readonly [number, number, number, number, number, number];
  readonly gradient: Triple;
  readonly squares: number;
}

function normalEquations({ t, y }: Trace, { offset, amplitude, tau }: Decay): NormalEquations {
  let [oa, ol, aa, al, ll] = [0, 0, 0, 0, 0];
  let [go, ga, gl, squares] = [0, 0, 0, 0];
  for (let k = 0; k < t.length; k++) {
    const scaled = t[k]! / tau;
    const a = exp(-scaled);
    const l = amplitude * scaled * a;
    const residual = y[k]! - offset - amplitude * a;
    oa += a;
    ol += l;
    aa += a * a;
    al += a * l;
    ll += l * l;
    go += residual;
    ga += residual * a;
    gl += residual * l;
    squares += residual * residual;
  }
  return { matrix: [t.length, oa, ol, aa, al, ll], gradient: [go, ga, gl], squares };
}

/** Solves the symmetric 3 x 3 system by Cholesky after scaling its diagonal to 1; null when it is singular. */
function solve3([m00, m01, m02, m11, m12, m22]: NormalEquations['matrix'], [b0, b1, b2]: Triple): Triple | null {
  const [s0, s1, s2] = [Math.sqrt(m00), Math.sqrt(m11), Math.sqrt(m22)];
  const l10 = m01 / (s0 * s1);
  const l20 = m02 / (s0 * s2);
  const l11 = Math.sqrt(1 - l10 * l10);
  const l21 = (m12 / (s1 * s2) - l20 * l10) / l11;
  const l22 = Math.sqrt(1 - l20 * l20 - l21 * l21);
  if (!(l11 > 0) || !(l22 > 0)) return null;
  const y0 = b0 / s0;
  const y1 = (b1 / s1 - l10 * y0) / l11;
  const y2 = (b2 / s2 - l20 * y0 - l21 * y1) / l22;
  const x2 = y2 / l22;
  const x1 = (y1 - l21 * x2) / l11;
  const x0 = y0 - l10 * x1 - l20 * x2;
  return [x0 / s0, x1 / s1, x2 / s2];
}
