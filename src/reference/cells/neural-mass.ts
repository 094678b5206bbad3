/**
 * Neural masses: the mean activity of a patch of tissue as a few smooth equations.
 *   Wilson-Cowan   tau_e E' = -E + (1 - r_e E) S_e(c1 E - c2 I + P),   tau_i I' = -I + (1 - r_i I) S_i(c3 E - c4 I + Q);   S(x) = 1/(1+e^(-a(x-th))) - 1/(1+e^(a th));   ms
 *   Jansen-Rit     y0'' = A a S(y1-y2) - 2a y0' - a^2 y0,   y1'' = A a (p + C2 S(C1 y0)) - 2a y1' - a^2 y1,   y2'' = B b C4 S(C3 y0) - 2b y2' - b^2 y2;
 *                  S(v) = 2 e0 / (1 + e^(r (v0 - v)));   states y0, y1, y2 and their derivatives;   seconds
 *   Epileptor      six variables x1, y1, z, x2, y2, g;   its own unit of time. Its right-hand side has kinks (x1 = 0, z = 0, x2 = -1/4): steps shrink there.
 * Input P, p is what is injected as current.
 * Source: Wilson and Cowan 1972; Jansen and Rit 1995; Jirsa et al. 2014.
 */
import { exp } from '../../base/index.ts';
import type { SmoothModel } from './smooth-cell.ts';

/** A parameter by the name that the papers use. */
export type Parameter = (name: string) => number;

/** Wilson-Cowan; starts at E = I = 0. */
export function wilsonCowan(of: Parameter): SmoothModel {
  const [c1, c2, c3, c4, q] = [of('c1'), of('c2'), of('c3'), of('c4'), of('Q')];
  const [tauE, tauI, refractoryE, refractoryI] = [of('tau_e'), of('tau_i'), of('r_e'), of('r_i')];
  const excitatory = response(of('a_e'), of('theta_e'));
  const inhibitory = response(of('a_i'), of('theta_i'));
  return {
    start: [0, 0],
    firstStep: tauE / 1000,
    derivative: (y, [p], out) => {
      const [e, i] = [y[0]!, y[1]!];
      out[0] = ((1 - refractoryE * e) * excitatory(c1 * e - c2 * i + p) - e) / tauE;
      out[1] = ((1 - refractoryI * i) * inhibitory(c3 * e - c4 * i + q) - i) / tauI;
    },
  };
}

/** Jansen-Rit; starts at rest. Time in seconds. */
export function jansenRit(of: Parameter): SmoothModel {
  const [gainE, gainI, a, b] = [of('A'), of('B'), of('a'), of('b')];
  const [c1, c2, c3, c4] = [of('C1'), of('C2'), of('C3'), of('C4')];
  const [e0, v0, r] = [of('e0'), of('v0'), of('r')];
  const rate = (v: number): number => (2 * e0) / (1 + exp(r * (v0 - v)));
  return {
    start: [0, 0, 0, 0, 0, 0],
    firstStep: 1e-3 / a,
    derivative: (y, [p], out) => {
      const [y0, y1, y2] = [y[0]!, y[1]!, y[2]!];
      out[0] = y[3]!;
      out[1] = y[4]!;
      out[2] = y[5]!;
      out[3] = gainE * a * rate(y1 - y2) - 2 * a * y[3]! - a * a * y0;
      out[4] = gainE * a * (p + c2 * rate(c1 * y0)) - 2 * a * y[4]! - a * a * y1;
      out[5] = gainI * b * c4 * rate(c3 * y0) - 2 * b * y[5]! - b * b * y2;
    },
  };
}

/** Epileptor; starts where the paper's figures do. */
export function epileptor(of: Parameter): SmoothModel {
  const [x0, current1, current2, r, tau2, gamma] = [of('x0'), of('Iext1'), of('Iext2'), of('r'), of('tau2'), of('gamma')];
  return {
    start: [0, -5, 3, 0, 0, 0],
    firstStep: 1e-3,
    derivative: (y, _injected, out) => {
      const [x1, y1, z, x2, y2, g] = [y[0]!, y[1]!, y[2]!, y[3]!, y[4]!, y[5]!];
      const offset = z - 4;
      const f1 = x1 < 0 ? (x1 - 3) * x1 * x1 : (x2 - 0.6 * offset * offset) * x1;
      const f2 = x2 < -0.25 ? 0 : 6 * (x2 + 0.25);
      const z2 = z * z;
      out[0] = y1 - f1 - z + current1;
      out[1] = 1 - 5 * x1 * x1 - y1;
      out[2] = r * (4 * (x1 - x0) - z - (z < 0 ? 0.1 * z2 * z2 * z2 * z : 0));
      out[3] = -y2 + x2 - x2 * x2 * x2 + current2 + 2 * g - 0.3 * (z - 3.5);
      out[4] = (f2 - y2) / tau2;
      out[5] = -gamma * (g - 0.1 * x1);
    },
  };
}

/** Sigmoid of Wilson and Cowan, zero at zero. */
function response(slope: number, threshold: number): (x: number) => number {
  const floor = 1 / (1 + exp(slope * threshold));
  return (x) => 1 / (1 + exp(-slope * (x - threshold))) - floor;
}
