/**
 * From bound tables to a running emulator: fan-out by core or by synapse, physical parameters of the die, parts, transport.
 */
import { Clock, InfeasibleError, ticksOf, DEFAULT_TICKS_PER_SECOND } from '../base/index.ts';
import {
  adexOptions,
  circuitParameters,
  compileDie,
  DieSubstrate,
  exactAdex,
  initialCode,
  correlationPlan,
  NEVER,
  PART_GRANULARITY,
  runsInKernel,
  noiseOptions,
  shortTermPlan,
  trimmedSynapse,
  type CircuitParameters,
  type DieLayout,
  type EffectiveSynapses,
  type PartPlan,
  type SensorFactors,
} from '../chip/index.ts';
import { NEURON_CELLS, type ChipCard, type CorrelationTrim, type NeuronCell, type Setting } from '../model/index.ts';
import type { CurrentChanges, Network, StimulusEvents } from '../network/index.ts';
import type { NocLayout } from '../noc/index.ts';
import { busPlan } from './bus-queues.ts';
import { Emulator } from './emulator.ts';
import type { FanOut, InterfaceTiming, Part } from './emulator-plan.ts';
import type { Binding, BoundSynapses } from './mapping/binding.ts';
import { LocalPart } from './part-local.ts';
import { RemotePart } from './part-remote.ts';
import { currentPlan } from './stimulus-currents.ts';
import { IdealTransport } from './ideal-transport.ts';
import { NocTransport } from './noc-transport.ts';
import { WindowKernel } from './window-kernel.ts';
import type { Transport } from './transport.ts';

export interface EmulationOptions {
  readonly card: ChipCard;
  readonly network: Network;
  readonly binding: Binding;
  /** The network-on-chip, or 'ideal': constant latency equal to the workload's delay, for all spikes. */
  readonly noc: NocLayout | 'ideal';
  readonly dieSeed: number;
  readonly noiseSeed: number;
  /** Codes on the die: calibrated or nominal. With quantisation off they are not used: every circuit gets its target exactly, but for mismatch. */
  readonly setting: Setting;
  readonly stimulus: StimulusEvents;
  /** Currents into membranes, in ticks of hardware time and biological V. */
  readonly currents?: CurrentChanges;
  readonly confluence?: 'internal-first' | 'external-first';
  /** Neurons whose membrane is recorded at the end of every window. */
  readonly probes?: readonly number[];
  /** Neurons whose membrane is recorded at the end of every `every`-th window. */
  readonly sampled?: { readonly neurons: readonly number[]; readonly every: number };
  /** Pieces into which the chip is cut; more than one runs in worker threads. */
  readonly parts?: number;
}

export interface Emulation {
  readonly emulator: Emulator;
  readonly transport: Transport;
  readonly timing: InterfaceTiming;
  readonly die: DieLayout;
  /** What every bound synapse does on this die. */
  readonly synapses: EffectiveSynapses;
}

