/**
 * Characteristics of the analog circuits over rows of values, in place: as exact as circuits are alike, and cheap, because multiplications are what a step costs most.
 *   OTA: tanh(x) = x P(x^2) / Q(x^2), P and Q of degree 2 with P(0) = Q(0) = 1, at most 6e-5 off in relative error up to |x| = 5, constant beyond (9e-5 under 1): our minimax fit.
 *   Exponential: 2^n 2^f, f within half of the nearest whole number, 2^f by our minimax polynomial of degree 4 with 2^0 = 1: 2.8e-6, and 2e-6 by the rounding of large arguments;
 *   arguments end at -60 (1e-26, as good as nothing and far from subnormal numbers) and 88.
 * Short loops whose constants stay in registers: a constant that is written into a long loop costs three instructions each time round, one that is loaded from memory before the
 * loop costs none.
 */
const OTA: usize = memory.data<f32>([5, -5, 0.0006778999702953637, 0.1027358045370726, 0.012903840963250465, 0.43584784237147567, 1], 16);
const EXPONENTIAL: usize = memory.data<f32>(
  [88, -60, 1.4426950408889634, 12582912, 0.009582854486072868, 0.05590642255136017, 0.24024098579592704, 0.6931241938239379, 1],
  16,
);

@unmanaged
export class Circuit {
  /** The `bytes` / 4 values from `at` on, a multiple of 8 values. */
  static ota(at: usize, bytes: usize): void {
    const high = v128.load_splat<f32>(OTA);
    const low = v128.load_splat<f32>(OTA, 4);
    const p2 = v128.load_splat<f32>(OTA, 8);
    const p1 = v128.load_splat<f32>(OTA, 12);
    const q2 = v128.load_splat<f32>(OTA, 16);
    const q1 = v128.load_splat<f32>(OTA, 20);
    const one = v128.load_splat<f32>(OTA, 24);
    for (const end = at + bytes; at < end; at += 32) {
      const y = f32x4.pmax(low, f32x4.pmin(high, v128.load(at)));
      const y2 = f32x4.pmax(low, f32x4.pmin(high, v128.load(at, 16)));
      const z = f32x4.mul(y, y);
      const z2 = f32x4.mul(y2, y2);
      const p = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(p2, z), p1), z), one);
      const q = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(q2, z), q1), z), one);
      v128.store(at, f32x4.div(f32x4.mul(y, p), q));
      const r = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(p2, z2), p1), z2), one);
      const s = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(q2, z2), q1), z2), one);
      v128.store(at, f32x4.div(f32x4.mul(y2, r), s), 16);
    }
  }

  static exponential(at: usize, bytes: usize): void {
    const high = v128.load_splat<f32>(EXPONENTIAL);
    const low = v128.load_splat<f32>(EXPONENTIAL, 4);
    const perPower = v128.load_splat<f32>(EXPONENTIAL, 8);
    const shift = v128.load_splat<f32>(EXPONENTIAL, 12);
    const p4 = v128.load_splat<f32>(EXPONENTIAL, 16);
    const p3 = v128.load_splat<f32>(EXPONENTIAL, 20);
    const p2 = v128.load_splat<f32>(EXPONENTIAL, 24);
    const p1 = v128.load_splat<f32>(EXPONENTIAL, 28);
    const one = v128.load_splat<f32>(EXPONENTIAL, 32);
    for (const end = at + bytes; at < end; at += 32) {
      const t = f32x4.mul(f32x4.pmax(low, f32x4.pmin(high, v128.load(at))), perPower);
      const t2 = f32x4.mul(f32x4.pmax(low, f32x4.pmin(high, v128.load(at, 16))), perPower);
      const shifted = f32x4.add(t, shift);
      const shifted2 = f32x4.add(t2, shift);
      const f = f32x4.sub(t, f32x4.sub(shifted, shift));
      const f2 = f32x4.sub(t2, f32x4.sub(shifted2, shift));
      let p = f32x4.add(f32x4.mul(p4, f), p3);
      let q = f32x4.add(f32x4.mul(p4, f2), p3);
      p = f32x4.add(f32x4.mul(p, f), p2);
      q = f32x4.add(f32x4.mul(q, f2), p2);
      p = f32x4.add(f32x4.mul(p, f), p1);
      q = f32x4.add(f32x4.mul(q, f2), p1);
      p = f32x4.add(f32x4.mul(p, f), one);
      q = f32x4.add(f32x4.mul(q, f2), one);
      v128.store(at, i32x4.add(p, i32x4.shl(shifted, 23)));
      v128.store(at, i32x4.add(q, i32x4.shl(shifted2, 23)), 16);
    }
  }
}
