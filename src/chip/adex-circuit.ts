/**
 * The whole neuron circuit: nominal transfer of its cells, and the physical parameters of a die. C is the membrane capacitance, u = V_w - V_ref the adaptation voltage.
 *   C dV/dt = leak + I_0 exp((V - V_exp) / D) (at most the clip) - g_c L tanh(u / L) + synapses + offset current
 *   tau_w du/dt = G L tanh((V - V_leak,w) / L) - u,   G = g_a / g_w,   g_w = C_w / tau_w;   at a spike u += I_b t_pulse / C_w
 * In the terms of the literature: V_T = V_exp + D ln(C D / (tau_mem I_0)), a = g_c G, b = g_c x jump; a and b relative to the leak conductance are what `adexOf` gives.
 * D = slope minimum + slope per code x code; tau_w = tau per code / code; g_a and I_b are proportional to their codes, their signs are digital.
 * Source: Brette and Gerstner 2005; adaptation kept as a voltage with references of its own: brainscales2-demos AdEx tutorial, LOLA neuron.h; sizes assumed on the card.
 */
import { exp, formatQuantity, InfeasibleError, InternalError, log } from '../base/index.ts';
import type { ChipCard, Join, NeuronCell, Setting } from '../model/index.ts';
import type { DieLayout } from './die-layout.ts';
import { codeWeight, largestCode } from './transfer.ts';

/** The part of a card that describes the whole circuit. */
export type AdexCard = NonNullable<ChipCard['neuron']['adex']>;

/** Physical parameters of the whole circuit, one entry per neuron. */
export interface AdexParameters {
  /** dV/dt of the exponential circuit at its voltage, V/s; 0 = disconnected. */
  readonly exponentialRate: Float64Array;
  /** V. */
  readonly exponentialVoltage: Float64Array;
  /** V. */
  readonly exponentialSlope: Float64Array;
  /** Largest dV/dt of the exponential circuit, V/s; Infinity without a clip. */
  readonly exponentialClip: Float64Array;
  /** dV/dt per volt of adaptation voltage, 1/s; 0 = disconnected. */
  readonly adaptationCoupling: Float64Array;
  /** Volt of settled adaptation voltage per volt of membrane, signed. */
  readonly adaptationGain: Float64Array;
  /** s. */
  readonly adaptationTau: Float64Array;
  /** Step of the adaptation voltage at a spike, V, signed. */
  readonly adaptationJump: Float64Array;
  /** Membrane voltage from which adaptation is measured, V. */
  readonly adaptationLeak: Float64Array;
  /** Level to which the adaptation voltage decays, V: decides how far the rails are. */
  readonly adaptationReference: Float64Array;
  /** Crossing to spike, s. */
  readonly comparatorDelay: Float64Array;
}

/** The literature's parameters of one circuit; conductances and currents relative to the leak conductance. */
export interface AdexQuantities {
  /** V_T, V; NaN where the exponential is disconnected. */
  readonly threshold: number;
  /** Delta_T, V. */
  readonly slope: number;
  /** a / g_L, signed. */
  readonly adaptation: number;
  /** b / g_L, V, signed. */
  readonly jump: number;
  /** tau_w, s. */
  readonly tau: number;
}

/** What is digital in a circuit, one entry per neuron. */
export interface DigitalSetting {
  /** Membrane capacitance code, 0 to 63. */
  readonly capacitance: Uint8Array;
  /** Closed switches between circuits; those of the card unless given. */
  readonly joins?: readonly Join[] | undefined;
  readonly adaptationSign: Int8Array;
  readonly jumpSign: Int8Array;
  /** Strength of the synapses by the DAC of their block, relative to the data sheet; absent: as designed. */
  readonly synapseDac?: Float64Array | undefined;
  /** Synaptic inputs are conductances, or not; as on the card unless given. */
  readonly conductanceSynapses?: boolean | undefined;
  /** Synaptic inputs that drive their membranes; both unless given. */
  readonly synapticInputs?: Setting['synapticInputs'];
}

