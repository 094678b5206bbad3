/**
 * From effective codes to the physical parameters of every neuron circuit of one die: the truth that a perfect instrument would read with these codes in place.
 *   rest      = leak transfer(code) + offset + shift by the leak bias
 *   reset     = reset transfer(code) + offset
 *   threshold = threshold transfer(code) + offset
 *   tau_mem   = C / g(leak bias code, mode) x factor        (small signal, at rest)
 *   tau_syn   = tau transfer(code) x factor
 *   drive     = drive per code x synapse bias code x factor x code of the block's DAC / design code  (step of dV/dt by a full-scale weight, V/s)
 *   resting shift = tau_mem x drive x (offset of the input's OTA + shift per code x (code - middle)) / drop by a full weight   (small signal, where the card has resting currents; rest holds both signs)
 *   offset current = current per code x code / C             (dV/dt, V/s)
 * C is 1 / 63 of its range per capacitance code over the intrinsic one; an `integrator` has no leak, so tau_mem is infinite, and no comparator.
 */
import { InfeasibleError } from '../base/index.ts';
import { LEAK_MODES, type ChipCard, type NeuronCell } from '../model/index.ts';
import { adexParameters, capacitanceFactor, defaultDigital, type AdexParameters, type DigitalSetting } from './adex-circuit.ts';
import type { DieLayout } from './die-layout.ts';
import { NEVER } from './faults.ts';
import { hasSwitches, wiringOf } from './switches.ts';
import { synapticInputs, type SynapticInputs } from './synaptic-input.ts';
import { codeWeight, initialCode, joinBias, leakShift, tauMemOfCode, tauSynOfCode, voltageOfCode } from './transfer.ts';

/** Joins of a die as plain data, one entry per join. */
export interface Joins {
  readonly soma: Uint32Array;
  readonly dendrite: Uint32Array;
  /** g / C of each side, 1/s. */
  readonly somaRate: Float64Array;
  readonly dendriteRate: Float64Array;
}

/** Physical parameters, one entry per neuron: V, s, V/s. */
export interface CircuitParameters {
  readonly rest: Float64Array;
  readonly reset: Float64Array;
  readonly threshold: Float64Array;
  readonly tauMem: Float64Array;
  readonly tauSynExcitatory: Float64Array;
  readonly tauSynInhibitory: Float64Array;
  readonly driveExcitatory: Float64Array;
  readonly driveInhibitory: Float64Array;
  /** F; absent where circuits were not made from a card. */
  readonly capacitance?: Float64Array;
  /** Constant current into the membrane as dV/dt, V/s, when it is switched on. */
  readonly offsetCurrent: Float64Array;
  /** The rest of the whole circuit; absent where it is bypassed. */
  readonly adex?: AdexParameters;
  /** Shift of the rest by the resting current of each input, V; `rest` holds both. Absent where inputs have none. */
  readonly restingShift?: { readonly excitatory: Float64Array; readonly inhibitory: Float64Array } | undefined;
  /** Synaptic inputs that are more than linear currents. */
  readonly inputs?: SynapticInputs | undefined;
  /** What the DAC of a circuit's block does to its strengths, a factor of the data sheet that they contain; absent where it was never set. */
  readonly synapseDac?: Float64Array | undefined;
  /** Circuits joined into dendrites. */
  readonly joins?: Joins | undefined;
  /** Circuit whose comparator fires for the membrane of each circuit; absent where no membrane is shared. */
  readonly fires?: Uint32Array | undefined;
}

/** Physical parameters of a die with these effective codes; `leakMode` is an index into LEAK_MODES per neuron. */
export function circuitParameters(
  card: ChipCard,
  die: DieLayout,
  effective: Readonly<Record<NeuronCell, Float64Array>>,
  leakMode: Uint8Array,
  digital: DigitalSetting = defaultDigital(die.neurons),
): CircuitParameters {
  const { neurons } = die;
  const { circuit } = card.neuron;
  // everything that charges the membrane acts by one over its capacitance
  const capacitance = Float64Array.from(digital.capacitance, (code, n) => capacitanceFactor(card, die, n, code));
  const [rest, reset, threshold, tauMem] = [0, 1, 2, 3].map(() => new Float64Array(neurons)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let n = 0; n < neurons; n++) {
    const biasTau = tauMemOfCode(card, LEAK_MODES[leakMode[n]!]!, effective.leak_bias[n]!);
    tauMem[n] = circuit === 'integrator' ? Infinity : biasTau * die.tauMemFactor[n]! * capacitance[n]!;
    // the shift belongs to the bias current, which mismatch of the capacitance and the OTA does not move
    rest[n] = voltageOfCode(card, 'leak', effective.leak[n]!) + die.leakOffset[n]! + leakShift(card, biasTau);
    reset[n] = voltageOfCode(card, 'reset', effective.reset[n]!) + die.resetOffset[n]!;
    threshold[n] =
      die.dead[n] === 1 || circuit === 'integrator'
        ? NEVER
        : voltageOfCode(card, 'threshold', effective.threshold[n]!) + die.thresholdOffset[n]!;
  }
  // a current cell cannot go below zero: write noise and crosstalk around code 0 leave it off
  const current = (kind: NeuronCell, perCode: number): Float64Array =>
    effective[kind].map((code, n) => (Math.max(code, 0) * codeWeight(card) * perCode) / capacitance[n]!);
  const { synapticInputs: on = 'both' } = digital;
  const drive = (sign: 'excitatory' | 'inhibitory', factor: Float64Array): Float64Array =>
    on === 'both' || on === sign
      ? current(`synapse_bias_${sign}`, card.synapse.drive_per_code.value).map(
          (value, n) => value * factor[n]! * (digital.synapseDac?.[n] ?? 1),
        )
      : new Float64Array(neurons);
  const tauSyn = (kind: NeuronCell, factor: Float64Array): Float64Array =>
    effective[kind].map((code, n) => tauSynOfCode(card, code) * factor[n]!);
  const driveExcitatory = drive('excitatory', die.strengthExcitatoryFactor);
  const driveInhibitory = drive('inhibitory', die.strengthInhibitoryFactor);
  const restingShift = restingShiftOf(card, die, effective, tauMem, { driveExcitatory, driveInhibitory });
  restingShift?.excitatory.forEach((shift, n) => (rest[n]! += shift + restingShift.inhibitory[n]!));
  return {
    rest,
    reset,
    threshold,
    tauMem,
    tauSynExcitatory: tauSyn('synapse_tau_excitatory', die.tauSynExcitatoryFactor),
    tauSynInhibitory: tauSyn('synapse_tau_inhibitory', die.tauSynInhibitoryFactor),
    driveExcitatory,
    driveInhibitory,
    ...(restingShift && { restingShift }),
    offsetCurrent: current('offset_current', card.neuron.offset_current.value / card.neuron.membrane_capacitance.value),
    inputs: synapticInputs(card, die, capacitance, effective, digital.conductanceSynapses),
    capacitance: capacitance.map((factor) => factor * card.neuron.membrane_capacitance.value),
    ...(digital.synapseDac && { synapseDac: digital.synapseDac.slice() }),
    ...wired(card, die, capacitance, effective.inter_compartment, digital.joins),
    ...(circuit === 'adex' ? { adex: adexParameters(card, die, effective, digital, capacitance) } : {}),
  };
}

