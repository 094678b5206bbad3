/**
 * The passes of a step over the 64 whole circuits of a block that have no branches for single lanes (equations and order: adex.ts). Pointers walk from field to field, and eight neurons share a walk:
 * one by one, the additions of the pointers were a tenth of all instructions.
 */
import { AdexEvent, CHANGE, EXP, JUMP, LEAK, LEAST, MOVE, odd, OTA, scratch, SENSE, STEEP, STRENGTH, V } from './adex-event';
import { Bank } from './bank';
import { Elementary } from './elementary';
import { Lif } from './lif';

const BEND: f32 = 0.25; // of z ..: from there on the logarithm is taken
/** Constants of the upstroke: 2, -2, the series of (e^k - 1) / k, our minimax polynomial of -ln(1 - y) / y (7.3e-7: with one term less a pattern that begins after a long delay was twice as far off), where it ends. */
export const UPSTROKE: usize = memory.data<f32>(
  [2, -2, 1 / 120, 1 / 24, 1 / 6, 0.5, 1, 0.35248212730655015, 0.2135565129470273, 0.33657265177883894, 0.499912268891164, BEND],
  16,
);
/** Place of the 1 among them. */
const ONE: usize = 24;
const EXPONENTIAL: usize = memory.data<f32>(
  [88, -60, 1.4426950408889634, 12582912, 0.009582854486072868, 0.05590642255136017, 0.24024098579592704, 0.6931241938239379, 1],
  16,
);
/** Words of noise of the block. */
export const words: usize = memory.data(256, 16);

@unmanaged
export class AdexPasses {
  /** Resets: a whole step for those that are held for it, the part of one for those that are held no longer. */
  static drive(bank: Bank, block: u32): void {
    const zero = f32x4.splat(0);
    const one = v128.load_splat<f32>(UPSTROKE, ONE);
    const stride: usize = bank.stride;
    const first = bank.fields + ((<usize>block) << 8);
    let base = first;
    // pointers of their own: a product of the stride would be computed anew each time round
    let left = base + stride * 14;
    let taken = base + stride * 38;
    let last = odd;
    for (let at = scratch; at < scratch + 256; at += 32) {
      const remaining = v128.load(left);
      const remaining2 = v128.load(left, 16);
      const v = v128.load(base);
      const v2 = v128.load(base, 16);
      const p = left + stride;
      const whole = f32x4.ge(remaining, one);
      const whole2 = f32x4.ge(remaining2, one);
      v128.store(at, f32x4.sub(v, f32x4.mul(f32x4.sub(v, v128.load(p)), v128.and(v128.load(taken), whole))), V);
      v128.store(at, f32x4.sub(v2, f32x4.mul(f32x4.sub(v2, v128.load(p, 16)), v128.and(v128.load(taken, 16), whole2))), V + 16);
      const partly = v128.andnot(f32x4.gt(remaining, zero), whole);
      if (v128.any_true(v128.or(partly, v128.andnot(f32x4.gt(remaining2, zero), whole2)))) {
        store<u32>(last, <u32>(at - scratch));
        last += 4;
      }
      base += 32;
      left += 32;
      taken += 32;
    }
    for (let next = odd; next < last; next += 4) {
      const place = <usize>load<u32>(next);
      AdexEvent.release(first + place, stride, scratch + place);
      AdexEvent.release(first + place + 16, stride, scratch + place + 16);
    }
  }

