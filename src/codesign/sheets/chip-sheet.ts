/** The data sheet of a chip card: every number with its evidence, what the cells can set, how far circuits differ, how exact the integrators are, where the area goes. */
import { voltageOfCode, tauMemOfCode, tauSynOfCode, largestCode, codeWeight, spreadScale } from '../../chip/index.ts';
import {
  mismatchOf,
  variationOf,
  type Card,
  type ChipCard,
  type ChipSheet,
  type FloorBlock,
  type SheetRange,
  type VariationName,
} from '../../model/index.ts';
import { CELLS_PER_NEURON, chipAreas } from '../accounting.ts';
import { cardNumbers, fact, spreadsOf } from './card-numbers.ts';
import { integratorErrors } from './firing-cases.ts';

/** Builds the sheet of a loaded card. The integrators are measured here and now, on eight firing patterns. */
export function chipSheet(loaded: Card<ChipCard>): ChipSheet {
  const card = loaded.value;
  return {
    ...cardNumbers(loaded),
    facts: factsOf(card),
    ranges: rangesOf(card),
    spreads: spreadsOf(mismatchOf(card), loaded.written, (name) => spreadScale(card, name as VariationName)),
    variation: variationOf(card),
    integrators: integratorErrors(card),
    step: card.step.value,
    comparison:
      'Against the exact teacher on the firing patterns of Naud et al. 2008 over 600 ms, with variation, noise and quantisation off and linear OTAs. The irregular pattern is chaotic: its first ten spikes are compared.',
    errorUnit: 'ms',
    floor: floorOf(card),
    floorUnit: 'm^2',
  };
}

function factsOf({ geometry, synapse, cells, cadc, madc, speed_up, step }: ChipCard): ChipSheet['facts'] {
  const neurons = geometry.cores.value * geometry.neurons_per_core.value;
  return [
    fact('neuron circuits', neurons),
    fact('cores', geometry.cores.value),
    fact('synapses', neurons * geometry.rows_per_core.value),
    fact('synapse rows per core', geometry.rows_per_core.value),
    fact('weight', synapse.weight_bits.value, 'bit'),
    fact('parameter cells', cells.bits.value, 'bit'),
    fact('column ADC', cadc.bits.value, 'bit'),
    ...(madc === undefined ? [] : [fact('membrane ADC', madc.bits.value, 'bit')]),
    fact('speed-up', speed_up.value),
    fact('analog step', step.value, 's'),
  ];
}

function rangesOf(card: ChipCard): SheetRange[] {
  const top = largestCode(card);
  const { neuron } = card;
  // usable codes stand on the card in 10-bit codes
  const usable = ({ usable: { value } }: { usable: { value: readonly [number, number] } }): [number, number] => [
    Math.round(value[0] / codeWeight(card)),
    Math.round(value[1] / codeWeight(card)),
  ];
  const volts = (cell: { slope: { value: number }; offset: { value: number } }) => (code: number) =>
    cell.slope.value * codeWeight(card) * code + cell.offset.value;
  const { adex } = neuron;
  const sensor = card.synapse.correlation;
  const falling = (atOne: number) => (code: number) => atOne / (codeWeight(card) * code);
  return [
    ...(['leak', 'reset', 'threshold'] as const).map((kind) =>
      range(kind, 'V', usable(neuron[kind]), (code) => voltageOfCode(card, kind, code)),
    ),
    ...(['divided', 'normal', 'multiplied'] as const).map((mode) =>
      range(`tau_mem, leak ${mode}`, 's', [1, top], (code) => tauMemOfCode(card, mode, code)),
    ),
    range('tau_syn', 's', [1, top], (code) => tauSynOfCode(card, code)),
    range('synaptic strength', 'V/s', [0, top], (code) => card.synapse.drive_per_code.value * codeWeight(card) * code),
    ...(sensor?.store_code === undefined || sensor.ramp_code === undefined
      ? []
      : [
          range('correlation amplitude, store current', 'LSB', [1, top], falling(sensor.amplitude.value * sensor.store_code.value)),
          range('correlation time constant, ramp current', 's', [1, top], falling(sensor.tau.value * sensor.ramp_code.value)),
        ]),
    range('offset current', 'A', [0, top], (code) => neuron.offset_current.value * codeWeight(card) * code),
    ...(adex === undefined
      ? []
      : [
          range('exponential voltage', 'V', usable(adex.exponential.voltage), volts(adex.exponential.voltage)),
          range(
            'exponential slope',
            'V',
            [0, top],
            (code) => adex.exponential.slope_minimum.value + adex.exponential.slope_per_code.value * codeWeight(card) * code,
          ),
          range('adaptation leak', 'V', usable(adex.adaptation.leak), volts(adex.adaptation.leak)),
          range('adaptation reference', 'V', usable(adex.adaptation.reference), volts(adex.adaptation.reference)),
          range('adaptation time constant', 's', [1, top], (code) => adex.adaptation.tau_per_code.value / (codeWeight(card) * code)),
          range('adaptation strength', 'S', [0, top], (code) => adex.adaptation.strength_per_code.value * codeWeight(card) * code),
          range('adaptation jump current', 'A', [0, top], (code) => adex.adaptation.jump_current.value * codeWeight(card) * code),
        ]),
  ];
}

/** Areas by block, from the card's coefficients. */
function floorOf(card: ChipCard): FloorBlock[] {
  const { cores, neurons_per_core, rows_per_core } = card.geometry;
  const neurons = cores.value * neurons_per_core.value;
  const areas = chipAreas(card);
  return [
    { name: 'synapses', size: areas.synapses, count: neurons * rows_per_core.value },
    { name: 'neurons', size: areas.neurons, count: neurons },
    { name: 'parameter cells', size: areas.parameterCells, count: neurons * CELLS_PER_NEURON },
    { name: 'column ADC', size: areas.converters, count: neurons },
  ];
}

function range(name: string, unit: string, [from, to]: readonly [number, number], valueOf: (code: number) => number): SheetRange {
  const middle = Math.round((from + to) / 2);
  const ends = [valueOf(from), valueOf(to)].toSorted((a, b) => a - b);
  return { name, unit, low: ends[0]!, high: ends[1]!, codes: [from, to], lsb: Math.abs(valueOf(middle + 1) - valueOf(middle)) };
}
