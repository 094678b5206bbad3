/**
 * Postsynaptic potentials of many circuits, sampled at regular times after an event at time 0, fitted by least squares:
 *   v(t) = offset + D g(t) + w(t),   g(t) = (M exp(-m t) - S exp(-s t)) / (s - m),   m = 1 / tau_mem (known),   s = 1 / tau_syn
 * Events that follow each other in a period P meet what is left of all before: M = 1 / (1 - exp(-m P)), S = 1 / (1 - exp(-s P)). After eight time constants that is 0.3 % of a potential, and half a per cent of D.
 * D is the step of dV/dt by the event. w is what the tanh of the leak OTA adds, first order in (v / range)^2, in closed form:
 *   dw/dt = -m w + m v^3 / (3 range^2)   =>   w(t) = m / (3 range^2) (D / (s - m))^3 sum_j a_j (exp(-m t) - exp(-k_j t)) / (k_j - m)
 *   with (a, k) = (1, 3 m), (-3, 2 m + s), (3, m + 2 s), (-1, 3 s), the expansion of (exp(-m t) - exp(-s t))^3.
 * The next order is (v / range)^4 x 2/15: under 4e-4 for potentials of a quarter of the range. Offset and D follow linearly for a given tau_syn, which moves by Gauss-Newton
 * in its logarithm; w follows the last D. The shape is symmetric in m and s, so an error of tau_mem goes into tau_syn with the opposite sign and about the ratio of the two:
 * tau_mem has to be measured well, which is why it is given per circuit.
 * Source: closed-form solution of the membrane with an exponential current (Rotter and Diesmann 1999); variable projection, Golub and Pereyra 1973.
 */
import { exp } from '../base/index.ts';

const ITERATIONS = 30;
/** Change of log tau at which the iteration ends: far below any standard error. */
const CONVERGED = 2e-4;
/** Largest change of log tau in one iteration. */
const LARGEST_STEP = 0.7;
/** Time constants are looked for within this factor of the expected one. */
const NEAR = 6;
/** A time constant that is known worse than this is none. */
const LARGEST_RELATIVE_ERROR = 0.5;
/** Drive over its standard error from which a potential whose time constant lies outside the range was seen all the same: it tells a side. */
const SEEN = 10;
/** Rates that differ by less than this share are moved apart by it: the differences of exponentials would cancel. Less than CONVERGED, or the iteration would never end there. */
const APART = 1e-4;

/** Rows of samples: circuits x times, the time of sample k being (k + 1) x interval after the event. Any unit of voltage. */
export interface PspSamples {
  readonly values: Float64Array;
  readonly times: number;
  readonly interval: number;
  /** From event to event, s; Infinity: the circuits were at rest. */
  readonly period: number;
}

/** One entry per circuit. */
export interface PspFits {
  /** s; NaN where no potential of a believable shape was seen, 0 or Infinity for one far shorter or longer than expected: a side, not a value. */
  readonly tauSyn: Float64Array;
  /** Step of dV/dt, unit of the values per s. Where the shape was not found it is that of a potential with the expected time constant: enough to tell weak from strong. */
  readonly drive: Float64Array;
}

/** Fits all rows. `range` is the linear range of the leak in the unit of the values; `expected` is roughly tau_syn, s. */
export function fitPsps(samples: PspSamples, tauMem: Float64Array, expected: number, range: number): PspFits {
  const tauSyn = new Float64Array(tauMem.length).fill(NaN);
  const drive = new Float64Array(tauMem.length);
  for (let n = 0; n < tauMem.length; n++) {
    const first = step(samples, n, tauMem[n]!, expected, 0, range);
    drive[n] = first.drive;
    let [tau, last] = [expected, first];
    for (let iteration = 0; iteration < ITERATIONS && Number.isFinite(last.change); iteration++) {
      tau *= exp(Math.min(LARGEST_STEP, Math.max(-LARGEST_STEP, last.change)));
      if (!(tau < expected * NEAR && tau > expected / NEAR)) {
        const short = tau <= expected / NEAR;
        const end = step(samples, n, tauMem[n]!, short ? expected / NEAR : expected * NEAR, 0, range);
        if (end.drive > SEEN * end.driveError) [tauSyn[n], drive[n]] = [short ? 0 : Infinity, end.drive];
        break;
      }
      last = step(samples, n, tauMem[n]!, tau, last.drive, range);
      if (Math.abs(last.change) >= CONVERGED) continue;
      if (last.error <= LARGEST_RELATIVE_ERROR) [tauSyn[n], drive[n]] = [tau, last.drive];
      break;
    }
  }
  return { tauSyn, drive };
}

