/** The data sheet of a chip, as an experiment sees it through its substrate: sizes, ranges and rates, nothing of a single die. */
import { DEFAULT_TICKS_PER_SECOND } from '../base/index.ts';
import { NEURON_CELLS, variationOf, type Capabilities, type ChipCard } from '../model/index.ts';
import { LARGEST_CAPACITANCE } from './adex-circuit.ts';
import { LARGEST_TRIM, MIDDLE_TRIM } from './driver-trim.ts';
import { madcCapabilities } from './madc.ts';
import { codeWeight, initialCode, largestCode } from './transfer.ts';

/** A mask of 4 bit (haldls neuron.h). */
const LARGEST_HOLD_OFF = 15;

/** Capabilities of a card; `sampleInterval` is that of the column ADC in whole analog steps, s. */
export function capabilitiesOf(card: ChipCard, sampleInterval: number): Capabilities {
  const code = { min: 0, max: largestCode(card) };
  const { cadc, geometry, neuron, synapse } = card;
  return {
    neurons: geometry.cores.value * geometry.neurons_per_core.value,
    ticksPerSecond: DEFAULT_TICKS_PER_SECOND,
    speedUp: card.speed_up.value,
    blockSize: geometry.block.value,
    codes: Object.fromEntries(NEURON_CELLS.map((kind) => [kind, code])) as Capabilities['codes'],
    cadc: {
      bits: cadc.bits.value,
      zero: cadc.zero.value,
      lsb: cadc.lsb.value,
      sampleInterval,
      reliable: cadc.reliable.value,
    },
    madc: madcCapabilities(card),
    refractory: {
      clock: neuron.refractory_clock.value,
      scales: 16,
      largest: neuron.refractory_bits === undefined ? Infinity : 2 ** neuron.refractory_bits.value - 1,
      holdOffLargest: neuron.circuit === 'adex' ? LARGEST_HOLD_OFF : 0,
    },
    correlation: synapse.correlation && {
      amplitude: synapse.correlation.amplitude.value,
      tau: synapse.correlation.tau.value,
      saturation: synapse.correlation.saturation.value,
      amplitudePerTrim: synapse.correlation.amplitude_per_trim.value,
      tauPerTrim: synapse.correlation.tau_per_trim.value,
      ...(synapse.correlation.store_code &&
        synapse.correlation.ramp_code && {
          currents: {
            store: ownCode(card, synapse.correlation.store_code.value),
            ramp: ownCode(card, synapse.correlation.ramp_code.value),
            largest: largestCode(card),
          },
        }),
    },
    interCompartment: neuron.compartments?.bias_code && {
      ratePerCode:
        (neuron.compartments.conductance.value * codeWeight(card)) /
        neuron.compartments.bias_code.value /
        neuron.membrane_capacitance.value,
    },
    synapseDac: synapse.dac_code && { design: ownCode(card, synapse.dac_code.value), largest: largestCode(card) },
    shortTerm: synapse.short_term && {
      utilisationPerCode: synapse.short_term.utilisation_per_code.value,
      recoveryLongest: synapse.short_term.recovery_longest.value,
      mode: synapse.short_term.mode,
      utilisation: synapse.short_term.utilisation,
      recovery: synapse.short_term.recovery,
      ramp: synapse.short_term.ramp_code && { design: ownCode(card, synapse.short_term.ramp_code.value), largest: largestCode(card) },
    },
    capacitance: {
      full: neuron.membrane_capacitance.value,
      intrinsic: neuron.adex?.intrinsic_capacitance.value ?? 0,
      largest: LARGEST_CAPACITANCE,
      currentPerCode: neuron.offset_current.value * codeWeight(card),
      spread: capacitanceSpread(card),
    },
    conductanceSynapses: conductanceCapabilities(card),
    synapticReference: referenceCapabilities(card),
    counters: card.spike_counter && { bits: card.spike_counter.bits.value },
    leakLinearRange: neuron.ota === 'linear' ? Infinity : neuron.linear_range.value,
    comparatorDelay: delayOf(card),
    adex: adexCapabilities(card),
    synapses: {
      rows: geometry.rows_per_core.value,
      largestWeight: 2 ** synapse.weight_bits.value - 1,
      trim: synapse.driver_trim_per_code && {
        circuits: geometry.neurons_per_core.value,
        middle: MIDDLE_TRIM,
        largest: LARGEST_TRIM,
        step: synapse.driver_trim_per_code.value,
        amplitude: card.mismatch.driver_reference.value,
      },
    },
  };
}

/** Nearest code of the card's cells to a 10-bit code of its data sheet. */
function ownCode(card: ChipCard, code: number): number {
  return Math.min(Math.max(Math.round(code / codeWeight(card)), 1), largestCode(card));
}

/** Of both parts of the membrane capacitance together. */
function capacitanceSpread(card: ChipCard): number {
  const { membrane_capacitance: full, adex } = card.neuron;
  const share = (adex?.intrinsic_capacitance.value ?? 0) / full.value;
  const of = (name: 'membrane_capacitance' | 'intrinsic_capacitance'): number =>
    (card.mismatch[name]?.value ?? 0) * variationOf(card, name);
  return Math.sqrt((of('membrane_capacitance') * (1 - share)) ** 2 + (of('intrinsic_capacitance') * share) ** 2);
}

function conductanceCapabilities(card: ChipCard): Capabilities['conductanceSynapses'] {
  const { input } = card.synapse;
  if (input?.reversal_per_code === undefined || input.conductance_code === undefined) return undefined;
  return {
    reversalPerCode: input.reversal_per_code.value * codeWeight(card),
    design: input.conductance_code.value / codeWeight(card),
    reference: input.reference.value,
    reversalExcitatory: input.reversal_excitatory.value,
    reversalInhibitory: input.reversal_inhibitory.value,
  };
}

function referenceCapabilities(card: ChipCard): Capabilities['synapticReference'] {
  const { full_drop: drop, reference_per_code: perCode } = card.synapse.input ?? {};
  if (drop === undefined || perCode === undefined) return undefined;
  return { sharePerCode: (perCode.value * codeWeight(card)) / drop.value, design: initialCode(card, 'synapse_reference_excitatory') };
}

/** Only the whole circuit has a comparator that takes time. */
function delayOf(card: ChipCard): Capabilities['comparatorDelay'] {
  const { adex, circuit } = card.neuron;
  if (circuit !== 'adex' || adex === undefined) return undefined;
  const typical = adex.comparator_delay.value;
  return { typical, spread: typical * (card.mismatch.comparator_delay?.value ?? 0) * variationOf(card, 'comparator_delay') };
}

function adexCapabilities(card: ChipCard): Capabilities['adex'] {
  const { adex, circuit, membrane_capacitance, offset_current, ota } = card.neuron;
  if (circuit !== 'adex' || adex === undefined) return undefined;
  const perFarad = (value: number): number => value / membrane_capacitance.value;
  return {
    offsetDrive: perFarad(offset_current.value * codeWeight(card)),
    exponentialRate: perFarad(adex.exponential.current.value),
    voltagePerCode: adex.exponential.voltage.slope.value * codeWeight(card),
    slopePerCode: adex.exponential.slope_per_code.value * codeWeight(card),
    adaptationCoupling: perFarad(adex.adaptation.coupling.value),
    adaptationLinearRange: ota === 'linear' ? Infinity : adex.adaptation.linear_range.value,
    adaptationGainRate: (adex.adaptation.strength_per_code.value * codeWeight(card)) / adex.adaptation.capacitance.value,
    adaptationTau: adex.adaptation.tau_per_code.value / codeWeight(card),
  };
}