  /** What the exponential circuit gives: 2^n 2^f (circuit-functions.ts). */
  static exponential(bank: Bank, block: u32): void {
    const stride: usize = bank.stride;
    const high = v128.load_splat<f32>(EXPONENTIAL);
    const low = v128.load_splat<f32>(EXPONENTIAL, 4);
    const perPower = v128.load_splat<f32>(EXPONENTIAL, 8);
    const shift = v128.load_splat<f32>(EXPONENTIAL, 12);
    const p4 = v128.load_splat<f32>(EXPONENTIAL, 16);
    const p3 = v128.load_splat<f32>(EXPONENTIAL, 20);
    const p2 = v128.load_splat<f32>(EXPONENTIAL, 24);
    const p1 = v128.load_splat<f32>(EXPONENTIAL, 28);
    const one = v128.load_splat<f32>(EXPONENTIAL, 32);
    let inverse = bank.fields + ((<usize>block) << 8) + stride * 21;
    let voltage = inverse + stride;
    for (let at = scratch; at < scratch + 256; at += 32) {
      const x = f32x4.mul(f32x4.sub(v128.load(at, V), v128.load(voltage)), v128.load(inverse));
      const x2 = f32x4.mul(f32x4.sub(v128.load(at, V + 16), v128.load(voltage, 16)), v128.load(inverse, 16));
      const t = f32x4.mul(f32x4.pmax(low, f32x4.pmin(high, x)), perPower);
      const t2 = f32x4.mul(f32x4.pmax(low, f32x4.pmin(high, x2)), perPower);
      const shifted = f32x4.add(t, shift);
      const shifted2 = f32x4.add(t2, shift);
      const f = f32x4.sub(t, f32x4.sub(shifted, shift));
      const f2 = f32x4.sub(t2, f32x4.sub(shifted2, shift));
      const square = f32x4.mul(f, f);
      const square2 = f32x4.mul(f2, f2);
      let p = f32x4.add(f32x4.mul(p3, f), p2);
      let q = f32x4.add(f32x4.mul(p3, f2), p2);
      const start = f32x4.add(f32x4.mul(p1, f), one);
      const start2 = f32x4.add(f32x4.mul(p1, f2), one);
      p = f32x4.add(f32x4.mul(p4, square), p);
      q = f32x4.add(f32x4.mul(p4, square2), q);
      p = f32x4.add(f32x4.mul(p, square), start);
      q = f32x4.add(f32x4.mul(q, square2), start2);
      v128.store(at, i32x4.add(p, i32x4.shl(shifted, 23)), EXP);
      v128.store(at, i32x4.add(q, i32x4.shl(shifted2, 23)), EXP + 16);
      inverse += 32;
      voltage += 32;
    }
  }

  /** Leak, synapses, noise and adaptation become the change, the exponential its strength; synapses decay. Events arrive before the first step of a call only. */
  static gather(bank: Bank, block: u32, arrivals: bool): void {
    const zero = f32x4.splat(0);
    const one = v128.load_splat<f32>(UPSTROKE, ONE);
    const mean = Lif.mean();
    const scale = Lif.scale();
    const stride: usize = bank.stride;
    let base = bank.fields + ((<usize>block) << 8);
    let tail = base + stride * 21;
    let coupling = base + stride * 30;
    for (let at = scratch; at < scratch + 256; at += 32) {
      let p = base + (stride << 1);
      let change = f32x4.mul(v128.load(p), v128.load(at, LEAK));
      let change2 = f32x4.mul(v128.load(p, 16), v128.load(at, LEAK + 16));
      p += stride;
      let place = p;
      let synapse = v128.load(p);
      let synapse2 = v128.load(p, 16);
      p += stride;
      change = f32x4.add(change, f32x4.mul(v128.load(p), synapse));
      change2 = f32x4.add(change2, f32x4.mul(v128.load(p, 16), synapse2));
      p += stride;
      synapse = f32x4.mul(v128.load(p), synapse);
      synapse2 = f32x4.mul(v128.load(p, 16), synapse2);
      p += stride;
      if (arrivals) {
        synapse = f32x4.add(synapse, v128.load(p));
        synapse2 = f32x4.add(synapse2, v128.load(p, 16));
        v128.store(p, zero);
        v128.store(p, zero, 16);
      }
      v128.store(place, synapse);
      v128.store(place, synapse2, 16);
      p += stride;
      place = p;
      synapse = v128.load(p);
      synapse2 = v128.load(p, 16);
      p += stride;
      change = f32x4.sub(change, f32x4.mul(v128.load(p), synapse));
      change2 = f32x4.sub(change2, f32x4.mul(v128.load(p, 16), synapse2));
      p += stride;
      synapse = f32x4.mul(v128.load(p), synapse);
      synapse2 = f32x4.mul(v128.load(p, 16), synapse2);
      p += stride;
      if (arrivals) {
        synapse = f32x4.add(synapse, v128.load(p));
        synapse2 = f32x4.add(synapse2, v128.load(p, 16));
        v128.store(p, zero);
        v128.store(p, zero, 16);
      }
      v128.store(place, synapse);
      v128.store(place, synapse2, 16);
      p += stride;
      change = f32x4.add(change, v128.load(p)); // drive
      change2 = f32x4.add(change2, v128.load(p, 16));
      p += stride;
      if (arrivals) {
        change = f32x4.add(change, v128.load(p)); // inV
        change2 = f32x4.add(change2, v128.load(p, 16));
        v128.store(p, zero);
        v128.store(p, zero, 16);
      }
      p += stride;
      const noise = f32x4.mul(v128.load(p), Lif.gauss(v128.load(at + (words - scratch)), mean, scale));
      const noise2 = f32x4.mul(v128.load(p, 16), Lif.gauss(v128.load(at + (words - scratch), 16), mean, scale));
      p += stride;
      const active = f32x4.pmax(zero, f32x4.sub(one, v128.load(p)));
      const active2 = f32x4.pmax(zero, f32x4.sub(one, v128.load(p, 16)));
      p = tail + (stride << 1);
      const strength = f32x4.mul(v128.load(p), v128.load(at, EXP));
      const strength2 = f32x4.mul(v128.load(p, 16), v128.load(at, EXP + 16));
      p += stride << 1;
      v128.store(at, f32x4.mul(active, f32x4.pmin(v128.load(p), strength)), STRENGTH);
      v128.store(at, f32x4.mul(active2, f32x4.pmin(v128.load(p, 16), strength2)), STRENGTH + 16);
      change = f32x4.sub(change, f32x4.mul(v128.load(coupling), v128.load(at, OTA)));
      change2 = f32x4.sub(change2, f32x4.mul(v128.load(coupling, 16), v128.load(at, OTA + 16)));
      change = f32x4.mul(active, f32x4.add(change, noise));
      change2 = f32x4.mul(active2, f32x4.add(change2, noise2));
      v128.store(at, change, CHANGE);
      v128.store(at, change2, CHANGE + 16);
      base += 32;
      tail += 32;
      coupling += 32;
    }
  }

