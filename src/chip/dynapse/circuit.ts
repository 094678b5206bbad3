/**
 * From bias codes and a die to what every circuit does. A bias current is that of its code times the error of the core's generator; mismatch of a leak transistor moves the
 * time constant and, as on silicon, the gain I_gain / I_tau with it.
 *   tau = C U_T / (kappa I_tau),   jump of a synapse = (I_gain / I_tau) I_w (1 - exp(-t_pulse / tau)),   t_ref = C V / I_ref.
 * Source: Bartolozzi and Indiveri 2007, Neural Computation 19; Chicca et al. 2014, Proc. IEEE 102(9).
 */
import { exp } from '../../base/index.ts';
import { DYNAPSE_SYNAPSES, type DynapseBias, type DynapseCard, type DynapseSynapse } from '../../model/index.ts';
import { biasCurrent, currentOfTau, type CoreBiases } from './biases.ts';
import type { DynapseDie } from './die.ts';

/** What every neuron circuit does. Currents in A, times in s, one entry per neuron. */
export interface DynapseParameters {
  readonly neurons: number;
  readonly tauMem: Float64Array;
  readonly leak: Float64Array;
  readonly gain: Float64Array;
  readonly dc: Float64Array;
  /** Infinity where a neuron never fires. */
  readonly threshold: Float64Array;
  readonly refractory: Float64Array;
  readonly feedback: Float64Array;
  readonly feedbackThreshold: Float64Array;
  readonly feedbackWidth: Float64Array;
  readonly tauAhp: Float64Array;
  /** Jump of the adaptation current at a spike. */
  readonly ahpJump: Float64Array;
  readonly nmdaGate: Float64Array;
  readonly tauSyn: Readonly<Record<DynapseSynapse, Float64Array>>;
  /** Jump of the synaptic current per ampere of weight current. */
  readonly synapseGain: Readonly<Record<DynapseSynapse, Float64Array>>;
  /** Base currents of the weight bits, one entry per core. */
  readonly weights: readonly Float64Array[];
  readonly dark: number;
  readonly clip: number;
}

/** The truth of a die with these biases, one set per core. Throws UsageError for codes that are none. */
export function dynapseParameters(card: DynapseCard, die: DynapseDie, biases: readonly CoreBiases[]): DynapseParameters {
  const perCore = card.geometry.neurons_per_core.value;
  const { capacitances, physics } = card;
  const dark = card.bias_generator.dark.value;
  const ofCore = (name: DynapseBias): Float64Array =>
    Float64Array.from(biases, (core, i) => Math.max(biasCurrent(card, core[name]) * die.bias[name][i]!, dark));
  /** As above, but a bias at the dark current is a switch that is off. */
  const switched = (name: DynapseBias): Float64Array =>
    ofCore(name).map((current, i) => (biasCurrent(card, biases[i]![name]) <= dark ? 0 : current));
  const each = (values: Float64Array, scale: (n: number) => number = () => 1): Float64Array =>
    Float64Array.from({ length: die.neurons }, (_, n) => values[Math.floor(n / perCore)]! * scale(n));
  const tauOf = (capacitance: number, leak: Float64Array): Float64Array => leak.map((current) => currentOfTau(card, capacitance, current));
  const leakOf = (name: DynapseBias, factor: Float64Array): Float64Array => each(ofCore(name), (n) => 1 / factor[n]!);
  const leak = leakOf('tau_mem', die.tauMem);
  const pulse = ofCore('pulse').map((current) => (capacitances.pulse.value * physics.switching_voltage.value) / current);
  const charged = (tau: Float64Array, n: number): number => 1 - exp(-pulse[Math.floor(n / perCore)]! / tau[n]!);
  const leakSyn = kinds((kind) => leakOf(`tau_${kind}`, die.tauSyn[kind]));
  const tauSyn = kinds((kind) => tauOf(capacitances[kind].value, leakSyn[kind]));
  const leakAhp = leakOf('tau_ahp', die.tauAhp);
  const tauAhp = tauOf(capacitances.ahp.value, leakAhp);
  const weightAhp = each(switched('weight_ahp'), (n) => die.ahp[n]!);
  return {
    neurons: die.neurons,
    tauMem: tauOf(capacitances.membrane.value, leak),
    leak,
    gain: each(ofCore('gain_mem')),
    dc: each(switched('dc')),
    threshold: each(ofCore('threshold'), (n) => (die.dead[n] === 1 ? Infinity : die.threshold[n]!)),
    refractory: each(
      ofCore('refractory').map((current) => (capacitances.refractory.value * physics.switching_voltage.value) / current),
      (n) => die.refractory[n]!,
    ),
    feedback: each(switched('feedback')),
    feedbackThreshold: each(ofCore('feedback_threshold')),
    feedbackWidth: each(ofCore('feedback_width')),
    tauAhp,
    ahpJump: each(ofCore('gain_ahp'), (n) => (weightAhp[n]! / leakAhp[n]!) * charged(tauAhp, n)),
    nmdaGate: each(switched('nmda_gate')),
    tauSyn,
    synapseGain: kinds((kind) =>
      each(ofCore(`gain_${kind}`), (n) => (die.weight[kind][n]! / leakSyn[kind][n]!) * charged(tauSyn[kind], n)),
    ),
    weights: ([0, 1, 2, 3] as const).slice(0, card.weight_bits.value).map((bit) => ofCore(`weight_${bit}`)),
    dark,
    clip: physics.clip.value,
  };
}

/** Current of a weight code of a core, A: the sum of the base currents of its bits. */
export function weightCurrent({ weights }: Pick<DynapseParameters, 'weights'>, core: number, code: number): number {
  return weights.reduce((sum, base, bit) => sum + ((code >> bit) & 1) * base[core]!, 0);
}

function kinds<T>(make: (kind: DynapseSynapse) => T): Record<DynapseSynapse, T> {
  return Object.fromEntries(DYNAPSE_SYNAPSES.map((kind) => [kind, make(kind)])) as Record<DynapseSynapse, T>;
}
