/**
 * Physical values that a laboratory measures on neurons of the subthreshold family, as factors of the nominal values: what the truth of a neuron (chip/dynapse/circuit.ts) is with a factor of 1, solved
 * for the factor. Biases stand as the card designs them, but for the one whose code a column names; the errors of the bias generators are those of the die, so the neuron has what was read.
 *   times     value / time constant at the code; the refractory period likewise
 *   threshold value / current of the code
 *   weight_K  jump of the current of synapse K by one event of the largest weight; ahp: jump of the adaptation current by one spike; both rest on the time constant that this neuron has
 */
import {
  designBiases,
  dynapseParameters,
  weightCurrent,
  type CoreBiases,
  type DynapseDie,
  type DynapseParameters,
} from '../../chip/index.ts';
import {
  DYNAPSE_DIE_PARAMETERS,
  DYNAPSE_SYNAPSES,
  type DynapseBias,
  type DynapseCard,
  type DynapseDieParameter,
  type DynapseSynapse,
} from '../../model/index.ts';
import { codePair, type MeasuredRule } from './measured-table.ts';

/** One way from a physical value to a factor. */
interface Physical {
  readonly dimension: 'time' | 'current';
  /** The bias that sets it alone; absent where several do: then they stand as designed. */
  readonly bias?: DynapseBias;
  /** What neuron n does with a factor of 1. */
  readonly of: (p: DynapseParameters, n: number) => number;
}

/** Rules of all parameters for reading a table. */
export function dynapseRules(card: DynapseCard): Readonly<Record<DynapseDieParameter, MeasuredRule>> {
  const physical = physicalValues(card);
  const { coarse, fine } = card.bias_generator;
  const pairs = { coarse: coarse.value.length - 1, fine: fine.value };
  return Object.fromEntries(
    DYNAPSE_DIE_PARAMETERS.map((name) => {
      const { dimension, bias } = physical[name];
      return [name, { unit: '1', absolute: { dimension, ...(bias !== undefined && { pairs }) } }];
    }),
  ) as Record<DynapseDieParameter, MeasuredRule>;
}

/** Order in which parameters are solved: what rests on a time constant comes after it. */
export const SOLVED: readonly DynapseDieParameter[] = DYNAPSE_DIE_PARAMETERS.toSorted(
  (a, b) => Number(a === 'ahp' || a.startsWith('weight')) - Number(b === 'ahp' || b.startsWith('weight')),
);

/**
 * Factors of all neurons that make these physical values, null where there is none; `codes` of the bias that sets the parameter, empty for those of the design. `die` has the factors that were solved
 * before. A neuron that would need no factor (a bias is switched off) has Infinity.
 */
export function dynapseFactors(
  card: DynapseCard,
  name: DynapseDieParameter,
  { values, codes }: { readonly values: readonly (number | null)[]; readonly codes: readonly number[] },
  die: DynapseDie,
): (number | null)[] {
  const { bias, of } = physicalValues(card)[name];
  const design = designBiases(card);
  const plain = withoutFactor(die, name);
  const known = new Map<number, DynapseParameters>();
  const truthAt = (code: number): DynapseParameters => {
    const found =
      known.get(code) ??
      dynapseParameters(
        card,
        plain,
        Array.from(die.bias.dc, (): CoreBiases => (code < 0 || bias === undefined ? design : { ...design, [bias]: codePair(code) })),
      );
    known.set(code, found);
    return found;
  };
  return values.map((value, n) => (value === null ? null : value / of(truthAt(codes[n] ?? -1), n)));
}

function physicalValues(card: DynapseCard): Readonly<Record<DynapseDieParameter, Physical>> {
  const perCore = card.geometry.neurons_per_core.value;
  const largest = 2 ** card.weight_bits.value - 1;
  const ofKind = (kind: DynapseSynapse): readonly (readonly [string, Physical])[] => [
    [`tau_${kind}`, { dimension: 'time', bias: `tau_${kind}`, of: (p, n) => p.tauSyn[kind][n]! }],
    [
      `weight_${kind}`,
      { dimension: 'current', of: (p, n) => p.synapseGain[kind][n]! * weightCurrent(p, Math.floor(n / perCore), largest) },
    ],
  ];
  return {
    tau_mem: { dimension: 'time', bias: 'tau_mem', of: (p, n) => p.tauMem[n]! },
    threshold: { dimension: 'current', bias: 'threshold', of: (p, n) => p.threshold[n]! },
    refractory: { dimension: 'time', bias: 'refractory', of: (p, n) => p.refractory[n]! },
    tau_ahp: { dimension: 'time', bias: 'tau_ahp', of: (p, n) => p.tauAhp[n]! },
    ahp: { dimension: 'current', of: (p, n) => p.ahpJump[n]! },
    ...Object.fromEntries(DYNAPSE_SYNAPSES.flatMap(ofKind)),
  } as Record<DynapseDieParameter, Physical>;
}

/** The die with factors of 1 for a parameter, and nobody dead. */
function withoutFactor(die: DynapseDie, name: DynapseDieParameter): DynapseDie {
  const ones = new Float64Array(die.neurons).fill(1);
  const kind = DYNAPSE_SYNAPSES.find((one) => name.endsWith(`_${one}`));
  const dead = new Uint8Array(die.neurons);
  if (kind !== undefined)
    return name.startsWith('tau')
      ? { ...die, dead, tauSyn: { ...die.tauSyn, [kind]: ones } }
      : { ...die, dead, weight: { ...die.weight, [kind]: ones } };
  const fields = { tau_mem: 'tauMem', threshold: 'threshold', refractory: 'refractory', tau_ahp: 'tauAhp', ahp: 'ahp' } as const;
  return { ...die, dead, [fields[name as keyof typeof fields]]: ones };
}