  /** The whole movement c - D ln(1 - z (e^k - 1) / k). Two formulas, chosen lane by lane: a series where what the exponential adds is small against its slope. */
  static upstroke(bank: Bank, block: u32): void {
    const two = v128.load_splat<f32>(UPSTROKE);
    const minusTwo = v128.load_splat<f32>(UPSTROKE, 4);
    const k4 = v128.load_splat<f32>(UPSTROKE, 8);
    const k3 = v128.load_splat<f32>(UPSTROKE, 12);
    const k2 = v128.load_splat<f32>(UPSTROKE, 16);
    const half = v128.load_splat<f32>(UPSTROKE, 20);
    const one = v128.load_splat<f32>(UPSTROKE, ONE);
    const y4 = v128.load_splat<f32>(UPSTROKE, 28);
    const y3 = v128.load_splat<f32>(UPSTROKE, 32);
    const y2 = v128.load_splat<f32>(UPSTROKE, 36);
    const y1 = v128.load_splat<f32>(UPSTROKE, 40);
    const end = v128.load_splat<f32>(UPSTROKE, 44);
    const first = bank.fields + ((<usize>block) << 8);
    let inverse = first + bank.stride * 21;
    let slope = inverse + bank.stride * 3;
    let last = odd;
    for (let at = scratch; at < scratch + 256; at += 32) {
      const change = v128.load(at, CHANGE);
      const change2 = v128.load(at, CHANGE + 16);
      const k = f32x4.pmin(two, f32x4.pmax(minusTwo, f32x4.mul(change, v128.load(inverse))));
      const l = f32x4.pmin(two, f32x4.pmax(minusTwo, f32x4.mul(change2, v128.load(inverse, 16))));
      // (e^k - 1) / k, by halves: a chain of one multiplication after the other waits for itself
      const square = f32x4.mul(k, k);
      const square2 = f32x4.mul(l, l);
      let p = f32x4.add(f32x4.mul(k, k3), k2);
      let q = f32x4.add(f32x4.mul(l, k3), k2);
      const start = f32x4.add(f32x4.mul(k, half), one);
      const start2 = f32x4.add(f32x4.mul(l, half), one);
      p = f32x4.add(f32x4.mul(square, k4), p);
      q = f32x4.add(f32x4.mul(square2, k4), q);
      p = f32x4.add(f32x4.mul(p, square), start);
      q = f32x4.add(f32x4.mul(q, square2), start2);
      const y = f32x4.mul(v128.load(at, STRENGTH), p);
      const z = f32x4.mul(v128.load(at, STRENGTH + 16), q);
      // -ln(1 - y) for small y
      p = f32x4.add(f32x4.mul(y, y3), y2);
      q = f32x4.add(f32x4.mul(z, y3), y2);
      const power = f32x4.mul(y, y);
      const power2 = f32x4.mul(z, z);
      p = f32x4.add(f32x4.mul(power, y4), p);
      q = f32x4.add(f32x4.mul(power2, y4), q);
      p = f32x4.add(f32x4.mul(p, power), f32x4.add(f32x4.mul(y, y1), one));
      q = f32x4.add(f32x4.mul(q, power2), f32x4.add(f32x4.mul(z, y1), one));
      v128.store(at, f32x4.add(change, f32x4.mul(v128.load(slope), f32x4.mul(p, y))), MOVE);
      v128.store(at, f32x4.add(change2, f32x4.mul(v128.load(slope, 16), f32x4.mul(q, z))), MOVE + 16);
      if (v128.any_true(v128.or(f32x4.gt(y, end), f32x4.gt(z, end)))) {
        v128.store(at, y, STEEP);
        v128.store(at, z, STEEP + 16);
        store<u32>(last, <u32>(at - scratch));
        last += 4;
      }
      inverse += 32;
      slope += 32;
    }
    for (let next = odd; next < last; next += 4) {
      const place = <usize>load<u32>(next);
      AdexPasses.steep(first + bank.stride * 24 + place, scratch + place);
      AdexPasses.steep(first + bank.stride * 24 + place + 16, scratch + place + 16);
    }
  }

