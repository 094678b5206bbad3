/** The data sheet of a chip, as an experiment sees it through its substrate: sizes, ranges and rates, nothing of a single die. */
import { DEFAULT_TICKS_PER_SECOND } from '../base/index.ts';
import { NEURON_CELLS, type Capabilities, type ChipCard } from '../model/index.ts';
import { madcCapabilities } from './madc.ts';
import { largestCode } from './transfer.ts';

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
    counters: card.spike_counter && { bits: card.spike_counter.bits.value },
    leakLinearRange: neuron.ota === 'linear' ? Infinity : neuron.linear_range.value,
    synapses: { rows: geometry.rows_per_core.value, largestWeight: 2 ** synapse.weight_bits.value - 1 },
  };
}
