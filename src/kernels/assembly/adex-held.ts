/**
 * Circuits that are held: groups of four neurons of which one is refractory, blind, or waits for its comparator. They are few, so the passes of a step do not look at these quantities; a mask of the
 * groups of a block (one bit each) says where they have to be seen to, before and between the passes. A group whose quantities are all zero moves the same way with and without its bit.
 */
import { CHANGE, LEFT, scratch, TIMER, V, Y } from './adex-event';
import { Field } from './bank';
import { Elementary } from './elementary';

@unmanaged
export class AdexHeld {
  /** Groups of the block whose fields begin at `first` that are held; four groups at a time, since most are not. */
  static groups(first: usize, stride: usize): u32 {
    let held: u32 = 0;
    for (let group: u32 = 0; group < 16; group += 4) {
      const left = first + stride * Field.REMAINING;
      const timer = first + stride * Field.TIMER;
      const some = v128.or(
        v128.or(v128.or(v128.load(left), v128.load(left, 16)), v128.or(v128.load(left, 32), v128.load(left, 48))),
        v128.or(v128.or(v128.load(timer), v128.load(timer, 16)), v128.or(v128.load(timer, 32), v128.load(timer, 48))),
      );
      if (v128.any_true(some)) {
        for (let i: u32 = 0; i < 4; i++) held |= (<u32>AdexHeld.isHeld(first + ((<usize>i) << 4), stride)) << (group + i);
      }
      first += 64;
    }
    return held;
  }

  @inline static isHeld(at: usize, stride: usize): bool {
    return v128.any_true(v128.or(v128.load(at + stride * Field.REMAINING), v128.load(at + stride * Field.TIMER)));
  }

  /** Before a step: resets pull, a whole step those that are held for it, the part of one those that are held no longer. */
  static pull(first: usize, stride: usize, held: u32): void {
    const zero = f32x4.splat(0);
    const one = f32x4.splat(1);
    for (; held != 0; held &= held - 1) {
      const at = first + ((<usize>ctz(held)) << 4);
      const remaining = v128.load(at + stride * Field.REMAINING);
      const v = v128.load(at);
      const target = v128.load(at + stride * Field.RESET);
      const distance = f32x4.sub(v, target);
      const whole = f32x4.ge(remaining, one);
      let next = f32x4.sub(v, f32x4.mul(distance, v128.and(v128.load(at + stride * Field.RESET_TAKEN), whole)));
      const partly = v128.andnot(f32x4.gt(remaining, zero), whole);
      if (v128.any_true(partly)) {
        const rate = v128.load(at + stride * Field.RESET_RATE);
        const kept = v128.and(Elementary.exp(f32x4.neg(f32x4.mul(rate, remaining))), f32x4.gt(rate, zero));
        next = v128.bitselect(f32x4.add(target, f32x4.mul(distance, kept)), next, partly);
      }
      v128.store(at, next);
    }
  }

  /**
   * Before membranes move: only the part of a step that is not refractory counts; all times run on. Returns the groups that are held still (low half) and those of which one waits for its
   * comparator (the sign of the timer; high half).
   */
  static hold(first: usize, stride: usize, held: u32): u32 {
    const zero = f32x4.splat(0);
    const one = f32x4.splat(1);
    let still: u32 = 0;
    for (; held != 0; held &= held - 1) {
      const group: u32 = ctz(held);
      const at = scratch + ((<usize>group) << 4);
      const base = first + ((<usize>group) << 4);
      const remaining = v128.load(base + stride * Field.REMAINING);
      const timer = v128.load(base + stride * Field.TIMER);
      const active = f32x4.pmax(zero, f32x4.sub(one, remaining));
      const left = f32x4.pmax(zero, f32x4.sub(remaining, one));
      const later = f32x4.pmax(zero, f32x4.sub(timer, one));
      v128.store(at, f32x4.mul(active, v128.load(at, CHANGE)), CHANGE);
      v128.store(at, v128.load(base), V);
      v128.store(at, remaining, LEFT);
      v128.store(at, timer, TIMER);
      v128.store(base + stride * Field.REMAINING, left);
      v128.store(base + stride * Field.TIMER, later);
      still |= (<u32>v128.any_true(v128.or(left, later))) << group;
      still |= (i32x4.bitmask(timer) != 0 ? 1 : 0) << (group + 16);
    }
    return still;
  }

  /** What the exponential does in the part of the step that counts. */
  static weaken(held: u32): void {
    for (; held != 0; held &= held - 1) {
      const at = scratch + ((<usize>ctz(held)) << 4);
      const active = f32x4.pmax(f32x4.splat(0), f32x4.sub(f32x4.splat(1), v128.load(at, LEFT)));
      v128.store(at, f32x4.mul(active, v128.load(at, Y)), Y);
    }
  }
}
