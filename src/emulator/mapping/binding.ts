/**
 * Binding: the pure function (workload, chip card, mapping) -> tables that a die is set up with.
 *   V_hw = offset + gain x V_bio, times divided by the speed-up.
 *   A weight is a peak PSP. The step of dV/dt that makes it on a nominal circuit is w gain / peakPerDrive(tau_mem, tau_syn). Per core and sign the 99.5th percentile of
 *   these steps gets the full code; codes are rounded to nearest, ties to even; larger ones are clipped.
 * Circuits that share a membrane carry one neuron: all have its targets, so capacitances and leaks add up to the same time constant, and a synapse on one of m has m times the step.
 * What cannot be represented is refused, or left out and counted when the caller allows it; nothing is dropped silently.
 */
import { InfeasibleError, ticksOf } from '../../base/index.ts';
import { percentiles } from '../../analysis/index.ts';
import {
  codeOfTauMem,
  codeOfTauSyn,
  codeOfVoltage,
  codeWeight,
  largestCode,
  peakPerDrive,
  refractoryPeriod,
  type AdexCell,
  type AdexTarget,
} from '../../chip/index.ts';
import { LEAK_MODES, type BindingSummary, type ChipCard, type NeuronCell, type Setting } from '../../model/index.ts';
import type { Network } from '../../network/index.ts';
import { adexCodes, adexTargets } from './adex-targets.ts';
import { layOutRows, type LaidOut } from './lay-out-rows.ts';
import { seatsOf } from './seats.ts';

/** Synapses of all sources onto circuits, in rows: sources 0..count-1 are neurons, the following are external inputs. */
export interface BoundSynapses {
  /** sources + 1 entries. */
  readonly rowStart: Uint32Array;
  /** Circuit index on the die. */
  readonly circuit: Uint32Array;
  /** Weight code, 0..2^bits - 1; with quantisation off the exact (real) code. */
  readonly code: Float64Array;
  /** +1 excitatory, -1 inhibitory: a property of the synapse row. */
  readonly sign: Int8Array;
  /** Synapse row over all cores: core x rows per core + row in the core. */
  readonly row: Uint32Array;
}

/** Hardware targets of every circuit in use; unused circuits have the values of the first neuron. */
export interface CircuitTargets {
  readonly leak: Float64Array;
  readonly reset: Float64Array;
  readonly threshold: Float64Array;
  readonly tauMem: Float64Array;
  readonly tauSynExcitatory: Float64Array;
  readonly tauSynInhibitory: Float64Array;
  /** Full-scale drive (V/s) of each circuit's core. */
  readonly driveExcitatory: Float64Array;
  readonly driveInhibitory: Float64Array;
  /** Of whole circuits, one per circuit; absent where they are bypassed. */
  readonly adex?: readonly AdexTarget[];
}

export interface Binding {
  /** Circuit that fires for each neuron. */
  readonly circuitOf: Uint32Array;
  readonly coreOf: Uint32Array;
  /** Neuron on the membrane of each circuit, or -1. */
  readonly neuronOf: Int32Array;
  /** Circuits on the membrane of each circuit: an event on one of them moves it by its step over this. */
  readonly sharedBy: Uint32Array;
  readonly synapses: BoundSynapses;
  readonly targets: CircuitTargets;
  /** Nominal codes for these targets: what a designer would write without calibration. */
  readonly nominalCodes: Readonly<Record<Exclude<NeuronCell, AdexCell | UnboundCell>, Int32Array> & Partial<Record<AdexCell, Int32Array>>>;
  readonly nominalLeakMode: Uint8Array;
  /** Directions of the adaptation of whole circuits. */
  readonly nominalSigns: Pick<Setting, 'adaptationSign' | 'jumpSign'>;
  /** Ticks of hardware time, a multiple of the refractory clock. */
  readonly refractory: number;
  /** Ticks of hardware time per source neuron: the workload's delay. */
  readonly delay: number;
  readonly summary: BindingSummary;
}

/** Cells that no binding writes: they stand as designed. */
type UnboundCell = 'inter_compartment' | `${'reversal' | 'conductance' | 'synapse_reference'}_${'excitatory' | 'inhibitory'}`;

/** What a designer would write to a die without calibration. */
export function nominalSetting({ nominalCodes, nominalLeakMode, nominalSigns }: Binding): Setting {
  return { codes: nominalCodes, leakMode: nominalLeakMode, ...nominalSigns };
}

