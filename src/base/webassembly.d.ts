/** The little of WebAssembly that we use: @types/node 20 does not declare it and lib "DOM" would let `window` and `document` through. */
declare namespace WebAssembly {
  class Module {
    private readonly brand;
    constructor(bytes: Uint8Array);
  }
  class Memory {
    readonly buffer: ArrayBuffer;
    constructor(size: { initial: number; maximum?: number });
    grow(pages: number): number;
  }
  class Instance {
    readonly exports: Readonly<Record<string, unknown>>;
    constructor(module: Module, imports?: Record<string, Record<string, unknown>>);
  }
}