/** Builds an emulation. Throws InfeasibleError when the contract's window does not fit the interface. */
export async function setUpEmulation(options: EmulationOptions): Promise<Emulation> {
  const { card, binding, noc, dieSeed } = options;
  const die = compileDie(card, dieSeed);
  const { parameters, currents: sensors } = await dieParameters(options, die);
  const timing = interfaceTiming(card, binding.delay);
  const perCore = card.geometry.neurons_per_core.value;
  const ideal = noc === 'ideal';
  const fanOut = fanOutOf(
    binding.synapses,
    options.network.count,
    perCore,
    !ideal && noc.design.packet.mode === 'per-synapse' ? 'synapse' : 'core',
  );
  const trim = card.quantisation === 'on' ? options.setting.driverTrim : undefined;
  const synapses = effectiveSynapses(card, die, parameters, binding, trim);
  const currents = currentPlan(card, binding, options.currents);
  const plans = cut(die.neurons, options.parts ?? 1).map(({ first, count }): PartPlan => {
    return {
      integrator: card.integrator,
      parameters,
      synapses,
      currents,
      shortTerm: shortTermPlan(card, die, options.setting.shortTerm, trim),
      correlation: correlationPlan(
        card,
        die,
        binding.synapses.row,
        synapses.circuit,
        boundTrim(card, binding, options.setting.correlationTrim),
        sensors,
      ),
      options: {
        first,
        count,
        step: card.step.value,
        linearRange: card.neuron.ota === 'linear' ? Infinity : card.neuron.linear_range.value,
        ...noiseOptions(card),
        noiseSeed: options.noiseSeed,
        dieSeed,
        refractory: binding.refractory / timing.ticksPerSecond,
        ...adexOptions(card),
      },
    };
  });
  const buses = busPlan(card, binding.synapses.row, timing.ticksPerSecond);
  const kernel =
    ideal || plans.length > 1 || buses !== undefined || !runsInKernel(plans[0]!)
      ? undefined
      : WindowKernel.of(noc, new Clock(noc.frequency, timing.ticksPerSecond));
  const transport = ideal
    ? new IdealTransport(timing.delay)
    : new NocTransport(noc, timing.in, timing.ticksPerSecond, perCore, options.noiseSeed, kernel);
  const parts: readonly Part[] = plans.map((plan) =>
    (options.parts ?? 1) > 1 ? new RemotePart(plan) : new LocalPart(plan, kernel?.memory),
  );
  const emulator = new Emulator(
    {
      timing,
      fanOut,
      coreOfCircuit: (circuit) => Math.floor(circuit / perCore),
      neuronInCore: (circuit) => circuit % perCore,
      neuronOf: binding.neuronOf,
      stimulus: options.stimulus,
      neurons: options.network.count,
      everythingOverNetwork: ideal,
      buses,
      confluence: options.confluence ?? 'internal-first',
      microstepLimit: 1000,
      probes: (options.probes ?? []).map((neuron) => binding.circuitOf[neuron]!),
      ...(options.sampled === undefined
        ? {}
        : { sampled: { circuits: options.sampled.neurons.map((neuron) => binding.circuitOf[neuron]!), every: options.sampled.every } }),
    },
    parts,
    transport,
    kernel,
  );
  return { emulator, transport, timing, die, synapses };
}

/**
 * Ticks of the interface; the window is the analog step. Throws InfeasibleError for a time that is no whole number of ticks: rounded, the chip would integrate another step
 * than the emulator counts.
 */
export function interfaceTiming(card: Pick<ChipCard, 'name' | 'step' | 'interface'>, delay: number): InterfaceTiming {
  const ticks = (name: string, seconds: number): number => {
    const whole = ticksOf(seconds, DEFAULT_TICKS_PER_SECOND);
    if (Math.abs(whole - seconds * DEFAULT_TICKS_PER_SECOND) < 1e-6) return whole;
    const exact = String(Number((seconds * DEFAULT_TICKS_PER_SECOND).toPrecision(12)));
    throw new InfeasibleError(`${card.name}: ${name} is ${exact} ticks of 1 ns, expected a whole number`);
  };
  const line = card.interface.delay_line;
  return {
    window: ticks('step', card.step.value),
    out: ticks('interface.out', card.interface.out.value),
    in: ticks('interface.in', card.interface.in.value),
    local: ticks('interface.local', card.interface.local.value),
    delayLine:
      line === 'none'
        ? null
        : {
            step: ticks('interface.delay_line.step', line.step),
            longest: (2 ** line.bits - 1) * ticks('interface.delay_line.step', line.step),
          },
    delay,
    ticksPerSecond: DEFAULT_TICKS_PER_SECOND,
  };
}

/** What the circuits do, and what their blocks' currents do to the sensors: from the codes on the die, or straight from the targets when quantisation is off. */
async function dieParameters(
  { card, binding, dieSeed, noiseSeed, setting }: EmulationOptions,
  die: DieLayout,
): Promise<{ readonly parameters: CircuitParameters; readonly currents?: SensorFactors | undefined }> {
  if (card.quantisation === 'on') {
    const substrate = new DieSubstrate(card, dieSeed, noiseSeed);
    await substrate.configure(setting);
    return { parameters: substrate.truth(), currents: substrate.sensorFactors() };
  }
  const { targets } = binding;
  const codes = Object.fromEntries(
    NEURON_CELLS.map((kind) => [kind, new Float64Array(die.neurons).fill(initialCode(card, kind))]),
  ) as Record<NeuronCell, Float64Array>;
  const spread = circuitParameters(card, die, codes, new Uint8Array(die.neurons));
  const tauMem = times(targets.tauMem, die.tauMemFactor);
  const parameters: CircuitParameters = {
    ...spread,
    rest: targets.leak.map((value, n) => value + die.leakOffset[n]!),
    reset: targets.reset.map((value, n) => value + die.resetOffset[n]!),
    threshold: targets.threshold.map((value, n) => (die.dead[n] === 1 ? NEVER : value + die.thresholdOffset[n]!)),
    tauMem,
    tauSynExcitatory: times(targets.tauSynExcitatory, die.tauSynExcitatoryFactor),
    tauSynInhibitory: times(targets.tauSynInhibitory, die.tauSynInhibitoryFactor),
    driveExcitatory: times(targets.driveExcitatory, die.strengthExcitatoryFactor),
    driveInhibitory: times(targets.driveInhibitory, die.strengthInhibitoryFactor),
    offsetCurrent: new Float64Array(die.neurons),
    ...(targets.adex === undefined ? {} : { adex: exactAdex(card, die, targets.adex) }),
  };
  return { parameters };
}

