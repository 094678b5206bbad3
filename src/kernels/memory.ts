/** Linear memory, laid out once from here: a bump allocator over addresses, and typed windows that must be taken again after `grow`. */
const FIRST = 65536; // bytes; below lie the compiler's static data
const PAGE = 65536; // bytes
const MOST_SPARE = 8;
const LARGEST_SPARE = 32 * 1024 * 1024; // bytes

/** Memories without a user, all zero. A fresh one reserves gigabytes of addresses, and every growth is garbage in the engine's eyes: a short run spends a tenth of its time on both. */
const spare: WebAssembly.Memory[] = [];
/** What a memory that was given back has instead: windows onto it cannot be made. */
const NONE = new WebAssembly.Memory({ initial: 0 });
let lent: KernelMemory[] | undefined;

/** Does `work`, and gives the memories that it took to those who come later. Nothing that it returns may be a window onto them, or use a kernel that was made in it. */
export function reusingMemory<T>(work: () => T): T {
  const outer = lent;
  const own: KernelMemory[] = [];
  lent = own;
  try {
    return work();
  } finally {
    lent = outer;
    for (const memory of own) memory.giveBack();
  }
}

export class KernelMemory {
  memory = spare.pop() ?? new WebAssembly.Memory({ initial: 2 });
  #top = FIRST;
  /** Goes up when memory has grown and windows must be taken again. */
  generation = 0;

  constructor() {
    lent?.push(this);
  }

  /** Leaves the memory to others; nothing can be read or allocated from now on. */
  giveBack(): void {
    const { memory } = this;
    this.memory = NONE;
    if (spare.length >= MOST_SPARE || memory.buffer.byteLength > LARGEST_SPARE) return;
    // nothing is written above what was allocated
    new Uint8Array(memory.buffer, 0, this.#top).fill(0);
    spare.push(memory);
  }

  /** Address of `bytes` fresh, zeroed bytes, aligned to 64. */
  allocate(bytes: number): number {
    const address = this.#top;
    // not by bits: those are signed, and memory goes up to 4 GB
    this.#top = Math.ceil((address + bytes) / 64) * 64;
    const missing = this.#top - this.memory.buffer.byteLength;
    if (missing > 0) {
      this.memory.grow(Math.ceil(missing / PAGE));
      this.generation += 1;
    }
    return address;
  }

  /** A copy of all that was allocated. */
  image(): Uint8Array<ArrayBuffer> {
    return this.u8(FIRST, this.#top - FIRST).slice();
  }

  /** Puts an image of a memory in which the same was allocated, or more, in place of the present content. */
  restore(image: Uint8Array): void {
    this.#top = FIRST;
    this.allocate(image.length);
    this.u8(FIRST, image.length).set(image);
    new Uint8Array(this.memory.buffer).fill(0, FIRST + image.length);
  }

  f32(address: number, length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.memory.buffer, address, length);
  }

  f64(address: number, length: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.memory.buffer, address, length);
  }

  u8(address: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.memory.buffer, address, length);
  }

  u16(address: number, length: number): Uint16Array<ArrayBuffer> {
    return new Uint16Array(this.memory.buffer, address, length);
  }

  u32(address: number, length: number): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.memory.buffer, address, length);
  }
}
