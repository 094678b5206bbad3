/** exp, tanh and ln of assembly/elementary.ts and the characteristics of assembly/circuit-functions.ts in TypeScript, one value at a time, every operation rounded to f32. Slow: the oracle, not the product. */
const f = Math.fround;

export function expTwin(x: number): number {
  const y = pmax(-86, pmin(88, x));
  const shifted = f(f(y * f(Math.LOG2E)) + 12582912);
  const n = f(shifted - 12582912);
  let r = f(y - f(n * f(0.693359375)));
  r = f(r - f(n * f(-2.1219444005469057e-4)));
  let p = f(f(f(1 / 720) * r) + f(1 / 120));
  for (const coefficient of [1 / 24, 1 / 6, 0.5, 1, 1]) p = f(f(p * r) + f(coefficient));
  return x >= -86 ? floatOf(bitsOf(p) + (bitsOf(shifted) << 23)) : 0;
}

export function tanhTwin(x: number): number {
  const y = pmax(f(-7.9), pmin(f(7.9), x));
  const z = f(y * y);
  let p = f(f(f(1.157793685477051e-5) * z) + f(0.0029651471075018932));
  for (const coefficient of [0.12938979284469773, 1]) p = f(f(p * z) + f(coefficient));
  let q = f(f(f(2.506490185557086e-7) * z) + f(0.00024064584622431544));
  for (const coefficient of [0.02387378690712914, 0.4627224094227261, 1]) q = f(f(q * z) + f(coefficient));
  return f(f(y * p) / q);
}

/** Current of an OTA of this linear range: linear tanh(x / linear). */
export function otaTwin(x: number, linear: number): number {
  const square = f(f(1 / linear) * f(1 / linear));
  const y = pmax(f(-5 * linear), pmin(f(5 * linear), x));
  const z = f(y * y);
  const fourth = (c: number): number => f(f(f(c) * square) * square);
  const p = f(f(f(f(fourth(0.0006778999702953637) * z) + f(f(0.1027358045370726) * square)) * z) + 1);
  const q = f(f(f(f(fourth(0.012903840963250465) * z) + f(f(0.43584784237147567) * square)) * z) + 1);
  return f(f(y * p) / q);
}

/** 2^t for t from -126 to 127. */
export function powerTwin(t: number): number {
  const shifted = f(t + 12582912);
  const g = f(t - f(shifted - 12582912));
  const square = f(g * g);
  let p = f(f(f(0.05590642255136017) * g) + f(0.24024098579592704));
  p = f(f(f(0.009582854486072868) * square) + p);
  p = f(f(p * square) + f(f(f(0.6931241938239379) * g) + 1));
  return floatOf(bitsOf(p) + (bitsOf(shifted) << 23));
}

export function logTwin(x: number): number {
  const y = pmax(f(1.1754943508222875e-38), x);
  const shifted = (bitsOf(y) - 0x3f3504f3) | 0;
  const e = shifted >> 23;
  const m = floatOf((shifted & 0x007fffff) + 0x3f3504f3);
  const g = f(m - 1);
  const z = f(g * g);
  let p = f(f(f(7.0376836292e-2) * g) + f(-1.151461031e-1));
  for (const coefficient of [
    1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
  ]) {
    p = f(f(p * g) + f(coefficient));
  }
  let r = f(f(g * z) * p);
  r = f(r + f(e * f(-2.1219444e-4)));
  r = f(r - f(z * 0.5));
  return f(f(g + r) + f(e * f(0.693359375)));
}

/** Pseudo-minimum of the vector instructions: the first operand unless the second is smaller; so NaN in the second is dropped. */
export function pmin(a: number, b: number): number {
  return b < a ? b : a;
}

/** Pseudo-maximum: the first operand unless it is smaller. */
export function pmax(a: number, b: number): number {
  return a < b ? b : a;
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

function bitsOf(value: number): number {
  float[0] = value;
  return bits[0]!;
}

function floatOf(pattern: number): number {
  bits[0] = pattern;
  return float[0]!;
}
