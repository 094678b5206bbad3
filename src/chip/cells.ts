/**
 * Analog parameter memory: integer codes in, effective codes out.
 *   effective = code + write noise (drawn once per write, stays) - k * codesPerLsb * (other cells of the same block and kind with the same code)
 * The crosstalk comes from the shared voltage ramp: cells that match at the same instant load it together. Source: facts published for the real chip are the habit of
 * dithering all common codes (calix); form and size are assumed on the card.
 */
import { Chance } from '../base/index.ts';
import { NEURON_CELLS, type ChipCard, type NeuronCell } from '../model/index.ts';

export class ParameterCells {
  readonly #codes: Record<NeuronCell, Int32Array>;
  readonly #writeNoise: Record<NeuronCell, Float64Array>;
  /** Writes so far, one per cell: the index of the next draw. */
  readonly #writes: Record<NeuronCell, Uint32Array>;
  readonly #chance: Chance;
  readonly #card: ChipCard;
  readonly #neurons: number;

  /** All cells hold `initial`, written once. `noiseSeed` names the trial: another one has other write noise. */
  constructor(card: ChipCard, dieSeed: number, noiseSeed: number, initial: Readonly<Record<NeuronCell, number>>) {
    this.#card = card;
    this.#neurons = card.geometry.cores.value * card.geometry.neurons_per_core.value;
    this.#chance = new Chance(noiseSeed, 'write', dieSeed);
    const perKind = <T>(make: (kind: NeuronCell) => T): Record<NeuronCell, T> =>
      Object.fromEntries(NEURON_CELLS.map((kind) => [kind, make(kind)])) as Record<NeuronCell, T>;
    this.#codes = perKind(() => new Int32Array(this.#neurons).fill(-1));
    this.#writeNoise = perKind(() => new Float64Array(this.#neurons));
    this.#writes = perKind(() => new Uint32Array(this.#neurons));
    for (const kind of NEURON_CELLS) this.write(kind, new Int32Array(this.#neurons).fill(initial[kind]));
  }

  /** The integers last written, a copy. */
  codes(kind: NeuronCell): Int32Array {
    return this.#codes[kind].slice();
  }

  /** Writes the cells whose code differs; returns how many were written. A written cell draws its write noise anew. */
  write(kind: NeuronCell, codes: Int32Array): number {
    const present = this.#codes[kind];
    const number = NEURON_CELLS.indexOf(kind);
    let written = 0;
    for (let n = 0; n < this.#neurons; n++) {
      if (present[n] === codes[n]) continue;
      present[n] = codes[n]!;
      const draw = this.#chance.normal(number * this.#neurons + n, this.#writes[kind][n]!++);
      this.#writeNoise[kind][n] = draw * this.#card.cells.write_noise.value * this.#card.noise.scale;
      written++;
    }
    return written;
  }

  /** What the circuits see, in codes. */
  effective(kind: NeuronCell): Float64Array {
    const { block } = this.#card.geometry;
    const shift = this.#card.cells.crosstalk.value * this.#card.cells.codes_per_lsb.value;
    const codes = this.#codes[kind];
    const effective = new Float64Array(this.#neurons);
    for (let start = 0; start < this.#neurons; start += block.value) {
      const end = Math.min(start + block.value, this.#neurons);
      const equals = new Map<number, number>();
      for (let n = start; n < end; n++) equals.set(codes[n]!, (equals.get(codes[n]!) ?? 0) + 1);
      for (let n = start; n < end; n++) {
        effective[n] = codes[n]! + this.#writeNoise[kind][n]! - shift * (equals.get(codes[n]!)! - 1);
      }
    }
    return effective;
  }
}
