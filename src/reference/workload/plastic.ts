/** The plastic projections of a workload as rules of the teacher. */
import { InfeasibleError } from '../../base/index.ts';
import type { WorkloadCard, WorkloadPlasticity } from '../../model/index.ts';
import type { Network } from '../../network/index.ts';
import { PlasticSynapses, type PlasticRule, type PlasticSetting } from '../plastic-synapses.ts';

const MS = 1000;

/** The plastic synapses of a network at their start; undefined without any. `delayTicks` has one entry per synapse. Throws InfeasibleError for what the mode or the target has not. */
export function plasticSynapsesOf(
  card: WorkloadCard,
  network: Network,
  setting: PlasticSetting,
  delayTicks: ArrayLike<number>,
): PlasticSynapses | undefined {
  const { plasticity } = network;
  if (plasticity === undefined) return undefined;
  const rules = plasticity.projections.map(({ plasticity: one }) => ruleOf(one));
  plasticity.projections.forEach(({ name }, p) => {
    const rule = rules[p]!;
    if (setting.ties === 'target first' && rule.kind !== 'short-term' && rule.delay === 'axonal')
      throw new InfeasibleError(
        `${name}: plastic synapses of axonal delay run in mode precise only; the grid has NEST's, whose delay is dendritic`,
      );
  });
  const target = Uint32Array.from(plasticity.synapse, (k) => network.target[k]!);
  const whole = network.populations.find(
    ({ name, first, count }) => card.populations[name]!.model === 'loihi' && target.some((n) => n >= first && n < first + count),
  );
  if (whole !== undefined) throw new InfeasibleError(`${whole.name}: weights onto integer neurons are whole numbers and cannot be plastic`);
  return new PlasticSynapses(
    {
      rules,
      rule: plasticity.projection,
      synapse: plasticity.synapse,
      target,
      delayTicks: Float64Array.from(plasticity.synapse, (k) => delayTicks[k]!),
      start: plasticity.start,
    },
    setting,
  );
}

/** Weights (V) of all synapses, plastic ones at a relative weight of 1. */
export function fullWeights({ weight, plasticity }: Network): Float64Array {
  const full = weight.slice();
  plasticity?.synapse.forEach((k, p) => (full[k] = plasticity.full[p]!));
  return full;
}

/** One sentence per plastic projection, for reports. */
export function describePlasticity({ plasticity }: Network): string[] {
  return (plasticity?.projections ?? []).map(({ name, plasticity: one }) => `${name}: ${describe(one)}`);
}

/** What a rule is called. */
function describe(one: WorkloadPlasticity): string {
  if (one.kind === 'tsodyks-markram') return 'Tsodyks-Markram, exact from spike to spike';
  const pairs = one.pairing === 'all' ? 'all pairs' : 'nearest pairs';
  const rule =
    one.kind === 'stdp-triplet'
      ? 'triplet STDP'
      : `STDP, ${typeof one.rule === 'string' ? one.rule : 'guetig' in one.rule ? 'Guetig' : 'exponents as given'}`;
  return `${rule}, ${pairs}, ${one.delay} delay, exact traces from spike to spike`;
}

function ruleOf(one: WorkloadPlasticity): PlasticRule {
  if (one.kind === 'tsodyks-markram') {
    return {
      kind: 'short-term',
      rule: { utilisation: one.utilisation, tauRecovery: one.tau_recovery * MS, tauFacilitation: one.tau_facilitation * MS },
    };
  }
  const times = { tauPlus: one.tau_plus * MS, tauMinus: one.tau_minus * MS };
  if (one.kind === 'stdp-triplet') {
    const { pair_plus: pairPlus, triplet_plus: tripletPlus, pair_minus: pairMinus, triplet_minus: tripletMinus } = one;
    const rule = { pairPlus, tripletPlus, pairMinus, tripletMinus, ...times, tauX: one.tau_x * MS, tauY: one.tau_y * MS };
    return { kind: 'triplet', rule, pairing: one.pairing, delay: one.delay };
  }
  const [muPlus, muMinus] = exponents(one.rule);
  return {
    kind: 'pair',
    rule: { lambda: one.rate, alpha: one.asymmetry, muPlus, muMinus, ...times },
    pairing: one.pairing,
    delay: one.delay,
  };
}

function exponents(rule: Extract<WorkloadPlasticity, { kind: 'stdp' }>['rule']): [plus: number, minus: number] {
  if (typeof rule !== 'string') return 'guetig' in rule ? [rule.guetig, rule.guetig] : [rule.mu_plus, rule.mu_minus];
  return { additive: [0, 0], multiplicative: [1, 1], 'van-rossum': [0, 1] }[rule] as [number, number];
}
