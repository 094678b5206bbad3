/**
 * What is read of the neurons of a core to set one bias, in the order in which it is set; each moves what comes later only. The drive of every reading but the first two is
 * events at synapses, as in use: a bias that only drives an experiment has an error of its own, which would end in the bias that is set.
 *   tau_mem      decay of the membrane current, ln I = a - t / tau
 *   refractory   intervals T under two strong input currents, what the membrane needs taken off (core-readings.ts)
 *   tau_KIND     decay of the synaptic current after one event at all synapses of a neuron
 *   strength_KIND  that current at its begin, per synapse, highest bit of the weight
 *   weight_K     the same for the lower bits
 *   gain_mem     mean membrane current under a regular train of events: (I_gain / I_tau) times the mean synaptic current
 *   rate         of spikes under a stronger train; falls with the threshold
 * What only some designs use comes after (used-routines.ts), and is switched off in all of these.
 */
import { DYNAPSE_SYNAPSES, type BiasCapabilities, type BiasEvents, type DynapseBias, type DynapseSynapse } from '../../model/index.ts';
import { decays, mean, membraneDecays, refractoryPeriods, SWITCHED_OFF } from './core-readings.ts';
import type { CoreRoutine, CoreTargets } from './core-routine.ts';
import { usedRoutines } from './used-routines.ts';

/** A membrane or a train has settled after this many time constants, and is read over as many. */
const SETTLED = 6;
const RATE_SPAN = 0.5;
/** Synapses between the begins of the trains of two repeats: prime to any usual number of words. */
const APART = 23;
/** All synapses of a neuron are read at once while their currents add up to less than this, A. */
const MOST = 1e-6;

/** A train that begins with another synapse in every repeat: a span holds no whole number of rounds. */
function begun(train: BiasEvents, repeat: number): BiasEvents {
  return { ...train, first: APART * repeat };
}

/** The routines of these targets, in their order. */
export function coreRoutines(targets: CoreTargets, sheet: BiasCapabilities): readonly CoreRoutine[] {
  const { design, currentOf, codeOf, weightBits, synapsesPerNeuron } = sheet;
  const gain = currentOf(design.gain_mem) / currentOf(design.tau_mem);
  const top = weightBits - 1;
  const settle = SETTLED * (targets.tauMem + targets.tauSyn.ampa);
  const event =
    (kind: DynapseSynapse, bit: number, what: 'tau' | 'start', each: number): CoreRoutine['read'] =>
    async (substrate, neurons, _, repeat) => {
      const synapses = Math.min(Math.max(Math.floor(MOST / each), 1), synapsesPerNeuron);
      const events = { kind, code: 2 ** bit, synapses, first: repeat * synapses };
      const found = await decays(substrate, neurons, kind, 2 * targets.tauSyn[kind], events, what);
      return what === 'tau' ? found : found.map((current) => current / synapses);
    };
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
      read: (substrate, neurons, _, repeat) => refractoryPeriods(substrate, neurons, targets.tauMem, repeat),
    },
    ...DYNAPSE_SYNAPSES.flatMap((kind): CoreRoutine[] => [
      {
        name: `tau_${kind}`,
        unit: 's',
        target: targets.tauSyn[kind],
        bias: `tau_${kind}`,
        power: -1,
        read: event(kind, top, 'tau', targets.strength[kind]),
      },
      {
        name: `strength_${kind}`,
        unit: 'A',
        target: targets.strength[kind],
        bias: `gain_${kind}`,
        power: 1,
        read: event(kind, top, 'start', targets.strength[kind]),
      },
    ]),
    ...targets.bits.map((target, bit): CoreRoutine => ({
      name: `weight_${String(bit)}`,
      unit: 'A',
      target,
      bias: `weight_${String(bit)}` as DynapseBias,
      power: 1,
      read: event('ampa', bit, 'start', target),
    })),
    {
      name: 'gain_mem',
      unit: 'A',
      target: targets.level,
      bias: 'gain_mem',
      power: 1,
      read: async (substrate, neurons, _, repeat) => {
        const { samples } = await substrate.run({
          duration: 2 * settle,
          neurons,
          events: begun(targets.trains.level, repeat),
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
      read: async (substrate, neurons, _, repeat) => {
        const from = settle * (1 + repeat / 3);
        const { spikes } = await substrate.run({
          duration: from + RATE_SPAN,
          from,
          neurons,
          events: begun(targets.trains.rate, repeat),
          switched: SWITCHED_OFF,
        });
        return Float64Array.from(spikes, (count) => count / RATE_SPAN);
      },
    },
    ...usedRoutines(targets, sheet),
  ];
}
