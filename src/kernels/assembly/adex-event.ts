/**
 * What four whole circuits do where they are alone: crossings, spikes, and resets that end within a step (equations: adex.ts). And the rows in which a step passes values on.
 */
import { Field } from './bank';
import { Circuit } from './circuit-functions';
import { Elementary } from './elementary';

export const LEAST: f32 = 1e-30; // of 1 - y: D x 69 is more than any supply
const LN2: f32 = 0.6931471805599453;
export const fractions: usize = memory.data(16, 16);
/** What goes from pass to pass, for the 64 neurons of a block: rows of 256 bytes from `scratch` on. */
export const scratch: usize = memory.data(2560, 16);
export const LEAK: usize = 0; // of the leak OTA
export const OTA: usize = 256; // of the adaptation's OTA towards the membrane
export const CHANGE: usize = 512; // by everything but the exponential
export const Y: usize = 768; // what the exponential does beside it
export const SENSE: usize = 1024; // of the adaptation's OTA from the membrane
export const V: usize = 1280; // of groups that stir: voltage before the movement
export const LEFT: usize = 1536; // refractory time before the step
export const TIMER: usize = 1792; // timer before the step
export const JUMP: usize = 2048; // of the adaptation at a spike
export const U: usize = 2304; // of groups with a spike: adaptation before

@unmanaged
export class AdexEvent {
  /** Crossings and spikes of four neurons: voltages, timers, resets and jumps of those that fire. Returns which lanes fire. */
  static event(base: usize, stride: usize, at: usize, comparator: v128, railLow: f32, railHigh: f32): v128 {
    const low = f32x4.splat(railLow);
    const high = f32x4.splat(railHigh);
    const zero = f32x4.splat(0);
    const one = f32x4.splat(1);
    const v = v128.load(at, V);
    const next = v128.load(base);
    const remaining = v128.load(at, LEFT);
    const timer = v128.load(at, TIMER);
    const armed = v128.load(base + stride * Field.ARMED);
    const active = f32x4.pmax(zero, f32x4.sub(one, remaining));
    const waiting = f32x4.lt(timer, zero);
    const free = v128.and(f32x4.le(timer, one), f32x4.ge(timer, zero));
    const crossing = v128.and(v128.andnot(v128.and(f32x4.ge(next, armed), comparator), f32x4.ge(remaining, one)), free);
    const inverse = v128.load(base + stride * Field.INVERSE);
    const strength = Circuit.exponential(v, v128.load(base + stride * Field.VOLTAGE), inverse, v128.load(base + stride * Field.CLIP));
    const soon = AdexEvent.fraction(v, armed, v128.load(at, CHANGE), f32x4.mul(active, strength), f32x4.mul(inverse, f32x4.splat(LN2)));
    let fraction = f32x4.add(f32x4.sub(one, active), f32x4.mul(active, soon));
    fraction = f32x4.pmin(one, f32x4.pmax(fraction, f32x4.pmax(zero, timer)));
    fraction = f32x4.add(fraction, v128.load(base + stride * Field.DELAY)); // delay
    const due = v128.and(v128.and(waiting, f32x4.ge(timer, f32x4.splat(-1))), comparator);
    const fires = v128.or(due, v128.and(crossing, f32x4.le(fraction, one)));
    let timed = v128.load(base + stride * Field.TIMER);
    timed = v128.bitselect(f32x4.pmin(zero, f32x4.add(timer, one)), timed, waiting);
    timed = v128.bitselect(f32x4.sub(one, fraction), timed, v128.andnot(crossing, fires));
    fraction = v128.bitselect(f32x4.neg(timer), fraction, due);
    const rest = f32x4.sub(one, fraction);
    const clamp = v128.load(base + stride * Field.REFRACTORY);
    timed = v128.bitselect(f32x4.pmax(zero, f32x4.sub(v128.load(base + stride * Field.BLIND), rest)), timed, fires);
    v128.store(base + stride * Field.TIMER, timed);
    v128.store(base + stride * Field.REMAINING, v128.bitselect(f32x4.sub(clamp, rest), v128.load(base + stride * Field.REMAINING), fires));
    const target = f32x4.pmin(high, f32x4.pmax(low, v128.load(base + stride * Field.RESET)));
    const pull = v128.load(base + stride * Field.RESET_RATE);
    const kept = v128.and(
      Elementary.exp(f32x4.neg(f32x4.mul(pull, f32x4.pmin(rest, clamp)))),
      v128.and(f32x4.gt(pull, zero), f32x4.gt(clamp, zero)),
    );
    const from = f32x4.pmin(next, f32x4.pmax(armed, v));
    v128.store(base, v128.bitselect(f32x4.add(target, f32x4.mul(f32x4.sub(from, target), kept)), next, fires));
    const faded = f32x4.sub(
      one,
      f32x4.mul(f32x4.add(rest, f32x4.splat(0.5)), f32x4.sub(one, v128.load(base + stride * Field.ADAPTATION_DECAY))),
    );
    v128.store(at, v128.and(f32x4.mul(v128.load(base + stride * Field.JUMP), faded), fires), JUMP);
    v128.store(at, v128.load(base + stride * Field.ADAPTATION), U);
    v128.store(fractions, f32x4.pmax(zero, fraction));
    return fires;
  }

  /** Part of the active time after which the membrane is at the threshold: chord where the exponential is weak, else the exact solution. */
  static fraction(v: v128, threshold: v128, change: v128, z: v128, inverseSlope: v128): v128 {
    const kappa = f32x4.mul(change, inverseSlope);
    const zero = f32x4.splat(0);
    const one = f32x4.splat(1);
    const distance = f32x4.pmax(zero, f32x4.sub(threshold, v));
    // pmax first: 0 / 0, a membrane that already stood at its threshold, becomes 0
    const chord = f32x4.pmin(one, f32x4.pmax(zero, f32x4.div(distance, change)));
    const height = Elementary.exp(f32x4.neg(f32x4.mul(distance, inverseSlope)));
    const denominator = f32x4.add(f32x4.mul(kappa, height), z);
    const ratio = f32x4.div(f32x4.sub(one, height), denominator);
    const g = f32x4.mul(kappa, ratio);
    // ln(1 + g) / g, by its series where g is small
    const series = f32x4.sub(one, f32x4.mul(g, f32x4.sub(f32x4.splat(0.5), f32x4.mul(g, f32x4.splat(1 / 3)))));
    const whole = f32x4.div(Elementary.log(f32x4.pmax(f32x4.splat(LEAST), f32x4.add(one, g))), g);
    const bent = v128.bitselect(series, whole, f32x4.lt(f32x4.abs(g), f32x4.splat(0.01)));
    const exact = f32x4.pmin(one, f32x4.pmax(zero, f32x4.mul(ratio, bent)));
    return v128.bitselect(exact, chord, f32x4.gt(z, f32x4.splat(0.01)));
  }
}
