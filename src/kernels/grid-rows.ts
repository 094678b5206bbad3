/**
 * A network of LIF neurons with any synapses, given as rows, in WebAssembly memory: what a workload on the grid runs on. assembly/grid-rows.ts has the equations; the caller takes every step in two
 * halves, and may add to the sums of a slot before the first. A synapse takes 4 bytes where all of a row weigh the same, 6 with up to 65,536 different weights, else 12.
 */
import { InternalError } from '../base/errors.ts';
import { instantiate, type Kernels } from './load.ts';
import { KernelMemory } from './memory.ts';
import { placeDistribution } from './poisson-table.ts';

/** Neurons that are alike, numbered on. */
export interface RowsPopulation {
  readonly count: number;
  /** delta: arrivals move V (mV). exponential: arrivals (pA) feed two currents that decay. */
  readonly synapses: 'delta' | 'exponential';
  readonly leak: number; // per step
  readonly excDecay: number;
  readonly inhDecay: number;
  readonly fromExc: number; // mV/pA over a step
  readonly fromInh: number;
  readonly fromCurrent: number;
  readonly threshold: number; // mV from rest
  readonly reset: number; // mV from rest
  readonly refractorySteps: number;
}

/** Synapses in compressed rows; a row per source. */
export interface RowsSynapses {
  readonly offsets: ArrayLike<number>;
  readonly targets: ArrayLike<number>;
  readonly weights: ArrayLike<number>; // the sign tells which sum
  readonly delays: ArrayLike<number>; // steps, at least 1
}

/** State as windows onto the memory: valid until something is allocated. */
export interface RowsState {
  readonly voltage: Float64Array;
  readonly exc: Float64Array;
  readonly inh: Float64Array;
  readonly refractory: Uint32Array;
  /** pA, constant until it is changed here. */
  readonly constant: Float64Array;
}

/** Sums of what arrives at the end of a step, one per neuron. */
export interface RowsSlot {
  readonly excitation: Float64Array;
  readonly inhibition: Float64Array;
}

/** Events that are counted: see gridCounts. */
export interface RowsCounts {
  readonly first: number;
  readonly count: number;
  readonly name: number;
  readonly weight: number;
  readonly unit: number;
  readonly key: readonly [number, number, number];
}

const GRID_WORDS = 20;
const RECORD_BYTES = 80;
const MOST_CODES = 65_536;
const BY_SYNAPSE = 1; // in the place of the address of codes
const MOST_BYTES = 3.5e9;

/** Why a network does not fit into the words and the memory of the kernel; undefined when it does. */
export function unfitRows(neurons: number, synapses: number, longestDelay: number): string | undefined {
  const shift = bitsFor(2 * neurons);
  if (shift >= 32 || longestDelay >= 2 ** (32 - shift))
    return `${String(neurons)} neurons leave no room for a delay of ${String(longestDelay)} steps`;
  const bytes = 12 * synapses + 16 * neurons * 2 ** bitsFor(longestDelay + 1);
  return bytes > MOST_BYTES ? `${String(Math.ceil(bytes / 2 ** 20))} MB are more than the memory of a kernel` : undefined;
}

/** One network, or a share of one: then with a row for every source of the whole. The sizes must fit (unfitRows). */
export class GridRows {
  readonly bytesPerSynapse: 4 | 6 | 12;
  readonly #memory = new KernelMemory();
  readonly #kernels: Kernels;
  readonly #neurons: number;
  readonly #mask: number;
  readonly #address: number;
  readonly #at: Readonly<Record<'ring' | 'voltage' | 'current' | 'refractory' | 'constant' | 'spikes' | 'arrived', number>>;
  #slots: (RowsSlot | undefined)[] = [];
  #generation = -1;

