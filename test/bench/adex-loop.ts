/**
 * The calibration loop: AdEx neurons in plain JavaScript f64, the best layout we know for it (one Float64Array in blocks of 64 neurons, exp by table and polynomial, hash noise).
 * It measures the machine: 26.6 ns per neuron-step on the reference machine. Rates of other machines are scaled by it.
 *   C dv/dt = gL (EL - v) + gL D exp((v - VT) / D) - w + gE (EE - v) + gI (EI - v) + I,   tau_w dw/dt = a (v - EL) - w;   forward Euler
 * Source: Brette and Gerstner 2005.
 */
const FIELDS = 23;

const POWERS = Float64Array.from({ length: 64 }, (_, i) => 2 ** (i / 64));
const SCALES = Float64Array.from({ length: 256 }, (_, i) => 2 ** (i - 128));

export class AdexLoop {
  readonly #state: Float64Array;
  readonly #blocks: number;

  constructor(neurons: number) {
    this.#blocks = neurons / 64;
    this.#state = new Float64Array(FIELDS * neurons);
    const state = [-60, 0, 1, 1, 0, 0, 0]; // v (mV), w, gE, gI, refractory steps left, two slots
    const parameters = [0.1 / 200, 10, -70.6, -50.4, 2, 4, 0.1 / 144, 40, 0, -80, 0.98, 0.99, 520, -40, -70.6, 20]; // see `run`
    const values = state.concat(parameters);
    for (let block = 0; block < this.#blocks; block++) {
      for (let field = 0; field < FIELDS; field++) {
        for (let i = 0; i < 64; i++) {
          const spread = 1 + 0.02 * Math.sin(12.9898 * (block * 64 + i) + field);
          this.#state[(block * FIELDS + field) * 64 + i] = values[field]! * spread;
        }
      }
    }
  }

  /** Runs `steps` steps; returns the number of spikes. */
  run(firstStep: number, steps: number): number {
    const s = this.#state;
    const sigma = 0.3;
    let spikes = 0;
    for (let step = firstStep; step < firstStep + steps; step++) {
      const key = Math.imul(step + 1, 0x9e3779b1);
      for (let block = 0; block < this.#blocks; block++) {
        const begin = block * FIELDS * 64;
        for (let p = begin; p < begin + 64; p++) {
          const v = s[p]!;
          const w = s[p + 64]!;
          const gE = s[p + 128]!;
          const gI = s[p + 192]!;
          const left = s[p + 256]!;
          const gL = s[p + 512]!;
          const rest = s[p + 576]!;
          const slope = s[p + 704]!;
          let hash = Math.imul((block * 64 + p - begin) ^ key, 0x85ebca6b);
          hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
          hash ^= hash >>> 13;
          const bytes = (hash & 255) + ((hash >>> 8) & 255) + ((hash >>> 16) & 255) + (hash >>> 24);

          let x = (v - s[p + 640]!) / slope;
          x = x < -80 ? -80 : x > 20 ? 20 : x;
          const k = Math.floor(x * 92.33248261893 + 0.5) | 0;
          const r = x - k * 0.010830424696249145;
          const upstroke = SCALES[(k >> 6) + 128]! * POWERS[k & 63]! * (1 + r * (1 + r * (0.5 + r * (1 / 6 + r * (1 / 24)))));

          const current =
            gL * (rest - v) + gL * slope * upstroke - w + gE * (s[p + 960]! - v) + gI * (s[p + 1024]! - v) + s[p + 1216]! * 0.5;
          let next = v + s[p + 448]! * current + sigma * (bytes - 510) * 0.006765875086793228;
          let adaptation = w + s[p + 832]! * (s[p + 768]! * (v - rest) - w);
          if (left > 0) {
            next = s[p + 1344]!;
            s[p + 256] = left - 1;
          } else if (next >= s[p + 1280]!) {
            next = s[p + 1344]!;
            adaptation += s[p + 896]!;
            s[p + 256] = s[p + 1408]!;
            spikes++;
          }
          s[p] = next;
          s[p + 64] = adaptation;
          // without input the conductances would fade into subnormal numbers, which cost several times as much
          const e = gE * s[p + 1088]! + s[p + 320]!;
          const h = gI * s[p + 1152]! + s[p + 384]!;
          s[p + 128] = e > 1e-12 ? e : 0;
          s[p + 192] = h > 1e-12 ? h : 0;
          s[p + 320] = 0;
          s[p + 384] = 0;
        }
      }
    }
    return spikes;
  }
}