/** What the resting currents of both inputs make of the rest of a membrane, V; undefined where the card has none. */
function restingShiftOf(
  card: ChipCard,
  die: DieLayout,
  effective: Readonly<Record<NeuronCell, Float64Array>>,
  tauMem: Float64Array,
  { driveExcitatory, driveInhibitory }: Pick<CircuitParameters, 'driveExcitatory' | 'driveInhibitory'>,
): CircuitParameters['restingShift'] {
  const { full_drop: drop, reference_per_code: perCode } = card.synapse.input ?? {};
  if (drop === undefined) return undefined;
  const shift = (sign: 1 | -1, kind: NeuronCell, drive: Float64Array, offset: Float64Array): Float64Array =>
    drive.map((full, n) => {
      const codes = effective[kind][n]! - initialCode(card, kind);
      const share = (offset[n]! + (perCode?.value ?? 0) * codeWeight(card) * codes) / drop.value;
      // an integrator has no rest
      return Number.isFinite(tauMem[n]) ? sign * tauMem[n]! * full * share : 0;
    });
  return {
    excitatory: shift(1, 'synapse_reference_excitatory', driveExcitatory, die.synapseReferenceExcitatoryOffset),
    inhibitory: shift(-1, 'synapse_reference_inhibitory', driveInhibitory, die.synapseReferenceInhibitoryOffset),
  };
}

/** Closed switches between circuits of this die, those of the card unless `closed`. Throws InfeasibleError for circuits that it has not. */
function wired(
  card: ChipCard,
  die: DieLayout,
  capacitance: Float64Array,
  codes: Float64Array,
  closed: DigitalSetting['joins'],
): Pick<CircuitParameters, 'joins' | 'fires'> {
  const { compartments, membrane_capacitance } = card.neuron;
  if (compartments === undefined) {
    if (closed === undefined || closed.length === 0) return {};
    throw new InfeasibleError(`${card.name} joins no circuits (neuron.compartments)`);
  }
  const { conductance, mode_factor } = compartments;
  const { name } = card;
  const wiring = closed === undefined && hasSwitches(compartments) ? wiringOf(compartments, die.neurons, name) : undefined;
  const joins = closed?.map((join) => ({ ...join, mode: 'normal' as const })) ?? [...compartments.joins, ...(wiring?.joins ?? [])];
  const fires = wiring?.fires.some((firing, n) => firing !== n) === true ? wiring.fires : undefined;
  if (joins.length === 0) return { fires };
  const wrong = joins.find(({ soma, dendrite }) => soma === dendrite || soma >= die.neurons || dendrite >= die.neurons);
  if (wrong !== undefined)
    throw new InfeasibleError(
      `a join of circuits ${String(wrong.soma)} and ${String(wrong.dendrite)}: ${name} has circuits 0 to ${String(die.neurons - 1)}, and a join needs two`,
    );
  const rate = (k: number, side: 'soma' | 'dendrite'): number => {
    const { soma, dendrite, mode } = joins[k]!;
    const factor = { divided: 1 / mode_factor.value, normal: 1, multiplied: mode_factor.value }[mode];
    const bias = joinBias(card, codes[dendrite]!);
    return (
      (conductance.value * bias * factor * die.joinFactor(soma, dendrite)) / (membrane_capacitance.value * capacitance[joins[k]![side]]!)
    );
  };
  return {
    joins: {
      soma: Uint32Array.from(joins, ({ soma }) => soma),
      dendrite: Uint32Array.from(joins, ({ dendrite }) => dendrite),
      somaRate: Float64Array.from(joins, (_, k) => rate(k, 'soma')),
      dendriteRate: Float64Array.from(joins, (_, k) => rate(k, 'dendrite')),
    },
    fires,
  };
}
