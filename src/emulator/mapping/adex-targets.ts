/**
 * Binding of AdEx neurons to whole circuits.
 *   V_T,hw = offset + gain V_T,   Delta_T,hw = gain Delta_T,   b / g_L by the gain, tau_w by the speed-up, a / g_L as it is. Adaptation is measured from the leak potential.
 * A LIF neuron on a whole circuit has its exponential out of reach and no adaptation.
 */
import { InfeasibleError } from '../../base/index.ts';
import { ADEX_CELLS, codesOfAdex, type AdexCell, type AdexTarget } from '../../chip/index.ts';
import type { ChipCard, Setting } from '../../model/index.ts';
import { neutralAdex, type Network } from '../../network/index.ts';

/** What every circuit of a die with whole circuits should do; undefined for the LIF bypass. Throws InfeasibleError for AdEx neurons on circuits that are bypassed. */
export function adexTargets(
  network: Network,
  card: ChipCard,
  neuronOf: Int32Array,
  { leak, tauMem }: { readonly leak: Float64Array; readonly tauMem: Float64Array },
): readonly AdexTarget[] | undefined {
  if (card.neuron.circuit !== 'adex') {
    if (network.adex === undefined) return undefined;
    throw new InfeasibleError(
      `${network.name} has AdEx neurons, and the circuits of ${card.name} are ${card.neuron.circuit}: set neuron.circuit to adex`,
    );
  }
  const adex = network.adex ?? neutralAdex(network.threshold);
  const { voltage_offset, voltage_gain } = card.binding;
  return Array.from(neuronOf, (neuron, circuit) => {
    const n = Math.max(neuron, 0);
    return {
      threshold: voltage_offset.value + voltage_gain.value * adex.threshold[n]!,
      slope: voltage_gain.value * adex.slope[n]!,
      adaptation: adex.adaptation[n]!,
      jump: voltage_gain.value * adex.jump[n]!,
      tau: Number((adex.tau[n]! / card.speed_up.value).toPrecision(15)),
      leak: leak[circuit]!,
      tauMem: tauMem[circuit]!,
    };
  });
}

/** Nominal codes and signs of these targets; nothing for the LIF bypass. Throws InfeasibleError for what the circuits cannot do. */
export function adexCodes(
  card: ChipCard,
  targets: readonly AdexTarget[] | undefined,
): { readonly codes: Partial<Record<AdexCell, Int32Array>>; readonly signs: Pick<Setting, 'adaptationSign' | 'jumpSign'> } {
  if (targets === undefined) return { codes: {}, signs: {} };
  const each = targets.map((target) => codesOfAdex(card, target));
  return {
    codes: Object.fromEntries(ADEX_CELLS.map((cell) => [cell, Int32Array.from(each, (codes) => codes[cell])])),
    signs: {
      adaptationSign: Int8Array.from(targets, ({ adaptation }) => direction(adaptation)),
      jumpSign: Int8Array.from(targets, ({ jump }) => direction(jump)),
    },
  };
}

function direction(value: number): number {
  return value < 0 ? -1 : 1;
}
