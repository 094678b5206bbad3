/**
 * Typed windows onto linear memory. An address is cast to a view with `changetype<F32View>(address)`; indexing compiles to one load or store,
 * while StaticArray costs three times as much (facts/kernels.md, section 6).
 * Decorators stand on classes and methods only: there they are valid TypeScript, so prettier and editors can read these files.
 */
@unmanaged
export class F32View {
  [key: number]: f32; // for editors; the compiler skips it
  @inline @operator('[]') get(i: i32): f32 {
    return load<f32>(changetype<usize>(this) + ((<usize>i) << 2));
  }
  @inline @operator('[]=') set(i: i32, value: f32): void {
    store<f32>(changetype<usize>(this) + ((<usize>i) << 2), value);
  }
}

@unmanaged
export class U32View {
  [key: number]: u32;
  @inline @operator('[]') get(i: i32): u32 {
    return load<u32>(changetype<usize>(this) + ((<usize>i) << 2));
  }
  @inline @operator('[]=') set(i: i32, value: u32): void {
    store<u32>(changetype<usize>(this) + ((<usize>i) << 2), value);
  }
}
