/** What an emulation records: spikes, latencies of the network, membranes of probed circuits at the end of every window or of every so many. */
import type { Tick } from '../base/index.ts';
import type { SpikeColumns } from '../model/index.ts';
import { Column, TickCounts } from './arrivals.ts';
import type { EmulatorPlan, Part } from './emulator-plan.ts';

export class Recorder {
  readonly #plan: Pick<EmulatorPlan, 'probes' | 'sampled'>;
  readonly #spikeTick = new Column();
  readonly #spikeNeuron = new Column();
  /** Crossing to effect, ticks, of every synaptic event that came over the network. */
  readonly #latency = new TickCounts();
  readonly #voltage: readonly Column[];
  readonly #sampled: readonly Column[];

  constructor(plan: Pick<EmulatorPlan, 'probes' | 'sampled'>) {
    this.#plan = plan;
    this.#voltage = plan.probes.map(() => new Column());
    this.#sampled = (plan.sampled?.circuits ?? []).map(() => new Column());
  }

  spike(tick: Tick, neuron: number): void {
    this.#spikeTick.push(tick);
    this.#spikeNeuron.push(neuron);
  }

  latency(ticks: Tick, synapses: number): void {
    this.#latency.add(ticks, synapses);
  }

  /** Windows from number `window` on up to the next whose membranes are read, that one included; Infinity where none are. */
  quiet(window: number): number {
    const { probes, sampled } = this.#plan;
    if (probes.length > 0) return 1;
    return sampled === undefined ? Infinity : sampled.every - (window % sampled.every);
  }

  /** Reads the probed circuits at the end of window number `window`. A part without a probe is not asked: one in a worker would have to send its membranes. */
  membranes(window: number, parts: readonly Part[]): void {
    const { probes, sampled } = this.#plan;
    const due = sampled !== undefined && (window + 1) % sampled.every === 0;
    if (probes.length === 0 && !due) return;
    let first = 0;
    for (const part of parts) {
      const end = first + part.count;
      let voltages: Float64Array | undefined;
      const read = (circuits: readonly number[], columns: readonly Column[]): void => {
        circuits.forEach((circuit, i) => {
          if (circuit < first || circuit >= end) return;
          voltages ??= part.voltages();
          columns[i]!.push(voltages[circuit - first]!);
        });
      };
      read(probes, this.#voltage);
      if (due) read(sampled.circuits, this.#sampled);
      first = end;
    }
  }

  /** Spikes so far, in the order of (tick, neuron). */
  spikes(): SpikeColumns {
    return { tick: this.#spikeTick.toArray(), neuron: Uint32Array.from(this.#spikeNeuron.toArray()) };
  }

  latencies(): Float64Array {
    return this.#latency.toArray();
  }

  voltages(): readonly Float64Array[] {
    return this.#voltage.map((column) => column.toArray());
  }

  samples(): readonly Float64Array[] {
    return this.#sampled.map((column) => column.toArray());
  }

  /** Spikes (tick, neuron), latencies, probed voltages, sampled voltages. */
  snapshot(): Float64Array[] {
    return this.#columns().map((column) => column.toArray());
  }

  /** Whether these columns are of the same probes. */
  fits(columns: readonly Float64Array[]): boolean {
    return columns.length === this.#columns().length;
  }

  restore(columns: readonly Float64Array[]): void {
    this.#columns().forEach((column, i) => column.set(columns[i]!));
  }

  #columns(): (Column | TickCounts)[] {
    return [this.#spikeTick, this.#spikeNeuron, this.#latency, ...this.#voltage, ...this.#sampled];
  }
}
