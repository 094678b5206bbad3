/**
 * A feed-forward network on a digital chip, step by step: spikes made in step t are read by the next layer in step t + delay, and so is the input.
 */
import { InfeasibleError } from '../../base/index.ts';
import type { LoihiCard } from '../../model/index.ts';
import type { LavaNetwork } from '../../network/index.ts';
import { IntegerLayer } from './layer.ts';

/** Spikes as columns, sorted by (step, neuron). */
export interface StepEvents {
  readonly step: Float64Array;
  readonly neuron: Uint32Array;
}

/** Result of a run: output spikes, and what the chip was busy with. */
export interface LoihiRun {
  readonly spikes: StepEvents;
  readonly steps: number;
  readonly cores: number;
  readonly counts: { readonly neuronUpdates: number; readonly spikes: number; readonly synapticEvents: number };
  /** J. */
  readonly energy: number;
}

/**
 * Runs this many steps from rest. Input is sorted by step; two spikes of one input in one step are one.
 * Throws InfeasibleError when the network does not fit the chip.
 */
export function runLoihi(card: LoihiCard, { layers }: LavaNetwork, input: StepEvents, steps: number): LoihiRun {
  const cores = coresOf(card, layers);
  const delay = card.synapse.delay.value;
  const stages = layers.map((layer) => new IntegerLayer(card, layer));
  /** Spikes on their way into each layer, by step modulo (delay + 1). */
  const pending = layers.map(() => Array.from({ length: delay + 1 }, () => [] as number[]));
  const counts = { neuronUpdates: 0, spikes: 0, synapticEvents: 0 };
  const out = { step: [] as number[], neuron: [] as number[] };
  let next = 0;
  for (let t = 0; t < steps; t++) {
    const sent = new Set<number>();
    for (; next < input.step.length && input.step[next]! <= t; next++) if (input.step[next] === t) sent.add(input.neuron[next]!);
    let made = [...sent].toSorted((a, b) => a - b);
    counts.spikes += made.length;
    for (const [i, stage] of stages.entries()) {
      const queue = pending[i]!;
      queue[(t + delay) % (delay + 1)] = made;
      const arrived = queue[t % (delay + 1)]!;
      made = stage.step(arrived);
      counts.neuronUpdates += layers[i]!.outputs;
      counts.synapticEvents += arrived.length * layers[i]!.outputs;
      counts.spikes += made.length;
    }
    for (const neuron of made) {
      out.step.push(t);
      out.neuron.push(neuron);
    }
  }
  return {
    spikes: { step: Float64Array.from(out.step), neuron: Uint32Array.from(out.neuron) },
    steps,
    cores,
    counts,
    energy: energyOf(card, counts),
  };
}

/** Cores that the layers need, each layer on cores of its own. */
function coresOf({ geometry, synapse, name }: LoihiCard, layers: LavaNetwork['layers']): number {
  const bits = synapse.weight_bits.value + 1;
  const cores = layers.reduce((sum, { inputs, outputs }) => {
    const perCore = Math.min(geometry.neurons_per_core.value, Math.floor(geometry.synapse_bits_per_core.value / (bits * inputs)));
    if (perCore < 1) throw new InfeasibleError(`a fan-in of ${String(inputs)} does not fit the synapse memory of a core of ${name}`);
    return sum + Math.ceil(outputs / perCore);
  }, 0);
  if (cores > geometry.cores.value)
    throw new InfeasibleError(`the network needs ${String(cores)} cores, ${name} has ${String(geometry.cores.value)}`);
  return cores;
}

function energyOf({ costs }: LoihiCard, { neuronUpdates, spikes, synapticEvents }: LoihiRun['counts']): number {
  return (
    neuronUpdates * costs.neuron_update.energy.value +
    spikes * costs.spike.energy.value +
    synapticEvents * costs.synaptic_event.energy.value
  );
}
