/**
 * AdEx soma with one or two passive dendritic compartments; synapse (conductance, exponential) and distal current on the last one.
 *   C dV/dt = AdEx(V, w) + g_c (V1 - V) + I
 *   C_d dV1/dt = -g_d (V1 - E_L) + g_c (V - V1) [+ g_c2 (V2 - V1)]        state: V, w, V1, [V2,] g_ex (mV, pA, mV, mV, nS)
 *   C_d dV2/dt = -g_d (V2 - E_L) + g_c2 (V1 - V2)                         the last one also has - g_ex (V - E_ex) + I1
 * While V is clamped after a spike the dendrites go on, seeing the reset.
 * Source: AdEx as in adex-cell.ts; compartments by Ohm's law.
 */
import { adexSoma, type AdexParameters } from './adex-cell.ts';
import { UpstrokeCell } from './upstroke-cell.ts';

/** Parameters of the cell. */
export interface AdexDendriteParameters extends Omit<AdexParameters, 'synapses'> {
  readonly coupling: readonly number[]; // nS: soma to first compartment, first to second; one or two of them
  readonly dendriteCapacitance: number; // pF, each compartment
  readonly dendriteLeak: number; // nS, each compartment
  readonly tauExc: number; // ms
  readonly reversalExc: number; // mV
}

/** AdEx cell with dendrites; throws InfeasibleError as the AdEx cell does. */
export class AdexDendriteCell extends UpstrokeCell {
  constructor(p: AdexDendriteParameters, tolerance?: number) {
    const somatic = adexSoma(p);
    const compartments = p.coupling.length;
    const synapse = 2 + compartments;
    const last = synapse - 1;
    super(
      {
        ...somatic,
        rest: [p.rest, 0, ...p.coupling.map(() => p.rest), 0],
        kicked: [synapse],
        slope: (voltage, y, injected) => (somatic.current(voltage, y, injected) + p.coupling[0]! * (y[2]! - voltage)) / p.capacitance,
        others: (voltage, y, injected, out) => {
          out[1] = (p.adaptationConductance * (voltage - p.rest) - y[1]!) / p.adaptationTau;
          for (let i = 2; i < synapse; i++) {
            let net = -p.dendriteLeak * (y[i]! - p.rest) + p.coupling[i - 2]! * ((i === 2 ? voltage : y[i - 1]!) - y[i]!);
            net += i === last ? injected[1] - y[synapse]! * (y[i]! - p.reversalExc) : p.coupling[i - 1]! * (y[i + 1]! - y[i]!);
            out[i] = net / p.dendriteCapacitance;
          }
          out[synapse] = -y[synapse]! / p.tauExc;
        },
      },
      tolerance,
    );
  }
}