interface Step {
  readonly drive: number;
  readonly driveError: number;
  /** Change of log tau that Gauss-Newton asks for, and its standard error. */
  readonly change: number;
  readonly error: number;
}

/** Drive and direction for one circuit at one time constant; `before` is the drive whose w is taken off. */
function step(
  { values, times, interval, period }: PspSamples,
  circuit: number,
  tauMem: number,
  tauSyn: number,
  before: number,
  range: number,
): Step {
  const m = 1 / tauMem;
  const s = apart(1 / tauSyn, m);
  const [ratioM, ratioS] = [exp(-interval * m), exp(-interval * s)];
  const scale = before / (s - m);
  const cubic = (m * scale ** 3) / (3 * range * range);
  const [c0, c1, c2, c3] = [cubic / (2 * m), (-3 * cubic) / (m + s), (3 * cubic) / (2 * s), -cubic / (3 * s - m)];
  const row = circuit * times;
  let [sumG, sumGG, sumY, sumYY, sumGY] = [0, 0, 0, 0, 0];
  let [sumL, sumGL, sumLL, sumLY] = [0, 0, 0, 0];
  const [leftM, leftS] = [exp(-period * m), exp(-period * s)];
  // what is left changes with the rate too
  const carried = leftS > 0 ? (period * leftS) / (1 - leftS) : 0;
  let [em, es] = [1, 1];
  for (let k = 0; k < times; k++) {
    em *= ratioM;
    es *= ratioS;
    const [pm, ps] = [em / (1 - leftM), es / (1 - leftS)];
    const g = (pm - ps) / (s - m);
    // dg / d log tau_syn
    const l = (s * (g - ((k + 1) * interval + carried) * ps)) / (s - m);
    const w = c0 * (em - em * em * em) + c1 * (em - em * em * es) + c2 * (em - em * es * es) + c3 * (em - es * es * es);
    const y = values[row + k]! - w;
    sumG += g;
    sumGG += g * g;
    sumY += y;
    sumYY += y * y;
    sumGY += g * y;
    sumL += l;
    sumGL += g * l;
    sumLL += l * l;
    sumLY += l * y;
  }
  const gg = sumGG - (sumG * sumG) / times;
  const gy = sumGY - (sumG * sumY) / times;
  const gl = sumGL - (sumG * sumL) / times;
  const ll = sumLL - (sumL * sumL) / times;
  const ly = sumLY - (sumL * sumY) / times;
  const drive = gy / gg;
  // l with offset and g projected out, against the residual
  const curvature = ll - (gl * gl) / gg;
  const squares = Math.max(0, sumYY - (sumY * sumY) / times - drive * gy);
  return {
    drive,
    driveError: Math.sqrt(squares / (times - 2) / gg),
    change: (ly - drive * gl) / (drive * curvature),
    error: Math.sqrt(squares / (times - 3) / curvature) / Math.abs(drive),
  };
}

/** The synaptic rate, kept away from the rates m and m / 3 at which a denominator of the closed forms vanishes. */
function apart(s: number, m: number): number {
  for (const pole of [m, m / 3]) if (Math.abs(s / pole - 1) < APART) return pole * (s < pole ? 1 - APART : 1 + APART);
  return s;
}
