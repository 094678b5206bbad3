/**
 * Currents of a workload as a die sees them: from an ideal source outside, without quantisation and mismatch of its own. A current is stated as the depolarisation that it holds on the leak,
 * I = V g_L, so a membrane moves by V gain / tau_mem per second of hardware, tau_mem that of the workload: what the leak of a single circuit is off shows in the plateau.
 */
import { InfeasibleError, ticksOf, type Tick } from '../base/index.ts';
import { largestCode, type CurrentPlan } from '../chip/index.ts';
import type { ChipCard } from '../model/index.ts';
import type { CurrentChanges } from '../network/index.ts';
import type { Binding } from './mapping/binding.ts';

/** The plan of a die; undefined without currents. Throws InfeasibleError for a current larger than the offset current of a circuit can be. All circuits of a membrane bring it, as they all bring their leak. */
export function currentPlan(card: ChipCard, binding: Binding, asked: CurrentChanges | undefined): CurrentPlan | undefined {
  if (asked === undefined || asked.tick.length === 0) return undefined;
  const window: Tick = ticksOf(card.step.value);
  const { targets } = binding;
  const { changes, circuit } = onCircuits(binding, asked);
  const gain = card.binding.voltage_gain.value;
  const slope = Float64Array.from(circuit, (c, k) => (changes.depolarisation[k]! * gain) / targets.tauMem[c]!);
  const perCode = card.neuron.offset_current.value / card.neuron.membrane_capacitance.value;
  const largest = perCode * largestCode(card);
  const beyond = slope.findIndex((value) => Math.abs(value) > largest);
  if (beyond >= 0) {
    const most = (largest * targets.tauMem[circuit[beyond]!]!) / gain;
    throw new InfeasibleError(
      `a current that holds ${millivolt(changes.depolarisation[beyond]!)} at neuron ${String(changes.neuron[beyond])}: ${card.name} can do ${millivolt(-most)} to ${millivolt(most)} (biological)`,
    );
  }
  return {
    step: changes.tick.map((tick) => Math.floor(tick / window)),
    remaining: changes.tick.map((tick) => 1 - (tick % window) / window),
    circuit,
    slope,
  };
}

/** Every change once for each circuit of its neuron. */
function onCircuits({ circuitOf, neuronOf, sharedBy }: Binding, asked: CurrentChanges): { changes: CurrentChanges; circuit: Uint32Array } {
  const members = new Map<number, number[]>();
  for (const [c, n] of neuronOf.entries()) if (n >= 0 && sharedBy[c]! > 1) members.set(n, [...(members.get(n) ?? []), c]);
  const pairs = Array.from(asked.neuron).flatMap((n, k) => (members.get(n) ?? [circuitOf[n]!]).map((c) => [k, c] as const));
  const take = (column: ArrayLike<number>): Float64Array => Float64Array.from(pairs, ([k]) => column[k]!);
  return {
    changes: { ...asked, tick: take(asked.tick), neuron: Uint32Array.from(take(asked.neuron)), depolarisation: take(asked.depolarisation) },
    circuit: Uint32Array.from(pairs, ([, c]) => c),
  };
}

function millivolt(volt: number): string {
  return `${String(Number((volt * 1000).toPrecision(4)))} mV`;
}