/** Throws InfeasibleError for what the chip cannot represent; with `allow` such synapses are left out and counted instead. */
export function bind(
  network: Network,
  card: ChipCard,
  coreOf: Uint32Array,
  localShare: number,
  delaySeconds: number,
  allow = false,
): Binding {
  const cores = card.geometry.cores.value;
  const perCore = card.geometry.neurons_per_core.value;
  const circuits = cores * perCore;
  const circuitOf = new Uint32Array(network.count);
  const neuronOf = new Int32Array(circuits).fill(-1);
  const filled = new Uint32Array(cores);
  const seats = seatsOf(card);
  const sharedBy = new Uint32Array(circuits);
  for (const members of seats.circuitsOf) for (const circuit of members) sharedBy[circuit] = members.length;
  for (let n = 0; n < network.count; n++) {
    const own = seats.perCore[coreOf[n]!]!;
    const seat = own[filled[coreOf[n]!]!++];
    if (seat === undefined) throw new InfeasibleError(`core ${String(coreOf[n])} would hold more than its ${String(own.length)} neurons`);
    circuitOf[n] = seat;
    for (const circuit of seats.circuitsOf[seat]!) neuronOf[circuit] = n;
  }

  const ratio = card.speed_up.value;
  const hardware = (voltage: number): number => card.binding.voltage_offset.value + card.binding.voltage_gain.value * voltage;
  const perCircuit = (value: (n: number) => number): Float64Array => Float64Array.from(neuronOf, (n) => value(Math.max(n, 0)));
  const time = (values: Float64Array): Float64Array => perCircuit((n) => Number((values[n]! / ratio).toPrecision(15)));
  const tauMem = time(network.tauMem);
  const tauSynExcitatory = time(network.tauSynExcitatory);
  const tauSynInhibitory = time(network.tauSynInhibitory);

  const laidOut = layOutRows(network, card, seats, circuitOf, allow);
  const steps = Float64Array.from(laidOut.weight, (w, k) => {
    const circuit = laidOut.circuit[k]!;
    const tauSyn = laidOut.sign[k]! > 0 ? tauSynExcitatory[circuit]! : tauSynInhibitory[circuit]!;
    return (sharedBy[circuit]! * Math.abs(w) * card.binding.voltage_gain.value) / peakPerDrive(tauMem[circuit]!, tauSyn);
  });
  const exact = card.quantisation === 'off';
  const scale = fullScale(card, laidOut, steps, perCore);
  const { code, summary } = quantise(card, laidOut, steps, scale, perCore, exact);

  const quantity = (values: Float64Array, sign: 0 | 1): Float64Array =>
    Float64Array.from(values, (_, c) => scale.drive[sign][Math.floor(c / perCore)]!);
  const leak = perCircuit((n) => hardware(network.rest[n]!));
  const adex = adexTargets(network, card, neuronOf, { leak, tauMem });
  const targets: CircuitTargets = {
    leak,
    reset: perCircuit((n) => hardware(network.reset[n]!)),
    threshold: perCircuit((n) => hardware(network.threshold[n]!)),
    tauMem,
    tauSynExcitatory,
    tauSynInhibitory,
    driveExcitatory: quantity(tauMem, 0),
    driveInhibitory: quantity(tauMem, 1),
    ...(adex === undefined ? {} : { adex }),
  };
  // with quantisation off no code is written, so none has to be in range
  const whole = adexCodes(card, exact ? undefined : adex);
  const bias = Array.from(tauMem, (tau) => codeOfTauMem(card, tau));
  const ofCore = (codes: Int32Array): Int32Array => Int32Array.from(neuronOf, (_, c) => codes[Math.floor(c / perCore)]!);
  return {
    circuitOf,
    coreOf,
    neuronOf,
    sharedBy,
    synapses: { rowStart: laidOut.rowStart, circuit: laidOut.circuit, code, sign: laidOut.sign, row: laidOut.row },
    targets,
    nominalCodes: {
      leak: Int32Array.from(targets.leak, (v) => codeOfVoltage(card, 'leak', v)),
      reset: Int32Array.from(targets.reset, (v) => codeOfVoltage(card, 'reset', v)),
      threshold: Int32Array.from(targets.threshold, (v) => codeOfVoltage(card, 'threshold', v)),
      leak_bias: Int32Array.from(bias, ({ code: c }) => c),
      synapse_bias_excitatory: ofCore(scale.codes[0]),
      synapse_bias_inhibitory: ofCore(scale.codes[1]),
      synapse_tau_excitatory: Int32Array.from(tauSynExcitatory, (tau) => codeOfTauSyn(card, tau)),
      synapse_tau_inhibitory: Int32Array.from(tauSynInhibitory, (tau) => codeOfTauSyn(card, tau)),
      offset_current: new Int32Array(circuits),
      ...whole.codes,
    },
    nominalLeakMode: Uint8Array.from(bias, ({ mode }) => LEAK_MODES.indexOf(mode)),
    nominalSigns: whole.signs,
    refractory: refractoryTicks(network, card),
    delay: ticksOf(delaySeconds / ratio),
    summary: { ...summary, synapses: laidOut.circuit.length, localShare, refused: laidOut.refused },
  };
}

