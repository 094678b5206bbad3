/**
 * A bank of neurons in WebAssembly memory, LIF or whole circuits: fields to fill, runs of many steps, synaptic events, spikes and samples to read. The equations stand in
 * assembly/lif.ts, assembly/adex.ts and assembly/deliver.ts; which physical time constant becomes which `leak`, `decay` and `gain` is the business of the chip model above.
 */
import { STREAMS } from '../base/chance.ts';
import { InternalError } from '../base/errors.ts';
import type { LifBankOptions, LifRun, LifRunOptions, LifSnapshot, LifStep } from './lif-bank-types.ts';
import {
  ADEX_FIELDS,
  ADEX_STATE,
  LIF_BLOCK,
  LIF_FIELDS,
  LIF_FLOATS,
  LIF_HEADER,
  LIF_STATE,
  LIF_STRIDE_PADDING,
  type BankField,
  type LifHeaderWord,
  type LifStateField,
} from './lif-layout.ts';
import { instantiate, type Kernels } from './load.ts';
import { KernelMemory } from './memory.ts';
import { sortBySteps } from './spike-order.ts';
import {
  EVENT_ROOM,
  isIndex,
  placeDenseRows,
  placeSparseRows,
  placeSynapseList,
  writeEvent,
  type DenseRows,
  type SliceEvents,
  type SparseRows,
  type SynapseList,
} from './synapse-rows.ts';

/** S, 1 / S, A and B of excitation and of inhibition (assembly/inputs.ts). */
const INPUT_ROWS = 8;

const NEVER = 0xffffffff; // no step of a run has this number
/** Circuits that the kernel of whole circuits takes through a run at a time. */
const TILE = 512;
const UNREACHABLE = 3e38; // V, threshold of the neurons that fill up the last block

export class LifBank {
  readonly count: number;
  /** Fields that this bank has, and those of them that change while it runs. */
  readonly fields: readonly BankField[];
  readonly state: readonly (LifStateField | (typeof ADEX_STATE)[number])[];
  /** Values per row of `samples`: the count rounded up to whole blocks of 64. */
  readonly sampleStride: number;
  readonly #memory: KernelMemory;
  readonly #kernels: Kernels;
  readonly #steps: 'lifSteps' | 'adexSteps';
  readonly #bank: number;
  readonly #stride: number; // bytes
  readonly #maxSpikes: number;
  readonly #maxSamples: number;
  readonly #address: Readonly<Record<'fields' | 'steps' | 'neurons' | 'fractions' | 'counts' | 'samples', number>>;
  #synapses: SynapseList | undefined;
  #inputs: number | undefined;
  #views = new Map<BankField, Float32Array<ArrayBuffer>>();
  readonly #step: LifStep = { count: 0, neurons: new Uint32Array(0), fractions: new Float32Array(0) };

