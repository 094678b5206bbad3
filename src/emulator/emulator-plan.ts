/** What an emulation is made of, as plain data: parts of the chip, the timing of their interface to the network, where spikes go, what is recorded. */
import { InfeasibleError, type Tick } from '../base/index.ts';
import type { CorrelationReadings, StepArrivals, StepSpikes } from '../chip/index.ts';
import type { LifBank } from '../kernels/index.ts';
import type { StimulusEvents } from '../network/index.ts';
import type { BusPlan } from './bus-queues.ts';

/** What a part of the chip must do; implemented in this process or by a worker. */
export interface Part {
  /** Circuits of this part. The parts of a chip stand in ascending order of circuits. */
  readonly count: number;
  /** Its membranes in kernel memory, where they are there. */
  readonly bank?: LifBank | undefined;
  begin(step: number, arrivals: StepArrivals): void;
  /** Spikes of the step begun last, ascending by circuit. */
  finish(): StepSpikes;
  voltages(): Float64Array;
  /** What the correlation sensors hold, one entry per synapse of the whole die; undefined where there are none. */
  correlation?(): CorrelationReadings | undefined;
  snapshot(): unknown;
  restore(snapshot: unknown): void;
  close(): void;
}

/** Timing of the interface between chip and network, in ticks of hardware time. */
export interface InterfaceTiming {
  readonly window: Tick;
  readonly out: Tick;
  readonly in: Tick;
  readonly local: Tick;
  /** Resolution and longest wait of the delay line, or null: then early spikes act at once. */
  readonly delayLine: { readonly step: Tick; readonly longest: Tick } | null;
  /** The workload's delay: the due time of a spike is crossing + delay. */
  readonly delay: Tick;
  readonly ticksPerSecond: number;
}

/** Tick at which a spike of `crossing` acts that has arrived at `tick`: at once, or when the delay line lets go of it, as near to the due time as it can. */
export function actsAt({ delay, delayLine }: InterfaceTiming, tick: Tick, crossing: Tick): Tick {
  const early = crossing + delay - tick;
  if (delayLine === null || early <= 0) return tick;
  return tick + Math.min(Math.floor(early / delayLine.step) * delayLine.step, delayLine.longest);
}

/** Where the spikes of each source go: slices of the synapses, one per core (or synapse), in ascending order of cores. */
export interface FanOut {
  /** sources + 1 entries. */
  readonly start: Uint32Array;
  readonly core: Uint32Array;
  readonly from: Uint32Array;
  readonly to: Uint32Array;
}

export interface EmulatorPlan {
  readonly timing: InterfaceTiming;
  readonly fanOut: FanOut;
  readonly coreOfCircuit: (circuit: number) => number;
  /** Number of a circuit within its core. */
  readonly neuronInCore: (circuit: number) => number;
  readonly neuronOf: Int32Array;
  readonly stimulus: StimulusEvents;
  /** Sources below this are neurons; above, external inputs in their order. */
  readonly neurons: number;
  /** Every spike takes the network, none the core's own loop: an ideal network of constant latency. */
  readonly everythingOverNetwork: boolean;
  /** Buses of synapse drivers at which events wait. */
  readonly buses?: BusPlan | undefined;
  readonly confluence: 'internal-first' | 'external-first';
  readonly microstepLimit: number;
  /** Circuits whose voltage is recorded at the end of every step. */
  readonly probes: readonly number[];
  /** Circuits whose voltage is recorded at the end of every `every`-th window only: what a slow converter sees. */
  readonly sampled?: { readonly circuits: readonly number[]; readonly every: number };
}

/** Nothing may act within the window in which it began: InfeasibleError when the window is longer than the lookahead of the interface, the local loop or an ideal network. */
export function checkWindow(plan: EmulatorPlan): void {
  const { window, out, in: inward, local, delay } = plan.timing;
  if (window > out + inward) {
    throw new InfeasibleError(
      `a window of ${String(window)} ticks is longer than interface.out + interface.in = ${String(out + inward)} ticks`,
    );
  }
  if (window > local)
    throw new InfeasibleError(`a window of ${String(window)} ticks is longer than the local loop of ${String(local)} ticks`);
  if (plan.everythingOverNetwork && window > delay) {
    throw new InfeasibleError(
      `a window of ${String(window)} ticks is longer than the delay of ${String(delay)} ticks, which is the latency of an ideal network`,
    );
  }
}
