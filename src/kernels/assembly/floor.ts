/**
 * States that fade away: below 2^-40 (V, V/s) they become 0 in every sixteenth step, by its number, so that neither the cut of a run nor of a population shows. Subnormal numbers cost a factor of fifteen,
 * and a picovolt is far under the noise of any circuit. In every step it was a twelfth of the instructions of a membrane; in between, a state fades by a few powers of two at most.
 */
import { Bank, Field } from './bank';

const SQUARED: f32 = 8.271806125530277e-25; // 2^-80
const EVERY: u32 = 16; // a power of two (../twins/floor.ts knows it too)

@unmanaged
export class Floor {
  @inline static isDue(step: u32): bool {
    return (step & (EVERY - 1)) == EVERY - 1;
  }

  /** Of 64 neurons: membranes, synapses, and the adaptation of whole circuits. */
  static block(bank: Bank, block: u32, whole: bool): void {
    const first = bank.fields + ((<usize>block) << 8);
    const stride: usize = bank.stride;
    Floor.row(first);
    Floor.row(first + stride * Field.SYNAPSE_EXC);
    Floor.row(first + stride * Field.SYNAPSE_INH);
    if (whole) Floor.row(first + stride * Field.ADAPTATION);
  }

  static row(at: usize): void {
    const squared = f32x4.splat(SQUARED);
    for (const end = at + 256; at < end; at += 16) {
      const x = v128.load(at);
      // by squares: an absolute value costs two instructions more
      v128.store(at, v128.and(x, f32x4.ge(f32x4.mul(x, x), squared)));
    }
  }
}