function times(target: Float64Array, factor: Float64Array): Float64Array {
  return target.map((value, n) => value * factor[n]!);
}

/** Slices of every source's synapses: one per core it reaches, or one per synapse. Synapses of a source stand in ascending order of circuits. */
export function fanOutOf(
  { rowStart, circuit }: Pick<BoundSynapses, 'rowStart' | 'circuit'>,
  neurons: number,
  perCore: number,
  by: 'core' | 'synapse',
): FanOut {
  const start = [0];
  const [core, from, to]: number[][] = [[], [], []];
  for (let source = 0; source + 1 < rowStart.length; source++) {
    for (let k = rowStart[source]!; k < rowStart[source + 1]!; k++) {
      const home = Math.floor(circuit[k]! / perCore);
      // inputs enter at their core's rows, one event per core; only spikes that travel are split by synapse
      const joins = k > rowStart[source]! && core!.at(-1) === home && (by === 'core' || source >= neurons);
      if (joins) to![to!.length - 1] = k + 1;
      else {
        core!.push(home);
        from!.push(k);
        to!.push(k + 1);
      }
    }
    start.push(core!.length);
  }
  return { start: Uint32Array.from(start), core: Uint32Array.from(core!), from: Uint32Array.from(from!), to: Uint32Array.from(to!) };
}

/** Trim bits of the bound synapses, out of those of all synapses. */
function boundTrim(
  { geometry }: ChipCard,
  { synapses: { row, circuit } }: Binding,
  trim: CorrelationTrim | undefined,
): CorrelationTrim | undefined {
  if (trim === undefined) return undefined;
  const neurons = geometry.cores.value * geometry.neurons_per_core.value;
  const at = Uint32Array.from(row, (value, k) => (value % geometry.rows_per_core.value) * neurons + circuit[k]!);
  return { amplitude: Uint8Array.from(at, (k) => trim.amplitude[k]!), tau: Uint8Array.from(at, (k) => trim.tau[k]!) };
}

/** What an event on each synapse does on this die, V/s. */
function effectiveSynapses(
  card: ChipCard,
  die: DieLayout,
  parameters: CircuitParameters,
  binding: Binding,
  trim: Uint8Array | undefined,
): EffectiveSynapses {
  const { circuit, sign, code, row } = binding.synapses;
  const top = 2 ** card.synapse.weight_bits.value - 1;
  const drive = Float64Array.from(circuit, (c, k) => {
    const full = sign[k]! > 0 ? parameters.driveExcitatory[c]! : parameters.driveInhibitory[c]!;
    return (code[k]! / top) * full * trimmedSynapse(card, die, row[k]!, c, trim);
  });
  return { circuit, sign, drive, row: Uint16Array.from(row) };
}

/** Ranges of circuits, cut at blocks of the noise generator. */
export function cut(circuits: number, parts: number): readonly { readonly first: number; readonly count: number }[] {
  const blocks = Math.ceil(circuits / PART_GRANULARITY);
  const pieces = Math.min(parts, blocks);
  return Array.from({ length: pieces }, (_, i) => {
    const first = Math.floor((i * blocks) / pieces) * PART_GRANULARITY;
    const end = Math.min(Math.floor(((i + 1) * blocks) / pieces) * PART_GRANULARITY, circuits);
    return { first, count: end - first };
  });
}
