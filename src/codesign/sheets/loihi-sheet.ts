/**
 * Data sheet of a chip of the digital family: widths, ranges and memories instead of voltages and spreads. Nothing varies, so every die is what its card says.
 *   state d steps after an input: (1 - decay)^d, decay = code / 2^decay bits;   time constant = -1 / ln(1 - decay) steps
 */
import { hashOf, log } from '../../base/index.ts';
import type { Card, ChipSheet, DieSheet, FloorBlock, LoihiCard, SheetRange } from '../../model/index.ts';
import { cardNumbers, fact } from './card-numbers.ts';
import { COMPARED_WITH, integerErrors } from './integer-cases.ts';

/** The data sheet of a loaded card. Its arithmetic is held against the training framework here and now. */
export function loihiSheet(loaded: Card<LoihiCard>): ChipSheet {
  const card = loaded.value;
  const { cores, tiles } = card.geometry;
  return {
    ...cardNumbers(loaded),
    facts: factsOf(card),
    ranges: rangesOf(card),
    spreads: [],
    variation: 0,
    integrators: integerErrors(card),
    step: null,
    comparison: COMPARED_WITH,
    errorUnit: 'steps',
    floor: memoryOf(card).map(({ size, count, ...block }) => ({ ...block, size: size * cores.value, count: count * cores.value })),
    floorUnit: 'bit',
    ...(tiles === undefined ? {} : { tiles: tiles.value }),
  };
}

/** A die of it: no parameter, no fault, no condition that could move one. */
export function loihiDieSheet(card: LoihiCard, seed: number): DieSheet {
  return {
    kind: 'die-sheet',
    card: card.name,
    cardHash: hashOf(card),
    die: seed,
    measured: null,
    faults: { dead: [], stuck: [] },
    conditions: '',
    parameters: [],
  };
}

function factsOf(card: LoihiCard): ChipSheet['facts'] {
  const { geometry, neuron, synapse, costs } = card;
  const cores = geometry.cores.value;
  const own = geometry.neurons_per_core.value;
  return [
    fact('neurons', cores * own),
    fact('cores', cores),
    fact('neurons per core', own),
    fact('synapses', cores * synapsesPerCore(card)),
    fact('synapse memory per core', geometry.synapse_bits_per_core.value / 8, 'byte'),
    fact('memory of all cores', (cores * memoryOf(card).reduce((sum, { size }) => sum + size, 0)) / 8, 'byte'),
    fact('weight without sign', synapse.weight_bits.value, 'bit'),
    fact('current and voltage, each', neuron.state_bits.value, 'bit'),
    fact('decay', neuron.decay_bits.value, 'bit'),
    fact('threshold', neuron.threshold_bits.value, 'bit'),
    fact('delay from spike to effect', synapse.delay.value, 'steps'),
    fact('step without spikes, all cores full', costs.barrier.value + own * costs.neuron_update.time.value, 's'),
  ];
}

/** A word holds a weight with its sign. */
function synapsesPerCore({ geometry, synapse }: LoihiCard): number {
  return Math.floor(geometry.synapse_bits_per_core.value / (synapse.weight_bits.value + 1));
}

/** Memory of a core, by what it is for. */
function memoryOf(card: LoihiCard): FloorBlock[] {
  const { geometry, neuron } = card;
  const own = geometry.neurons_per_core.value;
  return [
    { name: 'synapses', size: geometry.synapse_bits_per_core.value, count: synapsesPerCore(card) },
    { name: 'states', size: own * (2 * neuron.state_bits.value + bitsFor(neuron.longest_refractory.value)), count: own },
    { name: 'decays and thresholds', size: own * (2 * neuron.decay_bits.value + neuron.threshold_bits.value), count: own },
  ];
}

function bitsFor(largest: number): number {
  return largest.toString(2).length;
}

function rangesOf({ neuron, synapse }: LoihiCard): SheetRange[] {
  const weight = 2 ** synapse.weight_bits.value;
  const state = 2 ** (neuron.state_bits.value - 1);
  const decay = 2 ** neuron.decay_bits.value;
  const threshold = 2 ** neuron.threshold_bits.value;
  const unit = 2 ** neuron.shift.value;
  const tau = (code: number): number => -1 / log(1 - code / decay);
  return [
    whole('weight, both signs', -weight, weight - 2, 2),
    whole('weight, one sign', 0, weight - 1, 1),
    whole('current, wraps around', -state, state - 1, 1),
    whole('voltage, saturates', 1 - state, state - 1, 1),
    whole('threshold, on the scale of the voltage', 0, (threshold - 1) * unit, unit),
    { name: 'decay, of a state per step', unit: '1', low: 0, high: 1, codes: [0, decay], lsb: 1 / decay },
    {
      name: 'time constant of a decay',
      unit: 'steps',
      low: tau(decay - 1),
      high: tau(1),
      codes: [1, decay - 1],
      lsb: Math.abs(tau(decay / 2 + 1) - tau(decay / 2)),
    },
    whole('refractory period', 1, neuron.longest_refractory.value, 1, 'steps'),
  ];
}

/** A range of whole numbers, or of whole multiples of `lsb`. */
function whole(name: string, low: number, high: number, lsb: number, unit = ''): SheetRange {
  return { name, unit, low, high, codes: [low / lsb, high / lsb], lsb };
}
