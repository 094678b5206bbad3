/** The header of a run of windows (assembly/window-records.ts): its numbers of eight bytes first, then its words. */
import { InternalError } from '../base/errors.ts';
import type { Kernels } from './load.ts';
import type { KernelMemory } from './memory.ts';

const TIMES = [
  'start',
  'window',
  'out',
  'inward',
  'local',
  'delay',
  'lineStep',
  'lineLongest',
  'ticksPerSecond',
  'cycleTicks',
  'cycleParts',
  'spikes',
  'late',
  'reached',
  'reached1',
  'reached2',
  'offered',
  'delivered',
  'packets',
  'underWay',
  'windowsDone',
] as const;
const WORDS = [
  'phase',
  'bank',
  'net',
  'adex',
  'noisy',
  'arriving',
  'circuits',
  'drives',
  'groups',
  'events',
  'neuronOf',
  'routes',
  'sequences',
  'days',
  'freeEvent',
  'freeEvents',
  'waiting',
  'order',
  'crossings',
  'crossingCount',
  'crossingNext',
  'rowNext',
  'freeSlot',
  'packetRoom',
  'offerRoom',
  'flits',
  'spikeTicks',
  'spikeNeurons',
  'spikeCount',
  'spikeRoom',
  'latencies',
  'latencyRoom',
  'rare',
  'rareCount',
  'rareRoom',
  'wanted',
  'loop',
  'network',
] as const;
export type Time = (typeof TIMES)[number];
export type HeaderWord = (typeof WORDS)[number];
const TIME = Object.fromEntries(TIMES.map((name, i) => [name, i])) as Readonly<Record<Time, number>>;
const WORD = Object.fromEntries(WORDS.map((name, i) => [name, 2 * TIMES.length + i])) as Readonly<Record<HeaderWord, number>>;

const HEADER_BYTES = 8 * TIMES.length + 4 * WORDS.length;
export class WindowHeader {
  /** Where it stands in memory. */
  readonly address: number;
  readonly #memory: KernelMemory;
  #buffer: ArrayBufferLike | undefined;
  #times = new Float64Array(0);
  #words = new Uint32Array(0);

  /** Throws InternalError when the kernels were built from another header. */
  constructor(memory: KernelMemory, kernels: Kernels) {
    if (kernels.windowsHeaderBytes() !== HEADER_BYTES)
      throw new InternalError('kernels.wasm has another header of windows than window-header.ts: run npm run build');
    this.#memory = memory;
    this.address = memory.allocate(HEADER_BYTES);
  }

  time(name: Time): number {
    this.#look();
    return this.#times[TIME[name]]!;
  }

  word(name: HeaderWord): number {
    this.#look();
    return this.#words[WORD[name]]!;
  }

  setTimes(values: Partial<Record<Time, number>>): void {
    this.#look();
    for (const [name, value] of Object.entries(values)) this.#times[TIME[name as Time]] = value;
  }

  setWords(values: Partial<Record<HeaderWord, number>>): void {
    this.#look();
    for (const [name, value] of Object.entries(values)) this.#words[WORD[name as HeaderWord]] = value;
  }

  /** Takes the views onto the header anew after memory has grown. */
  #look(): void {
    if (this.#buffer === this.#memory.memory.buffer) return;
    this.#buffer = this.#memory.memory.buffer;
    this.#times = this.#memory.f64(this.address, TIMES.length);
    this.#words = this.#memory.u32(this.address, HEADER_BYTES / 4);
  }
}
