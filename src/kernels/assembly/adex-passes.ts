/**
 * The passes of a step over the 64 whole circuits of a block that have no branches for single lanes (equations and order: adex.ts). Pointers walk from field to field, and eight neurons share a walk:
 * one by one, the additions of the pointers were a tenth of all instructions.
 */
import { AdexEvent, CHANGE, EXP, JUMP, KAPPA, LEAK, LEAST, MOVE, OTA, scratch, SENSE, STRENGTH, V } from './adex-event';
import { Bank } from './bank';
import { Elementary } from './elementary';
import { Lif } from './lif';

const STEEP: f32 = 0.25; // of z ..: from there on the logarithm is taken
export const FLOOR_SQUARED: f32 = 8.271806125530277e-25; // 2^-80, of the floor of lif.ts
/** Constants of the upstroke: 2, -2, the series of (e^k - 1) / k, our minimax polynomial of -ln(1 - y) / y (7.3e-7), where it ends. */
export const UPSTROKE: usize = memory.data<f32>(
  [2, -2, 1 / 120, 1 / 24, 1 / 6, 0.5, 1, 0.35248212730655015, 0.2135565129470273, 0.33657265177883894, 0.499912268891164, STEEP],
  16,
);
/** Words of noise of the block. */
export const words: usize = memory.data(256, 16);

@unmanaged
export class AdexPasses {
  /** Resets, and the arguments of leak, exponential and adaptation. */
  static drive(bank: Bank, block: u32): void {
    const zero = f32x4.splat(0);
    const one = v128.load_splat<f32>(UPSTROKE, 24);
    const stride: usize = bank.stride;
    const inverseLinear = v128.load_splat<f32>(changetype<usize>(bank), offsetof<Bank>('inverseLinear'));
    const otaInverse = v128.load_splat<f32>(changetype<usize>(bank), offsetof<Bank>('adaptationInverse'));
    let base = bank.fields + ((<usize>block) << 8);
    // pointers of their own: a product of the stride would be computed anew each time round
    let left = base + stride * 14;
    let whole = base + stride * 38;
    let tail = base + stride * 21;
    for (let at = scratch; at < scratch + 256; at += 32) {
      const remaining = v128.load(left);
      const remaining2 = v128.load(left, 16);
      let v = v128.load(base);
      let v2 = v128.load(base, 16);
      let p = left + stride;
      v = AdexPasses.pulled(v, v128.load(p), v128.load(whole), remaining, one);
      v2 = AdexPasses.pulled(v2, v128.load(p, 16), v128.load(whole, 16), remaining2, one);
      const partly = v128.and(f32x4.gt(remaining, zero), f32x4.lt(remaining, one));
      const partly2 = v128.and(f32x4.gt(remaining2, zero), f32x4.lt(remaining2, one));
      if (v128.any_true(v128.or(partly, partly2))) {
        v = AdexEvent.release(base, stride, v, remaining, partly);
        v2 = AdexEvent.release(base + 16, stride, v2, remaining2, partly2);
      }
      v128.store(at, v, V);
      v128.store(at, v2, V + 16);
      p = base + stride;
      v128.store(at, f32x4.mul(f32x4.sub(v128.load(p), v), inverseLinear), LEAK);
      v128.store(at, f32x4.mul(f32x4.sub(v128.load(p, 16), v2), inverseLinear), LEAK + 16);
      p = tail + stride;
      v128.store(at, f32x4.mul(f32x4.sub(v, v128.load(p)), v128.load(tail)), EXP);
      v128.store(at, f32x4.mul(f32x4.sub(v2, v128.load(p, 16)), v128.load(tail, 16)), EXP + 16);
      p += stride << 2;
      v128.store(at, f32x4.mul(v128.load(p), otaInverse), OTA);
      v128.store(at, f32x4.mul(v128.load(p, 16), otaInverse), OTA + 16);
      base += 32;
      left += 32;
      whole += 32;
      tail += 32;
    }
  }

  /** A whole step in reset, for those that are held for it. */
  @inline static pulled(v: v128, target: v128, whole: v128, remaining: v128, one: v128): v128 {
    return v128.bitselect(f32x4.add(target, f32x4.mul(f32x4.sub(v, target), whole)), v, f32x4.ge(remaining, one));
  }

