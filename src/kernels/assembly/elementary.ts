/**
 * Elementary functions on four f32 lanes. Only additions, multiplications, divisions and pseudo-minima in a written order, so the bits are the same on every machine (no
 * fused multiply-add, no relaxed SIMD); the TypeScript twins in ../twins/elementary.ts repeat them operation by operation.
 */

const TANH: usize = memory.data<f32>(
  [
    -7.9, 7.9, 1.157793685477051e-5, 0.0029651471075018932, 0.12938979284469773, 2.506490185557086e-7, 0.00024064584622431544,
    0.02387378690712914, 0.4627224094227261, 1,
  ],
  16,
);

@unmanaged
export class Elementary {
  /**
   * tanh(x) = x P(x^2) / Q(x^2) for |x| <= 7.9, constant beyond. P of degree 3 and Q of degree 4 in x^2 with P(0) = Q(0) = 1, so tanh(x) = x for tiny x; odd in every bit.
   * Minimax in relative error (our fit by linear programming, 1.4e-7); with f32 rounding at most 4.5e-7 for all x. Never above 1.
   */
  @inline static tanh(x: v128): v128 {
    const one = f32x4.splat(1);
    const y = f32x4.pmax(f32x4.splat(-7.9), f32x4.pmin(f32x4.splat(7.9), x));
    const z = f32x4.mul(y, y);
    let p = f32x4.add(f32x4.mul(f32x4.splat(1.157793685477051e-5), z), f32x4.splat(0.0029651471075018932));
    p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.12938979284469773));
    p = f32x4.add(f32x4.mul(p, z), one);
    let q = f32x4.add(f32x4.mul(f32x4.splat(2.506490185557086e-7), z), f32x4.splat(0.00024064584622431544));
    q = f32x4.add(f32x4.mul(q, z), f32x4.splat(0.02387378690712914));
    q = f32x4.add(f32x4.mul(q, z), f32x4.splat(0.4627224094227261));
    q = f32x4.add(f32x4.mul(q, z), one);
    return f32x4.div(f32x4.mul(y, p), q);
  }

  /** `tanh` of scale (a - b) for the `bytes` / 4 values from `a` and `b` on, a multiple of 4 values: its constants stay in registers. */
  static tanhOfDifferences(a: usize, b: usize, scale: v128, out: usize, bytes: usize): void {
    const low = v128.load_splat<f32>(TANH);
    const high = v128.load_splat<f32>(TANH, 4);
    const p3 = v128.load_splat<f32>(TANH, 8);
    const p2 = v128.load_splat<f32>(TANH, 12);
    const p1 = v128.load_splat<f32>(TANH, 16);
    const q4 = v128.load_splat<f32>(TANH, 20);
    const q3 = v128.load_splat<f32>(TANH, 24);
    const q2 = v128.load_splat<f32>(TANH, 28);
    const q1 = v128.load_splat<f32>(TANH, 32);
    const one = v128.load_splat<f32>(TANH, 36);
    for (const end = out + bytes; out < end; out += 16) {
      const y = f32x4.pmax(low, f32x4.pmin(high, f32x4.mul(f32x4.sub(v128.load(a), v128.load(b)), scale)));
      a += 16;
      b += 16;
      const z = f32x4.mul(y, y);
      let p = f32x4.add(f32x4.mul(p3, z), p2);
      p = f32x4.add(f32x4.mul(p, z), p1);
      p = f32x4.add(f32x4.mul(p, z), one);
      let q = f32x4.add(f32x4.mul(q4, z), q3);
      q = f32x4.add(f32x4.mul(q, z), q2);
      q = f32x4.add(f32x4.mul(q, z), q1);
      q = f32x4.add(f32x4.mul(q, z), one);
      v128.store(out, f32x4.div(f32x4.mul(y, p), q));
    }
  }

  /**
   * exp(x) = 2^n exp(r), n = round(x / ln 2), |r| <= ln 2 / 2. n comes from adding 1.5 * 2^23 (ties to even), ln 2 is subtracted in two parts, exp(r) is the Taylor
   * polynomial of degree 6 (1.2e-7), and 2^n is added to the exponent bits. Below -86 the result is 0 (no subnormals), above 88 it stays at exp(88).
   */
  @inline static exp(x: v128): v128 {
    const low = f32x4.splat(-86);
    const y = f32x4.pmax(low, f32x4.pmin(f32x4.splat(88), x));
    const shifted = f32x4.add(f32x4.mul(y, f32x4.splat(1.4426950408889634)), f32x4.splat(12582912));
    const n = f32x4.sub(shifted, f32x4.splat(12582912));
    let r = f32x4.sub(y, f32x4.mul(n, f32x4.splat(0.693359375)));
    r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.1219444005469057e-4)));
    let p = f32x4.add(f32x4.mul(f32x4.splat(1 / 720), r), f32x4.splat(1 / 120));
    p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1 / 24));
    p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1 / 6));
    p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5));
    p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1));
    p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1));
    return v128.and(i32x4.add(p, i32x4.shl(shifted, 23)), f32x4.ge(x, low));
  }

  /**
   * ln(x) for normal x above 0: x = 2^e m with m in [sqrt(1/2), sqrt(2)), ln m = f - f^2 / 2 + f^3 P(f) with f = m - 1, P the polynomial of degree 8 of Cephes logf.
   * At most 1.2e-7 relative, 6e-8 absolute near 1. x at or below 0 gives the logarithm of the smallest normal number.
   */
  @inline static log(x: v128): v128 {
    const one = f32x4.splat(1);
    const y = f32x4.pmax(f32x4.splat(1.1754943508222875e-38), x);
    // shifted so that the exponent changes at sqrt(1/2)
    const bits = i32x4.sub(y, i32x4.splat(0x3f3504f3));
    const e = f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23));
    const m = i32x4.add(v128.and(bits, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
    const f = f32x4.sub(m, one);
    const z = f32x4.mul(f, f);
    let p = f32x4.add(f32x4.mul(f32x4.splat(7.0376836292e-2), f), f32x4.splat(-1.151461031e-1));
    p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1.167699874e-1));
    p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-1.2420140846e-1));
    p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1.4249322787e-1));
    p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-1.6668057665e-1));
    p = f32x4.add(f32x4.mul(p, f), f32x4.splat(2.0000714765e-1));
    p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-2.4999993993e-1));
    p = f32x4.add(f32x4.mul(p, f), f32x4.splat(3.3333331174e-1));
    let r = f32x4.mul(f32x4.mul(f, z), p);
    r = f32x4.add(r, f32x4.mul(e, f32x4.splat(-2.1219444e-4)));
    r = f32x4.sub(r, f32x4.mul(z, f32x4.splat(0.5)));
    return f32x4.add(f32x4.add(f, r), f32x4.mul(e, f32x4.splat(0.693359375)));
  }
}
