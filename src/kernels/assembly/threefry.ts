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
    Threefry.half(schedule, block, out, 0);
    Threefry.half(schedule, block, out, 32);
  }

  /** Half of them: those of the neurons whose number within 16 is below 8 (`bytes` 0), or not (`bytes` 32). Two chains at a time: one alone waits for itself. */
  static half(schedule: usize, block: u32, out: usize, bytes: u32): void {
    const p = out + bytes;
    const counter = i32x4.add(i32x4.splat(<i32>((block << 4) + (bytes >> 2))), i32x4(0, 1, 2, 3));
    const second = i32x4.add(counter, i32x4.splat(4));
    let a0 = i32x4.add(counter, v128.load(schedule));
    let b0 = i32x4.add(second, v128.load(schedule));
    let a1 = v128.load(schedule, 16);
    let b1 = v128.load(schedule, 16);
    let a2 = v128.load(schedule, 32);
    let b2 = v128.load(schedule, 32);
    let a3 = v128.load(schedule, 48);
    let b3 = v128.load(schedule, 48);
    a0 = i32x4.add(a0, a1);
    b0 = i32x4.add(b0, b1);
    a1 = v128.xor(Threefry.rotate(a1, 10), a0);
    b1 = v128.xor(Threefry.rotate(b1, 10), b0);
    a2 = i32x4.add(a2, a3);
    b2 = i32x4.add(b2, b3);
    a3 = v128.xor(Threefry.rotate(a3, 26), a2);
    b3 = v128.xor(Threefry.rotate(b3, 26), b2);
    a0 = i32x4.add(a0, a3);
    b0 = i32x4.add(b0, b3);
    a3 = v128.xor(Threefry.rotate(a3, 11), a0);
    b3 = v128.xor(Threefry.rotate(b3, 11), b0);
    a2 = i32x4.add(a2, a1);
    b2 = i32x4.add(b2, b1);
    a1 = v128.xor(Threefry.rotate(a1, 21), a2);
    b1 = v128.xor(Threefry.rotate(b1, 21), b2);
    a0 = i32x4.add(a0, a1);
    b0 = i32x4.add(b0, b1);
    a1 = v128.xor(Threefry.rotate(a1, 13), a0);
    b1 = v128.xor(Threefry.rotate(b1, 13), b0);
    a2 = i32x4.add(a2, a3);
    b2 = i32x4.add(b2, b3);
    a3 = v128.xor(Threefry.rotate(a3, 27), a2);
    b3 = v128.xor(Threefry.rotate(b3, 27), b2);
    a0 = i32x4.add(a0, a3);
    b0 = i32x4.add(b0, b3);
    a3 = v128.xor(Threefry.rotate(a3, 23), a0);
    b3 = v128.xor(Threefry.rotate(b3, 23), b0);
    a2 = i32x4.add(a2, a1);
    b2 = i32x4.add(b2, b1);
    a1 = v128.xor(Threefry.rotate(a1, 5), a2);
    b1 = v128.xor(Threefry.rotate(b1, 5), b2);
    a0 = i32x4.add(a0, v128.load(schedule, 64));
    b0 = i32x4.add(b0, v128.load(schedule, 64));
    a1 = i32x4.add(a1, v128.load(schedule, 80));
    b1 = i32x4.add(b1, v128.load(schedule, 80));
    a2 = i32x4.add(a2, v128.load(schedule, 96));
    b2 = i32x4.add(b2, v128.load(schedule, 96));
    a3 = i32x4.add(a3, v128.load(schedule, 112));
    b3 = i32x4.add(b3, v128.load(schedule, 112));
    a0 = i32x4.add(a0, a1);
    b0 = i32x4.add(b0, b1);
    a1 = v128.xor(Threefry.rotate(a1, 6), a0);
    b1 = v128.xor(Threefry.rotate(b1, 6), b0);
    a2 = i32x4.add(a2, a3);
    b2 = i32x4.add(b2, b3);
    a3 = v128.xor(Threefry.rotate(a3, 20), a2);
    b3 = v128.xor(Threefry.rotate(b3, 20), b2);
    a0 = i32x4.add(a0, a3);
    b0 = i32x4.add(b0, b3);
    a3 = v128.xor(Threefry.rotate(a3, 17), a0);
    b3 = v128.xor(Threefry.rotate(b3, 17), b0);
    a2 = i32x4.add(a2, a1);
    b2 = i32x4.add(b2, b1);
    a1 = v128.xor(Threefry.rotate(a1, 11), a2);
    b1 = v128.xor(Threefry.rotate(b1, 11), b2);
    a0 = i32x4.add(a0, a1);
    b0 = i32x4.add(b0, b1);
    a1 = v128.xor(Threefry.rotate(a1, 25), a0);
    b1 = v128.xor(Threefry.rotate(b1, 25), b0);
    a2 = i32x4.add(a2, a3);
    b2 = i32x4.add(b2, b3);
    a3 = v128.xor(Threefry.rotate(a3, 10), a2);
    b3 = v128.xor(Threefry.rotate(b3, 10), b2);
    a0 = i32x4.add(a0, a3);
    b0 = i32x4.add(b0, b3);
    a3 = v128.xor(Threefry.rotate(a3, 18), a0);
    b3 = v128.xor(Threefry.rotate(b3, 18), b0);
    a2 = i32x4.add(a2, a1);
    b2 = i32x4.add(b2, b1);
    a1 = v128.xor(Threefry.rotate(a1, 20), a2);
    b1 = v128.xor(Threefry.rotate(b1, 20), b2);
    a0 = i32x4.add(a0, v128.load(schedule, 128));
    b0 = i32x4.add(b0, v128.load(schedule, 128));
    a1 = i32x4.add(a1, v128.load(schedule, 144));
    b1 = i32x4.add(b1, v128.load(schedule, 144));
    a2 = i32x4.add(a2, v128.load(schedule, 160));
    b2 = i32x4.add(b2, v128.load(schedule, 160));
    a3 = i32x4.add(a3, v128.load(schedule, 176));
    b3 = i32x4.add(b3, v128.load(schedule, 176));
    a0 = i32x4.add(a0, a1);
    b0 = i32x4.add(b0, b1);
    a1 = v128.xor(Threefry.rotate(a1, 10), a0);
    b1 = v128.xor(Threefry.rotate(b1, 10), b0);
    a2 = i32x4.add(a2, a3);
    b2 = i32x4.add(b2, b3);
    a3 = v128.xor(Threefry.rotate(a3, 26), a2);
    b3 = v128.xor(Threefry.rotate(b3, 26), b2);
    a0 = i32x4.add(a0, a3);
    b0 = i32x4.add(b0, b3);
    a3 = v128.xor(Threefry.rotate(a3, 11), a0);
    b3 = v128.xor(Threefry.rotate(b3, 11), b0);
    a2 = i32x4.add(a2, a1);
    b2 = i32x4.add(b2, b1);
    a1 = v128.xor(Threefry.rotate(a1, 21), a2);
    b1 = v128.xor(Threefry.rotate(b1, 21), b2);
    a0 = i32x4.add(a0, a1);
    b0 = i32x4.add(b0, b1);
    a1 = v128.xor(Threefry.rotate(a1, 13), a0);
    b1 = v128.xor(Threefry.rotate(b1, 13), b0);
    a2 = i32x4.add(a2, a3);
    b2 = i32x4.add(b2, b3);
    a3 = v128.xor(Threefry.rotate(a3, 27), a2);
    b3 = v128.xor(Threefry.rotate(b3, 27), b2);
    a0 = i32x4.add(a0, a3);
    b0 = i32x4.add(b0, b3);
    a3 = v128.xor(Threefry.rotate(a3, 23), a0);
    b3 = v128.xor(Threefry.rotate(b3, 23), b0);
    a2 = i32x4.add(a2, a1);
    b2 = i32x4.add(b2, b1);
    a1 = v128.xor(Threefry.rotate(a1, 5), a2);
    b1 = v128.xor(Threefry.rotate(b1, 5), b2);
    a0 = i32x4.add(a0, v128.load(schedule, 192));
    b0 = i32x4.add(b0, v128.load(schedule, 192));
    a1 = i32x4.add(a1, v128.load(schedule, 208));
    b1 = i32x4.add(b1, v128.load(schedule, 208));
    a2 = i32x4.add(a2, v128.load(schedule, 224));
    b2 = i32x4.add(b2, v128.load(schedule, 224));
    a3 = i32x4.add(a3, v128.load(schedule, 240));
    b3 = i32x4.add(b3, v128.load(schedule, 240));
    a0 = i32x4.add(a0, a1);
    b0 = i32x4.add(b0, b1);
    a1 = v128.xor(Threefry.rotate(a1, 6), a0);
    b1 = v128.xor(Threefry.rotate(b1, 6), b0);
    a2 = i32x4.add(a2, a3);
    b2 = i32x4.add(b2, b3);
    a3 = v128.xor(Threefry.rotate(a3, 20), a2);
    b3 = v128.xor(Threefry.rotate(b3, 20), b2);
    v128.store(p, a0);
    v128.store(p, a1, 64);
    v128.store(p, a2, 128);
    v128.store(p, a3, 192);
    v128.store(p, b0, 16);
    v128.store(p, b1, 80);
    v128.store(p, b2, 144);
    v128.store(p, b3, 208);
  }
}
