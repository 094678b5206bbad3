/**
 * Metrics of a digital chip card for regression tests: facts, and the trace of a small seeded network of exact integers.
 */
import { Chance, hashOf } from '../../base/index.ts';
import { runLoihi } from '../../chip/index.ts';
import { countEvidence, traceHash, type LoihiCard } from '../../model/index.ts';
import type { Metrics } from './metrics.ts';

const INPUTS = 32;
const HIDDEN = 48;
const OUTPUTS = 16;
const STEPS = 400;
const LARGEST_WEIGHT = 60;

/** Facts, counts and trace. */
export function loihiMetrics(card: LoihiCard): Metrics {
  const { counts } = countEvidence({ card });
  const run = runLoihi(card, { layers: [layer(INPUTS, HIDDEN, 1), layer(HIDDEN, OUTPUTS, 2)] }, input(), STEPS);
  return {
    'facts.neurons': card.geometry.cores.value * card.geometry.neurons_per_core.value,
    'facts.assumptions': counts.assumed,
    'facts.published': counts.published,
    'facts.card': hashOf(card).slice(0, 16),
    'probe.spikes': run.spikes.step.length,
    'probe.synaptic_events': run.counts.synapticEvents,
    'probe.energy': run.energy,
    trace: traceHash({ tick: run.spikes.step, neuron: run.spikes.neuron }),
  };
}

function layer(inputs: number, outputs: number, seed: number): Parameters<typeof runLoihi>[1]['layers'][number] {
  const chance = new Chance(seed, 'search');
  const weight = Int32Array.from({ length: inputs * outputs }, (_, i) => 2 * (chance.integer(0, i, LARGEST_WEIGHT) - LARGEST_WEIGHT / 3));
  return { inputs, outputs, weight, currentDecay: 1024, voltageDecay: 256, threshold: 400, refractory: 2 };
}

/** Every input fires in a twentieth of the steps. */
function input(): Parameters<typeof runLoihi>[2] {
  const chance = new Chance(3, 'stimulus');
  const step: number[] = [];
  const neuron: number[] = [];
  for (let t = 0; t < STEPS; t++) {
    for (let n = 0; n < INPUTS; n++) {
      if (chance.uniform(n, t) >= 1 / 20) continue;
      step.push(t);
      neuron.push(n);
    }
  }
  return { step: Float64Array.from(step), neuron: Uint32Array.from(neuron) };
}
