/**
 * A bank of subthreshold neurons in WebAssembly memory: fields to fill, runs of many steps, charges to add, spikes to read. The equations stand in assembly/dpi.ts.
 * All currents are in one unit; values above 3e38 and below 1e-38 of it do not exist.
 */
import { STREAMS } from '../base/chance.ts';
import { InternalError } from '../base/errors.ts';
import { instantiate, type Kernels } from './load.ts';
import { KernelMemory } from './memory.ts';

const slow = <K extends string>(kind: K) => [kind, `${kind}In`, `${kind}Decay`, `${kind}Half`] as const;

/** One value per neuron, in the order of assembly/dpi.ts. */
export const DPI_FIELDS = [
  'membrane',
  ...slow('ampa'),
  ...slow('nmda'),
  ...slow('gabaA'),
  ...slow('gabaB'),
  'ahp',
  'ahpJump',
  'ahpDecay',
  'ahpHalf',
  'remaining', // steps until released
  'span', // step / tau
  'gainRatio', // I_g / I_tau
  'gain',
  'inverseLeak',
  'nmdaGate',
  'dc', // dark current included
  'refractory', // steps
  'threshold',
  'seen', // by the comparator in this interval of its noise
  'feedback', // over I_tau
  'feedbackThreshold',
  'inverseWidth',
] as const;
export type DpiField = (typeof DPI_FIELDS)[number];

/** Fields that change while a bank runs; what comparators see is drawn again after a restore. */
export const DPI_STATE = ['membrane', 'ampa', 'nmda', 'gabaA', 'gabaB', 'ahp', 'remaining'] as const satisfies readonly DpiField[];

export interface DpiBankOptions {
  /** Spikes that one run can list; a run that has more throws. */
  readonly maxSpikes: number;
  /** Least current of a membrane, largest of a membrane or synapse. */
  readonly dark: number;
  readonly clip: number;
  /** Relative rms of what comparators see; 0: `drawNoise` changes nothing. */
  readonly noise: number;
  /** Number of the first neuron in the population, a multiple of 64: decides which noise it sees. */
  readonly firstNeuron?: number;
  readonly seed?: number;
}

/** Windows onto the bank's memory, valid until the next run. */
export interface DpiRun {
  readonly spikes: number;
  readonly steps: Uint32Array<ArrayBuffer>; // counted from the first of this run; ascending
  readonly neurons: Uint32Array<ArrayBuffer>; // firstNeuron included; ascending within a step
  readonly fractions: Float32Array<ArrayBuffer>; // part of the step before the crossing
}

const HEADER_WORDS = 14;
const PADDING = 80;
const BLOCK = 64;
const UNREACHABLE = 3e38;

export class DpiBank {
  readonly count: number;
  readonly #memory = new KernelMemory();
  readonly #kernels: Kernels;
  readonly #bank: number;
  readonly #fields: number;
  readonly #stride: number;
  readonly #padded: number;
  readonly #maxSpikes: number;
  readonly #noise: number;
  readonly #spikes: readonly number[];

  constructor(count: number, { maxSpikes, dark, clip, noise, firstNeuron = 0, seed = 0 }: DpiBankOptions, module?: WebAssembly.Module) {
    if (firstNeuron % BLOCK !== 0) throw new InternalError(`a bank begins at a multiple of 64, found ${String(firstNeuron)}`);
    this.count = count;
    this.#noise = noise;
    this.#maxSpikes = maxSpikes;
    this.#padded = Math.ceil(count / BLOCK) * BLOCK;
    this.#stride = (this.#padded + PADDING) * 4;
    this.#bank = this.#memory.allocate(HEADER_WORDS * 4);
    this.#fields = this.#memory.allocate(this.#stride * DPI_FIELDS.length);
    this.#spikes = [0, 1, 2].map(() => this.#memory.allocate(maxSpikes * 4));
    this.#kernels = instantiate(this.#memory, module);
    if (this.#kernels.dpiHeaderBytes() !== HEADER_WORDS * 4)
      throw new InternalError('kernels.wasm has another header than dpi-bank.ts: run npm run build');
    const words = this.#memory.u32(this.#bank, HEADER_WORDS);
    words.set([this.#padded, this.#stride, this.#fields, firstNeuron, seed >>> 0, Math.floor(seed / 2 ** 32), STREAMS.noise]);
    words.set([maxSpikes, ...this.#spikes], 10);
    this.#memory.f32(this.#bank, HEADER_WORDS).set([noise, dark, clip], 7);
    // what fills up the last block rests
    for (const name of ['membrane', 'gain', 'inverseWidth'] as const) this.#whole(name).fill(dark);
    for (const name of ['threshold', 'seen'] as const) this.#whole(name).fill(UNREACHABLE);
  }

  /** One value per neuron, to read and to write. */
  field(name: DpiField): Float32Array<ArrayBuffer> {
    return this.#whole(name).subarray(0, this.count);
  }

  /** What the comparators see in an interval of the noise: the thresholds, unless there is noise. */
  drawNoise(interval: number): void {
    if (this.#noise === 0) this.#whole('seen').set(this.#whole('threshold'));
    else this.#kernels.dpiNoise(this.#bank, interval >>> 0, Math.floor(interval / 2 ** 32));
  }

  /** Runs `steps` steps; charges in the slots act at the end of the first. */
  run(steps: number): DpiRun {
    const spikes = this.#kernels.dpiSteps(this.#bank, steps) >>> 0;
    if (spikes > this.#maxSpikes) throw new InternalError(`${String(spikes)} spikes in one run, the bank lists ${String(this.#maxSpikes)}`);
    return {
      spikes,
      steps: this.#memory.u32(this.#spikes[0]!, spikes),
      neurons: this.#memory.u32(this.#spikes[1]!, spikes),
      fractions: this.#memory.f32(this.#spikes[2]!, spikes),
    };
  }

  #whole(name: DpiField): Float32Array<ArrayBuffer> {
    return this.#memory.f32(this.#fields + DPI_FIELDS.indexOf(name) * this.#stride, this.#padded);
  }
}