  static steep(slope: usize, at: usize): void {
    const y = v128.load(at, STEEP);
    const large = f32x4.neg(Elementary.log(f32x4.pmax(f32x4.splat(LEAST), f32x4.sub(f32x4.splat(1), y))));
    const moved = f32x4.add(v128.load(at, CHANGE), f32x4.mul(v128.load(slope), large));
    v128.store(at, v128.bitselect(moved, v128.load(at, MOVE), f32x4.gt(y, f32x4.splat(BEND))), MOVE);
  }

  /** The adaptation follows the membrane; where none of the block has spiked, there are no jumps. */
  static adapt(bank: Bank, first: usize, low: v128, high: v128, jumps: bool): void {
    const stride: usize = bank.stride;
    let place = first + stride * 26;
    let referenceAt = first + stride * 31;
    for (let at = scratch; at < scratch + 256; at += 32) {
      let p = place + stride;
      let u = f32x4.mul(v128.load(place), v128.load(p));
      let u2 = f32x4.mul(v128.load(place, 16), v128.load(p, 16));
      p += stride;
      u = f32x4.add(u, f32x4.mul(v128.load(p), v128.load(at, SENSE)));
      u2 = f32x4.add(u2, f32x4.mul(v128.load(p, 16), v128.load(at, SENSE + 16)));
      if (jumps) {
        u = f32x4.add(u, v128.load(at, JUMP));
        u2 = f32x4.add(u2, v128.load(at, JUMP + 16));
        v128.store(at, f32x4.splat(0), JUMP);
        v128.store(at, f32x4.splat(0), JUMP + 16);
      }
      const reference = v128.load(referenceAt);
      const reference2 = v128.load(referenceAt, 16);
      v128.store(place, f32x4.pmin(f32x4.sub(high, reference), f32x4.pmax(f32x4.sub(low, reference), u)));
      v128.store(place, f32x4.pmin(f32x4.sub(high, reference2), f32x4.pmax(f32x4.sub(low, reference2), u2)), 16);
      place += 32;
      referenceAt += 32;
    }
  }
}
