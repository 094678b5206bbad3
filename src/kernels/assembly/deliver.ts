/**
 * Synaptic events into the slots of a bank. An event of weight w (V/s) that arrives r seconds before the end of the step has at the end, with x = r / tauSyn, decayed to
 *   w exp(-x) = w (1 - x + x^2 / 2 - ...)                                          -> slot of its synapse
 * and has already moved the membrane by
 *   w integral_0^r exp(-u / tauSyn) exp(-(r - u) / tauMem) du = w r (1 - r (1/tauSyn + 1/tauMem) / 2 + ...)   -> slot of the membrane, negative for inhibition.
 * Errors of relative size x^3 / 6 and r^2 / (6 tau^2): under 2e-4 for r = tau / 10. r is at most one step, and a step is a small part of every tau.
 * Sums are in f32 and so depend on the order of delivery: the caller keeps it fixed (sorted by source).
 */
import { Bank, Field } from './bank';

/** 1 and a half: loaded before a loop they stay in registers, written into it they are made anew each time round. */
const CONSTANTS: usize = memory.data<f32>([1, 0.5], 16);
/** Where a sum that nobody needs goes, so that it is formed. */
const TOUCHED: usize = memory.data(4, 4);

/** One dense row: `count` weights (a multiple of 4) for the neurons from `first` (a multiple of 4) on, counted within the bank. */
export function deliverRow(address: usize, weights: usize, first: u32, count: u32, inhibitory: bool, r: f32): void {
  const bank = changetype<Bank>(address);
  const stride: usize = bank.stride;
  const start = bank.fields + ((<usize>first) << 2);
  let slot = start + stride * (inhibitory ? Field.IN_INH : Field.IN_EXC);
  let rate = start + stride * (inhibitory ? Field.RATE_INH : Field.RATE_EXC);
  let rateMem = start + stride * Field.RATE_MEM;
  let membrane = start + stride * Field.IN_V;
  const one = v128.load_splat<f32>(CONSTANTS);
  const half = v128.load_splat<f32>(CONSTANTS, 4);
  const r4 = f32x4.splat(r);
  const signed = f32x4.splat(inhibitory ? -r : r);
  const halfR = f32x4.splat(r * <f32>0.5);
  const end = weights + ((<usize>count) << 2);
  const whole = weights + (((<usize>count) >> 4) << 6);
  // sixteen columns at a time, so that the five pointers move once for all of them
  while (weights < whole) {
    Delivery.four(weights, slot, rate, rateMem, membrane, r4, one, half, signed, halfR);
    Delivery.four(weights + 16, slot + 16, rate + 16, rateMem + 16, membrane + 16, r4, one, half, signed, halfR);
    Delivery.four(weights + 32, slot + 32, rate + 32, rateMem + 32, membrane + 32, r4, one, half, signed, halfR);
    Delivery.four(weights + 48, slot + 48, rate + 48, rateMem + 48, membrane + 48, r4, one, half, signed, halfR);
    weights += 64;
    slot += 64;
    rate += 64;
    rateMem += 64;
    membrane += 64;
  }
  while (weights < end) {
    Delivery.four(weights, slot, rate, rateMem, membrane, r4, one, half, signed, halfR);
    weights += 16;
    slot += 16;
    rate += 16;
    rateMem += 16;
    membrane += 16;
  }
}

class Delivery {
  @inline static add(at: usize, value: f32): void {
    store<f32>(at, load<f32>(at) + value);
  }

  /** `groups` times four synapses of one sign onto neighbouring neurons; drives are negative for inhibition. */
  static neighbours(drive: usize, slot: usize, rate: usize, leak: usize, membrane: usize, groups: u32, r: f32): void {
    const one = v128.load_splat<f32>(CONSTANTS);
    const half = v128.load_splat<f32>(CONSTANTS, 4);
    const time = f32x4.splat(r);
    const halfTime = f32x4.splat(r * <f32>0.5);
    for (const end = drive + ((<usize>groups) << 4); drive < end; drive += 16) {
      const d = v128.load(drive);
      const perTau = v128.load(rate);
      const x = f32x4.mul(time, perTau);
      const decayed = f32x4.add(f32x4.sub(one, x), f32x4.mul(f32x4.mul(x, x), half));
      v128.store(slot, f32x4.add(v128.load(slot), f32x4.mul(f32x4.abs(d), decayed)));
      const moved = f32x4.sub(one, f32x4.mul(halfTime, f32x4.add(perTau, v128.load(leak))));
      v128.store(membrane, f32x4.add(v128.load(membrane), f32x4.mul(f32x4.mul(d, time), moved)));
      slot += 16;
      rate += 16;
      leak += 16;
      membrane += 16;
    }
  }

