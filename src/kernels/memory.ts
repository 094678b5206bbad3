/** Linear memory, laid out once from here: a bump allocator over addresses, and typed windows that must be taken again after `grow`. */
const FIRST = 65536; // bytes; below lie the compiler's static data
const PAGE = 65536; // bytes

export class KernelMemory {
  readonly memory = new WebAssembly.Memory({ initial: 2 });
  #top = FIRST;

  /** Address of `bytes` fresh, zeroed bytes, aligned to 64. */
  allocate(bytes: number): number {
    const address = this.#top;
    this.#top = (address + bytes + 63) & ~63;
    const missing = this.#top - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    return address;
  }

  f32(address: number, length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.memory.buffer, address, length);
  }

  u32(address: number, length: number): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.memory.buffer, address, length);
  }
}
