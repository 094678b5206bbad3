/**
 * A network of LIF neurons on a time grid in WebAssembly memory: populations, projections drawn by counter, Poisson drive, spikes. assembly/grid.ts has the equations and the
 * order of things. Steps, delays and refractory times are whole steps; which physical constant becomes which factor is the caller's business (src/reference/grid).
 */
import { STREAMS } from '../base/chance.ts';
import { InfeasibleError, InternalError } from '../base/errors.ts';
import type { GridEdge, GridNetSnapshot, GridPart, GridPopulation, GridProjection, GridSpikes } from './grid-net-types.ts';
import { instantiate, type Kernels } from './load.ts';
import { KernelMemory } from './memory.ts';
import { placeDistribution } from './poisson-table.ts';

const WHOLE: GridPart = { index: 0, of: 1 };
const GRID_WORDS = 20;
const POPULATION_BYTES = 80;
const BLOCK = 64;
const DELAYS = 4096;
const LONGEST_DELAY = 255;
/** Distinct weights that a code of 16 bits can name. */
const MOST_WEIGHTS = 65536;

/** One network. Throws InfeasibleError for populations, synapses or sizes that do not fit. */
export class GridNet {
  readonly neurons: number;
  readonly synapses: number;
  readonly bytesPerSynapse: number;
  readonly #memory = new KernelMemory();
  readonly #kernels: Kernels;
  readonly #address: number;
  readonly #padded: number;
  readonly #first: readonly number[]; // padded place of each population's first neuron
  readonly #names: Uint32Array; // neuron of a padded place
  readonly #slices: readonly (readonly [first: number, end: number])[]; // padded places of each population that are of this part
  readonly #arrived: number; // address of a list of spikes
  readonly #slots: number;
  readonly #at: Readonly<Record<'voltage' | 'current' | 'refractory' | 'ring' | 'steps' | 'spikes', number>>;

  constructor(
    populations: readonly GridPopulation[],
    wiring: readonly GridProjection[] | readonly GridEdge[],
    seed: number,
    part: GridPart = WHOLE,
  ) {
    const first: number[] = [];
    let padded = 0;
    for (const { size } of populations) {
      first.push(padded);
      padded += Math.ceil(size / BLOCK) * BLOCK;
    }
    this.#first = first;
    this.#padded = padded;
    this.#slices = populations.map(({ size }, p) => sliceOf(part, first[p]!, size));
    this.neurons = populations.reduce((sum, { size }) => sum + size, 0);
    const edges = wiring.length > 0 && 'source' in wiring[0]! ? (wiring as readonly GridEdge[]) : undefined;
    const projections = edges === undefined ? (wiring as readonly GridProjection[]) : [];
    const delays = edges === undefined ? projections.flatMap((one) => Array.from(one.delays)) : edges.map(({ delay }) => delay);
    const longest = delays.reduce((worst, delay) => Math.max(worst, delay), 1);
    if (delays.some((delay) => !Number.isInteger(delay) || delay < 1 || delay > LONGEST_DELAY)) {
      throw new InfeasibleError(`delays: expected whole steps from 1 to ${String(LONGEST_DELAY)}`);
    }
    const shift = bitsFor(padded);
    if (longest >= 2 ** (32 - shift))
      throw new InfeasibleError(`${String(padded)} neurons leave no room for a delay of ${String(longest)} steps`);
    this.#slots = 2 ** bitsFor(longest + 1);
    const memory = this.#memory;
    this.#address = memory.allocate(GRID_WORDS * 4);
    const records = memory.allocate(POPULATION_BYTES * populations.length);
    this.#at = {
      voltage: memory.allocate(8 * padded),
      current: memory.allocate(8 * padded),
      refractory: memory.allocate(4 * padded),
      ring: memory.allocate(8 * padded * this.#slots),
      steps: memory.allocate(4 * 4 * padded),
      spikes: memory.allocate(4 * 4 * padded),
    };
    const offsets = memory.allocate(4 * (padded + 1));
    this.#arrived = memory.allocate(4 * padded);
    const tables = populations.map(({ events }) => placeDistribution(memory, events?.mean ?? 0));
    this.#kernels = instantiate(memory);
    if (this.#kernels.gridRecordBytes() !== ((GRID_WORDS * 4) << 16) + POPULATION_BYTES) {
      throw new InternalError('kernels.wasm has another grid record than grid-net.ts: run npm run build');
    }
    const key = [seed >>> 0, Math.floor(seed / 2 ** 32), STREAMS.stimulus];
    const header = { shift, offsets, records, key, populations: populations.length };
    this.#writeHeader({ ...header, synapses: 0, codes: 0, weights: 0 });
    const placed = edges === undefined ? this.#draw(projections, populations, header) : this.#list(edges, header);
    this.synapses = placed.count;
    this.bytesPerSynapse = placed.codes === 0 ? 4 : 6;
    this.#writeHeader({ ...header, ...placed });
    this.#names = new Uint32Array(padded);
    let name = 0;
    populations.forEach((population, p) => {
      this.#writePopulation(records + p * POPULATION_BYTES, population, this.#slices[p]!, tables[p]!);
      for (let n = 0; n < population.size; n++) this.#names[first[p]! + n] = name++;
      this.#f64('voltage', padded).set(Float64Array.from(population.start), first[p]);
    });
  }

