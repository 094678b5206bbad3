/**
 * The passes of a step over the 64 whole circuits of a block that have no branches for single lanes (equations and order: adex.ts), as if none of them were held (adex-held.ts).
 * A pass is short on purpose: what it costs is its number of instructions times the length of its chain of dependent ones, because a processor has only so many under way (two passes in one were a fifth
 * slower than one after the other). Four groups share a turn of a loop, since turning was a quarter of its instructions; each of them ends in a store, or else the values of all would compete for registers.
 */
import { CHANGE, JUMP, LEAK, LEAST, OTA, scratch, SENSE, U, V, Y } from './adex-event';
import { Field } from './bank';
import { Circuit } from './circuit-functions';
import { Elementary } from './elementary';
import { Lif } from './lif';

const BEND: f32 = 0.25; // of y: from there on the logarithm is taken
/** Constants of the movement: 1, our minimax polynomial of -ln(1 - y) / y (7.3e-7: with one term less a pattern that begins after a long delay was twice as far off), where it ends. */
const MOVEMENT: usize = memory.data<f32>([1, 0.35248212730655015, 0.2135565129470273, 0.33657265177883894, 0.499912268891164, BEND], 16);
/** Words of noise of the block. */
export const words: usize = memory.data(256, 16);

/** Two builds of one pass, told apart by the size of a type. */
export type Arriving = u64;
export type Quiet = u32;

@unmanaged
export class AdexPasses {
  /**
   * Leak, synapses, noise and adaptation become the change; synapses decay. `T` is Arriving if events act in this step: what they add to the synapses at its end and to the membrane within it; their slots are
   * cleared. Pointers walk from field to field.
   */
  static gather<T>(first: usize, stride: usize): void {
    const mean = Lif.mean();
    const scale = Lif.scale();
    let coupling = first + stride * Field.COUPLING;
    for (let at = scratch; at < scratch + 256; at += 64) {
      AdexPasses.change<T>(first, coupling, stride, at, 0, mean, scale);
      AdexPasses.change<T>(first, coupling, stride, at, 16, mean, scale);
      AdexPasses.change<T>(first, coupling, stride, at, 32, mean, scale);
      AdexPasses.change<T>(first, coupling, stride, at, 48, mean, scale);
      first += 64;
      coupling += 64;
    }
  }

  @inline static change<T>(base: usize, coupling: usize, stride: usize, at: usize, k: usize, mean: v128, scale: v128): void {
    let p = base + stride + stride;
    let change = f32x4.mul(v128.load(p + k), v128.load(at + (LEAK + k)));
    p += stride;
    let place = p;
    let synapse = v128.load(p + k);
    p += stride;
    change = f32x4.add(change, f32x4.mul(v128.load(p + k), synapse));
    p += stride;
    synapse = f32x4.mul(v128.load(p + k), synapse);
    p += stride;
    if (sizeof<T>() == sizeof<Arriving>()) {
      synapse = f32x4.add(synapse, v128.load(p + k));
      v128.store(p + k, f32x4.splat(0));
    }
    v128.store(place + k, synapse);
    p += stride;
    place = p;
    synapse = v128.load(p + k);
    p += stride;
    change = f32x4.sub(change, f32x4.mul(v128.load(p + k), synapse));
    p += stride;
    synapse = f32x4.mul(v128.load(p + k), synapse);
    p += stride;
    if (sizeof<T>() == sizeof<Arriving>()) {
      synapse = f32x4.add(synapse, v128.load(p + k));
      v128.store(p + k, f32x4.splat(0));
    }
    v128.store(place + k, synapse);
    p += stride;
    change = f32x4.add(change, v128.load(p + k)); // drive
    p += stride;
    const slot = p;
    p += stride;
    const noise = f32x4.mul(v128.load(p + k), Lif.gauss(v128.load(at + (words - scratch + k)), mean, scale));
    change = f32x4.sub(change, f32x4.mul(v128.load(coupling + k), v128.load(at + (OTA + k))));
    change = f32x4.add(change, noise);
    if (sizeof<T>() == sizeof<Arriving>()) {
      change = f32x4.add(change, v128.load(slot + k));
      v128.store(slot + k, f32x4.splat(0));
    }
    v128.store(at + (CHANGE + k), change);
  }

  /** y, what the exponential does over the step beside the change c: its strength in the middle, 2^((v + c / 2 - Vx) / D'), times 1 + (c / D)^2 / 24. */
  static rise(first: usize, stride: usize): void {
    const low = v128.load_splat<f32>(Circuit.POWER);
    const shift = v128.load_splat<f32>(Circuit.POWER, 4);
    const p4 = v128.load_splat<f32>(Circuit.POWER, 8);
    const p3 = v128.load_splat<f32>(Circuit.POWER, 12);
    const p2 = v128.load_splat<f32>(Circuit.POWER, 16);
    const p1 = v128.load_splat<f32>(Circuit.POWER, 20);
    const one = v128.load_splat<f32>(Circuit.POWER, 24);
    const half = v128.load_splat<f32>(Circuit.POWER, 28);
    const curve = v128.load_splat<f32>(Circuit.POWER, 32);
    let inverse = first + stride * Field.INVERSE;
    for (let at = scratch; at < scratch + 256; at += 32) {
      AdexPasses.middle(first, inverse, stride, at, 0, low, shift, p4, p3, p2, p1, one, half, curve);
      AdexPasses.middle(first, inverse, stride, at, 16, low, shift, p4, p3, p2, p1, one, half, curve);
      first += 32;
      inverse += 32;
    }
  }

