/** A part of the chip in this process. */
import {
  ChipPart,
  type CorrelationReadings,
  type MembraneSnapshot,
  type PartPlan,
  type StepArrivals,
  type StepSpikes,
} from '../chip/index.ts';
import type { KernelMemory, LifBank } from '../kernels/index.ts';
import type { Part } from './emulator-plan.ts';

export class LocalPart implements Part {
  readonly count: number;
  readonly #part: ChipPart;
  #spikes: StepSpikes = { count: 0, circuit: new Uint32Array(0), fraction: new Float64Array(0) };

  /** `memory`: where its membranes lie, a memory of their own unless given. */
  constructor(plan: PartPlan, memory?: KernelMemory) {
    this.count = plan.options.count;
    this.#part = new ChipPart(plan, memory);
  }

  /** The membranes in kernel memory; undefined where the integrator has none there. */
  get bank(): LifBank | undefined {
    return this.#part.bank;
  }

  begin(step: number, arrivals: StepArrivals): void {
    this.#spikes = this.#part.advance(step, arrivals);
  }

  finish(): StepSpikes {
    return this.#spikes;
  }

  voltages(): Float64Array {
    return this.#part.voltages();
  }

  correlation(): CorrelationReadings | undefined {
    return this.#part.correlation();
  }

  snapshot(): MembraneSnapshot {
    return this.#part.snapshot();
  }

  restore(snapshot: unknown): void {
    this.#part.restore(snapshot as MembraneSnapshot);
  }

  close(): void {
    // nothing to release
  }
}