/** Full capacitance, adaptation and jump towards lower voltages. */
export function defaultDigital(neurons: number): DigitalSetting {
  return {
    capacitance: new Uint8Array(neurons).fill(LARGEST_CAPACITANCE),
    adaptationSign: new Int8Array(neurons).fill(1),
    jumpSign: new Int8Array(neurons).fill(1),
  };
}

/** Largest code of the membrane capacitance: 6 bit. */
export const LARGEST_CAPACITANCE = 63;

/** Membrane capacitance of circuit n at a code relative to that of the largest code on the data sheet. */
export function capacitanceFactor(card: ChipCard, die: DieLayout, n: number, code: number): number {
  const share = code / LARGEST_CAPACITANCE;
  const intrinsic = (card.neuron.adex?.intrinsic_capacitance.value ?? 0) / card.neuron.membrane_capacitance.value;
  return intrinsic * die.intrinsicCapacitanceFactor[n]! + (1 - intrinsic) * share * die.membraneCapacitanceFactor[n]!;
}

/** Physical parameters of a die with these effective codes; `capacitance` is the factor of the membrane capacitance, one per neuron. */
export function adexParameters(
  card: ChipCard,
  die: DieLayout,
  effective: Readonly<Record<NeuronCell, Float64Array>>,
  digital: DigitalSetting,
  capacitance: Float64Array,
): AdexParameters {
  const { exponential, adaptation, comparator_delay } = adexOfCard(card);
  const farads = card.neuron.membrane_capacitance.value;
  const unit = codeWeight(card);
  const per = (value: (n: number) => number): Float64Array => Float64Array.from({ length: die.neurons }, (_, n) => value(n));
  const current = (kind: NeuronCell, n: number): number => Math.max(effective[kind][n]!, 0) * unit;
  const voltage = (cell: VoltageCard, kind: NeuronCell, offset: Float64Array): Float64Array =>
    per((n) => cell.slope.value * unit * effective[kind][n]! + cell.offset.value + offset[n]!);
  const adaptationTau = per(
    (n) => (adaptation.tau_per_code.value / Math.max(current('adaptation_tau', n), unit / 2)) * die.adaptationTauFactor[n]!,
  );
  const switchedOff = new Float64Array(die.neurons);
  return {
    exponentialRate:
      exponential.circuit === 'off' ? switchedOff : capacitance.map((factor) => exponential.current.value / (farads * factor)),
    exponentialVoltage: voltage(exponential.voltage, 'exponential', die.exponentialOffset),
    exponentialSlope: per(
      (n) =>
        (exponential.slope_minimum.value + exponential.slope_per_code.value * current('exponential_slope', n)) *
        die.exponentialSlopeFactor[n]!,
    ),
    exponentialClip: capacitance.map((factor) => (card.neuron.ota === 'linear' ? Infinity : exponential.clip.value / (farads * factor))),
    adaptationCoupling:
      adaptation.circuit === 'off' ? switchedOff : capacitance.map((factor) => adaptation.coupling.value / (farads * factor)),
    adaptationGain: per(
      (n) =>
        ((digital.adaptationSign[n]! * adaptation.strength_per_code.value * current('adaptation_strength', n) * adaptationTau[n]!) /
          adaptation.capacitance.value) *
        die.adaptationStrengthFactor[n]!,
    ),
    adaptationTau,
    adaptationJump: per((n) => digital.jumpSign[n]! * jumpPerCode(card) * current('adaptation_jump', n) * die.adaptationJumpFactor[n]!),
    adaptationLeak: voltage(adaptation.leak, 'adaptation_leak', die.adaptationLeakOffset),
    adaptationReference: voltage(adaptation.reference, 'adaptation_reference', die.adaptationReferenceOffset),
    comparatorDelay: die.comparatorDelayFactor.map((factor) => factor * comparator_delay.value),
  };
}

