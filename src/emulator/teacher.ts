/**
 * The teacher of an emulation: the same workload on the exact reference, in hardware time. Three of them split the error of a student:
 *   as asked      weights and delays of the workload
 *   as quantised  weights as the codes of a nominal die make them
 *   as mapped     also the nominal path delay of every pair of cores
 * Voltages are biological, times are hardware seconds (biological / speed-up), so that ticks count hardware time.
 */
import { DEFAULT_TICKS_PER_SECOND } from '../base/index.ts';
import type { ChipCard, SpikeColumns } from '../model/index.ts';
import type { CurrentChanges, Network, StimulusEvents } from '../network/index.ts';
import {
  peakOfUnitPsp,
  runAdexNetwork,
  runNetwork,
  type AdexNetwork,
  type DriveChanges,
  type LifNetwork,
  type SynapseTable,
} from '../reference/index.ts';
import type { Binding } from './mapping/binding.ts';

/** Ticks from crossing to effect between two neurons. */
export type PathDelay = (source: number, target: number) => number;

export interface TeacherOptions {
  readonly card: ChipCard;
  readonly network: Network;
  readonly binding: Binding;
  readonly stimulus: StimulusEvents;
  /** Currents into membranes, in ticks of hardware time and biological V. */
  readonly currents?: CurrentChanges;
  /** Ticks of hardware time. */
  readonly until: number;
  readonly weights: 'as asked' | 'as quantised';
  /** Constant workload delay unless given. */
  readonly pathDelay?: PathDelay;
  /** Neurons whose voltage is sampled at the end of every window of this many ticks. */
  readonly probes?: { readonly neurons: readonly number[]; readonly interval: number };
}

export interface TeacherRun {
  readonly spikes: SpikeColumns;
  /** Biological V, one column per probed neuron. */
  readonly voltages: readonly Float64Array[];
}

/** Runs the reference in `precise` mode. Spike times are rounded up to ticks, as the student's are. */
export function runTeacher(options: TeacherOptions): TeacherRun {
  const { network, stimulus, until } = options;
  const lif = teacherNetwork(options);
  const run = {
    until,
    events: { ticks: stimulus.tick, sources: stimulus.source },
    ...(options.currents && { drives: drivesOf(options.currents, lif.neurons.tauMem) }),
    ...(options.probes === undefined ? {} : { probes: { neurons: options.probes.neurons, intervalTicks: options.probes.interval } }),
  };
  const { spikes, voltages } =
    network.adex === undefined ? runNetwork(lif, run) : runAdexNetwork(withAdex(lif, network.adex, options.card), run);
  const tick = spikes.ticks.map((value, i) => value + (spikes.fractions[i]! > 0 ? 1 : 0));
  return { spikes: { tick, neuron: Uint32Array.from(spikes.neurons) }, voltages: network.count === 0 ? [] : voltages };
}

/** Depolarisation held on the leak -> dV/dt, V/s of hardware time. */
function drivesOf({ tick, neuron, depolarisation }: CurrentChanges, tauMem: Float64Array): DriveChanges {
  return { ticks: tick, neurons: neuron, drive: depolarisation.map((volt, k) => volt / tauMem[neuron[k]!]!) };
}

/** The same network of AdEx neurons: what is relative to the leak conductance becomes per capacitance, in hardware time. */
function withAdex(lif: LifNetwork, adex: NonNullable<Network['adex']>, card: ChipCard): AdexNetwork {
  const { threshold, ...neurons } = lif.neurons;
  const perLeak = (values: Float64Array): Float64Array => values.map((value, n) => value / neurons.tauMem[n]!);
  return {
    ...lif,
    neurons: {
      ...neurons,
      peak: threshold,
      threshold: adex.threshold,
      slopeFactor: adex.slope,
      adaptationTau: adex.tau.map((tau) => Number((tau / card.speed_up.value).toPrecision(15))),
      adaptationRate: perLeak(adex.adaptation),
      adaptationJump: perLeak(adex.jump),
    },
  };
}

function teacherNetwork({ card, network, binding, weights, pathDelay }: TeacherOptions): LifNetwork {
  const ratio = card.speed_up.value;
  // divided as the binding does it, so that teacher and student have the same numbers
  const time = (values: Float64Array): Float64Array => values.map((value) => Number((value / ratio).toPrecision(15)));
  const [tauMem, tauSynExc, tauSynInh] = [time(network.tauMem), time(network.tauSynExcitatory), time(network.tauSynInhibitory)];
  const amplitude = (target: number, weight: number): number =>
    weight / peakOfUnitPsp(tauMem[target]!, weight >= 0 ? tauSynExc[target]! : tauSynInh[target]!);
  const bound = binding.synapses;
  const top = 2 ** card.synapse.weight_bits.value - 1;
  const gain = card.binding.voltage_gain.value;
  const table = (
    firstRow: number,
    rows: number,
    rowStart: Uint32Array,
    target: Uint32Array,
    weight: Float64Array,
    delay: PathDelay,
  ): SynapseTable => {
    if (weights === 'as asked') {
      const amplitudes = Float64Array.from(target, (t, k) => amplitude(t, weight[k]!));
      const delayTicks = new Float64Array(target.length);
      for (let s = 0; s < rows; s++) for (let k = rowStart[s]!; k < rowStart[s + 1]!; k++) delayTicks[k] = delay(s, target[k]!);
      return { offsets: rowStart, targets: target, amplitudes, delayTicks };
    }
    const base = bound.rowStart[firstRow]!;
    const offsets = bound.rowStart.slice(firstRow, firstRow + rows + 1).map((offset) => offset - base);
    const circuits = bound.circuit.slice(base, base + offsets[rows]!);
    const targets = circuits.map((c) => binding.neuronOf[c]!);
    const amplitudes = Float64Array.from(circuits, (c, k) => {
      const positive = bound.sign[base + k]! > 0;
      const full = (positive ? binding.targets.driveExcitatory : binding.targets.driveInhibitory)[c]!;
      return ((positive ? 1 : -1) * (bound.code[base + k]! / top) * full) / gain / binding.sharedBy[c]!;
    });
    const delayTicks = new Float64Array(targets.length);
    for (let s = 0; s < rows; s++) for (let k = offsets[s]!; k < offsets[s + 1]!; k++) delayTicks[k] = delay(s, targets[k]!);
    return { offsets, targets, amplitudes, delayTicks };
  };
  const { inputs } = network;
  const refractory = new Float64Array(network.count).fill(binding.refractory / DEFAULT_TICKS_PER_SECOND);
  return {
    neurons: { tauMem, tauSynExc, tauSynInh, restVoltage: network.rest, threshold: network.threshold, reset: network.reset, refractory },
    synapses: table(0, network.count, network.rowStart, network.target, network.weight, pathDelay ?? (() => binding.delay)),
    external: table(network.count, inputs.count, inputs.rowStart, inputs.target, inputs.weight, () => 0),
    ticksPerSecond: DEFAULT_TICKS_PER_SECOND,
  };
}
