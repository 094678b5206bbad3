/**
 * A substrate of straight lines: no chip, no noise, no rounding. Circuit n has a leak at 0.2 (code - 5 n) LSB, a reset at 0.25 code - 60, a threshold at 0.2 code + 20 + n, a
 * membrane with the rate (1 + n / 100) code / (500 x 10 us), channel offsets of n - 8 LSB. Driven by a current of code c, a membrane rises by c / 10 LSB per us.
 */
import {
  NEURON_CELLS,
  type Capabilities,
  type Experiment,
  type NeuronCell,
  type Recording,
  type Setting,
  type Substrate,
} from '../../src/model/index.ts';

const INTERVAL = 1.7e-6;

export class FakeSubstrate implements Substrate {
  readonly capabilities: Capabilities;
  readonly bill = { settling: 0, reading: 0, running: 0 };
  writes = 0;
  #codes = Object.fromEntries(NEURON_CELLS.map((kind) => [kind, [] as number[]])) as Record<NeuronCell, number[]>;
  #setting: Setting = {};

  constructor(neurons = 16) {
    const code = { min: 0, max: 1022 };
    for (const kind of NEURON_CELLS) this.#codes[kind] = Array.from({ length: neurons }, () => 500);
    this.capabilities = {
      neurons,
      ticksPerSecond: 1e9,
      speedUp: 1000,
      blockSize: 128,
      codes: Object.fromEntries(NEURON_CELLS.map((kind) => [kind, code])) as Capabilities['codes'],
      cadc: { bits: 8, zero: 0, lsb: 0.005, sampleInterval: INTERVAL, reliable: [30, 210] },
      leakLinearRange: Infinity,
    };
  }

  /** What a perfect instrument reads: LSB and s. */
  truth(n: number): { readonly leak: number; readonly reset: number; readonly threshold: number; readonly tauMem: number } {
    const code = (kind: NeuronCell): number => this.#codes[kind][n]!;
    return {
      leak: 0.2 * (code('leak') - 5 * n),
      reset: 0.25 * code('reset') - 60,
      threshold: 0.2 * code('threshold') + 20 + n,
      tauMem: (500 * 10e-6) / ((1 + n / 100) * Math.max(code('leak_bias'), 0.5)),
    };
  }

  async configure(setting: Setting): Promise<void> {
    for (const kind of NEURON_CELLS) this.#codes[kind] = [...(setting.codes?.[kind] ?? this.#codes[kind])];
    this.#setting = { ...this.#setting, ...setting };
    this.writes++;
  }

  async read(circuits: Uint32Array, samples: number): Promise<Float64Array> {
    const input = this.#setting.cadcInput ?? 'membrane';
    const level = (n: number): number =>
      input === 'membrane' ? this.truth(n)[this.#setting.holdReset === true ? 'reset' : 'leak'] : input.debugVoltage / 0.005;
    return Float64Array.from({ length: circuits.length * samples }, (_, i) => this.#channel(circuits[Math.floor(i / samples)]!, level));
  }

  async run({ stimulus, probes, until }: Experiment): Promise<Recording> {
    const circuits = probes[0]?.circuits ?? new Uint32Array(0);
    const tick = Float64Array.from({ length: Math.floor((until - 100) / 1700) + 1 }, (_, s) => 100 + 1700 * s);
    const values = new Float32Array(circuits.length * tick.length);
    const spikes: [number, number][] = [];
    for (let n = 0; n < this.capabilities.neurons; n++) {
      const { v, fired } = this.#course(n, stimulus.releaseAt ?? [0], until);
      for (const at of fired) spikes.push([at, n]);
      const row = circuits.indexOf(n);
      if (row >= 0) tick.forEach((at, s) => (values[row * tick.length + s] = this.#channel(n, () => v(at))));
    }
    spikes.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    return {
      until,
      ticksPerSecond: 1e9,
      spikes: { tick: Float64Array.from(spikes, ([at]) => at), neuron: Uint32Array.from(spikes, ([, n]) => n) },
      samples: probes.length === 0 ? [] : [{ probe: 'cadc', circuits, tick, values }],
    };
  }

  #channel(n: number, level: (n: number) => number): number {
    return Math.min(Math.max(level(n) + n - 8, 0), 255);
  }

  /** The membrane of a circuit over ticks, LSB, and its spikes. */
  #course(
    n: number,
    releases: readonly number[],
    until: number,
  ): { readonly v: (tick: number) => number; readonly fired: readonly number[] } {
    const { leak, reset, threshold, tauMem } = this.truth(n);
    const release = (tick: number): number => releases.findLast((at) => at < tick) ?? 0;
    if (this.#setting.offsetCurrentOn !== true) {
      return { v: (tick) => leak + (reset - leak) * Math.exp(-(tick - release(tick)) / (tauMem * 1e9)), fired: [] };
    }
    const slope = this.#codes.offset_current[n]! / 10_000;
    const rise = Math.max(Math.ceil((threshold - reset) / slope), 1);
    const fired = releases.flatMap((start, k) => {
      const end = releases[k + 1] ?? until;
      return Array.from(
        { length: Math.ceil(Math.max(0, end - start - rise + 1) / (rise + 2000)) },
        (_, i) => start + rise + i * (rise + 2000),
      );
    });
    const v = (tick: number): number => {
      const start = Math.max(release(tick), (fired.findLast((at) => at <= tick && at > release(tick)) ?? -Infinity) + 2000);
      return reset + slope * Math.max(0, tick - start);
    };
    return { v, fired };
  }
}
