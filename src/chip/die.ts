/**
 * One manufactured instance of a chip: card + die seed -> the fixed pattern of every circuit. This is hidden truth; only `grading` may look at it.
 *   parameter of circuit n = nominal x (1 + cv z_n)   or   nominal + sigma z_n   (exact forms and lognormals: spread.ts),
 *   z_n = sqrt((1 - q - c) / A) own_n + sqrt(q) quadrant(n) + sqrt(c) chip,  all standard normal, q and c = shares of variance common to a quadrant and to
 *   the die, A = relative area of the devices (Pelgrom, Duinmaijer, Welbers 1989); the spread over dies is the stated one times the root of the variance of z, `commonScale`. Corner, temperature and supply shift all circuits alike (conditions.ts).
 * Every draw is a function of (die seed, circuit, parameter number), so a new parameter or a larger die changes no other circuit.
 */
import { Chance } from '../base/index.ts';
import { mismatchOf, variationOf, type ChipCard, type DieParameter, type VariationName } from '../model/index.ts';
import { conditionsOf } from './conditions.ts';
import { ageingOf } from './drift.ts';
import { deadCircuits } from './faults.ts';
import type { DieLayout } from './die-layout.ts';
import { measuredColumns, measuredDie } from './measured-die.ts';
import { sensorPattern } from './sensor-pattern.ts';
import { factorOf, offsetOf, SMALLEST_FACTOR, type Spread } from './spread.ts';
import { commonScale, spreadScale } from './spread-scale.ts';

/** Number of each parameter in the die's stream. Numbers are never reused; 62 to 64 are those of sensor-pattern.ts. */
const PARAMETERS = {
  leak: 0,
  reset: 1,
  threshold: 2,
  tauMem: 3,
  tauSynExcitatory: 4,
  tauSynInhibitory: 5,
  strengthExcitatory: 6,
  strengthInhibitory: 7,
  cadcOffset: 8,
  driver: 9,
  synapse: 10,
  cadcSlope: 40,
  exponential: 11,
  exponentialSlope: 12,
  adaptationLeak: 13,
  adaptationReference: 14,
  adaptationTau: 15,
  adaptationStrength: 16,
  adaptationJump: 17,
  comparatorDelay: 18,
  shortTermUtilisation: 60,
  shortTermRecovery: 61,
  reversalExcitatory: 65,
  reversalInhibitory: 66,
  interCompartment: 67,
  conductanceExcitatory: 68,
  conductanceInhibitory: 69,
  membraneCapacitance: 70,
  intrinsicCapacitance: 71,
  shortTermRamp: 72,
  synapseReferenceExcitatory: 73,
  synapseReferenceInhibitory: 74,
} as const;

/** Units of the die stream: neurons from 0, quadrants, rows and synapses in ranges of their own. */
const CHIP = 2 ** 31;
const QUADRANTS = 2 ** 32;
const ROWS = 2 ** 33;
const SYNAPSES = 2 ** 34;
const JOINS = 2 ** 40;
/** More neurons than any card can have: the number of a synapse does not depend on the size of the die. */
const SYNAPSES_PER_ROW = 2 ** 15;

/** Offsets that do not drift with age: of converters, which are measured first, and of inputs, whose two sides drift alike. */
const STEADY: ReadonlySet<DieParameter> = new Set(['cadc_offset', 'synapse_reference_excitatory', 'synapse_reference_inhibitory']);
/** Gains that do not drift with age. */
const UNAGED: ReadonlySet<DieParameter> = new Set(['cadc_slope', 'membrane_capacitance', 'intrinsic_capacitance']);

