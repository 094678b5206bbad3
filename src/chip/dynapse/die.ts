/**
 * One manufactured chip of the subthreshold family: how far every circuit is from its nominal current. Hidden truth.
 *   factor of neuron n = relative(cv, sqrt(1 - s) own_n + sqrt(s) core(n)),   s = share of the variance common to a core,
 *   factor of a bias of a core = relative(cv_bias, z), relative(cv, z) = exp(sigma z - sigma^2 / 2) with mean 1 and this coefficient of variation (or 1 + cv z).
 * Every draw belongs to (die seed, neuron or core, number of the parameter): a larger chip changes no neuron of the smaller one. A measured die of the card has its measured factors instead.
 */
import { Chance, exp, log } from '../../base/index.ts';
import {
  DYNAPSE_BIASES,
  DYNAPSE_DIE_PARAMETERS,
  DYNAPSE_SYNAPSES,
  type DynapseBias,
  type DynapseCard,
  type DynapseDieParameter,
  type DynapseSynapse,
} from '../../model/index.ts';

/** Parameters that differ from neuron to neuron. Numbers are never reused. */
const PARAMETERS = {
  tau_mem: 200,
  threshold: 201,
  refractory: 202,
  ahp: 203,
  tau_ahp: 204,
  tau_syn: 210,
  weight: 220,
  synapse: 230,
  dead: 240,
  bias: 300,
} as const;

const CORES = 2 ** 32;
const SYNAPSES = 2 ** 34;
const SYNAPSES_PER_NEURON = 2 ** 12;
const SMALLEST_FACTOR = 0.05;

/** Factors relative to nominal, one entry per neuron unless said. */
export interface DynapseDie {
  readonly seed: number;
  readonly neurons: number;
  readonly tauMem: Float64Array;
  readonly threshold: Float64Array;
  readonly refractory: Float64Array;
  readonly ahp: Float64Array;
  readonly tauAhp: Float64Array;
  readonly tauSyn: Readonly<Record<DynapseSynapse, Float64Array>>;
  readonly weight: Readonly<Record<DynapseSynapse, Float64Array>>;
  /** One entry per core. */
  readonly bias: Readonly<Record<DynapseBias, Float64Array>>;
  /** 1 where the neuron never fires. */
  readonly dead: Uint8Array;
  /** Strength of one synapse of a neuron relative to the others. */
  synapseFactor(neuron: number, synapse: number): number;
}

/** Draws the die. Pure function of the card's numbers and the seed. */
export function compileDynapseDie(card: DynapseCard, seed: number): DynapseDie {
  const { mismatch, variation, geometry, faults } = card;
  const cores = geometry.cores.value;
  const perCore = geometry.neurons_per_core.value;
  const neurons = cores * perCore;
  const chance = new Chance(seed, 'die');
  const share = mismatch.core_share.value;
  const perNeuron = (spread: Spread, parameter: number): Float64Array =>
    Float64Array.from({ length: neurons }, (_, n) => {
      const common = chance.normal(CORES + Math.floor(n / perCore), parameter);
      return relative(spread, variation, Math.sqrt(1 - share) * chance.normal(n, parameter) + Math.sqrt(share) * common);
    });
  const perKind = (spread: Spread, first: number): Record<DynapseSynapse, Float64Array> =>
    Object.fromEntries(DYNAPSE_SYNAPSES.map((kind, i) => [kind, perNeuron(spread, first + i)])) as Record<DynapseSynapse, Float64Array>;
  const bias = Object.fromEntries(
    DYNAPSE_BIASES.map((name, i) => [
      name,
      Float64Array.from({ length: cores }, (_, core) =>
        relative(mismatch.bias, variation, chance.normal(CORES + core, PARAMETERS.bias + i)),
      ),
    ]),
  ) as Record<DynapseBias, Float64Array>;
  const { dead } = faults;
  const drawn: DynapseDie = {
    seed,
    neurons,
    tauMem: perNeuron(mismatch.tau_mem, PARAMETERS.tau_mem),
    threshold: perNeuron(mismatch.threshold, PARAMETERS.threshold),
    refractory: perNeuron(mismatch.refractory, PARAMETERS.refractory),
    ahp: perNeuron(mismatch.ahp, PARAMETERS.ahp),
    tauAhp: perNeuron(mismatch.tau_ahp, PARAMETERS.tau_ahp),
    tauSyn: perKind(mismatch.tau_syn, PARAMETERS.tau_syn),
    weight: perKind(mismatch.weight, PARAMETERS.weight),
    bias,
    dead: Uint8Array.from({ length: neurons }, (_, n) =>
      (typeof dead === 'number' ? chance.uniform(n, PARAMETERS.dead) < dead : dead.includes(n)) ? 1 : 0,
    ),
    synapseFactor: (neuron: number, synapse: number): number =>
      relative(mismatch.synapse, variation, chance.normal(SYNAPSES + neuron * SYNAPSES_PER_NEURON + synapse, PARAMETERS.synapse)),
  };
  const measured = variation === 0 ? undefined : card.measured?.find((one) => one.die === seed);
  return Object.freeze(measured === undefined ? drawn : withMeasured(drawn, measured));
}

/** The factors of all neurons by the names of a measured die. */
export function dynapseColumns(die: DynapseDie): Readonly<Record<DynapseDieParameter, Float64Array>> {
  const { tauMem: tau_mem, threshold, refractory, tauAhp: tau_ahp, ahp } = die;
  const kinds = DYNAPSE_SYNAPSES.flatMap((kind) => [
    [`tau_${kind}`, die.tauSyn[kind]],
    [`weight_${kind}`, die.weight[kind]],
  ]);
  const all = { tau_mem, threshold, refractory, tau_ahp, ahp, ...Object.fromEntries(kinds) } as Record<DynapseDieParameter, Float64Array>;
  return Object.fromEntries(DYNAPSE_DIE_PARAMETERS.map((name) => [name, all[name]])) as typeof all;
}

function withMeasured(drawn: DynapseDie, { neurons, biases = {} }: NonNullable<DynapseCard['measured']>[number]): DynapseDie {
  const kinds = (prefix: 'tau' | 'weight', own: DynapseDie['tauSyn']): DynapseDie['tauSyn'] =>
    Object.fromEntries(DYNAPSE_SYNAPSES.map((kind) => [kind, over(neurons[`${prefix}_${kind}`], own[kind])])) as DynapseDie['tauSyn'];
  return {
    ...drawn,
    tauMem: over(neurons.tau_mem, drawn.tauMem),
    threshold: over(neurons.threshold, drawn.threshold),
    refractory: over(neurons.refractory, drawn.refractory),
    tauAhp: over(neurons.tau_ahp, drawn.tauAhp),
    ahp: over(neurons.ahp, drawn.ahp),
    tauSyn: kinds('tau', drawn.tauSyn),
    weight: kinds('weight', drawn.weight),
    bias: Object.fromEntries(DYNAPSE_BIASES.map((name) => [name, over(biases[name], drawn.bias[name])])) as DynapseDie['bias'],
  };
}

interface Spread {
  readonly value: number;
  readonly distribution: 'normal' | 'lognormal';
}

function relative(spread: Spread, variation: number, z: number): number {
  const cv = spread.value * variation;
  if (spread.distribution === 'normal') return Math.max(1 + cv * z, SMALLEST_FACTOR);
  const variance = log(1 + cv * cv);
  return exp(Math.sqrt(variance) * z - variance / 2);
}

function over(values: readonly (number | null)[] | undefined, own: Float64Array): Float64Array {
  return values === undefined ? own : own.map((factor, n) => values[n] ?? factor);
}