  @inline static middle(
    base: usize,
    inverse: usize,
    stride: usize,
    at: usize,
    n: usize,
    low: v128,
    shift: v128,
    p4: v128,
    p3: v128,
    p2: v128,
    p1: v128,
    one: v128,
    half: v128,
    curve: v128,
  ): void {
    const voltage = inverse + stride;
    const clip = voltage + stride + stride;
    const change = v128.load(at + (CHANGE + n));
    const perVolt = v128.load(inverse + n);
    const k = f32x4.mul(change, perVolt);
    const middle = f32x4.add(f32x4.sub(v128.load(base + n), v128.load(voltage + n)), f32x4.mul(change, half));
    const t = f32x4.pmax(low, f32x4.pmin(v128.load(clip + n), f32x4.mul(middle, perVolt)));
    const power = Circuit.power(t, shift, p4, p3, p2, p1, one);
    v128.store(at + (Y + n), f32x4.mul(power, f32x4.add(f32x4.mul(f32x4.mul(k, k), curve), one)));
  }

  /**
   * Membranes move by c - D ln(1 - y), the logarithm by a series. Returns the groups in which that is not enough, or one is over its threshold; of them the voltage before is kept.
   */
  static move(first: usize, stride: usize, low: v128, high: v128): u32 {
    const one = v128.load_splat<f32>(MOVEMENT);
    const y4 = v128.load_splat<f32>(MOVEMENT, 4);
    const y3 = v128.load_splat<f32>(MOVEMENT, 8);
    const y2 = v128.load_splat<f32>(MOVEMENT, 12);
    const y1 = v128.load_splat<f32>(MOVEMENT, 16);
    const end = v128.load_splat<f32>(MOVEMENT, 20);
    let slope = first + stride * Field.SLOPE;
    let armed = first + stride * Field.ARMED;
    let stirring: u32 = 0;
    for (let at = scratch; at < scratch + 256; at += 16) {
      const y = v128.load(at, Y);
      const series = AdexPasses.series(y, y4, y3, y2, y1, one);
      const moved = f32x4.add(v128.load(at, CHANGE), f32x4.mul(f32x4.mul(v128.load(slope), y), series));
      const v = v128.load(first);
      const next = f32x4.pmin(high, f32x4.pmax(low, f32x4.add(v, moved)));
      v128.store(first, next);
      if (i32x4.bitmask(v128.or(f32x4.ge(next, v128.load(armed)), f32x4.gt(y, end)))) {
        v128.store(at, v, V);
        stirring |= 1 << ((<u32>(at - scratch)) >> 4);
      }
      first += 16;
      slope += 16;
      armed += 16;
    }
    return stirring;
  }

  /** -ln(1 - y) / y for small y. */
  @inline static series(y: v128, y4: v128, y3: v128, y2: v128, y1: v128, one: v128): v128 {
    const square = f32x4.mul(y, y);
    let p = f32x4.add(f32x4.mul(y, y3), y2);
    p = f32x4.add(f32x4.mul(square, y4), p);
    return f32x4.add(f32x4.mul(p, square), f32x4.add(f32x4.mul(y, y1), one));
  }

  /** Membranes on whose upstroke the series is not enough: at `base` four of them that have moved by it, at `at` what that was made from. */
  static steep(base: usize, stride: usize, at: usize, low: v128, high: v128): void {
    const y = v128.load(at, Y);
    const bent = f32x4.gt(y, f32x4.splat(BEND));
    if (!v128.any_true(bent)) return;
    const large = f32x4.neg(Elementary.log(f32x4.pmax(f32x4.splat(LEAST), f32x4.sub(f32x4.splat(1), y))));
    const moved = f32x4.add(v128.load(at, CHANGE), f32x4.mul(v128.load(base + stride * Field.SLOPE), large));
    const next = f32x4.pmin(high, f32x4.pmax(low, f32x4.add(v128.load(at, V), moved)));
    v128.store(base, v128.bitselect(next, v128.load(base), bent));
  }

  /** The adaptation follows the membrane. */
  static adapt(first: usize, stride: usize, low: v128, high: v128): void {
    const toAdaptation = first - scratch + stride * Field.ADAPTATION;
    const toReference = first - scratch + stride * Field.REFERENCE;
    for (let at = scratch; at < scratch + 256; at += 64) {
      AdexPasses.follow(at + toAdaptation, at + toReference, stride, at, 0, low, high);
      AdexPasses.follow(at + toAdaptation, at + toReference, stride, at, 16, low, high);
      AdexPasses.follow(at + toAdaptation, at + toReference, stride, at, 32, low, high);
      AdexPasses.follow(at + toAdaptation, at + toReference, stride, at, 48, low, high);
    }
  }

  @inline static follow(place: usize, reference: usize, stride: usize, at: usize, n: usize, low: v128, high: v128): void {
    const decay = place + stride;
    const gain = decay + stride;
    const from = v128.load(reference + n);
    const u = f32x4.add(f32x4.mul(v128.load(place + n), v128.load(decay + n)), f32x4.mul(v128.load(gain + n), v128.load(at + (SENSE + n))));
    v128.store(place + n, f32x4.pmin(f32x4.sub(high, from), f32x4.pmax(f32x4.sub(low, from), u)));
  }

  /** The same of four that have spiked, from the adaptation before, `at` U. */
  static jump(base: usize, stride: usize, at: usize, low: v128, high: v128): void {
    const from = v128.load(base + stride * Field.REFERENCE);
    let u = f32x4.mul(v128.load(at, U), v128.load(base + stride * Field.ADAPTATION_DECAY));
    u = f32x4.add(u, f32x4.mul(v128.load(base + stride * Field.ADAPTATION_GAIN), v128.load(at, SENSE)));
    u = f32x4.add(u, v128.load(at, JUMP));
    v128.store(base + stride * Field.ADAPTATION, f32x4.pmin(f32x4.sub(high, from), f32x4.pmax(f32x4.sub(low, from), u)));
  }
}
