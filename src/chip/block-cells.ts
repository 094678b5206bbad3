/**
 * Parameter cells of which a block of circuits has one per kind. Such a cell takes a code of the width of all cells and has write noise, drawn once per write; no other cell of its block is of its kind, so
 * none disturbs it.
 *   effective = (code + write noise) x worth of a code in 10-bit codes
 */
import { InternalError, type Chance } from '../base/index.ts';
import type { ChipCard } from '../model/index.ts';
import { codeWeight, largestCode } from './transfer.ts';

/** Units of the write noise: a range per kind. Numbers are never reused. */
const FIRST = 2 ** 44;
const PER_KIND = 2 ** 32;
const KINDS = { synapseDac: 0, correlationStore: 1, correlationRamp: 2 } as const;

/** What writing has left. */
export interface BlockCellsState {
  readonly codes: Int32Array;
  readonly effective: Float64Array;
  readonly writes: number;
}

/** The cells of one kind on one die; undefined codes until they are first written. */
export class BlockCells {
  readonly #card: ChipCard;
  readonly #chance: Chance;
  readonly #kind: keyof typeof KINDS;
  readonly #name: string;
  #state: BlockCellsState | undefined;

  /** `name`: as messages say it. */
  constructor(card: ChipCard, chance: Chance, kind: keyof typeof KINDS, name: string) {
    this.#card = card;
    this.#chance = chance;
    this.#kind = kind;
    this.#name = name;
  }

  /** What the circuits of each block see, 10-bit codes; undefined until the cells are written. Not to be changed. */
  get effective(): Float64Array | undefined {
    return this.#state?.effective;
  }

  /** Writes the cells whose code differs; answers how many. Throws InternalError for codes out of range. */
  write(codes: Int32Array): number {
    const { geometry, cells } = this.#card;
    const blocks = Math.ceil((geometry.cores.value * geometry.neurons_per_core.value) / geometry.block.value);
    const largest = largestCode(this.#card);
    if (codes.length !== blocks || codes.some((code) => code < 0 || code > largest))
      throw new InternalError(`${this.#name}: ${String(blocks)} codes from 0 to ${String(largest)} are needed`);
    const old = this.#state;
    const effective = old?.effective.slice() ?? new Float64Array(blocks);
    let writes = old?.writes ?? 0;
    let written = 0;
    codes.forEach((code, b) => {
      if (code === old?.codes[b]) return;
      written++;
      const noise = cells.write_noise.value * this.#chance.normal(FIRST + KINDS[this.#kind] * PER_KIND + b, writes++);
      effective[b] = (code + noise) * codeWeight(this.#card);
    });
    this.#state = { codes: codes.slice(), effective, writes };
    return written;
  }

  /** Replaced by every write and never changed. */
  snapshot(): BlockCellsState | undefined {
    return this.#state;
  }

  restore(state: BlockCellsState | undefined): void {
    this.#state = state;
  }
}
