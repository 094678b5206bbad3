/**
 * Routines of what only some designs use: constant input, gate of the NMDA synapses, adaptation after a spike (AHP). A bias at the dark current is a switch that is off, and then there is nothing to set.
 * All follow the rate: they are read through membrane, refractory period and threshold, whose medians stand by then. g = I_gain / I_tau of the membrane.
 *   dc          membrane current under it alone:   I = g (I_dark + I_dc)
 *   nmda_gate   membrane currents under a constant input alone, I1, under NMDA events beside it, I2, and with the gate open, I3; what the gate lets through is I2 / (I2 + I_gate):
 *               I_gate = I2 (I3 - I2) / (I2 - I1),   in which all gains drop out
 *   tau_ahp, ahp   spikes under a constant input (adaptation.ts)
 * Source: the membrane of Chicca et al. 2014, Proc. IEEE 102(9), with a constant input.
 */
import type { BiasCapabilities, BiasSubstrate } from '../../model/index.ts';
import { adaptation } from './adaptation.ts';
import { mean, OFF, SWITCHED_OFF } from './core-readings.ts';
import type { CoreRoutine, CoreTargets } from './core-routine.ts';

/** Membrane currents under the constant input, and under the NMDA current with an open gate, of that of the gate: the gate then stands a little over its half. */
const BASE = 0.5;
const GATED = 1.5;
/** Events follow one another within this share of the synaptic time constant: the membrane hardly sees them one by one. */
const DENSE = 0.25;
/** A membrane has settled after this many time constants, behind a gate, which opens with it, later; it is read over as many as the former. */
const SETTLED = 6;
const GATE_SETTLED = 10;

/** The routines of what is used, in their order. */
export function usedRoutines(targets: CoreTargets, sheet: BiasCapabilities): readonly CoreRoutine[] {
  const { dc, nmdaGate, ahp } = targets.used;
  return [
    ...(dc === undefined ? [] : [constantInput(targets, dc)]),
    ...(nmdaGate === undefined ? [] : [gate(targets, sheet, nmdaGate)]),
    ...(ahp === undefined ? [] : adaptation(targets, sheet, ahp)),
  ];
}

function constantInput({ tauMem }: CoreTargets, target: number): CoreRoutine {
  return {
    name: 'dc',
    unit: 'A',
    target,
    bias: 'dc',
    power: 1,
    // it is configured: the membrane rests under it
    read: (substrate, neurons) => settledMembranes(substrate, neurons, { settle: SETTLED * tauMem, span: SETTLED * tauMem }, {}),
  };
}

function gate(
  targets: CoreTargets,
  { codeOf, currentOf, design, weightBits, sampleInterval }: BiasCapabilities,
  target: number,
): CoreRoutine {
  const gain = currentOf(design.gain_mem) / currentOf(design.tau_mem);
  const tau = targets.tauSyn.nmda;
  const strengths = [...targets.bits, targets.strength.ampa].map((one) => (one / targets.strength.ampa) * targets.strength.nmda);
  const periodOf = (bit: number): number => Math.max((gain * strengths[bit]! * tau) / (GATED * target), sampleInterval / 10);
  const bit = Array.from({ length: weightBits }, (_, k) => weightBits - 1 - k).find((k) => periodOf(k) <= DENSE * tau) ?? 0;
  const events = { kind: 'nmda', code: 2 ** bit, period: Math.min(periodOf(bit), DENSE * tau) } as const;
  return {
    name: 'nmda_gate',
    unit: 'A',
    target,
    bias: 'nmda_gate',
    power: 1,
    read: async (substrate, neurons) => {
      const input = { ...SWITCHED_OFF, dc: codeOf((BASE * target) / gain) };
      const both = targets.tauMem + tau;
      const duration = { settle: GATE_SETTLED * both, span: SETTLED * both };
      const alone = await settledMembranes(substrate, neurons, duration, { rested: input, switched: input });
      const gated = await settledMembranes(substrate, neurons, duration, { rested: input, switched: input, events });
      const open = await settledMembranes(substrate, neurons, duration, { rested: input, switched: { ...input, nmda_gate: OFF }, events });
      return gated.map((through, i) => {
        const current = (through * (open[i]! - through)) / (through - alone[i]!);
        return current > 0 && Number.isFinite(current) ? current : NaN;
      });
    },
  };
}

/** Mean membrane currents over `span` after `settle`, s. */
async function settledMembranes(
  substrate: BiasSubstrate,
  neurons: readonly number[],
  { settle, span }: { readonly settle: number; readonly span: number },
  experiment: Pick<Parameters<BiasSubstrate['run']>[0], 'rested' | 'switched' | 'events'>,
): Promise<Float64Array> {
  const { samples } = await substrate.run({ ...experiment, duration: settle + span, neurons, monitor: 'membrane' });
  return Float64Array.from(samples, (row) => mean(row.subarray(Math.round((row.length * settle) / (settle + span)))));
}
