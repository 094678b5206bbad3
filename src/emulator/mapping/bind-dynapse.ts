/**
 * Binding to a subthreshold chip: the pure function (workload, chip card, mapping) -> biases of every core and codes of every synapse.
 *   The membrane current stands for the voltage over rest: I = I_threshold (V - V_rest) / (V_threshold - V_rest). The reset is the dark current, at rest.
 *   All neurons of a core share their biases: times are the medians over the core.
 *   A weight is a peak PSP. Excitatory synapses are AMPA, inhibitory ones GABA-B (subtractive). Per core and sign the gain is set so that the stated percentile of the weights
 *   gets the full code; codes are rounded, larger ones clipped.
 * What cannot be represented is refused, or left out and counted when the caller allows it.
 */
import { InfeasibleError } from '../../base/index.ts';
import { percentiles } from '../../analysis/index.ts';
import {
  biasCurrent,
  currentOfTau,
  designCurrents,
  dynapseParameters,
  nearestBias,
  peakPerDrive,
  weightCurrent,
  type BiasCode,
  type CoreBiases,
  type DynapseDie,
} from '../../chip/index.ts';
import { DYNAPSE_BIASES, DYNAPSE_SYNAPSES, type BindingSummary, type DynapseBias, type DynapseCard } from '../../model/index.ts';
import type { Network, Note } from '../../network/index.ts';

/** Synapses in the order of their sources: neurons first, then external inputs. */
export interface BoundDynapseSynapses {
  /** sources + 1 entries. */
  readonly rowStart: Uint32Array;
  readonly circuit: Uint32Array;
  /** Index into DYNAPSE_SYNAPSES. */
  readonly kind: Uint8Array;
  /** Weight code: which base currents flow. */
  readonly code: Uint8Array;
  /** Word of the neuron's memory. */
  readonly word: Uint16Array;
}

export interface DynapseBinding {
  readonly circuitOf: Uint32Array;
  readonly neuronOf: Int32Array;
  /** One per core. */
  readonly biases: readonly CoreBiases[];
  readonly synapses: BoundDynapseSynapses;
  /** Ticks. */
  readonly delay: number;
  readonly refractory: number;
  readonly notes: readonly Note[];
  readonly summary: BindingSummary;
}

/** Percentile of the weights of a core that gets the full code. */
const FULL_CODE = 0.995;
const TICKS_PER_SECOND = 1e9;
const [AMPA, GABA_B] = [DYNAPSE_SYNAPSES.indexOf('ampa'), DYNAPSE_SYNAPSES.indexOf('gaba_b')];

/** Where neurons go, and what is known of the die. */
export interface DynapseMapping {
  /** Core of every neuron. */
  readonly coreOf: Uint32Array;
  readonly localShare: number;
  /** s. */
  readonly delay: number;
  /** The die as it is known: nominal, or the median neuron of every core as a calibration saw it. */
  readonly die: DynapseDie;
  /** How far every circuit is from the median of its core; the nearest ones are used, those infinitely far never. In the order of their numbers unless given. */
  readonly distance?: Float64Array | undefined;
  readonly allow?: boolean;
}

