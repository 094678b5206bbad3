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

  /** Four synapses of one sign onto neighbouring neurons, in f64 as one by one. */
  @inline static neighbours(at: usize, stride: usize, drive: usize, inhibits: bool, r: f64): void {
    const slot = at + stride * (inhibits ? Field.IN_INH : Field.IN_EXC);
    const membrane = at + stride * Field.IN_V;
    const rates = v128.load(at + stride * (inhibits ? Field.RATE_INH : Field.RATE_EXC));
    const leaks = v128.load(at + stride * Field.RATE_MEM);
    const before = v128.load(slot);
    const v = v128.load(membrane);
    Delivery.pair(slot, membrane, before, v, rates, leaks, v128.load(drive), r);
    Delivery.pair(
      slot + 8,
      membrane + 8,
      Delivery.upper(before),
      Delivery.upper(v),
      Delivery.upper(rates),
      Delivery.upper(leaks),
      v128.load(drive, 16),
      r,
    );
  }

  @inline static upper(x: v128): v128 {
    return i64x2.shuffle(x, x, 1, 1);
  }

  @inline static pair(slot: usize, membrane: usize, before: v128, v: v128, rates: v128, leaks: v128, drive: v128, r: f64): void {
    const time = f64x2.splat(r);
    const one = f64x2.splat(1);
    const half = f64x2.splat(0.5);
    const rate = f64x2.promote_low_f32x4(rates);
    const x = f64x2.mul(time, rate);
    const arrived = f64x2.mul(f64x2.abs(drive), f64x2.add(f64x2.sub(one, x), f64x2.mul(f64x2.mul(x, x), half)));
    v128.store64_lane(slot, f32x4.demote_f64x2_zero(f64x2.add(f64x2.promote_low_f32x4(before), arrived)), 0);
    const both = f64x2.add(rate, f64x2.promote_low_f32x4(leaks));
    const moved = f64x2.mul(f64x2.mul(drive, time), f64x2.sub(one, f64x2.mul(f64x2.mul(time, both), half)));
    v128.store64_lane(membrane, f32x4.demote_f64x2_zero(f64x2.add(f64x2.promote_low_f32x4(v), moved)), 0);
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

/** Four circuits n, n + 1, n + 2, n + 3 as one u64 are n x EACH + STEPS. */
const EACH: u64 = 0x0001000100010001;
const STEPS: u64 = 0x0003000200010000;

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
 * passed over; `drives` (f64) are weights, negative for inhibition. In f64 up to the slots, which is what a caller without this function would do.
 */
export function deliverSlices(address: usize, circuits: usize, drives: usize, events: usize, count: u32): void {
  const bank = changetype<Bank>(address);
  const stride: usize = bank.stride;
  const fields = bank.fields;
  const neurons = bank.neurons;
  const first = bank.firstNeuron;
  for (const last: usize = events + ((<usize>count) << 4); events < last; events += 16) {
    const r = load<f64>(events, 8);
    const end = load<u32>(events, 4);
    for (let k = load<u32>(events); k < end; k++) {
      const circuit = circuits + ((<usize>k) << 1);
      const drive = drives + ((<usize>k) << 3);
      const neuron = <u32>load<u16>(circuit) - first;
      if (neuron >= neurons) continue;
      const at = fields + ((<usize>neuron) << 2);
      if ((neuron & 3) == 0 && k + 3 < end && load<u64>(circuit) - <u64>load<u16>(circuit) * EACH == STEPS) {
        const signs = i64x2.bitmask(v128.load(drive)) + i64x2.bitmask(v128.load(drive, 16));
        if (signs == 0 || signs == 6) {
          Delivery.neighbours(at, stride, drive, signs == 6, r);
          k += 3;
          continue;
        }
      }
      const signed = load<f64>(drive);
      const inhibits = signed < 0;
      const slot = at + stride * (inhibits ? Field.IN_INH : Field.IN_EXC);
      const rate = <f64>load<f32>(at + stride * (inhibits ? Field.RATE_INH : Field.RATE_EXC));
      const x = r * rate;
      store<f32>(slot, <f32>(<f64>load<f32>(slot) + Math.abs(signed) * (1 - x + x * x * 0.5)));
      const membrane = at + stride * Field.IN_V;
      const moved = signed * r * (1 - r * (rate + <f64>load<f32>(at + stride * Field.RATE_MEM)) * 0.5);
      store<f32>(membrane, <f32>(<f64>load<f32>(membrane) + moved));
    }
  }
}
