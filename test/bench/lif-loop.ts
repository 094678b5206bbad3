/**
 * The opponent of the membrane kernel: the same LIF model with the same noise in plain JavaScript f64, as fast as we could make it. One Float64Array in blocks of 64 neurons
 * (one base index, constant offsets), the kernel's own rational tanh, Threefry-4x32-13 unrolled with constant rotations and drawn for sixteen counters a block, the refractory
 * case in a branch. The model and the meaning of the fields stand in src/kernels/assembly/lif.ts.
 */
import { LIF_FIELDS, type LifField } from '../../src/kernels/index.ts';

/** Fields that a step touches, in the order of the block: all but the rates, which only delivery needs. */
const ORDER = LIF_FIELDS.filter((field) => !field.startsWith('rate'));
const SIZE = 64 * 18;
const FLOOR = 2 ** -40;

export class LifLoop {
  readonly spikeSteps: Int32Array;
  readonly spikeNeurons: Int32Array;
  readonly spikeFractions: Float64Array;
  readonly #state: Float64Array;
  readonly #blocks: number;
  readonly #words = new Int32Array(64);

  /** `values` gives the value of each field for each neuron. */
  constructor(neurons: number, maxSpikes: number, values: (field: LifField, neuron: number) => number) {
    this.#blocks = neurons / 64;
    this.#state = new Float64Array(SIZE * this.#blocks);
    this.spikeSteps = new Int32Array(maxSpikes);
    this.spikeNeurons = new Int32Array(maxSpikes);
    this.spikeFractions = new Float64Array(maxSpikes);
    for (let n = 0; n < neurons; n++) ORDER.forEach((field, i) => (this.#state[(n >> 6) * SIZE + i * 64 + (n & 63)] = values(field, n)));
  }

  /** V, of one neuron. */
  v(neuron: number): number {
    return this.#state[(neuron >> 6) * SIZE + (neuron & 63)]!;
  }

  run(firstStep: number, steps: number, linear: number, seed: number): number {
    const s = this.#state;
    const words = this.#words;
    const inverse = 1 / linear;
    let spikes = 0;
    for (let step = 0; step < steps; step++) {
      for (let block = 0; block < this.#blocks; block++) {
        drawWords(words, block, firstStep + step, seed);
        const begin = block * SIZE;
        for (let i = 0; i < 64; i++) {
          const p = begin + i;
          const v = s[p]!;
          const remaining = s[p + 896]!;
          const excitation = s[p + 192]!;
          const inhibition = s[p + 448]!;
          let x = (s[p + 64]! - v) * inverse;
          x = x < -7.9 ? -7.9 : x > 7.9 ? 7.9 : x;
          const z = x * x;
          const top = x * (((1.157793685477051e-5 * z + 0.0029651471075018932) * z + 0.12938979284469773) * z + 1);
          const bottom = (((2.506490185557086e-7 * z + 0.00024064584622431544) * z + 0.02387378690712914) * z + 0.4627224094227261) * z + 1;
          const word = words[i]!;
          const bytes = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
          const change =
            s[p + 128]! * linear * (top / bottom) +
            s[p + 256]! * excitation -
            s[p + 512]! * inhibition +
            s[p + 704]! +
            s[p + 768]! +
            s[p + 832]! * ((bytes - 510) * 0.006765875086793228);
          const e = s[p + 320]! * excitation + s[p + 384]!;
          const h = s[p + 576]! * inhibition + s[p + 640]!;
          s[p + 192] = Math.abs(e) >= FLOOR ? e : 0;
          s[p + 448] = Math.abs(h) >= FLOOR ? h : 0;
          s[p + 384] = 0;
          s[p + 640] = 0;
          s[p + 768] = 0;
          let active = 1;
          if (remaining > 0) {
            s[p + 896] = remaining > 1 ? remaining - 1 : 0;
            if (remaining >= 1) {
              s[p] = s[p + 960]!;
              continue;
            }
            active = 1 - remaining;
          }
          const next = v + active * change;
          const threshold = s[p + 1024]!;
          if (next >= threshold) {
            const inner = threshold > v ? (threshold - v) / (next - v) : 0;
            const fraction = 1 - active + active * inner;
            const left = s[p + 1088]! - (1 - fraction);
            s[p] = s[p + 960]!;
            s[p + 896] = left > 0 ? left : 0;
            this.spikeSteps[spikes] = step;
            this.spikeNeurons[spikes] = block * 64 + i;
            this.spikeFractions[spikes++] = fraction;
          } else s[p] = Math.abs(next) >= FLOOR ? next : 0;
        }
      }
    }
    return spikes;
  }
}

/** Threefry-4x32-13 of the counters (16 block + lane, step, 0, 0) under the key (seed, 0, 2, 0): word k of lane l goes to neuron 16 k + l. */
function drawWords(words: Int32Array, block: number, step: number, seed: number): void {
  const k0 = seed | 0;
  const k4 = k0 ^ 2 ^ 0x1bd11bda;
  for (let lane = 0; lane < 16; lane++) {
    let x0 = (16 * block + lane + k0) | 0;
    let x1 = step | 0;
    let x2 = 2;
    let x3 = 0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 10) | (x1 >>> 22)) ^ x0;
    x2 = (x2 + x3) | 0;
    x3 = ((x3 << 26) | (x3 >>> 6)) ^ x2;
    x0 = (x0 + x3) | 0;
    x3 = ((x3 << 11) | (x3 >>> 21)) ^ x0;
    x2 = (x2 + x1) | 0;
    x1 = ((x1 << 21) | (x1 >>> 11)) ^ x2;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
    x2 = (x2 + x3) | 0;
    x3 = ((x3 << 27) | (x3 >>> 5)) ^ x2;
    x0 = (x0 + x3) | 0;
    x3 = ((x3 << 23) | (x3 >>> 9)) ^ x0;
    x2 = (x2 + x1) | 0;
    x1 = ((x1 << 5) | (x1 >>> 27)) ^ x2;
    x1 = (x1 + 2) | 0;
    x3 = (x3 + k4 + 1) | 0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
    x2 = (x2 + x3) | 0;
    x3 = ((x3 << 20) | (x3 >>> 12)) ^ x2;
    x0 = (x0 + x3) | 0;
    x3 = ((x3 << 17) | (x3 >>> 15)) ^ x0;
    x2 = (x2 + x1) | 0;
    x1 = ((x1 << 11) | (x1 >>> 21)) ^ x2;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 25) | (x1 >>> 7)) ^ x0;
    x2 = (x2 + x3) | 0;
    x3 = ((x3 << 10) | (x3 >>> 22)) ^ x2;
    x0 = (x0 + x3) | 0;
    x3 = ((x3 << 18) | (x3 >>> 14)) ^ x0;
    x2 = (x2 + x1) | 0;
    x1 = ((x1 << 20) | (x1 >>> 12)) ^ x2;
    x0 = (x0 + 2) | 0;
    x2 = (x2 + k4) | 0;
    x3 = (x3 + k0 + 2) | 0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 10) | (x1 >>> 22)) ^ x0;
    x2 = (x2 + x3) | 0;
    x3 = ((x3 << 26) | (x3 >>> 6)) ^ x2;
    x0 = (x0 + x3) | 0;
    x3 = ((x3 << 11) | (x3 >>> 21)) ^ x0;
    x2 = (x2 + x1) | 0;
    x1 = ((x1 << 21) | (x1 >>> 11)) ^ x2;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
    x2 = (x2 + x3) | 0;
    x3 = ((x3 << 27) | (x3 >>> 5)) ^ x2;
    x0 = (x0 + x3) | 0;
    x3 = ((x3 << 23) | (x3 >>> 9)) ^ x0;
    x2 = (x2 + x1) | 0;
    x1 = ((x1 << 5) | (x1 >>> 27)) ^ x2;
    x1 = (x1 + k4) | 0;
    x2 = (x2 + k0) | 0;
    x3 = (x3 + 3) | 0;
    x0 = (x0 + x1) | 0;
    x2 = (x2 + x3) | 0;
    words[lane] = x0;
    words[lane + 16] = ((x1 << 6) | (x1 >>> 26)) ^ x0;
    words[lane + 32] = x2;
    words[lane + 48] = ((x3 << 20) | (x3 >>> 12)) ^ x2;
  }
}