/** The literature's parameters of circuit n. */
export function adexOf(parameters: AdexParameters, tauMem: Float64Array, n: number): AdexQuantities {
  const slope = parameters.exponentialSlope[n]!;
  const perLeak = parameters.adaptationCoupling[n]! * tauMem[n]!;
  const rate = parameters.exponentialRate[n]!;
  return {
    threshold: rate > 0 ? parameters.exponentialVoltage[n]! + slope * log(slope / tauMem[n]! / rate) : NaN,
    slope,
    adaptation: perLeak * parameters.adaptationGain[n]!,
    jump: perLeak * parameters.adaptationJump[n]!,
    tau: parameters.adaptationTau[n]!,
  };
}

/** What one circuit should do. */
export interface AdexTarget extends AdexQuantities {
  /** Membrane potential from which adaptation is measured: the leak potential, V. */
  readonly leak: number;
  /** s. */
  readonly tauMem: number;
}

/** Cells of the whole circuit. */
export const ADEX_CELLS = [
  'exponential',
  'exponential_slope',
  'adaptation_leak',
  'adaptation_reference',
  'adaptation_tau',
  'adaptation_strength',
  'adaptation_jump',
] as const satisfies readonly NeuronCell[];
export type AdexCell = (typeof ADEX_CELLS)[number];

/**
 * Nominal codes of a target, with the full membrane capacitance: what a designer would write without calibration. Signs go into `adaptationSign` and `jumpSign` of the setting.
 * Throws InfeasibleError with the range that would do.
 */
export function codesOfAdex(card: ChipCard, target: AdexTarget): Readonly<Record<AdexCell, number>> {
  const { exponential, adaptation } = adexOfCard(card);
  const unit = codeWeight(card);
  const perVolt = (adaptation.coupling.value / card.neuron.membrane_capacitance.value) * target.tauMem;
  const perCode = ((adaptation.strength_per_code.value * target.tau) / adaptation.capacitance.value) * perVolt;
  const reference = (adaptation.reference.usable.value[0] + adaptation.reference.usable.value[1]) / 2;
  const potential = (cell: VoltageCard, value: number, name: string): number => {
    const level = (code: number): number => cell.slope.value * code + cell.offset.value;
    return inRange(
      card,
      (value - cell.offset.value) / (cell.slope.value * unit),
      `${name} of ${volts(value)}`,
      `${volts(level(0))} to ${volts(level(1022))}`,
    );
  };
  const rate = exponential.current.value / card.neuron.membrane_capacitance.value;
  return {
    exponential: potential(
      exponential.voltage,
      target.threshold - target.slope * log(target.slope / target.tauMem / rate),
      'exponential voltage',
    ),
    exponential_slope: inRange(
      card,
      (target.slope - exponential.slope_minimum.value) / (exponential.slope_per_code.value * unit),
      `exponential slope of ${volts(target.slope)}`,
      `${volts(exponential.slope_minimum.value)} to ${volts(exponential.slope_minimum.value + 1022 * exponential.slope_per_code.value)}`,
    ),
    adaptation_leak: potential(adaptation.leak, target.leak, 'adaptation leak'),
    adaptation_reference: Math.round(reference / unit),
    adaptation_tau: inRange(
      card,
      adaptation.tau_per_code.value / (target.tau * unit),
      `adaptation time constant of ${formatQuantity(target.tau, 'time')}`,
      `${formatQuantity(adaptation.tau_per_code.value / 1022, 'time')} to ${formatQuantity(adaptation.tau_per_code.value, 'time')}`,
      1,
    ),
    adaptation_strength: inRange(
      card,
      Math.abs(target.adaptation) / (perCode * unit),
      `adaptation of ${target.adaptation.toPrecision(4)} leak conductances`,
      `at most ${(1022 * perCode).toPrecision(4)}`,
    ),
    adaptation_jump: inRange(
      card,
      Math.abs(target.jump) / (jumpPerCode(card) * perVolt * unit),
      `adaptation jump of ${volts(target.jump)} over the leak`,
      `at most ${volts(1022 * jumpPerCode(card) * perVolt)}`,
    ),
  };
}

