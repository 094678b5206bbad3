/** Kernels that are called once: a header of 32-bit words, and arrays that are laid out for this call and forgotten after it. */
import { InternalError } from '../base/errors.ts';
import { instantiate, type Kernels } from './load.ts';
import { KernelMemory, reusingMemory } from './memory.ts';

/** A memory laid out for one call. Addresses are bytes. */
export interface OneCall {
  readonly memory: KernelMemory;
  readonly kernels: Kernels;
  /** Address of the header. */
  readonly header: number;
  /** Address of `words` fresh zeroed words. */
  room(this: void, words: number): number;
  /** Address of a copy, as 32-bit words. */
  put(this: void, values: ArrayLike<number>): number;
  /** Address of a copy, as doubles. */
  putDoubles(this: void, values: ArrayLike<number>): number;
  /** Address of a copy, as bytes. */
  putBytes(this: void, values: ArrayLike<number>): number;
  /** Writes the words of the header, from its first on. */
  setHeader(this: void, words: readonly number[]): void;
}

/** Does `work` in a memory of its own; nothing that it returns may be a window onto it. InternalError, naming `loader`, where `headerBytes` of the compiled kernels are not `words` words. */
export function oneCall<T>(loader: string, words: number, headerBytes: (kernels: Kernels) => number, work: (call: OneCall) => T): T {
  return reusingMemory(() => {
    const memory = new KernelMemory();
    const kernels = instantiate(memory);
    if (headerBytes(kernels) !== 4 * words) throw new InternalError(`kernels.wasm has another header than ${loader}: run npm run build`);
    const header = memory.allocate(4 * words);
    const copied = (width: number, length: number, window: 'u8' | 'u32' | 'f64', values: ArrayLike<number>): number => {
      const address = memory.allocate(width * length);
      memory[window](address, length).set(values);
      return address;
    };
    return work({
      memory,
      kernels,
      header,
      room: (length) => memory.allocate(4 * length),
      put: (values) => copied(4, values.length, 'u32', values),
      putDoubles: (values) => copied(8, values.length, 'f64', values),
      putBytes: (values) => copied(1, values.length, 'u8', values),
      setHeader: (values) => {
        memory.u32(header, words).set(values);
      },
    });
  });
}
