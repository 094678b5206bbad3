/** Digital spike counters: they count modulo 2^bits and raise a flag when they have been full. Source: haldls neuron.h, 8 bit and overflow. */
import { InfeasibleError } from '../base/index.ts';
import type { ChipCard, CounterRows, Probe, SpikeColumns } from '../model/index.ts';

/** What the counters of the probe's circuits show after these spikes. Throws InfeasibleError when the card has none. */
export function countersOf({ spike_counter, name }: ChipCard, spikes: SpikeColumns, { circuits, from }: Probe): CounterRows {
  if (spike_counter === undefined) throw new InfeasibleError(`${name} has no spike counters (spike_counter)`);
  const full = 2 ** spike_counter.bits.value;
  const total = new Map<number, number>();
  spikes.neuron.forEach((neuron, i) => {
    if (spikes.tick[i]! >= from) total.set(neuron, (total.get(neuron) ?? 0) + 1);
  });
  return {
    circuits,
    count: Uint32Array.from(circuits, (circuit) => (total.get(circuit) ?? 0) % full),
    overflow: Uint8Array.from(circuits, (circuit) => ((total.get(circuit) ?? 0) >= full ? 1 : 0)),
  };
}