  /** `memory`: where it lies, a memory of its own unless given. */
  constructor(count: number, options: LifBankOptions, memory = new KernelMemory()) {
    this.#memory = memory;
    const { maxSpikes, maxSamples = 0, firstNeuron = 0, unit = 0, seed = 0, substream = 0, linear = 1e4, adex } = options;
    if (!Number.isSafeInteger(count) || count < 1) throw new InternalError(`a bank has at least one neuron, found ${String(count)}`);
    if (firstNeuron % LIF_BLOCK !== 0) throw new InternalError(`a bank begins at a multiple of 64, found ${String(firstNeuron)}`);
    if (!(linear > 0 && linear <= 1e30)) throw new InternalError(`the linear range is positive, found ${String(linear)} V`);
    if (adex !== undefined && !(Math.min(linear, adex.linear) >= 1e-6 && Math.max(linear, adex.linear) <= 1e12))
      throw new InternalError(
        `linear ranges of whole circuits lie between 1e-6 and 1e12 V, found ${String(linear)} and ${String(adex.linear)}`,
      );
    this.count = count;
    this.fields = adex === undefined ? LIF_FIELDS : [...LIF_FIELDS, ...ADEX_FIELDS];
    this.state = adex === undefined ? LIF_STATE : [...LIF_STATE, ...ADEX_STATE];
    this.#steps = adex === undefined ? 'lifSteps' : 'adexSteps';
    const neurons = Math.ceil(count / LIF_BLOCK) * LIF_BLOCK;
    this.sampleStride = neurons;
    this.#stride = (neurons + LIF_STRIDE_PADDING) * 4;
    this.#maxSpikes = maxSpikes;
    this.#maxSamples = maxSamples;
    this.#bank = this.#memory.allocate(LIF_HEADER.length * 4);
    this.#address = {
      fields: this.#memory.allocate(this.#stride * this.fields.length),
      counts: this.#memory.allocate(neurons * 4),
      steps: this.#memory.allocate(maxSpikes * 4),
      neurons: this.#memory.allocate(maxSpikes * 4),
      fractions: this.#memory.allocate(maxSpikes * 4),
      samples: this.#memory.allocate(maxSamples * neurons * 4),
    };
    this.#kernels = instantiate(this.#memory);
    const narrow = Math.fround(linear);
    this.#writeHeader({
      neurons,
      stride: this.#stride,
      fields: this.#address.fields,
      firstNeuron,
      unit,
      key0: seed >>> 0,
      key1: Math.floor(seed / 2 ** 32),
      key2: STREAMS.noise,
      key3: substream,
      linear: narrow,
      inverseLinear: 1 / narrow,
      capacity: maxSpikes,
      spikeSteps: this.#address.steps,
      spikeNeurons: this.#address.neurons,
      spikeFractions: this.#address.fractions,
      spikeCounts: this.#address.counts,
      adaptationLinear: Math.fround(adex?.linear ?? 1),
      adaptationInverse: 1 / Math.fround(adex?.linear ?? 1),
      railLow: adex?.rails[0] ?? 0,
      railHigh: adex?.rails[1] ?? 0,
      comparatorNoise: adex?.comparatorNoise ?? 0,
    });
    this.#padded('threshold').fill(UNREACHABLE);
    if (adex !== undefined) this.#padded('armed').fill(UNREACHABLE);
  }

  /** Where the bank and its synapses stand in its memory. */
  get inMemory(): { readonly address: number; readonly synapses: SynapseList; readonly isWhole: boolean } {
    if (this.#synapses === undefined) throw new InternalError('this bank has no synapses');
    return { address: this.#bank, synapses: this.#synapses, isWhole: this.#steps === 'adexSteps' };
  }

  /** One value per neuron, to read and to write. Taken anew after rows were placed: memory may have moved. */
  field(name: BankField): Float32Array<ArrayBuffer> {
    let view = this.#views.get(name);
    if (view === undefined || view.buffer !== this.#memory.memory.buffer) {
      view = this.#padded(name).subarray(0, this.count);
      this.#views.set(name, view);
    }
    return view;
  }

  /** Spikes of each neuron since the bank was made or `spikeCounts` was last cleared by its reader (`.fill(0)`). */
  get spikeCounts(): Uint32Array<ArrayBuffer> {
    return this.#memory.u32(this.#address.counts, this.count);
  }

  /** Sets the same value for all neurons, or one for each. */
  set(values: Partial<Readonly<Record<BankField, number | ArrayLike<number>>>>): void {
    for (const [name, value] of Object.entries(values) as [BankField, number | ArrayLike<number>][]) {
      if (typeof value === 'number') this.field(name).fill(value);
      else this.field(name).set(value);
    }
  }

  /** Throws if a value of a field is no finite number. Nothing in a step makes one out of finite values, so checking what was written is enough. */
  check(): void {
    for (const name of this.fields) {
      const bad = this.field(name).findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) throw new InternalError(`${name} of neuron ${String(bad)} is ${String(this.field(name)[bad])}`);
    }
  }

  /** Runs `steps` steps; `firstStep` counts steps since the beginning of time and chooses the noise. */
  run(firstStep: number, steps: number, options: LifRunOptions = {}): LifRun {
    const { noise = true, comparator = true, sampleFrom = 0, sampleEvery = 0 } = options;
    let sampleIn = NEVER;
    let samples = 0;
    if (sampleEvery > 0) {
      const wait =
        sampleFrom >= firstStep ? sampleFrom - firstStep : (sampleEvery - ((firstStep - sampleFrom) % sampleEvery)) % sampleEvery;
      samples = wait < steps ? Math.floor((steps - 1 - wait) / sampleEvery) + 1 : 0;
      if (samples > 0) sampleIn = wait;
      if (samples > this.#maxSamples) {
        throw new InternalError(`the bank holds ${String(this.#maxSamples)} samples of a run, not ${String(samples)}`);
      }
    }
    const low = firstStep >>> 0;
    const high = Math.floor(firstStep / 2 ** 32);
    const spikes =
      this.#kernels[this.#steps](this.#bank, low, high, steps, noise, comparator, true, sampleIn, sampleEvery, this.#address.samples) >>> 0;
    if (this.#maxSpikes > 0 && spikes > this.#maxSpikes) {
      throw new InternalError(`${String(spikes)} spikes in ${String(steps)} steps, the bank lists ${String(this.#maxSpikes)}`);
    }
    const listed = Math.min(spikes, this.#maxSpikes);
    const list = {
      steps: this.#memory.u32(this.#address.steps, listed),
      neurons: this.#memory.u32(this.#address.neurons, listed),
      fractions: this.#memory.f32(this.#address.fractions, listed),
    };
    if (this.#steps === 'adexSteps' && this.sampleStride > TILE && steps > 1) sortBySteps(list.steps, list.neurons, list.fractions, steps);
    return {
      spikes,
      ...list,
      samples: this.#memory.f32(this.#address.samples, samples * this.sampleStride),
    };
  }

  /**
   * One step, as `run`, for a caller that steps through windows: no list is made anew. The result is one object, reused by the next call. Throws InternalError for more spikes than the bank lists.
   * `arriving` false is the caller's word that no event was delivered since the last step: the slots for them are not looked at.
   */
  step(index: number, noise: boolean, arriving = true): LifStep {
    const low = index >>> 0;
    const high = Math.floor(index / 2 ** 32);
    const spikes = this.#kernels[this.#steps](this.#bank, low, high, 1, noise, true, arriving, NEVER, 0, this.#address.samples) >>> 0;
    if (spikes > this.#maxSpikes) throw new InternalError(`${String(spikes)} spikes in a step, the bank lists ${String(this.#maxSpikes)}`);
    const list = this.#step;
    // a view of grown memory is empty
    if (list.neurons.length !== this.#maxSpikes) {
      list.neurons = this.#memory.u32(this.#address.neurons, this.#maxSpikes);
      list.fractions = this.#memory.f32(this.#address.fractions, this.#maxSpikes);
    }
    list.count = spikes;
    return list;
  }

  /** Puts a dense matrix of weights (V/s, row by row) for the neurons from `firstNeuron` (in the bank, a multiple of 4) on into memory. */
  placeDense(rows: number, columns: number, weights: ArrayLike<number>, firstNeuron = 0): DenseRows {
    return placeDenseRows(this.#memory, this.sampleStride, rows, columns, weights, firstNeuron);
  }

  /** Puts sparse rows into memory: row i has the targets (neurons in the bank) and weights (V/s) from offsets[i] to offsets[i + 1]. */
  placeSparse(offsets: ArrayLike<number>, targets: ArrayLike<number>, weights: ArrayLike<number>): SparseRows {
    return placeSparseRows(this.#memory, this.count, offsets, targets, weights);
  }

  /** An event on one dense row that acts `remainingTime` seconds before the end of the next step. */
  deliverRow(table: DenseRows, row: number, inhibitory: boolean, remainingTime: number): void {
    if (!isIndex(row, table.rows)) throw new InternalError(`row ${String(row)} of ${String(table.rows)}`);
    this.#kernels.deliverRow(this.#bank, table.addressOf(row), table.firstNeuron, table.stride, inhibitory, remainingTime);
  }

  /** The same on a sparse row. */
  deliverSparse(table: SparseRows, row: number, inhibitory: boolean, remainingTime: number): void {
    if (!isIndex(row, table.rows)) throw new InternalError(`row ${String(row)} of ${String(table.rows)}`);
    const begin = table.offsets[row]! * 4;
    const count = table.offsets[row + 1]! - table.offsets[row]!;
    this.#kernels.deliverSparse(this.#bank, table.targets + begin, table.weights + begin, count, inhibitory, remainingTime);
  }

  /** Puts synapses into memory, of which events name slices: circuits of the die (below 65,536) and drives (V/s, negative for inhibition). Those placed before are forgotten. */
  placeSynapses(circuits: ArrayLike<number>, drives: (k: number) => number): void {
    this.#synapses = placeSynapseList(this.#memory, circuits, drives);
  }

  /** Events on slices [from, to) of the synapses, each `remaining` seconds before the end of the next step; circuits outside the bank are passed over. */
  deliverSlices({ count, from, to, remaining }: SliceEvents): void {
    const list = this.#synapses;
    if (list === undefined) throw new InternalError('this bank has no synapses');
    for (let done = 0; done < count; done += EVENT_ROOM) {
      const size = Math.min(count - done, EVENT_ROOM);
      for (let k = 0; k < size; k++) writeEvent(this.#memory, list, k, from[done + k]!, to[done + k]!, remaining[done + k]!);
      this.#kernels.deliverSlices(this.#bank, list.circuits, list.drives, list.groups, list.events, size);
    }
  }

  /** Puts the characteristics of inputs that are more than linear currents into memory: INPUT_ROWS columns of one value per neuron, in the order of assembly/inputs.ts. */
  placeInputs(columns: readonly ArrayLike<number>[]): void {
    const row = this.sampleStride;
    if (columns.length !== INPUT_ROWS) throw new InternalError(`${String(columns.length)} columns of inputs`);
    const at = this.#memory.allocate(columns.length * row * 4);
    columns.forEach((values, i) => this.#memory.f32(at + i * row * 4, this.count).set(values));
    this.#inputs = at;
  }

  /** Adds what these inputs drive beside linear currents to the next step; to be called before every step. */
  modulateInputs(): void {
    if (this.#inputs === undefined) throw new InternalError('this bank has linear inputs');
    this.#kernels.modulateInputs(this.#bank, this.#inputs);
  }

  snapshot(): LifSnapshot {
    const states = Object.fromEntries(this.state.map((name) => [name, this.field(name).slice()])) as Record<
      LifStateField,
      Float32Array<ArrayBuffer>
    >;
    return { ...states, spikeCounts: this.spikeCounts.slice() };
  }

  restore(snapshot: LifSnapshot): void {
    for (const name of this.state) this.field(name).set(snapshot[name]!);
    this.spikeCounts.set(snapshot.spikeCounts);
  }

  #padded(name: BankField): Float32Array<ArrayBuffer> {
    return this.#memory.f32(this.#address.fields + this.fields.indexOf(name) * this.#stride, this.sampleStride);
  }

  #writeHeader(header: Readonly<Record<LifHeaderWord, number>>): void {
    const words = this.#memory.u32(this.#bank, LIF_HEADER.length);
    const floats = this.#memory.f32(this.#bank, LIF_HEADER.length);
    LIF_HEADER.forEach((name, i) => {
      if (LIF_FLOATS.has(name)) floats[i] = header[name];
      else words[i] = header[name];
    });
  }
}