  /** Looks at the beginning of every slice first: rows are far apart and rarely in the cache, and so their loads overlap instead of each holding up the next. */
  static touch(circuits: usize, drives: usize, groups: usize, events: usize, count: u32): void {
    if (count < 2) return;
    let sum: u32 = 0;
    for (const last: usize = events + ((<usize>count) << 4); events < last; events += 16) {
      const k: usize = <usize>load<u32>(events);
      sum +=
        <u32>load<u16>(circuits + (k << 1)) + <u32>load<u8>(groups + k) + load<u32>(drives + (k << 2)) + load<u32>(drives + (k << 2), 64);
    }
    store<u32>(TOUCHED, sum);
  }

  /** The same for one of them. */
  @inline static one(drive: usize, slot: usize, rate: usize, leak: usize, membrane: usize, r: f32): void {
    const d = load<f32>(drive);
    const perTau = load<f32>(rate);
    const x: f32 = r * perTau;
    const decayed: f32 = <f32>1 - x + x * x * <f32>0.5;
    Delivery.add(slot, Mathf.abs(d) * decayed);
    const moved: f32 = <f32>1 - r * <f32>0.5 * (perTau + load<f32>(leak));
    Delivery.add(membrane, d * r * moved);
  }

  /** Four neighbouring targets of a dense row. */
  @inline static four(
    weight: usize,
    slot: usize,
    rate: usize,
    rateMem: usize,
    membrane: usize,
    r: v128,
    one: v128,
    half: v128,
    signed: v128,
    halfR: v128,
  ): void {
    const w = v128.load(weight);
    const perTau = v128.load(rate);
    const x = f32x4.mul(r, perTau);
    const decayed = f32x4.add(f32x4.sub(one, x), f32x4.mul(f32x4.mul(x, x), half));
    v128.store(slot, f32x4.add(v128.load(slot), f32x4.mul(w, decayed)));
    const moved = f32x4.sub(one, f32x4.mul(halfR, f32x4.add(perTau, v128.load(rateMem))));
    v128.store(membrane, f32x4.add(v128.load(membrane), f32x4.mul(f32x4.mul(w, signed), moved)));
  }
}

