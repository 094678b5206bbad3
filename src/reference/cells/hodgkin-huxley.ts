/**
 * Hodgkin-Huxley soma with the kinetics of Traub and Miles, and two passive compartments in a row.
 *   C dV/dt = -g_L (V - E_L) - g_Na m^3 h (V - E_Na) - g_K n^4 (V - E_K) + g_c (V1 - V) + I
 *   C_d dV1/dt = -g_d (V1 - E_L) + g_c (V - V1) + g_c2 (V2 - V1),   C_d dV2/dt = -g_d (V2 - E_L) + g_c2 (V1 - V2) + I1
 *   dx/dt = alpha_x (1 - x) - beta_x x for x = m, h, n with u = V - V_T;   state: V, m, h, n, V1, V2;   spike: upward crossing of theta
 * Source: Traub and Miles 1991, "Neuronal networks of the hippocampus"; rates in the form of Brette et al. 2007, appendix.
 */
import { exp, expm1 } from '../../base/index.ts';
import type { SmoothModel } from './smooth-cell.ts';

/** Parameters, named as in the physiological literature: pF, nS, mV. */
export interface HodgkinHuxleyParameters {
  readonly C_m: number;
  readonly g_L: number;
  readonly E_L: number;
  readonly g_Na: number;
  readonly E_Na: number;
  readonly g_K: number;
  readonly E_K: number;
  readonly V_T: number;
  readonly g_c: number;
  readonly g_c2: number;
  readonly C_d: number;
  readonly g_d: number;
  readonly theta: number;
}

/** The model; without a given start its gates are settled at E_L. */
export function hodgkinHuxley(p: HodgkinHuxleyParameters): SmoothModel {
  const [m, h, n] = settledGates(p.E_L - p.V_T);
  return {
    start: [p.E_L, m, h, n, p.E_L, p.E_L],
    level: p.theta,
    firstStep: 0.01,
    derivative: (y, injected, out) => {
      const [v, gateM, gateH, gateN, v1, v2] = [y[0]!, y[1]!, y[2]!, y[3]!, y[4]!, y[5]!];
      const u = v - p.V_T;
      const n2 = gateN * gateN;
      let net = -p.g_L * (v - p.E_L) - p.g_Na * gateM * gateM * gateM * gateH * (v - p.E_Na) - p.g_K * n2 * n2 * (v - p.E_K);
      net += p.g_c * (v1 - v) + injected[0];
      out[0] = net / p.C_m;
      gateSlopes(u, y, out);
      out[4] = (-p.g_d * (v1 - p.E_L) + p.g_c * (v - v1) + p.g_c2 * (v2 - v1)) / p.C_d;
      out[5] = (-p.g_d * (v2 - p.E_L) + p.g_c2 * (v1 - v2) + injected[1]) / p.C_d;
    },
  };
}

/** dm/dt, dh/dt, dn/dt at u = V - V_T for the gates in places 1 to 3. */
export function gateSlopes(u: number, y: Float64Array, out: Float64Array): void {
  out[1] = alphaM(u) * (1 - y[1]!) - betaM(u) * y[1]!;
  out[2] = alphaH(u) * (1 - y[2]!) - betaH(u) * y[2]!;
  out[3] = alphaN(u) * (1 - y[3]!) - betaN(u) * y[3]!;
}

/** Gates m, h, n at rest at u. */
export function settledGates(u: number): [m: number, h: number, n: number] {
  return [settled(alphaM(u), betaM(u)), settled(alphaH(u), betaH(u)), settled(alphaN(u), betaN(u))];
}

/** x / (e^x - 1), which is 1 at 0. */
function fading(x: number): number {
  return x === 0 ? 1 : x / expm1(x);
}

const alphaM = (u: number): number => 0.32 * 4 * fading((13 - u) / 4);
const betaM = (u: number): number => 0.28 * 5 * fading((u - 40) / 5);
const alphaH = (u: number): number => 0.128 * exp((17 - u) / 18);
const betaH = (u: number): number => 4 / (1 + exp((40 - u) / 5));
const alphaN = (u: number): number => 0.032 * 5 * fading((15 - u) / 5);
const betaN = (u: number): number => 0.5 * exp((10 - u) / 40);

function settled(alpha: number, beta: number): number {
  return alpha / (alpha + beta);
}
