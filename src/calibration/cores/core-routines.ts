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
import { exp, log } from '../../base/index.ts';
import {
  DYNAPSE_SYNAPSES,
  type BiasCapabilities,
  type BiasEvents,
  type BiasSubstrate,
  type DynapseBias,
  type DynapseSynapse,
} from '../../model/index.ts';
import { fitLine } from '../../search/index.ts';
import type { CoreRoutine, CoreTargets } from './core-routine.ts';
import { SWITCHED_OFF, usedRoutines } from './used-routines.ts';

/** Input current for decays of the membrane, A: far above its gain current and below the clip. */
const DRIVE = 25e-9;
/** Input currents for the refractory period, A. */
const STRONG = [0.8e-6, 1.6e-6] as const;
const STRONG_SPAN = 0.2;
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

async function membraneDecays(substrate: BiasSubstrate, neurons: readonly number[], duration: number): Promise<Float64Array> {
  const { codeOf, sampleInterval } = substrate.capabilities;
  const { samples } = await substrate.run({
    duration,
    neurons,
    monitor: 'membrane',
    rested: { ...SWITCHED_OFF, dc: codeOf(DRIVE) },
    switched: SWITCHED_OFF,
  });
  return Float64Array.from(samples, (row) => decayOf(row, sampleInterval).tau);
}

async function decays(
  substrate: BiasSubstrate,
  neurons: readonly number[],
  monitor: DynapseSynapse,
  duration: number,
  events: BiasEvents,
  what: 'tau' | 'start',
): Promise<Float64Array> {
  const { samples } = await substrate.run({ duration, neurons, events, monitor });
  return Float64Array.from(samples, (row) => decayOf(row, substrate.capabilities.sampleInterval)[what]);
}

async function refractoryPeriods(substrate: BiasSubstrate, neurons: readonly number[]): Promise<Float64Array> {
  const periods: Float64Array[] = [];
  for (const current of STRONG) {
    const dc = substrate.capabilities.codeOf(current);
    const { spikes } = await substrate.run({
      duration: STRONG_SPAN + STRONG_SPAN / 10,
      from: STRONG_SPAN / 10,
      neurons,
      switched: { ...SWITCHED_OFF, dc },
    });
    periods.push(Float64Array.from(spikes, (count) => (count > 0 ? STRONG_SPAN / count : NaN)));
  }
  return periods[1]!.map((strong, i) => {
    const rest = 2 * strong - periods[0]![i]!;
    return rest > 0 ? rest : NaN;
  });
}

/** Time constant and current at the begin of an exponential decay sampled from one interval on: a straight line through the logarithms. */
function decayOf(row: Float64Array, interval: number): { readonly tau: number; readonly start: number } {
  const usable = Array.from(row, (value, i) => [(i + 1) * interval, value] as const).filter(([, value]) => value > 0);
  if (usable.length < 4) return { tau: NaN, start: NaN };
  const line = fitLine(
    usable.map(([t]) => t),
    usable.map(([, value]) => log(value)),
  );
  return line !== null && line.slope < 0 ? { tau: -1 / line.slope, start: exp(line.offset) } : { tau: NaN, start: NaN };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
