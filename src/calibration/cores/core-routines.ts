/**
 * What is read of the neurons of a core to set one bias, in the order in which it is set; each moves what comes later only. The drive of every reading but the first two is
 * events at synapses, as in use: a bias that only drives an experiment has an error of its own, which would end in the bias that is set.
 *   tau_mem      decay of the membrane current, ln I = a - t / tau
 *   refractory   2 T(2 I) - T(I) of the intervals under two strong input currents: what the membrane needs falls as 1 / I, the rest is refractory
 *   tau_KIND     decay of the synaptic current after one event
 *   strength_KIND  that current at its begin, highest bit of the weight
 *   weight_K     the same for the lower bits
 *   gain_mem     mean membrane current under a regular train of events: (I_gain / I_tau) times the mean synaptic current
 *   rate         of spikes under a stronger train; falls with the threshold
 * What only some designs use comes after (used-routines.ts), and is switched off in all of these.
 */
import { DYNAPSE_SYNAPSES, type BiasCapabilities, type DynapseBias, type DynapseSynapse } from '../../model/index.ts';
import { decays, mean, membraneDecays, refractoryPeriods, SWITCHED_OFF } from './core-readings.ts';
import type { CoreRoutine, CoreTargets } from './core-routine.ts';
import { usedRoutines } from './used-routines.ts';

/** A membrane or a train has settled after this many time constants, and is read over as many. */
const SETTLED = 6;
const RATE_SPAN = 0.5;

/** The routines of these targets, in their order. */
export function coreRoutines(targets: CoreTargets, sheet: BiasCapabilities): readonly CoreRoutine[] {
  const { design, currentOf, codeOf, weightBits } = sheet;
  const gain = currentOf(design.gain_mem) / currentOf(design.tau_mem);
  const top = weightBits - 1;
  const settle = SETTLED * (targets.tauMem + targets.tauSyn.ampa);
  const event =
    (kind: DynapseSynapse, bit: number, what: 'tau' | 'start'): CoreRoutine['read'] =>
    (substrate, neurons) =>
      decays(substrate, neurons, kind, 2 * targets.tauSyn[kind], { kind, code: 2 ** bit }, what);
  return [
    {
      name: 'tau_mem',
      unit: 's',
      target: targets.tauMem,
      bias: 'tau_mem',
      power: -1,
      // the gain keeps its ratio to the leak
      with: (code) => ({ gain_mem: codeOf(currentOf(code) * gain) }),
      read: (substrate, neurons) => membraneDecays(substrate, neurons, 2 * targets.tauMem),
    },
    {
      name: 'refractory',
      unit: 's',
      target: targets.refractory,
      bias: 'refractory',
      power: -1,
      read: refractoryPeriods,
    },
    ...DYNAPSE_SYNAPSES.flatMap((kind): CoreRoutine[] => [
      { name: `tau_${kind}`, unit: 's', target: targets.tauSyn[kind], bias: `tau_${kind}`, power: -1, read: event(kind, top, 'tau') },
      {
        name: `strength_${kind}`,
        unit: 'A',
        target: targets.strength[kind],
        bias: `gain_${kind}`,
        power: 1,
        read: event(kind, top, 'start'),
      },
    ]),
    ...targets.bits.map((target, bit): CoreRoutine => ({
      name: `weight_${String(bit)}`,
      unit: 'A',
      target,
      bias: `weight_${String(bit)}` as DynapseBias,
      power: 1,
      read: event('ampa', bit, 'start'),
    })),
    {
      name: 'gain_mem',
      unit: 'A',
      target: targets.level,
      bias: 'gain_mem',
      power: 1,
      read: async (substrate, neurons) => {
        const { samples } = await substrate.run({
          duration: 2 * settle,
          neurons,
          events: targets.trains.level,
          monitor: 'membrane',
          rested: SWITCHED_OFF,
          switched: SWITCHED_OFF,
        });
        return Float64Array.from(samples, (row) => mean(row.subarray(row.length >> 1)));
      },
    },
    {
      name: 'rate',
      unit: 'Hz',
      target: targets.rate,
      bias: 'threshold',
      power: -1,
      read: async (substrate, neurons) => {
        const { spikes } = await substrate.run({
          duration: settle + RATE_SPAN,
          from: settle,
          neurons,
          events: targets.trains.rate,
          switched: SWITCHED_OFF,
        });
        return Float64Array.from(spikes, (count) => count / RATE_SPAN);
      },
    },
    ...usedRoutines(targets, sheet),
  ];
}