interface FullScale {
  /** Bias codes per core: [excitatory, inhibitory]. */
  readonly codes: readonly [Int32Array, Int32Array];
  /** Full-scale drive per core, V/s, that these codes give on a nominal circuit. */
  readonly drive: readonly [Float64Array, Float64Array];
}

/** Bias code per core and sign such that the stated percentile of the steps gets the full weight code. */
function fullScale(card: ChipCard, laidOut: LaidOut, steps: Float64Array, perCore: number): FullScale {
  const cores = card.geometry.cores.value;
  const perCode = card.synapse.drive_per_code.value * codeWeight(card);
  const forSign = (sign: number): { codes: Int32Array; drive: Float64Array } => {
    const groups: number[][] = Array.from({ length: cores }, () => []);
    laidOut.circuit.forEach((c, k) => {
      if (laidOut.sign[k] === sign) groups[Math.floor(c / perCore)]!.push(steps[k]!);
    });
    const wanted = groups.map((group) => (group.length === 0 ? 0 : percentiles(group, [card.binding.weight_percentile.value / 100])![0]!));
    const codes = Int32Array.from(wanted, (step) => Math.min(Math.max(Math.ceil(step / perCode - 1e-9), 1), largestCode(card)));
    const drive = Float64Array.from(codes, (code, core) => (card.quantisation === 'off' ? Math.max(wanted[core]!, 1) : code * perCode));
    return { codes, drive };
  };
  const [excitatory, inhibitory] = [forSign(1), forSign(-1)];
  return { codes: [excitatory.codes, inhibitory.codes], drive: [excitatory.drive, inhibitory.drive] };
}

function quantise(
  card: ChipCard,
  laidOut: LaidOut,
  steps: Float64Array,
  scale: FullScale,
  perCore: number,
  exact: boolean,
): { readonly code: Float64Array; readonly summary: Pick<BindingSummary, 'clippedShare' | 'zeroShare' | 'weightError'> } {
  const top = 2 ** card.synapse.weight_bits.value - 1;
  const code = new Float64Array(steps.length);
  let [clipped, zero, error, power] = [0, 0, 0, 0];
  steps.forEach((step, k) => {
    const full = scale.drive[laidOut.sign[k]! > 0 ? 0 : 1][Math.floor(laidOut.circuit[k]! / perCore)]!;
    const real = (step / full) * top;
    const rounded = exact ? real : Math.min(roundTiesToEven(real), top);
    code[k] = rounded;
    if (!exact && real > top + 0.5) clipped++;
    if (rounded === 0 && step > 0) zero++;
    error += ((rounded / top) * full - step) ** 2;
    power += step * step;
  });
  const share = (count: number): number => (steps.length === 0 ? 0 : count / steps.length);
  return {
    code,
    summary: { clippedShare: share(clipped), zeroShare: share(zero), weightError: power === 0 ? 0 : Math.sqrt(error / power) },
  };
}

function roundTiesToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** The period that the counter can do. One period serves the whole die. */
function refractoryTicks(network: Network, card: ChipCard): number {
  if (network.refractory.some((value) => value !== network.refractory[0])) {
    throw new InfeasibleError('one refractory period serves the whole die: all populations need the same');
  }
  return ticksOf(refractoryPeriod(card, network.refractory[0]! / card.speed_up.value));
}