/**
 * Parameters that meet a target exactly, but for the fixed pattern of a die (which enters as in `adexParameters`): quantisation off.
 */
export function exactAdex(card: ChipCard, die: DieLayout, targets: readonly AdexTarget[]): AdexParameters {
  const { exponential, adaptation, comparator_delay } = adexOfCard(card);
  const farads = card.neuron.membrane_capacitance.value;
  const per = (value: (target: AdexTarget, n: number) => number): Float64Array => Float64Array.from(targets, value);
  const rate = exponential.circuit === 'off' ? 0 : exponential.current.value / farads;
  const coupling = adaptation.circuit === 'off' ? 0 : adaptation.coupling.value / farads;
  const relative = (value: number, { tauMem }: AdexTarget): number =>
    value === 0 ? 0 : value / ((adaptation.coupling.value / farads) * tauMem);
  return {
    exponentialRate: per(() => rate),
    exponentialVoltage: per(
      (t, n) => t.threshold - t.slope * log((t.slope / t.tauMem) * (farads / exponential.current.value)) + die.exponentialOffset[n]!,
    ),
    exponentialSlope: per((t, n) => t.slope * die.exponentialSlopeFactor[n]!),
    exponentialClip: per(() => (card.neuron.ota === 'linear' ? Infinity : exponential.clip.value / farads)),
    adaptationCoupling: per(() => coupling),
    adaptationGain: per((t, n) => relative(t.adaptation, t) * die.adaptationStrengthFactor[n]! * die.adaptationTauFactor[n]!),
    adaptationTau: per((t, n) => t.tau * die.adaptationTauFactor[n]!),
    adaptationJump: per((t, n) => relative(t.jump, t) * die.adaptationJumpFactor[n]!),
    adaptationLeak: per((t, n) => t.leak + die.adaptationLeakOffset[n]!),
    adaptationReference: per((_, n) => middleOf(card) + die.adaptationReferenceOffset[n]!),
    comparatorDelay: per((_, n) => comparator_delay.value * die.comparatorDelayFactor[n]!),
  };
}

/** exp((V - V_exp) / D) x rate at one voltage, clipped: dV/dt of the exponential circuit, V/s. */
export function exponentialDrive(p: AdexParameters, n: number, voltage: number): number {
  const rate = p.exponentialRate[n]!;
  return rate === 0 ? 0 : Math.min(rate * exp((voltage - p.exponentialVoltage[n]!) / p.exponentialSlope[n]!), p.exponentialClip[n]!);
}

type VoltageCard = AdexCard['exponential']['voltage'];

function adexOfCard(card: ChipCard): AdexCard {
  const { adex } = card.neuron;
  if (adex === undefined) throw new InternalError(`${card.name} has no neuron.adex`);
  return adex;
}

/** Nominal middle of the reference cell, V. */
function middleOf(card: ChipCard): number {
  const { reference } = adexOfCard(card).adaptation;
  return (reference.slope.value * (reference.usable.value[0] + reference.usable.value[1])) / 2 + reference.offset.value;
}

/** Step of the adaptation voltage per 10-bit code, V. */
function jumpPerCode(card: ChipCard): number {
  const { jump_current, jump_pulse, capacitance } = adexOfCard(card).adaptation;
  return (jump_current.value * jump_pulse.value) / capacitance.value;
}

function volts(value: number): string {
  return formatQuantity(value, 'voltage');
}

function inRange(card: ChipCard, real: number, wanted: string, range: string, least = 0): number {
  const code = Math.round(real);
  if (code >= least && code <= largestCode(card)) return code;
  throw new InfeasibleError(`${wanted} is out of reach: ${card.name} can do ${range}`);
}
