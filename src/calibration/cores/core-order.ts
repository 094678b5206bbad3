/**
 * What a bias of a core needs to stand before it is set, and whose readings it shifts. With g = I_gain / I_tau of the membrane and q the strength of an event, a sum over bits:
 *   level = g (I_dark + q tau_syn / T), so leak, gain, weights and the AMPA time constant move it;   the rate rises with the level and falls with tau and t_ref;
 *   dc = g (I_dark + I_dc);   the jump of an adaptation falls as one over its time constant;   all bits of a weight go through the gain of the AMPA synapses.
 * A synaptic leak moves no strength: the charge of a pulse is I_gain I_w t_pulse / (C U_T / kappa), in which it drops out.
 * In the order of the routines each moves only what comes later, so a whole calibration sets every bias once.
 */
import type { RoutineNode } from '../order.ts';

type Edges = Pick<RoutineNode, 'needs' | 'invalidates'>;

const WEIGHTS = ['weight_0', 'weight_1', 'weight_2'] as const;
const WEIGHT: Edges = { needs: ['strength_ampa'], invalidates: ['gain_mem', 'rate'] };

const EDGES: Readonly<Record<string, Edges>> = {
  tau_mem: { needs: [], invalidates: ['gain_mem', 'rate', 'dc'] },
  refractory: { needs: [], invalidates: ['rate'] },
  tau_ampa: { needs: [], invalidates: ['gain_mem', 'rate'] },
  strength_ampa: { needs: ['tau_ampa'], invalidates: [...WEIGHTS, 'gain_mem', 'rate'] },
  strength_nmda: { needs: ['tau_nmda'], invalidates: [] },
  strength_gaba_a: { needs: ['tau_gaba_a'], invalidates: [] },
  strength_gaba_b: { needs: ['tau_gaba_b'], invalidates: [] },
  weight_0: WEIGHT,
  weight_1: WEIGHT,
  weight_2: WEIGHT,
  gain_mem: { needs: ['tau_mem', 'strength_ampa', ...WEIGHTS], invalidates: ['rate', 'dc'] },
  rate: { needs: ['refractory', 'gain_mem'], invalidates: [] },
  dc: { needs: ['gain_mem', 'rate'], invalidates: [] },
  nmda_gate: { needs: ['gain_mem', 'strength_nmda', 'rate'], invalidates: [] },
  tau_ahp: { needs: ['rate'], invalidates: ['ahp'] },
  ahp: { needs: ['tau_ahp'], invalidates: [] },
};

/** The nodes of these routines, by their names; what is not among them is left out. */
export function coreNodes(names: readonly string[]): readonly RoutineNode[] {
  const among = (list: readonly string[]): string[] => list.filter((name) => names.includes(name));
  return names.map((name) => {
    const { needs, invalidates } = EDGES[name] ?? { needs: [], invalidates: [] };
    return { name, needs: among(needs), invalidates: among(invalidates) };
  });
}
