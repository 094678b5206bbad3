/** Arrays of 32-bit words in memory. */

export function get(base: usize, index: u32): u32 {
  return load<u32>(base + ((<usize>index) << 2));
}

export function put(base: usize, index: u32, value: u32): void {
  store<u32>(base + ((<usize>index) << 2), value);
}