  /** Leak, synapses, noise and adaptation become the change, the exponential its strength; synapses decay. Events arrive before the first step of a call only. */
  static gather(bank: Bank, block: u32, arrivals: bool): void {
    const zero = f32x4.splat(0);
    const floor = f32x4.splat(FLOOR_SQUARED);
    const one = v128.load_splat<f32>(UPSTROKE, 24);
    const mean = Lif.mean();
    const scale = Lif.scale();
    const stride: usize = bank.stride;
    const linear = v128.load_splat<f32>(changetype<usize>(bank), offsetof<Bank>('linear'));
    const otaLinear = v128.load_splat<f32>(changetype<usize>(bank), offsetof<Bank>('adaptationLinear'));
    let base = bank.fields + ((<usize>block) << 8);
    let tail = base + stride * 21;
    let coupling = base + stride * 30;
    for (let at = scratch; at < scratch + 256; at += 32) {
      let p = base + (stride << 1);
      let change = f32x4.mul(f32x4.mul(v128.load(p), linear), v128.load(at, LEAK));
      let change2 = f32x4.mul(f32x4.mul(v128.load(p, 16), linear), v128.load(at, LEAK + 16));
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
      v128.store(place, AdexPasses.floor(synapse, floor));
      v128.store(place, AdexPasses.floor(synapse2, floor), 16);
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
      v128.store(place, AdexPasses.floor(synapse, floor));
      v128.store(place, AdexPasses.floor(synapse2, floor), 16);
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
      change = f32x4.sub(change, f32x4.mul(v128.load(coupling), f32x4.mul(otaLinear, v128.load(at, OTA))));
      change2 = f32x4.sub(change2, f32x4.mul(v128.load(coupling, 16), f32x4.mul(otaLinear, v128.load(at, OTA + 16))));
      change = f32x4.mul(active, f32x4.add(change, noise));
      change2 = f32x4.mul(active2, f32x4.add(change2, noise2));
      v128.store(at, change, CHANGE);
      v128.store(at, change2, CHANGE + 16);
      v128.store(at, f32x4.mul(change, v128.load(tail)), KAPPA);
      v128.store(at, f32x4.mul(change2, v128.load(tail, 16)), KAPPA + 16);
      base += 32;
      tail += 32;
      coupling += 32;
    }
  }

  /** The whole movement c - D ln(1 - z (e^k - 1) / k). Two formulas, chosen lane by lane: a series where what the exponential adds is small against its slope. */
  static upstroke(bank: Bank, block: u32): void {
    const two = v128.load_splat<f32>(UPSTROKE);
    const minusTwo = v128.load_splat<f32>(UPSTROKE, 4);
    const k5 = v128.load_splat<f32>(UPSTROKE, 8);
    const k4 = v128.load_splat<f32>(UPSTROKE, 12);
    const sixth = v128.load_splat<f32>(UPSTROKE, 16);
    const half = v128.load_splat<f32>(UPSTROKE, 20);
    const one = v128.load_splat<f32>(UPSTROKE, 24);
    const y4 = v128.load_splat<f32>(UPSTROKE, 28);
    const y3 = v128.load_splat<f32>(UPSTROKE, 32);
    const y2 = v128.load_splat<f32>(UPSTROKE, 36);
    const y1 = v128.load_splat<f32>(UPSTROKE, 40);
    const end = v128.load_splat<f32>(UPSTROKE, 44);
    let slope = bank.fields + ((<usize>block) << 8) + bank.stride * 24;
    for (let at = scratch; at < scratch + 256; at += 32) {
      const y = f32x4.mul(v128.load(at, STRENGTH), AdexPasses.stretch(v128.load(at, KAPPA), two, minusTwo, k5, k4, sixth, half, one));
      const z = f32x4.mul(
        v128.load(at, STRENGTH + 16),
        AdexPasses.stretch(v128.load(at, KAPPA + 16), two, minusTwo, k5, k4, sixth, half, one),
      );
      let moved = AdexPasses.small(y, y4, y3, y2, y1, one);
      let moved2 = AdexPasses.small(z, y4, y3, y2, y1, one);
      const steep = f32x4.gt(y, end);
      const steep2 = f32x4.gt(z, end);
      if (v128.any_true(v128.or(steep, steep2))) {
        if (v128.any_true(steep)) moved = AdexPasses.steep(y, moved, steep);
        if (v128.any_true(steep2)) moved2 = AdexPasses.steep(z, moved2, steep2);
      }
      v128.store(at, f32x4.add(v128.load(at, CHANGE), f32x4.mul(v128.load(slope), moved)), MOVE);
      v128.store(at, f32x4.add(v128.load(at, CHANGE + 16), f32x4.mul(v128.load(slope, 16), moved2)), MOVE + 16);
      slope += 32;
    }
  }