/** Throws InfeasibleError for what the chip cannot represent; with `allow` synapses beyond the memory of a neuron are left out and counted. */
export function bindDynapse(
  network: Network,
  card: DynapseCard,
  { coreOf, localShare, delay, die, distance, allow = false }: DynapseMapping,
): DynapseBinding {
  if (network.adex !== undefined)
    throw new InfeasibleError(`${card.name} runs leaky integrate-and-fire neurons, this workload has AdEx neurons`);
  const { circuitOf, neuronOf } = layOut(network, card, coreOf, distance);
  const laidOut = layOutSynapses(network, card, circuitOf, allow);
  const cores = card.geometry.cores.value;
  const perCore = card.geometry.neurons_per_core.value;
  const median = (values: Float64Array, core: number): number | undefined => {
    const of = Array.from(values.filter((_, n) => coreOf[n] === core)).toSorted((a, b) => a - b);
    return of[Math.floor(of.length / 2)];
  };
  /** The code pair with which this bias of a core is nearest to a current. */
  const codeOf = (name: DynapseBias, core: number, current: number): BiasCode => nearestBias(card, current / die.bias[name][core]!);
  const designed = designCurrents(card);
  const biases = Array.from({ length: cores }, (_, core): CoreBiases => {
    const at = (name: DynapseBias, current = designed[name]) => ({ [name]: codeOf(name, core, current) });
    const design = Object.assign({}, ...DYNAPSE_BIASES.map((name) => at(name))) as CoreBiases;
    const tauMem = median(network.tauMem, core);
    if (tauMem === undefined) return design;
    const leak = currentOfTau(card, card.capacitances.membrane.value, tauMem);
    const syn = (kind: 'ampa' | 'gaba_b', tau: number) => at(`tau_${kind}`, currentOfTau(card, card.capacitances[kind].value, tau));
    const swing = card.capacitances.refractory.value * card.physics.switching_voltage.value;
    return {
      ...design,
      ...at('tau_mem', leak),
      ...at('gain_mem', leak * card.design.gain_mem.value),
      ...at('refractory', swing / Math.max(median(network.refractory, core)!, 1e-6)),
      ...syn('ampa', median(network.tauSynExcitatory, core)!),
      ...syn('gaba_b', median(network.tauSynInhibitory, core)!),
    };
  });
  // what a weight needs: the weight current of a synapse whose gain is that of the design
  const at = dynapseParameters(card, die, biases);
  const wanted = laidOut.weight.map((weight, k) => {
    const c = laidOut.circuit[k]!;
    const n = neuronOf[c]!;
    const kind = weight < 0 ? 'gaba_b' : 'ampa';
    const currentPerVolt = at.threshold[c]! / (network.threshold[n]! - network.rest[n]!);
    const drive = Math.abs(weight) / peakPerDrive(at.tauMem[c]!, at.tauSyn[kind][c]!);
    const jump = (drive * currentPerVolt * at.tauMem[c]! * at.leak[c]!) / at.gain[c]!;
    return jump / at.synapseGain[kind][c]!;
  });
  const top = 2 ** card.weight_bits.value - 1;
  const scaled = biases.map((core, i): CoreBiases => {
    const gain = (name: 'gain_ampa' | 'gain_gaba_b', sign: number): BiasCode => {
      const group = wanted.filter((_, k) => Math.floor(laidOut.circuit[k]! / perCore) === i && Math.sign(laidOut.weight[k]!) === sign);
      if (group.length === 0) return core[name];
      const full = percentiles(group, [FULL_CODE])![0]!;
      return nearestBias(card, (biasCurrent(card, core[name]) * full) / weightCurrent(at, i, top));
    };
    return { ...core, gain_ampa: gain('gain_ampa', 1), gain_gaba_b: gain('gain_gaba_b', -1) };
  });
  const set = dynapseParameters(card, die, scaled);
  const { code, clipped, zero, error } = quantise(
    wanted.map((current, k) => {
      const c = laidOut.circuit[k]!;
      const kind = laidOut.weight[k]! < 0 ? 'gaba_b' : 'ampa';
      // relative to the full code
      return (current * at.synapseGain[kind][c]!) / set.synapseGain[kind][c]! / weightCurrent(set, Math.floor(c / perCore), top);
    }),
    top,
  );
  const below = network.reset.filter((reset, n) => reset !== network.rest[n]!).length;
  return {
    circuitOf,
    neuronOf,
    biases: scaled,
    synapses: {
      rowStart: laidOut.rowStart,
      circuit: Uint32Array.from(laidOut.circuit),
      kind: Uint8Array.from(laidOut.weight, (weight) => (weight < 0 ? GABA_B : AMPA)),
      code,
      word: Uint16Array.from(laidOut.word),
    },
    delay: Math.round(delay * TICKS_PER_SECOND),
    refractory: Math.round((network.refractory[0] ?? 0) * TICKS_PER_SECOND),
    notes:
      below === 0
        ? []
        : [{ text: 'neurons whose reset is not their rest: a membrane current cannot go below the dark current', count: below }],
    summary: {
      synapses: laidOut.circuit.length,
      clippedShare: clipped,
      zeroShare: zero,
      weightError: error,
      localShare,
      refused: laidOut.refused > 0 ? { 'no free word of synapse memory': laidOut.refused } : {},
    },
  };
}