  constructor(populations: readonly RowsPopulation[], synapses: RowsSynapses, longestDelay: number) {
    const memory = this.#memory;
    const neurons = populations.reduce((sum, { count }) => sum + count, 0);
    const rows = synapses.offsets.length - 1;
    const count = synapses.targets.length;
    const slots = 2 ** bitsFor(longestDelay + 1);
    const shift = bitsFor(2 * neurons);
    this.#neurons = neurons;
    this.#mask = slots - 1;
    this.#address = memory.allocate(4 * GRID_WORDS);
    const records = memory.allocate(RECORD_BYTES * populations.length);
    this.#at = {
      ring: memory.allocate(16 * neurons * slots),
      voltage: memory.allocate(8 * neurons),
      current: memory.allocate(16 * neurons),
      refractory: memory.allocate(4 * neurons),
      constant: memory.allocate(8 * neurons),
      spikes: memory.allocate(4 * neurons),
      arrived: memory.allocate(4 * rows),
    };
    const offsets = memory.allocate(4 * (rows + 1));
    const words = memory.allocate(4 * count);
    memory.u32(offsets, rows + 1).set(synapses.offsets);
    const target = memory.u32(words, count);
    for (let k = 0; k < count; k++) {
      const sum = synapses.weights[k]! >= 0 ? synapses.targets[k]! : neurons + synapses.targets[k]!;
      target[k] = sum + synapses.delays[k]! * 2 ** shift;
    }
    const weights = placeWeights(memory, synapses);
    this.bytesPerSynapse = weights.bytes;
    this.#kernels = instantiate(memory);
    const { ring, voltage, current, refractory, spikes } = this.#at;
    const fields = [2 * neurons, this.#mask, ring, voltage, current, refractory, populations.length, records];
    fields.push(offsets, words, weights.codes, weights.table, shift, 0, 0, 0, 0, 0, spikes, neurons);
    memory.u32(this.#address, GRID_WORDS).set(fields);
    if (this.#kernels.gridRowsBytes() !== ((GRID_WORDS * 4) << 16) + RECORD_BYTES)
      throw new InternalError('kernels.wasm has another grid record than grid-rows.ts: run npm run build');
    let first = 0;
    populations.forEach((one, p) => {
      const at = records + RECORD_BYTES * p;
      memory.u32(at, 4).set([first, one.count, one.synapses === 'delta' ? 1 : 0, one.refractorySteps]);
      const factors = [one.leak, one.excDecay, one.inhDecay, one.fromExc, one.fromInh, one.fromCurrent, one.threshold, one.reset];
      memory.f64(at + 16, 8).set(factors);
      first += one.count;
    });
  }

  get step(): number {
    return this.#memory.u32(this.#address, GRID_WORDS)[13]!;
  }

  set step(step: number) {
    this.#memory.u32(this.#address, GRID_WORDS)[13] = step;
  }

  /** What arrives at the end of `step`, from the present one to the longest delay ahead. */
  slot(step: number): RowsSlot {
    if (this.#generation !== this.#memory.generation) {
      this.#generation = this.#memory.generation;
      this.#slots = [];
    }
    const slot = step & this.#mask;
    const n = this.#neurons;
    const at = this.#at.ring + 16 * n * slot;
    return (this.#slots[slot] ??= { excitation: this.#memory.f64(at, n), inhibition: this.#memory.f64(at + 8 * n, n) });
  }

  state(): RowsState {
    const n = this.#neurons;
    const memory = this.#memory;
    const { voltage, current, refractory, constant } = this.#at;
    return {
      voltage: memory.f64(voltage, n),
      exc: memory.f64(current, n),
      inh: memory.f64(current + 8 * n, n),
      refractory: memory.u32(refractory, n),
      constant: memory.f64(constant, n),
    };
  }

  /** Makes the distribution of a Poisson number known, for `count`. */
  placeDistribution(mean: number): { readonly distribution: number; readonly guide: number } {
    return placeDistribution(this.#memory, mean);
  }

  /** Adds Poisson numbers of events to the sums of the present step; `bin` numbers the draw. */
  count({ first, count, name, weight, unit, key }: RowsCounts, table: { distribution: number; guide: number }, bin: number): void {
    if (table.distribution === 0) return;
    const sum = weight >= 0 ? first : this.#neurons + first;
    this.#kernels.gridCounts(this.#address, sum, count, name, weight, table.distribution, table.guide, bin, unit, ...key);
  }

  /** First half of a step: the neurons move. Returns those that spike, ascending: a window to be copied. */
  move(): Uint32Array {
    return this.#memory.u32(this.#at.spikes, this.#kernels.gridRowsMove(this.#address, this.#at.constant));
  }

  /** Second half: the spikes of these sources, in their order, are put into later slots. */
  deliver(sources: ArrayLike<number>): void {
    if (sources.length > 0) this.#memory.u32(this.#at.arrived, sources.length).set(sources);
    this.#kernels.gridDeliver(this.#address, this.#at.arrived, sources.length);
  }
}

/** Weights by source where all of a row are equal, else by codes into a table, else one by one. */
function placeWeights(memory: KernelMemory, { offsets, weights }: RowsSynapses): { codes: number; table: number; bytes: 4 | 6 | 12 } {
  const rows = offsets.length - 1;
  const alike = Array.from({ length: rows }, (_, s) => s).every((s) => {
    for (let k = offsets[s]! + 1; k < offsets[s + 1]!; k++) if (weights[k] !== weights[k - 1]) return false;
    return true;
  });
  if (alike) {
    const table = memory.allocate(8 * rows);
    const column = memory.f64(table, rows);
    for (let s = 0; s < rows; s++) if (offsets[s + 1]! > offsets[s]!) column[s] = weights[offsets[s]!]!;
    return { codes: 0, table, bytes: 4 };
  }
  const codeOf = new Map<number, number>();
  const codes = new Uint16Array(weights.length);
  for (let k = 0; k < weights.length && codeOf.size <= MOST_CODES; k++) {
    const weight = weights[k]!;
    let code = codeOf.get(weight);
    if (code === undefined) codeOf.set(weight, (code = codeOf.size));
    codes[k] = code;
  }
  if (codeOf.size > MOST_CODES) {
    const table = memory.allocate(8 * weights.length);
    memory.f64(table, weights.length).set(weights);
    return { codes: BY_SYNAPSE, table, bytes: 12 };
  }
  const table = memory.allocate(8 * codeOf.size);
  memory.f64(table, codeOf.size).set([...codeOf.keys()]);
  const at = memory.allocate(2 * codes.length);
  memory.u16(at, codes.length).set(codes);
  return { codes: at, table, bytes: 6 };
}

/** Bits that number `count` things. */
function bitsFor(count: number): number {
  return 32 - Math.clz32(count - 1);
}
