/**
 * Characteristics of the analog circuits over rows of values, in place: as exact as circuits are alike, and cheap, because multiplications are what a step costs most.
 *   OTA: tanh(x) = x P(x^2) / Q(x^2), P and Q of degree 2 with P(0) = Q(0) = 1, at most 6e-5 off in relative error up to |x| = 5, constant beyond (9e-5 under 1): our minimax fit.
 *   L tanh(x / L) takes no further multiplication: the powers of L stand in the coefficients.
 *   Exponential: 2^t = 2^n 2^f, f within half of the nearest whole number, 2^f by our minimax polynomial of degree 4 with 2^0 = 1: 2.8e-6, and 2e-6 by the rounding of large arguments;
 *   t ends at -87 (1e-26, as good as nothing and far from subnormal numbers) and at the circuit's clip.
 * Short loops whose constants stay in registers: a constant that is written into a long loop costs three instructions each time round, one that is loaded from memory before the
 * loop costs none.
 */
const P2: f32 = 0.0006778999702953637;
const P1: f32 = 0.1027358045370726;
const Q2: f32 = 0.012903840963250465;
const Q1: f32 = 0.43584784237147567;

@unmanaged
export class Circuit {
  /** Constants of an exponential: its least argument, what rounds to whole numbers, the polynomial, 1; then 1/2 and (ln 2)^2 / 24 (AdexPasses.rise). */
  static readonly POWER: usize = memory.data<f32>(
    [-87, 12582912, 0.009582854486072868, 0.05590642255136017, 0.24024098579592704, 0.6931241938239379, 1, 0.5, 0.02001887557583342],
    16,
  );

  /** 2^t for t from -126 to 127. */
  @inline static power(t: v128, shift: v128, p4: v128, p3: v128, p2: v128, p1: v128, one: v128): v128 {
    const shifted = f32x4.add(t, shift);
    const f = f32x4.sub(t, f32x4.sub(shifted, shift));
    const square = f32x4.mul(f, f);
    let p = f32x4.add(f32x4.mul(p3, f), p2);
    p = f32x4.add(f32x4.mul(p4, square), p);
    p = f32x4.add(f32x4.mul(p, square), f32x4.add(f32x4.mul(p1, f), one));
    return i32x4.add(p, i32x4.shl(shifted, 23));
  }

  /** What the exponential circuits of four neurons give at this voltage. */
  static exponential(v: v128, voltage: v128, inverse: v128, clip: v128): v128 {
    const t = f32x4.pmax(v128.load_splat<f32>(Circuit.POWER), f32x4.pmin(clip, f32x4.mul(f32x4.sub(v, voltage), inverse)));
    return Circuit.power(
      t,
      v128.load_splat<f32>(Circuit.POWER, 4),
      v128.load_splat<f32>(Circuit.POWER, 8),
      v128.load_splat<f32>(Circuit.POWER, 12),
      v128.load_splat<f32>(Circuit.POWER, 16),
      v128.load_splat<f32>(Circuit.POWER, 20),
      v128.load_splat<f32>(Circuit.POWER, 24),
    );
  }

  /** Coefficients of an OTA of this linear range into 28 bytes. */
  static scale(at: usize, linear: f32, inverse: f32): void {
    const square = inverse * inverse;
    store<f32>(at, 5 * linear);
    store<f32>(at, -5 * linear, 4);
    store<f32>(at, P2 * square * square, 8);
    store<f32>(at, P1 * square, 12);
    store<f32>(at, Q2 * square * square, 16);
    store<f32>(at, Q1 * square, 20);
    store<f32>(at, 1, 24);
  }

  /** 64 values from `from` on; those below are loops of their own, because what they have in common is a line. */
  static ota(from: usize, out: usize, table: usize): void {
    const high = v128.load_splat<f32>(table);
    const low = v128.load_splat<f32>(table, 4);
    const p2 = v128.load_splat<f32>(table, 8);
    const p1 = v128.load_splat<f32>(table, 12);
    const q2 = v128.load_splat<f32>(table, 16);
    const q1 = v128.load_splat<f32>(table, 20);
    const one = v128.load_splat<f32>(table, 24);
    for (const end = out + 256; out < end; out += 64) {
      v128.store(out, Circuit.curve(v128.load(from), high, low, p2, p1, q2, q1, one));
      v128.store(out, Circuit.curve(v128.load(from, 16), high, low, p2, p1, q2, q1, one), 16);
      v128.store(out, Circuit.curve(v128.load(from, 32), high, low, p2, p1, q2, q1, one), 32);
      v128.store(out, Circuit.curve(v128.load(from, 48), high, low, p2, p1, q2, q1, one), 48);
      from += 64;
    }
  }

  /** The same of the differences of two rows. */
  static otaOfDifferences(from: usize, less: usize, out: usize, table: usize): void {
    const high = v128.load_splat<f32>(table);
    const low = v128.load_splat<f32>(table, 4);
    const p2 = v128.load_splat<f32>(table, 8);
    const p1 = v128.load_splat<f32>(table, 12);
    const q2 = v128.load_splat<f32>(table, 16);
    const q1 = v128.load_splat<f32>(table, 20);
    const one = v128.load_splat<f32>(table, 24);
    for (const end = out + 256; out < end; out += 64) {
      v128.store(out, Circuit.curve(f32x4.sub(v128.load(from), v128.load(less)), high, low, p2, p1, q2, q1, one));
      v128.store(out, Circuit.curve(f32x4.sub(v128.load(from, 16), v128.load(less, 16)), high, low, p2, p1, q2, q1, one), 16);
      v128.store(out, Circuit.curve(f32x4.sub(v128.load(from, 32), v128.load(less, 32)), high, low, p2, p1, q2, q1, one), 32);
      v128.store(out, Circuit.curve(f32x4.sub(v128.load(from, 48), v128.load(less, 48)), high, low, p2, p1, q2, q1, one), 48);
      from += 64;
      less += 64;
    }
  }

  @inline static curve(x: v128, high: v128, low: v128, p2: v128, p1: v128, q2: v128, q1: v128, one: v128): v128 {
    const y = f32x4.pmax(low, f32x4.pmin(high, x));
    const z = f32x4.mul(y, y);
    const p = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(p2, z), p1), z), one);
    const q = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(q2, z), q1), z), one);
    return f32x4.div(f32x4.mul(y, p), q);
  }
}