function layOut(
  network: Network,
  card: DynapseCard,
  coreOf: Uint32Array,
  distance: Float64Array | undefined,
): Pick<DynapseBinding, 'circuitOf' | 'neuronOf'> {
  const cores = card.geometry.cores.value;
  const perCore = card.geometry.neurons_per_core.value;
  const circuitOf = new Uint32Array(network.count);
  const neuronOf = new Int32Array(cores * perCore).fill(-1);
  const free = Array.from({ length: cores }, (_, core) => {
    const own = Array.from({ length: perCore }, (__, n) => core * perCore + n);
    if (distance === undefined) return own;
    // infinitely far ones are dead
    return own.filter((c) => distance[c]! < Infinity).toSorted((a, b) => distance[a]! - distance[b]! || a - b);
  });
  const needed = new Uint32Array(cores);
  for (const core of coreOf) needed[core]!++;
  free.forEach((circuits, core) => {
    if (needed[core]! > circuits.length)
      throw new InfeasibleError(
        `core ${String(core)} would hold ${String(needed[core]!)} neurons, it has ${String(circuits.length)} that fire: ` +
          'give more cores, or run with --codes nominal',
      );
    // the nearest ones, in the order of the die
    circuits.length = needed[core]!;
    circuits.sort((a, b) => a - b);
  });
  const filled = new Uint32Array(cores);
  for (let n = 0; n < network.count; n++) {
    const core = coreOf[n]!;
    circuitOf[n] = free[core]![filled[core]!++]!;
    neuronOf[circuitOf[n]!] = n;
  }
  return { circuitOf, neuronOf };
}

/** Gives every synapse a word of its neuron's memory, as long as there are any; synapses of a source in the order of circuits. */
function layOutSynapses(network: Network, card: DynapseCard, circuitOf: Uint32Array, allow: boolean) {
  const words = card.geometry.synapses_per_neuron.value;
  const used = new Map<number, number>();
  const rowStart = [0];
  const [circuit, weight, word]: [number[], number[], number[]] = [[], [], []];
  let refused = 0;
  const addSource = (start: number, end: number, target: Uint32Array, weights: Float64Array): void => {
    const order = Array.from({ length: end - start }, (_, i) => start + i).toSorted(
      (a, b) => circuitOf[target[a]!]! - circuitOf[target[b]!]! || a - b,
    );
    for (const k of order) {
      const c = circuitOf[target[k]!]!;
      const next = used.get(c) ?? 0;
      used.set(c, next + 1);
      if (next >= words) {
        refused++;
        continue;
      }
      circuit.push(c);
      weight.push(weights[k]!);
      word.push(next);
    }
    rowStart.push(circuit.length);
  };
  for (let s = 0; s < network.count; s++) addSource(network.rowStart[s]!, network.rowStart[s + 1]!, network.target, network.weight);
  const { inputs } = network;
  for (let s = 0; s < inputs.count; s++) addSource(inputs.rowStart[s]!, inputs.rowStart[s + 1]!, inputs.target, inputs.weight);
  if (refused > 0 && !allow)
    throw new InfeasibleError(
      `a neuron has ${String(Math.max(...used.values()))} synapses, the memory of one has ${String(words)} words; ` +
        `${String(refused)} synapses would be lost (--allow leaves them out and counts them)`,
    );
  return { rowStart: Uint32Array.from(rowStart), circuit, weight, word, refused };
}

function quantise(shares: readonly number[], top: number) {
  let [clipped, zero, error, power] = [0, 0, 0, 0];
  const code = Uint8Array.from(shares, (share) => {
    const rounded = Math.min(Math.round(share * top), top);
    if (share * top > top + 0.5) clipped++;
    if (rounded === 0 && share > 0) zero++;
    error += (rounded / top - share) ** 2;
    power += share * share;
    return rounded;
  });
  const count = Math.max(shares.length, 1);
  return { code, clipped: clipped / count, zero: zero / count, error: power === 0 ? 0 : Math.sqrt(error / power) };
}