  /** (e^k - 1) / k. */
  @inline static stretch(kappa: v128, two: v128, minusTwo: v128, k5: v128, k4: v128, sixth: v128, half: v128, one: v128): v128 {
    const k = f32x4.pmin(two, f32x4.pmax(minusTwo, kappa));
    let p = f32x4.add(f32x4.mul(k, k5), k4);
    p = f32x4.add(f32x4.mul(p, k), sixth);
    p = f32x4.add(f32x4.mul(p, k), half);
    return f32x4.add(f32x4.mul(p, k), one);
  }

  /** -ln(1 - y) where y is small. */
  @inline static small(y: v128, y4: v128, y3: v128, y2: v128, y1: v128, one: v128): v128 {
    let q = f32x4.add(f32x4.mul(y, y4), y3);
    q = f32x4.add(f32x4.mul(q, y), y2);
    q = f32x4.add(f32x4.mul(q, y), y1);
    return f32x4.mul(f32x4.add(f32x4.mul(q, y), one), y);
  }

  static steep(y: v128, small: v128, steep: v128): v128 {
    const large = f32x4.neg(Elementary.log(f32x4.pmax(f32x4.splat(LEAST), f32x4.sub(f32x4.splat(1), y))));
    return v128.bitselect(large, small, steep);
  }

  /** The adaptation follows the membrane; where none of the block has spiked, there are no jumps. */
  static adapt(bank: Bank, first: usize, low: v128, high: v128, jumps: bool): void {
    const stride: usize = bank.stride;
    const floor = f32x4.splat(FLOOR_SQUARED);
    const otaLinear = v128.load_splat<f32>(changetype<usize>(bank), offsetof<Bank>('adaptationLinear'));
    let place = first + stride * 26;
    let referenceAt = first + stride * 31;
    for (let at = scratch; at < scratch + 256; at += 32) {
      let p = place + stride;
      let u = f32x4.mul(v128.load(place), v128.load(p));
      let u2 = f32x4.mul(v128.load(place, 16), v128.load(p, 16));
      p += stride;
      u = f32x4.add(u, f32x4.mul(v128.load(p), f32x4.mul(otaLinear, v128.load(at, SENSE))));
      u2 = f32x4.add(u2, f32x4.mul(v128.load(p, 16), f32x4.mul(otaLinear, v128.load(at, SENSE + 16))));
      if (jumps) {
        u = f32x4.add(u, v128.load(at, JUMP));
        u2 = f32x4.add(u2, v128.load(at, JUMP + 16));
        v128.store(at, f32x4.splat(0), JUMP);
        v128.store(at, f32x4.splat(0), JUMP + 16);
      }
      const reference = v128.load(referenceAt);
      const reference2 = v128.load(referenceAt, 16);
      u = f32x4.pmin(f32x4.sub(high, reference), f32x4.pmax(f32x4.sub(low, reference), u));
      u2 = f32x4.pmin(f32x4.sub(high, reference2), f32x4.pmax(f32x4.sub(low, reference2), u2));
      v128.store(place, AdexPasses.floor(u, floor));
      v128.store(place, AdexPasses.floor(u2, floor), 16);
      place += 32;
      referenceAt += 32;
    }
  }

  /** `Lif.floor` in three instructions instead of five. */
  @inline static floor(x: v128, squared: v128): v128 {
    return v128.and(x, f32x4.ge(f32x4.mul(x, x), squared));
  }
}
