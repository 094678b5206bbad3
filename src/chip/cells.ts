/**
 * Analog parameter memory: integer codes in, effective codes out.
 *   effective = value of the code in this cell (cell-pattern.ts) + write noise (drawn once per write, stays) - k x codes per LSB x (other cells of the same block and kind with the same code)
 * The crosstalk comes from the shared voltage ramp: cells that match at the same instant load it together, which moves them by a voltage. The card states that voltage in
 * CADC LSB and its worth in 10-bit codes; cells of fewer bits have coarser codes and move by fewer of them. Write noise is stated in codes of the cell, whatever their worth.
 * Source: published for the real chip is the habit of dithering all common codes (calix); form and size are assumed on the card.
 */
import { Chance } from '../base/index.ts';
import { NEURON_CELLS, type ChipCard, type NeuronCell } from '../model/index.ts';
import { cellPattern, droopOf, type CellPattern } from './cell-pattern.ts';
import { stuckCells } from './faults.ts';
import { codeWeight } from './transfer.ts';

/** Units of the write stream per kind of cell: fixed, so that a larger die changes the draws of no other cell. */
const UNITS_PER_KIND = 2 ** 32;

/** What stands in the cells of one kind. */
export interface CellsState {
  readonly codes: Int32Array;
  readonly writeNoise: Float64Array;
  /** Writes so far, one per cell: the index of the next draw. */
  readonly writes: Uint32Array;
}

interface CellsOfKind extends CellsState {
  /** Cells with a bit that cannot change. */
  readonly stuck: ReadonlyMap<number, { readonly keep: number; readonly set: number }>;
  /** Gain and offset; absent where every cell is worth its code. */
  readonly pattern: CellPattern | undefined;
  /** What the circuits see; undefined until it is asked for after a write. */
  effective: Float64Array | undefined;
}

/** The parameter cells of all neurons of one die. */
export class ParameterCells {
  readonly #cells: Readonly<Record<NeuronCell, CellsOfKind>>;
  readonly #chance: Chance;
  readonly #neurons: number;
  readonly #block: number;
  /** Standard deviation of a write and shift per equal neighbour, codes. */
  readonly #writeNoise: number;
  readonly #shift: number;
  readonly #droop: ((code: number) => number) | undefined;

  /** All cells hold `initial`, written once. `noiseSeed` names the trial: another one has other write noise. */
  constructor(card: ChipCard, dieSeed: number, noiseSeed: number, initial: Readonly<Record<NeuronCell, number>>) {
    this.#neurons = card.geometry.cores.value * card.geometry.neurons_per_core.value;
    this.#block = card.geometry.block.value;
    this.#writeNoise = card.cells.write_noise.value * card.noise.scale;
    this.#shift = (card.cells.crosstalk.value * card.cells.codes_per_lsb.value) / codeWeight(card);
    this.#chance = new Chance(noiseSeed, 'write', dieSeed);
    this.#droop = droopOf(card, dieSeed, noiseSeed);
    this.#cells = Object.fromEntries(
      NEURON_CELLS.map((kind) => [
        kind,
        { ...emptyCells(this.#neurons), stuck: stuckCells(card, dieSeed, kind), pattern: cellPattern(card, dieSeed, kind) },
      ]),
    ) as Record<NeuronCell, CellsOfKind>;
    for (const kind of NEURON_CELLS) this.write(kind, new Int32Array(this.#neurons).fill(initial[kind]));
  }

  /** The integers last written, a copy. */
  codes(kind: NeuronCell): Int32Array {
    return this.#cells[kind].codes.slice();
  }

  /** All that writing has left: codes, their noise and how often each was written. */
  snapshot(): Readonly<Record<string, CellsState>> {
    return Object.fromEntries(
      NEURON_CELLS.map((kind) => {
        const { codes, writeNoise, writes } = this.#cells[kind];
        return [kind, { codes: codes.slice(), writeNoise: writeNoise.slice(), writes: writes.slice() }];
      }),
    );
  }

  restore(state: Readonly<Record<string, CellsState>>): void {
    for (const kind of NEURON_CELLS) {
      const cells = this.#cells[kind];
      const { codes, writeNoise, writes } = state[kind]!;
      cells.codes.set(codes);
      cells.writeNoise.set(writeNoise);
      cells.writes.set(writes);
      cells.effective = undefined;
    }
  }

  /** Writes the cells whose code differs; returns how many were written. A written cell draws its write noise anew, the others keep theirs. */
  write(kind: NeuronCell, codes: Int32Array): number {
    const cells = this.#cells[kind];
    const firstUnit = NEURON_CELLS.indexOf(kind) * UNITS_PER_KIND;
    let written = 0;
    for (let n = 0; n < this.#neurons; n++) {
      if (cells.codes[n] === codes[n]) continue;
      cells.codes[n] = codes[n]!;
      const index = cells.writes[n]!++;
      cells.writeNoise[n] = this.#writeNoise === 0 ? 0 : this.#writeNoise * this.#chance.normal(firstUnit + n, index);
      written++;
    }
    if (written > 0) cells.effective = undefined;
    return written;
  }

  /** What the circuits see, in codes. Not to be changed; a later write makes a new array. */
  effective(kind: NeuronCell): Float64Array {
    const cells = this.#cells[kind];
    cells.effective ??= this.#effectiveCodes(cells);
    return cells.effective;
  }

  #effectiveCodes({ codes: written, writeNoise, stuck, pattern }: CellsOfKind): Float64Array {
    // the ramp is compared with the bits that the memory holds, whatever was written
    const codes = stuck.size === 0 ? written : written.map((code, n) => (code & (stuck.get(n)?.keep ?? ~0)) | (stuck.get(n)?.set ?? 0));
    const effective = new Float64Array(this.#neurons);
    const equals = new Map<number, number>();
    for (let start = 0; start < this.#neurons; start += this.#block) {
      const end = Math.min(start + this.#block, this.#neurons);
      equals.clear();
      for (let n = start; n < end; n++) equals.set(codes[n]!, (equals.get(codes[n]!) ?? 0) + 1);
      for (let n = start; n < end; n++) {
        const code = codes[n]!;
        const value = (pattern === undefined ? code : code * pattern.gain[n]! + pattern.offset[n]!) - (this.#droop?.(code) ?? 0);
        effective[n] = value + writeNoise[n]! - this.#shift * (equals.get(code)! - 1);
      }
    }
    return effective;
  }
}

/** Cells that have never been written: -1 is no code. */
function emptyCells(neurons: number): Omit<CellsOfKind, 'stuck' | 'pattern'> {
  return {
    codes: new Int32Array(neurons).fill(-1),
    writeNoise: new Float64Array(neurons),
    writes: new Uint32Array(neurons),
    effective: undefined,
  };
}