/** One sparse row: `count` pairs of a target (neuron within the bank) and a weight. Same arithmetic, four at a time, added in the order of the list. */
export function deliverSparse(address: usize, targets: usize, weights: usize, count: u32, inhibitory: bool, r: f32): void {
  const bank = changetype<Bank>(address);
  const stride: usize = bank.stride;
  const slot = bank.fields + stride * (inhibitory ? Field.IN_INH : Field.IN_EXC);
  const rate = bank.fields + stride * (inhibitory ? Field.RATE_INH : Field.RATE_EXC);
  const rateMem = bank.fields + stride * Field.RATE_MEM;
  const membrane = bank.fields + stride * Field.IN_V;
  const one = v128.load_splat<f32>(CONSTANTS);
  const half = v128.load_splat<f32>(CONSTANTS, 4);
  const r4 = f32x4.splat(r);
  const signed = f32x4.splat(inhibitory ? -r : r);
  const halfR = f32x4.splat(r * <f32>0.5);
  const end: usize = targets + ((<usize>count) << 2);
  const whole: usize = targets + (((<usize>count) >> 2) << 4);
  for (; targets < whole; targets += 16, weights += 16) {
    const a: usize = (<usize>load<u32>(targets)) << 2;
    const b: usize = (<usize>load<u32>(targets, 4)) << 2;
    const c: usize = (<usize>load<u32>(targets, 8)) << 2;
    const d: usize = (<usize>load<u32>(targets, 12)) << 2;
    let perTau = v128.load32_zero(rate + a);
    perTau = v128.load_lane<f32>(rate + b, perTau, 1);
    perTau = v128.load_lane<f32>(rate + c, perTau, 2);
    perTau = v128.load_lane<f32>(rate + d, perTau, 3);
    let perMem = v128.load32_zero(rateMem + a);
    perMem = v128.load_lane<f32>(rateMem + b, perMem, 1);
    perMem = v128.load_lane<f32>(rateMem + c, perMem, 2);
    perMem = v128.load_lane<f32>(rateMem + d, perMem, 3);
    const w = v128.load(weights);
    const x = f32x4.mul(r4, perTau);
    const decayed = f32x4.mul(w, f32x4.add(f32x4.sub(one, x), f32x4.mul(f32x4.mul(x, x), half)));
    const moved = f32x4.mul(f32x4.mul(w, signed), f32x4.sub(one, f32x4.mul(halfR, f32x4.add(perTau, perMem))));
    // one after the other: a target may stand twice among the four
    Delivery.add(slot + a, f32x4.extract_lane(decayed, 0));
    Delivery.add(membrane + a, f32x4.extract_lane(moved, 0));
    Delivery.add(slot + b, f32x4.extract_lane(decayed, 1));
    Delivery.add(membrane + b, f32x4.extract_lane(moved, 1));
    Delivery.add(slot + c, f32x4.extract_lane(decayed, 2));
    Delivery.add(membrane + c, f32x4.extract_lane(moved, 2));
    Delivery.add(slot + d, f32x4.extract_lane(decayed, 3));
    Delivery.add(membrane + d, f32x4.extract_lane(moved, 3));
  }
  for (; targets < end; targets += 4, weights += 4) {
    const at: usize = (<usize>load<u32>(targets)) << 2;
    const w = v128.load32_zero(weights);
    const perTau = v128.load32_zero(rate + at);
    const x = f32x4.mul(r4, perTau);
    Delivery.add(slot + at, f32x4.extract_lane(f32x4.mul(w, f32x4.add(f32x4.sub(one, x), f32x4.mul(f32x4.mul(x, x), half))), 0));
    const moved = f32x4.sub(one, f32x4.mul(halfR, f32x4.add(perTau, v128.load32_zero(rateMem + at))));
    Delivery.add(membrane + at, f32x4.extract_lane(f32x4.mul(f32x4.mul(w, signed), moved), 0));
  }
}

/**
 * Events of one step, in their order: slices [from, to) of a list of synapses. Record k is u32 from, u32 to, f64 r. `circuits` (u16) count from circuit 0 of the die, those outside the bank are
 * passed over; `drives` (f32) are weights, negative for inhibition; `groups` (u8) says how many times four synapses of one sign onto neighbouring circuits, the first a multiple of 4, begin at each.
 */
export function deliverSlices(address: usize, circuits: usize, drives: usize, groups: usize, events: usize, count: u32): void {
  const bank = changetype<Bank>(address);
  const stride: usize = bank.stride;
  const fields = bank.fields;
  const neurons = bank.neurons;
  const first = bank.firstNeuron;
  Delivery.touch(circuits, drives, groups, events, count);
  for (const last: usize = events + ((<usize>count) << 4); events < last; events += 16) {
    const r = <f32>load<f64>(events, 8);
    const end = load<u32>(events, 4);
    for (let k = load<u32>(events); k < end; k++) {
      const neuron = <u32>load<u16>(circuits + ((<usize>k) << 1)) - first;
      if (neuron >= neurons) continue;
      const drive = drives + ((<usize>k) << 2);
      const at = fields + ((<usize>neuron) << 2);
      const inhibits = load<f32>(drive) < 0;
      const slot = at + stride * (inhibits ? Field.IN_INH : Field.IN_EXC);
      const rate = at + stride * (inhibits ? Field.RATE_INH : Field.RATE_EXC);
      const leak = at + stride * Field.RATE_MEM;
      const membrane = at + stride * Field.IN_V;
      const whole = min(min(<u32>load<u8>(groups + <usize>k), (end - k) >> 2), (neurons - neuron) >> 2);
      if (whole != 0) {
        Delivery.neighbours(drive, slot, rate, leak, membrane, whole, r);
        k += (whole << 2) - 1;
      } else Delivery.one(drive, slot, rate, leak, membrane, r);
    }
  }
}