  /** Takes `steps` steps and hands every batch of spikes to `visit`; its arrays are windows to be copied if kept. */
  run(steps: number, visit: (spikes: GridSpikes) => void): void {
    const header = this.#memory.u32(this.#address, GRID_WORDS);
    const until = header[13]! + steps;
    while (header[13]! < until) {
      const count = this.#kernels.gridRun(this.#address, until - header[13]!);
      const neurons = this.#memory.u32(this.#at.spikes, count);
      for (let i = 0; i < count; i++) neurons[i] = this.#names[neurons[i]!]!;
      visit({ steps: this.#memory.u32(this.#at.steps, count), neurons });
    }
  }

  /** First half of a step of a part: its neurons move. Returns its spikes as places, ascending: a window to be copied. */
  move(): Uint32Array {
    return this.#memory.u32(this.#at.spikes, this.#kernels.gridMove(this.#address));
  }

  /** Second half: the places of all spikes of the step, of all parts, ascending. */
  deliver(places: Uint32Array): void {
    this.#memory.u32(this.#arrived, places.length).set(places);
    this.#kernels.gridDeliver(this.#address, this.#arrived, places.length);
  }

  /** The neuron at a place. */
  nameOf(place: number): number {
    return this.#names[place]!;
  }

  snapshot(): GridNetSnapshot {
    return {
      step: this.#memory.u32(this.#address, GRID_WORDS)[13]!,
      voltage: this.#f64('voltage', this.#padded).slice(),
      current: this.#f64('current', this.#padded).slice(),
      refractory: this.#memory.u32(this.#at.refractory, this.#padded).slice(),
      ring: this.#f64('ring', this.#padded * this.#slots).slice(),
    };
  }

  restore(snapshot: GridNetSnapshot): void {
    this.#memory.u32(this.#address, GRID_WORDS)[13] = snapshot.step;
    this.#f64('voltage', this.#padded).set(snapshot.voltage);
    this.#f64('current', this.#padded).set(snapshot.current);
    this.#memory.u32(this.#at.refractory, this.#padded).set(snapshot.refractory);
    this.#f64('ring', this.#padded * this.#slots).set(snapshot.ring);
  }

  #f64(name: 'voltage' | 'current' | 'ring', length: number): Float64Array<ArrayBuffer> {
    return this.#memory.f64(this.#at[name], length);
  }

  /** Projections by counter: once to count the synapses of each source, once to write them. */
  #draw(projections: readonly GridProjection[], populations: readonly GridPopulation[], header: Header): Placed {
    const memory = this.#memory;
    const weights = projections.flatMap((one) => Array.from(one.weights));
    if (projections.some((one) => one.weights.length !== 2 ** bitsFor(one.weights.length)) || weights.length > MOST_WEIGHTS) {
      throw new InfeasibleError(`weights: expected a power of two of them per projection, at most ${String(MOST_WEIGHTS)} in all`);
    }
    // one weight for all synapses of a source: no codes
    const bySource = projections.every(
      (one) => one.weights.length === 1 && projections.every((other) => other.from !== one.from || other.weights[0] === one.weights[0]),
    );
    const counts = projections.map(({ number, to }) => ('total' in number ? number.total : number.inDegree * populations[to]!.size));
    const tables = projections.map((one) => {
      const table = memory.allocate(DELAYS);
      const { delays } = one;
      memory.u8(table, DELAYS).set(Array.from({ length: DELAYS }, (_, i) => delays[delays.length === 1 ? 0 : i]!));
      return table;
    });
    const weightsAt = memory.allocate(8 * (bySource ? this.#padded : weights.length));
    const project = (counting: boolean): void => {
      let code = 0;
      projections.forEach((one, p) => {
        const [from, to] = [populations[one.from]!, populations[one.to]!];
        const inDegree = 'inDegree' in one.number ? one.number.inDegree : 0;
        const key = [header.key[0]!, header.key[1]!, STREAMS.graph] as const;
        this.#kernels.gridProject(
          this.#address,
          p,
          this.#first[one.from]!,
          from.size,
          this.#first[one.to]!,
          to.size,
          inDegree,
          counts[p]!,
          code,
          one.weights.length,
          tables[p]!,
          ...key,
          counting,
          ...this.#slices[one.to]!,
        );
        code += one.weights.length;
      });
    };
    project(true);
    const rows = memory.u32(header.offsets, this.#padded + 1);
    for (let s = 0; s < this.#padded; s++) rows[s + 1]! += rows[s]!;
    const kept = rows.slice();
    const count = kept[this.#padded]!;
    const synapses = memory.allocate(4 * count);
    const codes = bySource ? 0 : memory.allocate(2 * count);
    this.#writeHeader({ ...header, synapses, codes, weights: weightsAt });
    project(false);
    memory.u32(header.offsets, this.#padded + 1).set(kept);
    if (bySource) {
      for (const one of projections) {
        const place = this.#first[one.from]!;
        memory.f64(weightsAt, this.#padded).fill(one.weights[0]!, place, place + populations[one.from]!.size);
      }
    } else {
      memory.f64(weightsAt, weights.length).set(weights);
    }
    return { count, synapses, codes, weights: weightsAt };
  }

  /** Edges as listed; equal weights share a code. Populations must be multiples of 64 but for the last, or the only one. */
  #list(edges: readonly GridEdge[], header: Header): Placed {
    const memory = this.#memory;
    const distinct = [...new Set(edges.map(({ weight }) => weight))];
    if (distinct.length > MOST_WEIGHTS)
      throw new InfeasibleError(`${String(distinct.length)} different weights, expected at most ${String(MOST_WEIGHTS)}`);
    const codeOf = new Map(distinct.map((weight, code) => [weight, code]));
    const count = edges.length;
    const [weights, synapses, codes] = [memory.allocate(8 * distinct.length), memory.allocate(4 * count), memory.allocate(2 * count)];
    memory.f64(weights, distinct.length).set(distinct);
    const rows = memory.u32(header.offsets, this.#padded + 1);
    for (const { source, target } of edges) {
      if (!(source >= 0 && source < this.#padded && target >= 0 && target < this.#padded)) {
        throw new InfeasibleError(`edge from ${String(source)} to ${String(target)} of ${String(this.neurons)} neurons`);
      }
      rows[source + 1]!++;
    }
    for (let s = 0; s < this.#padded; s++) rows[s + 1]! += rows[s]!;
    const next = rows.slice();
    const [words, places] = [memory.u32(synapses, count), memory.u16(codes, count)];
    for (const { source, target, weight, delay } of edges) {
      const place = next[source]!++;
      words[place] = target + delay * 2 ** header.shift;
      places[place] = codeOf.get(weight)!;
    }
    return { count, synapses, codes, weights };
  }

  #writeHeader({ shift, offsets, records, key, populations, synapses, codes, weights }: Header & Omit<Placed, 'count'>): void {
    const { ring, voltage, current, refractory, steps, spikes } = this.#at;
    const fields = [this.#padded, this.#slots - 1, ring, voltage, current, refractory, populations, records];
    fields.push(offsets, synapses, codes, weights, shift, 0, ...key, steps, spikes);
    this.#memory.u32(this.#address, GRID_WORDS).set([...fields, 4 * this.#padded]);
  }

  #writePopulation(
    at: number,
    one: GridPopulation,
    [first, end]: readonly [first: number, end: number],
    tables: { distribution: number; guide: number },
  ): void {
    this.#memory.u32(at, 4).set([first, end - first, one.synapses === 'delta' ? 1 : 0, one.refractorySteps]);
    const factors = [one.leak, one.decay, one.fromCurrent, one.drive, one.threshold, one.reset, one.events?.weight ?? 0];
    this.#memory.f64(at + 16, 7).set(factors);
    this.#memory.u32(at + 72, 2).set([tables.distribution, tables.guide]);
  }
}

/** Padded places of a population that belong to a part: whole blocks, so that the draws of a neuron are its own whatever the parts. */
function sliceOf({ index, of }: GridPart, first: number, size: number): [first: number, end: number] {
  const blocks = Math.ceil(size / BLOCK);
  const place = (part: number): number => first + Math.min(size, Math.floor((blocks * part) / of) * BLOCK);
  return [place(index), place(index + 1)];
}

/** Bits that number `count` things. */
function bitsFor(count: number): number {
  return 32 - Math.clz32(count - 1);
}

interface Header {
  readonly shift: number;
  readonly offsets: number;
  readonly records: number;
  readonly key: readonly number[];
  readonly populations: number;
}

interface Placed {
  readonly count: number;
  readonly synapses: number;
  readonly codes: number;
  readonly weights: number;
}
