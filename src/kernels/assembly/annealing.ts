/**
 * Simulated annealing of a placement: groups swap their places, what costs more is accepted with the probability exp(-change / temperature). src/emulator/mapping/placement.ts says what the
 * cost is and has the schedule. Draws and exponential are those of src/base, bit for bit.
 */
import { get, put } from './words';

@unmanaged
class Annealing {
  groups!: u32;
  steps!: u32;
  seedLow!: u32;
  seedHigh!: u32;
  stream!: u32;
  substream!: u32;
  traffic!: usize; // f64 per (group, group), the same both ways
  distance!: usize; // f64 per (place, place), the same both ways
  placeOf!: usize; // u32 per group
  best!: usize; // u32 per group
}
const PARITY: u32 = 0x1bd11bda;
const TRIALS: u32 = 50;

/** Size of the header, for annealing.ts. */
export function annealingHeaderBytes(): usize {
  return offsetof<Annealing>();
}

/** Anneals `placeOf`; the placement of least cost that was met is in `best`. */
export function anneal(address: usize): void {
  const run = changetype<Annealing>(address);
  const groups = run.groups;
  const steps = run.steps;
  // start hot enough that an average swap is accepted, end where none that costs is
  let scale: f64 = 0;
  for (let i: u32 = 0; i < TRIALS; i++) scale += Math.abs(change(run, integer(run, 1, 2 * i), integer(run, 1, 2 * i + 1))) / <f64>TRIALS;
  memory.copy(run.best, run.placeOf, (<usize>groups) << 2);
  let cost: f64 = 0;
  let bestCost: f64 = 0;
  for (let step: u32 = 0; step < steps; step++) {
    const a = integer(run, 2, 2 * step);
    const b = integer(run, 2, 2 * step + 1);
    if (a === b) continue;
    const delta = change(run, a, b);
    if (delta > 0) {
      const rest = 1 - <f64>step / <f64>steps;
      const temperature = scale * (rest * rest);
      if (uniform(run, 3, step) >= expOfNegative(-delta / Math.max(temperature, 1e-300))) continue;
    }
    const place = get(run.placeOf, a);
    put(run.placeOf, a, get(run.placeOf, b));
    put(run.placeOf, b, place);
    cost += delta;
    if (cost < bestCost - 1e-9) {
      bestCost = cost;
      memory.copy(run.best, run.placeOf, (<usize>groups) << 2);
    }
  }
}

/** What a swap of two groups would add to the cost. */
function change(run: Annealing, a: u32, b: u32): f64 {
  const groups = run.groups;
  const fromA = run.traffic + ((<usize>a * groups) << 3);
  const fromB = run.traffic + ((<usize>b * groups) << 3);
  const atA = run.distance + ((<usize>get(run.placeOf, a) * groups) << 3);
  const atB = run.distance + ((<usize>get(run.placeOf, b) * groups) << 3);
  let sum: f64 = 0;
  for (let group: u32 = 0; group < groups; group++) {
    if (group === a || group === b) continue;
    const place = (<usize>get(run.placeOf, group)) << 3;
    const column = (<usize>group) << 3;
    sum += (load<f64>(fromA + column) - load<f64>(fromB + column)) * (load<f64>(atB + place) - load<f64>(atA + place));
  }
  return sum;
}

/** Uniform integer in [0, groups). */
function integer(run: Annealing, unit: u32, index: u32): u32 {
  return <u32>Math.floor(uniform(run, unit, index) * <f64>run.groups);
}

/** Threefry-4x32 with 20 rounds, the first two words as a number in (0, 1): `Chance.uniform`. */
function uniform(run: Annealing, unit: u32, index: u32): f64 {
  let k0 = run.seedLow;
  let k1 = run.seedHigh;
  let k2 = run.stream;
  let k3 = run.substream;
  let k4 = k0 ^ k1 ^ k2 ^ k3 ^ PARITY;
  let x0 = unit + k0;
  let x1 = k1;
  let x2 = index + k2;
  let x3 = k3;
  for (let injection: u32 = 1; injection <= 5; injection++) {
    const isOdd = (injection & 1) === 1;
    x0 += x1;
    x1 = rotl<u32>(x1, isOdd ? 10 : 6) ^ x0;
    x2 += x3;
    x3 = rotl<u32>(x3, isOdd ? 26 : 20) ^ x2;
    x0 += x3;
    x3 = rotl<u32>(x3, isOdd ? 11 : 17) ^ x0;
    x2 += x1;
    x1 = rotl<u32>(x1, isOdd ? 21 : 11) ^ x2;
    x0 += x1;
    x1 = rotl<u32>(x1, isOdd ? 13 : 25) ^ x0;
    x2 += x3;
    x3 = rotl<u32>(x3, isOdd ? 27 : 10) ^ x2;
    x0 += x3;
    x3 = rotl<u32>(x3, isOdd ? 23 : 18) ^ x0;
    x2 += x1;
    x1 = rotl<u32>(x1, isOdd ? 5 : 20) ^ x2;
    const first = k0;
    k0 = k1;
    k1 = k2;
    k2 = k3;
    k3 = k4;
    k4 = first;
    x0 += k0;
    x1 += k1;
    x2 += k2;
    x3 += k3 + injection;
  }
  return (<f64>(x0 >>> 5) * 67108864.0 + <f64>(x1 >>> 6) + 0.5) / 9007199254740992.0;
}

/** exp(x) for x <= 0, as `exp` of src/base has it (FreeBSD's e_exp.c); 0 below e^-700, which no draw is under. */
function expOfNegative(x: f64): f64 {
  if (x < -700) return 0;
  if (x > -1.0 / 268435456.0) return 1 + x;
  const k = trunc<f64>(1.442695040888963387 * x - 0.5);
  const high = x - k * 6.9314718036912381649e-1;
  const low = k * 1.90821492927058770002e-10;
  const r = high - low;
  const t = r * r;
  const polynomial =
    0.16666666666666602 +
    t * (-0.0027777777777015593 + t * (0.00006613756321437934 + t * (-0.0000016533902205465252 + t * 4.1381367970572385e-8)));
  const c = r - t * polynomial;
  const y = 1.0 - (low - (r * c) / (2.0 - c) - high);
  return y * reinterpret<f64>((<i64>k + 1023) << 52);
}
