/**
 * Biases of a core: a coarse and a fine code select a current,
 *   I = max(I_dark, I_coarse[c] x f / f_max).
 * The design's times become currents by tau = C U_T / (kappa I) for integrators and t = C V / I for the refractory circuit and the pulse extender.
 * Source: Delbruck, Berner, Lichtsteiner, Dualibe 2010, "32-bit configurable bias current generator"; constants on the card.
 */
import { UsageError } from '../../base/index.ts';
import { DYNAPSE_BIASES, DYNAPSE_SYNAPSES, type DynapseBias, type DynapseCard } from '../../model/index.ts';

/** Codes of one bias current. */
export interface BiasCode {
  readonly coarse: number;
  readonly fine: number;
}

/** One code pair per bias: what the neurons of a core share. */
export type CoreBiases = Readonly<Record<DynapseBias, BiasCode>>;

/** Nominal current of a code pair, A. Throws UsageError for codes that the generator does not have. */
export function biasCurrent({ bias_generator: { dark, coarse, fine } }: DynapseCard, code: BiasCode): number {
  const full = coarse.value[code.coarse];
  if (full === undefined || !Number.isInteger(code.fine) || code.fine < 0 || code.fine > fine.value)
    throw new UsageError(
      `bias code ${String(code.coarse)}:${String(code.fine)}: expected coarse 0 to ${String(coarse.value.length - 1)} and fine 0 to ${String(fine.value)}`,
    );
  return Math.max(dark.value, (full * code.fine) / fine.value);
}

/** The code pair whose current is nearest to this one in ratio. Among equals the smallest coarse code. */
export function nearestBias(card: DynapseCard, current: number): BiasCode {
  const { coarse, fine } = card.bias_generator;
  let best: BiasCode = { coarse: 0, fine: 0 };
  let least = Infinity;
  coarse.value.forEach((full, c) => {
    const share = (current / full) * fine.value;
    for (const f of [Math.floor(share), Math.ceil(share)].map((value) => Math.min(Math.max(value, 0), fine.value))) {
      const is = biasCurrent(card, { coarse: c, fine: f });
      const ratio = Math.max(is / current, current / is);
      if (ratio < least) [best, least] = [{ coarse: c, fine: f }, ratio];
    }
  });
  return best;
}

/** The codes of one bias in ascending order of their currents, each current once: what a search walks along. */
export function biasLadder(card: DynapseCard): readonly BiasCode[] {
  const { coarse, fine } = card.bias_generator;
  const codes = coarse.value.flatMap((_, c) => Array.from({ length: fine.value + 1 }, (__, f) => ({ coarse: c, fine: f })));
  const sorted = codes
    .map((code) => ({ code, current: biasCurrent(card, code) }))
    .toSorted((a, b) => a.current - b.current || a.code.coarse - b.code.coarse || a.code.fine - b.code.fine);
  return sorted.filter(({ current }, i) => i === 0 || current > sorted[i - 1]!.current).map(({ code }) => code);
}

/** Leak current of an integrator with this time constant, A, and the way back. */
export function currentOfTau({ physics: { kappa, thermal_voltage } }: DynapseCard, capacitance: number, tau: number): number {
  return (capacitance * thermal_voltage.value) / (kappa.value * tau);
}

/** Currents that the design asks for, A. */
export function designCurrents(card: DynapseCard): Readonly<Record<DynapseBias, number>> {
  const { design, capacitances, physics } = card;
  const dark = card.bias_generator.dark.value;
  const tauMem = currentOfTau(card, capacitances.membrane.value, design.tau_mem.value);
  const tauAhp = currentOfTau(card, capacitances.ahp.value, design.tau_ahp.value);
  const charge = (name: 'refractory' | 'pulse'): number =>
    (capacitances[name].value * physics.switching_voltage.value) / design[name].value;
  const currents: Partial<Record<DynapseBias, number>> = {
    tau_mem: tauMem,
    gain_mem: tauMem * design.gain_mem.value,
    tau_ahp: tauAhp,
    gain_ahp: tauAhp * design.gain_ahp.value,
    refractory: charge('refractory'),
    pulse: charge('pulse'),
  };
  for (const name of ['dc', 'threshold', 'weight_ahp', 'feedback', 'feedback_threshold', 'feedback_width', 'nmda_gate'] as const)
    currents[name] = design[name].value;
  for (const kind of DYNAPSE_SYNAPSES) {
    const tau = currentOfTau(card, capacitances[kind].value, design.tau_syn.value);
    currents[`tau_${kind}`] = tau;
    currents[`gain_${kind}`] = tau * design.gain_syn.value;
  }
  for (const bit of [0, 1, 2, 3] as const) currents[`weight_${bit}`] = design.weights.value[bit] ?? dark;
  return currents as Record<DynapseBias, number>;
}

/** Nearest codes of the design. */
export function designBiases(card: DynapseCard): CoreBiases {
  const currents = designCurrents(card);
  return Object.fromEntries(DYNAPSE_BIASES.map((name) => [name, nearestBias(card, currents[name])])) as Record<DynapseBias, BiasCode>;
}
