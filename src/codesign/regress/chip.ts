/**
 * Metrics of a chip card for regression tests.
 */
import { hashOf } from '../../base/index.ts';
import { calibrateDie } from '../../calibration/index.ts';
import { compileDie, DieSubstrate, tauMemOfCode, tauSynOfCode, voltageOfCode } from '../../chip/index.ts';
import { bind, nominalSetting, setUpEmulation } from '../../emulator/index.ts';
import { gradeCalibration, uncalibratedTruth } from '../../grading/index.ts';
import { countEvidence, LEAK_MODES, parseCard, traceHash, WorkloadSchema, type ChipCard } from '../../model/index.ts';
import { buildNetwork, stimulusEvents } from '../../network/index.ts';
import { uniformTargets } from '../uniform-targets.ts';
import type { Metrics } from './metrics.ts';

const CODES = [100, 300, 500, 700, 900];
const DIES = [1, 2, 3, 4];
const TARGETS = { leak: 0.42, reset: 0.375, threshold: 0.6225, tau_mem: 10e-6 };
const EFFORT = { samples: 16, repeats: 4, dither: 5, mask_above: 6, verify: 0, seed: 1 };

/** A tiny workload that any chip of the family can run: two layers, driven by noise. */
const PROBE = `
name: probe
description: Two layers that excite and inhibit each other, driven by noise
populations:
  first: { size: 24, model: lif, parameters: &neuron { tau_mem: 10 ms, tau_syn_excitatory: 5 ms, tau_syn_inhibitory: 5 ms, rest: -70 mV, threshold: -50 mV, reset: -75 mV, refractory: 2 ms } }
  second: { size: 24, model: lif, parameters: *neuron }
weight_unit: 1 mV
sign: { population: { first: excitatory, second: inhibitory } }
delay: 1 ms
edges:
  - { kind: fixed-in-degree, from: first, to: second, in_degree: 6, weight: 4 }
  - { kind: fixed-in-degree, from: second, to: first, in_degree: 4, weight: 2 }
stimuli:
  - { kind: poisson, to: first, rate: 80 Hz, weight: 8 mV }
duration: 200 ms
warm_up: 20 ms
seeds: { graph: 1, stimulus: [1] }
`;

/** Facts, transfer curves, mismatch statistics over a few dies, one calibration, one trace. */
export async function chipMetrics(card: ChipCard): Promise<Metrics> {
  return {
    ...facts(card),
    ...transferCurves(card),
    ...mismatchStatistics(card),
    ...(await calibrationOutcome(card)),
    trace: await probeTrace(card),
  };
}

function facts(card: ChipCard): Metrics {
  const { counts } = countEvidence({ card });
  const { cores, neurons_per_core, rows_per_core } = card.geometry;
  const neurons = cores.value * neurons_per_core.value;
  return {
    'facts.neurons': neurons,
    'facts.synapses': neurons * rows_per_core.value,
    'facts.assumptions': counts.assumed,
    'facts.published': counts.published,
    // covers what no other metric sees
    'facts.card': hashOf(card).slice(0, 16),
  };
}

function transferCurves(card: ChipCard): Metrics {
  const metrics: Record<string, number> = {};
  for (const code of CODES) {
    for (const kind of ['leak', 'reset', 'threshold'] as const)
      metrics[`transfer.${kind}.${String(code)} [V]`] = voltageOfCode(card, kind, code);
    for (const mode of LEAK_MODES) metrics[`transfer.tau_mem.${mode}.${String(code)} [s]`] = tauMemOfCode(card, mode, code);
    metrics[`transfer.tau_syn.${String(code)} [s]`] = tauSynOfCode(card, code);
  }
  return metrics;
}

function mismatchStatistics(card: ChipCard): Metrics {
  const dies = DIES.map((seed) => compileDie(card, seed));
  const columns = {
    'leak [V]': dies.flatMap((die) => Array.from(die.leakOffset)),
    'reset [V]': dies.flatMap((die) => Array.from(die.resetOffset)),
    'threshold [V]': dies.flatMap((die) => Array.from(die.thresholdOffset)),
    tau_mem: dies.flatMap((die) => Array.from(die.tauMemFactor)),
    tau_syn_excitatory: dies.flatMap((die) => Array.from(die.tauSynExcitatoryFactor)),
    strength_excitatory: dies.flatMap((die) => Array.from(die.strengthExcitatoryFactor)),
    'cadc_offset [LSB]': dies.flatMap((die) => Array.from(die.cadcOffset)),
  };
  const metrics: Record<string, number> = {};
  for (const [name, values] of Object.entries(columns)) {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    metrics[`mismatch.${name}.mean`] = mean;
    metrics[`mismatch.${name}.deviation`] = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
  }
  return metrics;
}

async function calibrationOutcome(card: ChipCard): Promise<Metrics> {
  const { targets, nominal } = uniformTargets(card, TARGETS);
  const substrate = new DieSubstrate(card, 1, 1);
  const calibration = await calibrateDie(substrate, targets, nominal, EFFORT);
  const { graded } = gradeCalibration(card, 1, await uncalibratedTruth(card, 1, 1, nominal), substrate, calibration, targets);
  const metrics: Record<string, number> = { 'calibration.masked': calibration.masked.reduce((sum, mask) => sum + mask, 0) };
  for (const { quantity, rmsBefore, rmsAfter } of graded) {
    metrics[`calibration.${quantity}.before`] = rmsBefore;
    metrics[`calibration.${quantity}.after`] = rmsAfter;
  }
  return metrics;
}

/** Hash of the spikes of a small network on die 1 with nominal codes. */
async function probeTrace(card: ChipCard): Promise<string> {
  const workload = parseCard(WorkloadSchema, PROBE, { file: 'probe', label: 'probe' });
  const network = buildNetwork(workload.value, workload);
  const coreOf = Uint32Array.from({ length: network.count }, (_, n) => n % card.geometry.cores.value);
  const binding = bind(network, card, coreOf, 0, network.delay as number);
  const until = 200_000;
  const { emulator } = await setUpEmulation({
    card,
    network,
    binding,
    noc: 'ideal',
    dieSeed: 1,
    noiseSeed: 1,
    setting: nominalSetting(binding),
    stimulus: stimulusEvents(workload.value, network, 1, until, 1e9, card.speed_up.value),
  });
  emulator.run(until);
  return traceHash(emulator.spikes());
}