/** Draws the fixed pattern. Pure function of the card's numbers and the seed. */
export function compileDie(card: ChipCard, seed: number): DieLayout {
  const neurons = card.geometry.cores.value * card.geometry.neurons_per_core.value;
  const chance = new Chance(seed, 'die');
  const mismatch = mismatchOf(card);
  const share = mismatch.quadrant_share.value;
  const lot = mismatch.chip_share.value;
  const { current, time, potential, thermal } = conditionsOf(card);
  // Pelgrom: what neighbours do not have in common falls with the square root of the area
  const matching = 1 / Math.sqrt(mismatch.device_area.value);
  const own = Math.sqrt(Math.max(1 - share - lot, 0)) * matching;
  // draws are standardised: where devices are larger or smaller, their spread is and not the shape of its distribution
  const common = commonScale(card);
  const blockSize = card.geometry.block.value;
  const wafer = (parameter: number): number => (lot === 0 ? 0 : Math.sqrt(lot) * chance.normal(CHIP, parameter));
  const standard = (parameter: number): Float64Array => {
    const z = new Float64Array(neurons);
    const lots = wafer(parameter);
    for (let start = 0; start < neurons; start += blockSize) {
      const shared = Math.sqrt(share) * chance.normal(QUADRANTS + start / blockSize, parameter) + lots;
      const end = Math.min(start + blockSize, neurons);
      for (let n = start; n < end; n++) z[n] = (own * chance.normal(n, parameter) + shared) / common;
    }
    return z;
  };
  // converters have their own references and are measured first whenever anything is
  const aged = ageingOf(card, seed);
  const offsets = (name: DieParameter, parameter: number, shift = 0): Float64Array => {
    const [spread, variation] = [mismatch[name], variationOf(card, name)];
    if (spread === undefined || variation === 0) return new Float64Array(neurons).fill(shift);
    const drifted = STEADY.has(name) ? undefined : aged;
    const offset = offsetOf(spread, variation * common);
    return standard(parameter).map((z, n) => offset(z) + shift + (drifted?.potential(n, parameter) ?? 0));
  };
  const factors = (name: DieParameter, parameter: number, shift = 1): Float64Array => {
    const [spread, variation] = [mismatch[name], variationOf(card, name)];
    if (spread === undefined || variation === 0) return new Float64Array(neurons).fill(shift);
    // neither converters nor capacitors drift
    const drifted = UNAGED.has(name) ? undefined : aged;
    const factor = factorOf(spread, variation * common);
    return standard(parameter).map((z, n) => {
      const made = factor(z) * shift;
      return drifted === undefined ? made : Math.max(made * (1 + drifted.gain(n, parameter)), SMALLEST_FACTOR);
    });
  };
  const driverSpread: Spread = {
    value: mismatch.driver_amplitude.value / mismatch.driver_reference.value,
    distribution: mismatch.driver_amplitude.distribution,
  };
  const measured = measuredDie(card, seed);
  // what no neighbour shares
  const alone = (spread: Spread | undefined, name: VariationName): ((z: number) => number) | undefined =>
    spread && factorOf(spread, spreadScale(card, name));
  const drivers = factorOf(driverSpread, spreadScale(card, 'driver_amplitude'));
  const synapses = factorOf(mismatch.synapse, spreadScale(card, 'synapse'));
  const joins = alone(mismatch.inter_compartment, 'inter_compartment');
  const ramps = alone(mismatch.short_term_ramp, 'short_term_ramp');
  const shortTerm = {
    utilisation: alone(mismatch.short_term_utilisation, 'short_term_utilisation'),
    recovery: alone(mismatch.short_term_recovery, 'short_term_recovery'),
  };
  const driverFactor = (row: number): number => measured?.drivers?.[row] ?? drivers(chance.normal(ROWS + row, PARAMETERS.driver));
  const circuits = {
    leakOffset: offsets('leak', PARAMETERS.leak, potential),
    resetOffset: offsets('reset', PARAMETERS.reset, potential),
    thresholdOffset: offsets('threshold', PARAMETERS.threshold, potential),
    tauMemFactor: factors('tau_mem', PARAMETERS.tauMem, time),
    tauSynExcitatoryFactor: factors('tau_syn_excitatory', PARAMETERS.tauSynExcitatory, time),
    tauSynInhibitoryFactor: factors('tau_syn_inhibitory', PARAMETERS.tauSynInhibitory, time),
    strengthExcitatoryFactor: factors('synaptic_strength_excitatory', PARAMETERS.strengthExcitatory, current),
    strengthInhibitoryFactor: factors('synaptic_strength_inhibitory', PARAMETERS.strengthInhibitory, current),
    cadcOffset: offsets('cadc_offset', PARAMETERS.cadcOffset),
    cadcSlope: factors('cadc_slope', PARAMETERS.cadcSlope),
    exponentialOffset: offsets('exponential', PARAMETERS.exponential, potential),
    exponentialSlopeFactor: factors('exponential_slope', PARAMETERS.exponentialSlope, thermal),
    adaptationLeakOffset: offsets('adaptation_leak', PARAMETERS.adaptationLeak, potential),
    adaptationReferenceOffset: offsets('adaptation_reference', PARAMETERS.adaptationReference, potential),
    adaptationTauFactor: factors('adaptation_tau', PARAMETERS.adaptationTau, time),
    adaptationStrengthFactor: factors('adaptation_strength', PARAMETERS.adaptationStrength, current),
    adaptationJumpFactor: factors('adaptation_jump', PARAMETERS.adaptationJump, current),
    comparatorDelayFactor: factors('comparator_delay', PARAMETERS.comparatorDelay, time),
    reversalExcitatoryOffset: offsets('reversal_excitatory', PARAMETERS.reversalExcitatory, potential),
    reversalInhibitoryOffset: offsets('reversal_inhibitory', PARAMETERS.reversalInhibitory, potential),
    conductanceExcitatoryFactor: factors('conductance_excitatory', PARAMETERS.conductanceExcitatory, current),
    conductanceInhibitoryFactor: factors('conductance_inhibitory', PARAMETERS.conductanceInhibitory, current),
    synapseReferenceExcitatoryOffset: offsets('synapse_reference_excitatory', PARAMETERS.synapseReferenceExcitatory),
    synapseReferenceInhibitoryOffset: offsets('synapse_reference_inhibitory', PARAMETERS.synapseReferenceInhibitory),
    membraneCapacitanceFactor: factors('membrane_capacitance', PARAMETERS.membraneCapacitance),
    intrinsicCapacitanceFactor: factors('intrinsic_capacitance', PARAMETERS.intrinsicCapacitance),
  };
  return Object.freeze({
    seed,
    neurons,
    dead: deadCircuits(card, seed),
    ...circuits,
    ...measuredColumns(measured, circuits),
    driverFactor,
    joinFactor: (soma: number, dendrite: number) =>
      joins?.(chance.normal(JOINS + soma * SYNAPSES_PER_ROW + dendrite, PARAMETERS.interCompartment)) ?? 1,
    shortTermFactor: (row: number, which: 'utilisation' | 'recovery') =>
      shortTerm[which]?.(
        chance.normal(ROWS + row, which === 'utilisation' ? PARAMETERS.shortTermUtilisation : PARAMETERS.shortTermRecovery),
      ) ?? 1,
    rampFactor: (block: number) => ramps?.(chance.normal(QUADRANTS + block, PARAMETERS.shortTermRamp)) ?? 1,
    ...sensorPattern(
      card,
      {
        own: (row, neuron, parameter) => chance.normal(SYNAPSES + row * SYNAPSES_PER_ROW + neuron, parameter),
        block: (block, parameter) => Math.sqrt(share) * chance.normal(QUADRANTS + block, parameter) + wafer(parameter),
      },
      { own, common },
      measured?.sensors,
    ),
    synapseFactor: (row: number, neuron: number) =>
      synapses(chance.normal(SYNAPSES + row * SYNAPSES_PER_ROW + neuron, PARAMETERS.synapse)) * driverFactor(row),
  });
}
