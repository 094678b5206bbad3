/**
 * Adaptive exponential integrate-and-fire neuron (AdEx), optionally with conductance-based exponential synapses.
 *   C dV/dt = -g_L (V - E_L) + g_L D e^((V - V_T) / D) - w - g_ex (V - E_ex) - g_in (V - E_in) + I
 *   tau_w dw/dt = a (V - E_L) - w,   dg/dt = -g / tau;          state: V (mV), w (pA), g_ex, g_in (nS)
 *   V reaches V_peak: spike, V = V_reset, w += b; for the refractory time V is clamped at V_reset, w and g go on (linear, so in closed form)
 * The upstroke is integrated over V above V_T + 2 D (upstroke-cell.ts).
 * Source: Brette and Gerstner 2005; Naud et al. 2008.
 */
import { exp, InfeasibleError } from '../../base/index.ts';
import type { Injected } from './cell.ts';
import { expByTable } from '../exp-table.ts';
import type { PlaneField } from '../plane-stepper.ts';
import { UpstrokeCell, type UpstrokeModel } from './upstroke-cell.ts';

/** Parameters of the cell. */
export interface AdexParameters {
  readonly capacitance: number; // pF
  readonly leakConductance: number; // nS
  readonly rest: number; // mV
  readonly thresholdVoltage: number; // mV, V_T: where the exponential takes over
  readonly slopeFactor: number; // mV, D
  readonly adaptationConductance: number; // nS, a
  readonly adaptationJump: number; // pA, b
  readonly adaptationTau: number; // ms, tau_w
  readonly reset: number; // mV
  readonly peak: number; // mV, V_peak: the spike time depends on it
  readonly refractory: number; // ms
  readonly synapses?: {
    readonly tauExc: number; // ms
    readonly tauInh: number; // ms
    readonly reversalExc: number; // mV
    readonly reversalInh: number; // mV
  };
}

/** The exponential carries the upstroke when it exceeds this many times the net current: before that dV/dt may still turn around. */
const CARRIES = 4;

/** AdEx cell; throws InfeasibleError when the slope factor is not above 0 or the reset does not lie below the peak. */
export class AdexCell extends UpstrokeCell {
  constructor(parameters: AdexParameters, tolerance?: number) {
    super(adexModel(parameters), tolerance);
  }
}

function adexModel(p: AdexParameters): UpstrokeModel {
  const somatic = adexSoma(p);
  const synapses = p.synapses;
  return {
    ...somatic,
    rest: synapses === undefined ? [p.rest, 0] : [p.rest, 0, 0, 0],
    kicked: synapses === undefined ? [] : [2, 3],
    slope: (voltage, y, injected) => {
      let net = somatic.current(voltage, y, injected);
      if (synapses !== undefined) net -= y[2]! * (voltage - synapses.reversalExc) + y[3]! * (voltage - synapses.reversalInh);
      return net / p.capacitance;
    },
    others: (voltage, y, _injected, out) => {
      out[1] = (p.adaptationConductance * (voltage - p.rest) - y[1]!) / p.adaptationTau;
      if (synapses === undefined) return;
      out[2] = -y[2]! / synapses.tauExc;
      out[3] = -y[3]! / synapses.tauInh;
    },
    ...(synapses === undefined ? { plane: (injected: Injected) => planeOf(p, injected) } : {}),
    clamped: (y, pause) => {
      const settled = p.adaptationConductance * (y[0]! - p.rest);
      y[1] = settled + (y[1]! - settled) * exp(-pause / p.adaptationTau);
      if (synapses === undefined) return;
      y[2]! *= exp(-pause / synapses.tauExc);
      y[3]! *= exp(-pause / synapses.tauInh);
    },
  };
}

/** The same equations for V and w alone. */
function planeOf(p: AdexParameters, injected: Injected): PlaneField {
  const { leakConductance, slopeFactor, thresholdVoltage, capacitance, rest, adaptationConductance, adaptationTau } = p;
  const scale = leakConductance * slopeFactor;
  return {
    rise: (voltage, w) =>
      (scale * expByTable((voltage - thresholdVoltage) / slopeFactor) - leakConductance * (voltage - rest) + injected[0] - w) / capacitance,
    follow: (voltage, w) => (adaptationConductance * (voltage - rest) - w) / adaptationTau,
  };
}

/** What every AdEx soma has, whatever hangs on it: its own current (pA, w in place 1), its spike, its switch to V. */
export function adexSoma(p: Omit<AdexParameters, 'synapses'>): Pick<
  UpstrokeModel,
  'peak' | 'reset' | 'refractory' | 'voltageStep' | 'climbs' | 'fire'
> & {
  current: (voltage: number, y: Float64Array, injected: Injected) => number;
} {
  if (!(p.slopeFactor > 0)) {
    throw new InfeasibleError(`slope factor: found ${String(p.slopeFactor)} mV, expected more than 0 (0 is a LIF neuron)`);
  }
  const { leakConductance, slopeFactor, thresholdVoltage, capacitance } = p;
  const switchVoltage = thresholdVoltage + 2 * slopeFactor;
  const spiking = (voltage: number): number => leakConductance * slopeFactor * expByTable((voltage - thresholdVoltage) / slopeFactor);
  return {
    peak: p.peak,
    reset: p.reset,
    refractory: p.refractory,
    voltageStep: slopeFactor / 4,
    current: (voltage, y, injected) => spiking(voltage) - leakConductance * (voltage - p.rest) + injected[0] - y[1]!,
    climbs: (voltage, slope) => voltage >= switchVoltage && CARRIES * capacitance * slope > spiking(voltage),
    fire: (y) => (y[1]! += p.adaptationJump),
  };
}
