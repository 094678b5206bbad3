/**
 * Metrics of a subthreshold chip card for regression tests: facts, statistics of a die, and the trace of neurons under seeded events with mismatch and noise.
 */
import { Chance, hashOf, hashOfColumns } from '../../base/index.ts';
import {
  compileDynapseDie,
  designBiases,
  dynapseParameters,
  dynapseNeurons,
  nearestBias,
  weightCurrent,
  type DynapseParameters,
  type SynapseEvent,
} from '../../chip/index.ts';
import { countEvidence, DYNAPSE_SYNAPSES, type DynapseCard } from '../../model/index.ts';
import type { Metrics } from './metrics.ts';

const NEURONS = 16;
/** Direct input current, A. */
const INPUT = 30e-9;
const STEP = 1e-4;
const STEPS = 3000;

/** Facts, counts and trace. */
export function dynapseMetrics(card: DynapseCard): Metrics {
  const { counts } = countEvidence({ card });
  const cores = card.geometry.cores.value;
  const die = compileDynapseDie(card, 1);
  // an input near the threshold, so that a neuron fires with the events or without them
  const biases = { ...designBiases(card), dc: nearestBias(card, INPUT) };
  const parameters = dynapseParameters(
    card,
    die,
    Array.from({ length: cores }, () => biases),
  );
  const [accurate, fast] = (['accurate', 'fast'] as const).map((integrator) => traced(card, parameters, integrator)) as [Traced, Traced];
  return {
    'facts.neurons': die.neurons,
    'facts.assumptions': counts.assumed,
    'facts.published': counts.published,
    'facts.card': hashOf(card).slice(0, 16),
    'die.tau_mem': mean(parameters.tauMem),
    'die.refractory': mean(parameters.refractory),
    'die.synapse_gain': mean(parameters.synapseGain.ampa),
    'probe.spikes': accurate.spikes,
    'probe.current': accurate.current,
    'fast.spikes': fast.spikes,
    'fast.current': fast.current,
    trace: accurate.trace,
    'fast.trace': fast.trace,
  };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

interface Traced {
  readonly spikes: number;
  /** Mean membrane current at the end, A. */
  readonly current: number;
  readonly trace: string;
}

/** Neurons under seeded events, with mismatch and noise. */
function traced(card: DynapseCard, parameters: DynapseParameters, integrator: DynapseCard['integrator']): Traced {
  const neurons = dynapseNeurons(integrator, parameters, {
    first: 0,
    count: NEURONS,
    step: STEP,
    noise: card.noise.membrane.value * card.noise.scale,
    noiseSteps: Math.max(Math.round(card.noise.interval.value / STEP), 1),
    noiseSeed: 1,
  });
  const chance = new Chance(3, 'stimulus');
  const full = weightCurrent(parameters, 0, 2 ** card.weight_bits.value - 1);
  const ticks: number[] = [];
  const fired: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const events: SynapseEvent[] = [];
    for (let n = 0; n < NEURONS; n++) {
      // nine in ten events excite, the rest go to the other kinds
      if (chance.uniform(n, step) >= 0.2) continue;
      const kind = chance.uniform(n + NEURONS, step) < 0.9 ? 0 : 1 + chance.integer(n + 2 * NEURONS, step, 3);
      events.push({ neuron: n, kind, charge: full * parameters.synapseGain[DYNAPSE_SYNAPSES[kind]!][n]!, remaining: STEP / 2 });
    }
    const spikes = neurons.advance(step, events);
    for (let s = 0; s < spikes.count; s++) {
      ticks.push(Math.ceil((step + spikes.fraction[s]!) * STEP * 1e9));
      fired.push(spikes.circuit[s]!);
    }
  }
  return {
    spikes: fired.length,
    current: mean(neurons.currents()),
    trace: hashOfColumns([Float64Array.from(ticks), Uint32Array.from(fired)]),
  };
}
