/**
 * Part of a die in emulation: the membranes of a range of circuits with their synapses. Passive: it advances one analog step when told, given the synaptic arrivals of that
 * step, and tells which comparators fired. Parts of one die share nothing, so a die can be cut anywhere between blocks of 64 circuits and gives the same bits.
 */
import { AccurateMembranes } from './accurate.ts';
import { AccurateAdexMembranes } from './accurate-adex.ts';
import type { CircuitParameters } from './circuit.ts';
import { FastMembranes } from './fast.ts';
import type { MembraneOptions, Membranes, MembraneSnapshot, StepSpikes } from './membranes.ts';

/** Smallest piece into which a die can be cut: the noise generator works in blocks of this many circuits. */
export const PART_GRANULARITY = 64;

/** Synapses in the order of sources; an event names a slice of them. */
export interface EffectiveSynapses {
  readonly circuit: Uint32Array;
  readonly sign: Int8Array;
  /** Step of dV/dt that an event makes, V/s, mismatch included. */
  readonly drive: Float64Array;
}

/** Synaptic events of one step: slices [from, to) of the synapses and the time from arrival to the end of the step, s. In the total order of events. */
export interface StepArrivals {
  count: number;
  from: Uint32Array;
  to: Uint32Array;
  remaining: Float64Array;
}

/** All that a part is built from: plain data, so that it can be sent to a worker. */
export interface PartPlan {
  readonly integrator: 'fast' | 'accurate';
  readonly parameters: CircuitParameters;
  readonly options: MembraneOptions;
  readonly synapses: EffectiveSynapses;
}

export class ChipPart {
  readonly #membranes: Membranes;
  readonly #synapses: EffectiveSynapses;
  readonly #first: number;
  readonly #end: number;

  constructor(plan: PartPlan) {
    this.#membranes = membranesOf(plan);
    this.#synapses = plan.synapses;
    this.#first = plan.options.first;
    this.#end = plan.options.first + plan.options.count;
  }

  /** Constant current into every membrane as dV/dt, V/s, one per circuit of this part; from the next step on. */
  setCurrent(slopes: Float64Array): void {
    this.#membranes.setCurrent(slopes);
  }

  /** Integrates step `index` with these arrivals. Arrivals at circuits of other parts are passed over. The spikes are reused by the next call. */
  advance(index: number, arrivals: StepArrivals): StepSpikes {
    const { circuit, sign, drive } = this.#synapses;
    for (let i = 0; i < arrivals.count; i++) {
      const remaining = arrivals.remaining[i]!;
      for (let k = arrivals.from[i]!; k < arrivals.to[i]!; k++) {
        const c = circuit[k]!;
        if (c >= this.#first && c < this.#end) this.#membranes.deliver(c, sign[k]!, drive[k]!, remaining);
      }
    }
    return this.#membranes.advance(index);
  }

  /** V, one per circuit of this part. */
  voltages(): Float64Array {
    return this.#membranes.voltages();
  }

  snapshot(): MembraneSnapshot {
    return this.#membranes.snapshot();
  }

  restore(snapshot: MembraneSnapshot): void {
    this.#membranes.restore(snapshot);
  }
}

function membranesOf({ integrator, parameters, options }: PartPlan): Membranes {
  if (integrator === 'fast') return new FastMembranes(parameters, options);
  return options.adex === undefined ? new AccurateMembranes(parameters, options) : new AccurateAdexMembranes(parameters, options);
}
