/**
 * Noise words: Threefry-4x32 with 13 rounds, four counters at a time (f32x4 lanes).
 *
 * Neuron n of a population takes word (n >> 4) & 3 of the block whose counter is (16 * (n >> 6) + (n & 15), step low, step high, unit) under the key of the seed. A draw
 * therefore depends on the neuron's number and the step alone: neither on how many lanes the machine has, nor on how the population is cut (in multiples of 64), nor on
 * how many steps one call makes.
 * Source: Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3". Twin: `threefry4x32` in src/base/chance.ts with rounds = 13.
 *
 * Rotations stand as constants: chosen at run time they cost three times as much. The key schedule lies splatted in memory, because a load folds into the addition while a
 * splat is repeated for every block.
 */
const PARITY: u32 = 0x1bd11bda;

@unmanaged
export class Threefry {
  @inline static rotate(x: v128, n: i32): v128 {
    return v128.or(i32x4.shl(x, n), i32x4.shr_u(x, 32 - n));
  }

  @inline static put(at: usize, i: i32, word: u32): void {
    v128.store(at + ((<usize>i) << 4), i32x4.splat(<i32>word));
  }

  /** Everything that is the same for all neurons in one step, 256 bytes: starting words, then the three key injections of four words. */
  static schedule(at: usize, stepLow: u32, stepHigh: u32, unit: u32, k0: u32, k1: u32, k2: u32, k3: u32): void {
    const k4 = k0 ^ k1 ^ k2 ^ k3 ^ PARITY;
    Threefry.put(at, 0, k0);
    Threefry.put(at, 1, stepLow + k1);
    Threefry.put(at, 2, stepHigh + k2);
    Threefry.put(at, 3, unit + k3);
    Threefry.put(at, 4, k1);
    Threefry.put(at, 5, k2);
    Threefry.put(at, 6, k3);
    Threefry.put(at, 7, k4 + 1);
    Threefry.put(at, 8, k2);
    Threefry.put(at, 9, k3);
    Threefry.put(at, 10, k4);
    Threefry.put(at, 11, k0 + 2);
    Threefry.put(at, 12, k3);
    Threefry.put(at, 13, k4);
    Threefry.put(at, 14, k0);
    Threefry.put(at, 15, k1 + 3);
  }

  /** The 64 words of neurons 64 * block ... 64 * block + 63, in the order of the neurons. */
  static block(schedule: usize, block: u32, out: usize): void {
    let counter = i32x4.add(i32x4.splat(<i32>(block << 4)), i32x4(0, 1, 2, 3));
    for (let p = out; p < out + 64; p += 16) {
      let x0 = i32x4.add(counter, v128.load(schedule));
      let x1 = v128.load(schedule, 16);
      let x2 = v128.load(schedule, 32);
      let x3 = v128.load(schedule, 48);
      x0 = i32x4.add(x0, x1);
      x1 = v128.xor(Threefry.rotate(x1, 10), x0);
      x2 = i32x4.add(x2, x3);
      x3 = v128.xor(Threefry.rotate(x3, 26), x2);
      x0 = i32x4.add(x0, x3);
      x3 = v128.xor(Threefry.rotate(x3, 11), x0);
      x2 = i32x4.add(x2, x1);
      x1 = v128.xor(Threefry.rotate(x1, 21), x2);
      x0 = i32x4.add(x0, x1);
      x1 = v128.xor(Threefry.rotate(x1, 13), x0);
      x2 = i32x4.add(x2, x3);
      x3 = v128.xor(Threefry.rotate(x3, 27), x2);
      x0 = i32x4.add(x0, x3);
      x3 = v128.xor(Threefry.rotate(x3, 23), x0);
      x2 = i32x4.add(x2, x1);
      x1 = v128.xor(Threefry.rotate(x1, 5), x2);
      x0 = i32x4.add(x0, v128.load(schedule, 64));
      x1 = i32x4.add(x1, v128.load(schedule, 80));
      x2 = i32x4.add(x2, v128.load(schedule, 96));
      x3 = i32x4.add(x3, v128.load(schedule, 112));
      x0 = i32x4.add(x0, x1);
      x1 = v128.xor(Threefry.rotate(x1, 6), x0);
      x2 = i32x4.add(x2, x3);
      x3 = v128.xor(Threefry.rotate(x3, 20), x2);
      x0 = i32x4.add(x0, x3);
      x3 = v128.xor(Threefry.rotate(x3, 17), x0);
      x2 = i32x4.add(x2, x1);
      x1 = v128.xor(Threefry.rotate(x1, 11), x2);
      x0 = i32x4.add(x0, x1);
      x1 = v128.xor(Threefry.rotate(x1, 25), x0);
      x2 = i32x4.add(x2, x3);
      x3 = v128.xor(Threefry.rotate(x3, 10), x2);
      x0 = i32x4.add(x0, x3);
      x3 = v128.xor(Threefry.rotate(x3, 18), x0);
      x2 = i32x4.add(x2, x1);
      x1 = v128.xor(Threefry.rotate(x1, 20), x2);
      x0 = i32x4.add(x0, v128.load(schedule, 128));
      x1 = i32x4.add(x1, v128.load(schedule, 144));
      x2 = i32x4.add(x2, v128.load(schedule, 160));
      x3 = i32x4.add(x3, v128.load(schedule, 176));
      x0 = i32x4.add(x0, x1);
      x1 = v128.xor(Threefry.rotate(x1, 10), x0);
      x2 = i32x4.add(x2, x3);
      x3 = v128.xor(Threefry.rotate(x3, 26), x2);
      x0 = i32x4.add(x0, x3);
      x3 = v128.xor(Threefry.rotate(x3, 11), x0);
      x2 = i32x4.add(x2, x1);
      x1 = v128.xor(Threefry.rotate(x1, 21), x2);
      x0 = i32x4.add(x0, x1);
      x1 = v128.xor(Threefry.rotate(x1, 13), x0);
      x2 = i32x4.add(x2, x3);
      x3 = v128.xor(Threefry.rotate(x3, 27), x2);
      x0 = i32x4.add(x0, x3);
      x3 = v128.xor(Threefry.rotate(x3, 23), x0);
      x2 = i32x4.add(x2, x1);
      x1 = v128.xor(Threefry.rotate(x1, 5), x2);
      x0 = i32x4.add(x0, v128.load(schedule, 192));
      x1 = i32x4.add(x1, v128.load(schedule, 208));
      x2 = i32x4.add(x2, v128.load(schedule, 224));
      x3 = i32x4.add(x3, v128.load(schedule, 240));
      x0 = i32x4.add(x0, x1);
      x1 = v128.xor(Threefry.rotate(x1, 6), x0);
      x2 = i32x4.add(x2, x3);
      x3 = v128.xor(Threefry.rotate(x3, 20), x2);
      v128.store(p, x0);
      v128.store(p, x1, 64);
      v128.store(p, x2, 128);
      v128.store(p, x3, 192);
      counter = i32x4.add(counter, i32x4.splat(4));
    }
  }
}
