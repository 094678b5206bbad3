/**
 * A synthetic array of circuits with one 10-bit cell each: the one on which the behaviour of searches was first measured. No chip, ten lines of physics.
 *   reading = baseline + 0.2 LSB x gain x (code + write noise) - k x (other cells of the block with the same code) + read noise
 * The baselines spread by 15 LSB, the gains by 5 %. Write noise is drawn at every write that changes the code and stays; crosstalk is in LSB per equal code.
 */
import { Chance } from '../../src/base/index.ts';

export interface ArrayOptions {
  readonly seed: number;
  readonly circuits?: number;
  /** Cells that disturb one another. */
  readonly block?: number;
  /** Codes. */
  readonly writeNoise?: number;
  /** LSB. */
  readonly readNoise?: number;
  /** LSB per other cell of the block with the same code. */
  readonly crosstalk?: number;
  readonly rising?: boolean;
}

const LSB_PER_CODE = 0.2;
/** The reading of a circuit without mismatch at code 512. */
export const MIDDLE_READING = 120;

export class SyntheticArray {
  readonly #o: Required<ArrayOptions>;
  readonly #chance: Chance;
  #codes: Int32Array;
  #written: Float64Array;
  #step = 0;

  constructor(options: ArrayOptions) {
    this.#o = { circuits: 512, block: 512, writeNoise: 0, readNoise: 0, crosstalk: 0, rising: true, ...options };
    this.#chance = new Chance(options.seed, 'die');
    this.#codes = new Int32Array(this.#o.circuits).fill(-1);
    this.#written = new Float64Array(this.#o.circuits);
  }

  /** Writes the codes and reads every circuit once. */
  measure(codes: Int32Array): Float64Array {
    const truth = this.truth(codes);
    this.#step++;
    return truth.map((value, i) => value + this.#o.readNoise * this.#chance.normal(i, 2 * this.#step));
  }

  /** What a perfect instrument reads with these codes in place, crosstalk and the noise of the last write included. */
  truth(codes: Int32Array): Float64Array {
    const { circuits, block, writeNoise, crosstalk, rising } = this.#o;
    codes.forEach((code, i) => {
      if (code !== this.#codes[i]) this.#written[i] = code + writeNoise * this.#chance.normal(i, 2 * this.#step + 1);
    });
    this.#codes = codes.slice();
    const equal = new Map<string, number>();
    const name = (i: number): string => `${String(Math.floor(i / block))}:${String(codes[i])}`;
    for (let i = 0; i < circuits; i++) equal.set(name(i), (equal.get(name(i)) ?? 0) + 1);
    return Float64Array.from({ length: circuits }, (_, i) => {
      const gain = 1 + 0.05 * this.#chance.normal(i, 2 ** 30);
      const offset = 15 * this.#chance.normal(i, 2 ** 30 + 1);
      const slope = (rising ? 1 : -1) * LSB_PER_CODE * gain;
      return MIDDLE_READING + offset + slope * (this.#written[i]! - 512) - crosstalk * (equal.get(name(i))! - 1);
    });
  }
}
