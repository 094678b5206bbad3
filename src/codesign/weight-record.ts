/** The weights of plastic synapses as an observable: sampled between the stretches of a run, kept over checkpoints, left as columns and as what a record says of each projection. */
import { join } from 'node:path';
import type { WeightRecording } from '../model/index.ts';
import type { Network, Plasticity } from '../network/index.ts';
import { describePlasticity, TEACHER_TICKS_PER_SECOND } from '../reference/index.ts';
import { writeCsv, writeNpy } from '../store/index.ts';

/** The course of as many synapses of a projection is recorded; the statistics are of all. */
const RECORDED = 1000;
const BINS = 20;
const COLUMN = 'weightSamples';
const FILES = { tick: 'weights.tick.npy', weight: 'weights.npy', synapses: 'weights.csv' };

/** What a sample holds: its tick, three numbers per projection, and the weights of the recorded synapses. */
export class WeightRecorder {
  readonly #network: Network;
  readonly #plasticity: Plasticity;
  readonly #recorded: readonly number[]; // places among the plastic synapses
  readonly #of: readonly (readonly number[])[]; // plastic synapses of each projection
  readonly #samples: number[] = [];
  #last: Float64Array = new Float64Array(0);

  /** Goes on from the columns of a checkpoint, if there is one. */
  constructor(network: Network, plasticity: Plasticity, from?: Readonly<Record<string, Float64Array>>) {
    this.#network = network;
    this.#plasticity = plasticity;
    this.#of = plasticity.projections.map((_, p) => Array.from(plasticity.projection.keys()).filter((k) => plasticity.projection[k] === p));
    this.#recorded = this.#of.flatMap((places) => places.slice(0, RECORDED));
    for (const value of from?.[COLUMN] ?? []) this.#samples.push(value);
  }

  /** The weights at a tick, in the order of the network; a tick that was sampled already is not sampled again. */
  add(tick: number, weights: Float64Array): void {
    this.#last = weights;
    const width = 1 + 3 * this.#of.length + this.#recorded.length;
    if (this.#samples.length > 0 && this.#samples[this.#samples.length - width]! >= tick) return;
    this.#samples.push(tick);
    for (const places of this.#of) {
      const sorted = Float64Array.from(places, (k) => weights[k]!).toSorted();
      const mean = sorted.reduce((sum, value) => sum + value, 0) / Math.max(1, sorted.length);
      const share = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))] ?? 0;
      this.#samples.push(mean, share(0.1), share(0.9));
    }
    for (const k of this.#recorded) this.#samples.push(weights[k]!);
  }

  /** For a checkpoint. */
  columns(): Record<string, Float64Array> {
    return { [COLUMN]: Float64Array.from(this.#samples) };
  }

  /** Writes the columns of a finished run and says what they hold. */
  async write(directory: string): Promise<WeightRecording> {
    const plasticity = this.#plasticity;
    const head = 1 + 3 * this.#of.length;
    const width = head + this.#recorded.length;
    const count = this.#samples.length / width;
    const at = (sample: number, place: number): number => this.#samples[sample * width + place]!;
    const over = (place: number): number[] => Array.from({ length: count }, (_, sample) => at(sample, place));
    const ticks = over(0);
    await writeNpy(join(directory, FILES.tick), { type: 'u8', shape: [count], data: Float64Array.from(ticks) });
    const data = Float64Array.from({ length: count * this.#recorded.length }, (_, i) =>
      at(Math.floor(i / this.#recorded.length), head + (i % this.#recorded.length)),
    );
    await writeNpy(join(directory, FILES.weight), { type: 'f8', shape: [count, this.#recorded.length], data });
    await writeCsv(join(directory, FILES.synapses), this.#rows());
    const rules = describePlasticity(this.#network);
    return {
      seconds: ticks.map((tick) => tick / TEACHER_TICKS_PER_SECOND),
      projections: plasticity.projections.map(({ name }, p) => {
        const histogram = Array.from({ length: BINS }, () => 0);
        for (const k of this.#of[p]!) histogram[Math.min(BINS - 1, Math.floor(this.#last[k]! * BINS))]!++;
        return {
          name,
          rule: rules[p]!.slice(name.length + 2),
          synapses: this.#of[p]!.length,
          mean: over(1 + 3 * p),
          lower: over(2 + 3 * p),
          upper: over(3 + 3 * p),
          histogram,
        };
      }),
      files: FILES,
    };
  }

  #rows(): Record<string, string | number>[] {
    const { projections, synapse, projection, start } = this.#plasticity;
    const { rowStart, target, names } = this.#network;
    const columnOf = new Map(this.#recorded.map((k, column) => [k, column]));
    let source = 0;
    return Array.from(synapse, (place, k) => {
      while (rowStart[source + 1]! <= place) source++;
      return {
        projection: projections[projection[k]!]!.name,
        source: names[source]!,
        target: names[target[place]!]!,
        start: start[k]!,
        end: this.#last[k]!,
        column: columnOf.get(k) ?? '',
      };
    });
  }
}
