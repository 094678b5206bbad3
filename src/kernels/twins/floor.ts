/** The floor of assembly/floor.ts: what a fading state is after step number `step`. */
const FLOOR = 2 ** -40; // V and V/s

export function floorTwin(value: number, step: number): number {
  return step % 16 !== 15 || Math.abs(value) >= FLOOR ? value : 0;
}
