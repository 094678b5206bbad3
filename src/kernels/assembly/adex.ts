/**
 * Membranes of a bank of whole neuron circuits, integrator `fast`: f32, four neurons at a time, one evaluation a step of length h.
 *   dv/dt = leak + r exp((v - Vx) / D) - k OTA(u) + sExc - sInh + drive + noise,   tau_w du/dt = G OTA(v - Vw) - u,   OTA(x) = L tanh(x / L)
 * With c the change by everything but the exponential (as in lif.ts), z = x0 exp((v - Vx) / D) and x0 = r gain h / D (gain: what a leaky membrane keeps of a constant current):
 *   v += c - D ln(1 - z (e^k - 1) / k),   k = c / D;
 * the exact solution for constant c, so an upstroke within one step is no catastrophe; where 1 - z .. falls to nothing, the membrane has reached whatever stops it.
 * Crossing of the threshold: the time at which that solution is there. u moves after v, by the new v: it stands half a step off, which makes the pair second order for a linear leak.
 * A refractory circuit is pulled to its reset with its own time constant; what is left of the step after a refractory time shorter than the rest of the step is added to the next
 * step (`remaining` below 0). `timer` > 0: comparator blind, < 0: crossed, event still to come.
 * Where lanes are alone (spikes, resets), a branch does more; the value of a lane never depends on its neighbours.
 * Source: Brette and Gerstner 2005; exact step of an exponential with a constant: separation of variables in exp(-v / D).
 */
import { Bank } from './bank';
import { Elementary } from './elementary';
import { Lif } from './lif';
import { Threefry } from './threefry';

const LEAST: f32 = 1e-30; // of 1 - z ..: D x 69 is more than any supply
const NO_NOISE: i32 = 0x7f807f80; // four bytes whose sum is the mean 510

const schedule: usize = memory.data(256, 16);
const words: usize = memory.data(256, 16);
const comparatorSchedule: usize = memory.data(256, 16);
const comparatorWords: usize = memory.data(256, 16);
const fractions: usize = memory.data(16, 16);

/** `steps` steps, as `lifSteps`. The comparator's noise comes from the next substream (key3 + 1) and is drawn only where a spike asks for it. */
export function adexSteps(
  address: usize,
  stepLow: u32,
  stepHigh: u32,
  steps: u32,
  noisy: bool,
  comparing: bool,
  sampleIn: u32,
  sampleEvery: u32,
  samples: usize,
): u32 {
  const bank = changetype<Bank>(address);
  const blocks = bank.neurons >> 6;
  const firstBlock = bank.firstNeuron >> 6;
  const comparator = i32x4.splat(comparing ? -1 : 0);
  for (let i: usize = 0; i < 256; i += 16) v128.store(words + i, i32x4.splat(NO_NOISE));
  let spikes: u32 = 0;
  for (let step: u32 = 0; step < steps; step++) {
    if (noisy) Threefry.schedule(schedule, stepLow, stepHigh, bank.unit, bank.key0, bank.key1, bank.key2, bank.key3);
    if (bank.comparatorNoise > 0) {
      Threefry.schedule(comparatorSchedule, stepLow, stepHigh, bank.unit, bank.key0, bank.key1, bank.key2, bank.key3 + 1);
    }
    for (let block: u32 = 0; block < blocks; block++) {
      if (noisy) Threefry.block(schedule, firstBlock + block, words);
      spikes = Adex.block(bank, block, step, comparator, spikes);
    }
    if (step == sampleIn) {
      memory.copy(samples, bank.fields, bank.neurons << 2);
      samples += bank.neurons << 2;
      sampleIn += sampleEvery;
    }
    stepLow++;
    if (stepLow == 0) stepHigh++;
  }
  return spikes;
}

@unmanaged
class Adex {
  /** One step of 64 neurons; the pointer walks from field to field. */
  static block(bank: Bank, block: u32, step: u32, comparator: v128, spikes: u32): u32 {
    const zero = f32x4.splat(0);
    const one = f32x4.splat(1);
    const stride: usize = bank.stride;
    const linear = f32x4.splat(bank.linear);
    const inverseLinear = f32x4.splat(bank.inverseLinear);
    const otaLinear = f32x4.splat(bank.adaptationLinear);
    const otaInverse = f32x4.splat(bank.adaptationInverse);
    const low = f32x4.splat(bank.railLow);
    const high = f32x4.splat(bank.railHigh);
    const first = bank.fields + ((<usize>block) << 8);
    let drawn = false;
    for (let offset: usize = 0; offset < 256; offset += 16) {
      const base = first + offset;
      const tail = base + stride * 21;
      const remaining = v128.load(base + stride * 14);
      let v = v128.load(base);
      if (v128.any_true(f32x4.gt(remaining, zero))) v = Adex.reset(base, stride, v, remaining);
      const active = f32x4.pmax(zero, f32x4.sub(one, remaining));
      const held = f32x4.le(active, zero);

      let p = base + stride;
      const x = f32x4.mul(f32x4.sub(v128.load(p), v), inverseLinear);
      p += stride;
      let change = f32x4.mul(f32x4.mul(v128.load(p), linear), Elementary.tanh(x));
      p += stride;
      let at = p;
      let synapse = v128.load(p);
      p += stride;
      change = f32x4.add(change, f32x4.mul(v128.load(p), synapse));
      p += stride;
      synapse = f32x4.mul(v128.load(p), synapse);
      p += stride;
      v128.store(at, Lif.floor(f32x4.add(synapse, v128.load(p))));
      v128.store(p, zero);
      p += stride;
      at = p;
      synapse = v128.load(p);
      p += stride;
      change = f32x4.sub(change, f32x4.mul(v128.load(p), synapse));
      p += stride;
      synapse = f32x4.mul(v128.load(p), synapse);
      p += stride;
      v128.store(at, Lif.floor(f32x4.add(synapse, v128.load(p))));
      v128.store(p, zero);
      p += stride;
      change = f32x4.add(change, v128.load(p)); // drive
      p += stride;
      change = f32x4.add(change, v128.load(p)); // inV
      v128.store(p, zero);
      p += stride;
      const noise = f32x4.mul(v128.load(p), Lif.gauss(v128.load(words + offset)));

      p = tail;
      const inverseSlope = v128.load(p);
      p += stride;
      const argument = f32x4.mul(f32x4.sub(v, v128.load(p)), inverseSlope);
      p += stride;
      const rate = v128.load(p);
      p += stride;
      const slope = v128.load(p);
      p += stride;
      const exponential = f32x4.mul(active, f32x4.pmin(v128.load(p), f32x4.mul(rate, Elementary.exp(argument))));
      p += stride;
      const place = p;
      let u = v128.load(p);
      p += stride;
      const decay = v128.load(p);
      p += stride;
      const gain = v128.load(p);
      p += stride;
      const level = v128.load(p);
      p += stride;
      change = f32x4.sub(change, f32x4.mul(v128.load(p), f32x4.mul(otaLinear, Elementary.tanh(f32x4.mul(u, otaInverse)))));
      p += stride;
      const reference = v128.load(p);
      p += stride;
      const timer = v128.load(p);
      p += stride;
      const armed = v128.load(p);

      change = f32x4.add(f32x4.mul(active, change), f32x4.mul(f32x4.sqrt(active), noise));
      const kappa = f32x4.mul(change, inverseSlope);
      const moved = Adex.upstroke(exponential, kappa);
      let next = v128.bitselect(v, f32x4.add(v, f32x4.add(change, f32x4.mul(slope, moved))), held);
      next = Lif.floor(f32x4.pmin(high, f32x4.pmax(low, next)));

      const free = f32x4.le(timer, one);
      const crossing = v128.and(v128.andnot(v128.and(f32x4.ge(next, armed), comparator), held), v128.and(free, f32x4.ge(timer, zero)));
      let left = f32x4.pmax(zero, f32x4.sub(remaining, one));
      let jump = zero;
      if (v128.any_true(v128.or(crossing, f32x4.ne(timer, zero)))) {
        const soon = Adex.fraction(v, armed, change, kappa, exponential, inverseSlope);
        let fraction = f32x4.add(f32x4.sub(one, active), f32x4.mul(active, soon));
        fraction = f32x4.pmin(one, f32x4.pmax(fraction, f32x4.pmax(zero, timer)));
        fraction = f32x4.add(fraction, v128.load(tail + stride * 13)); // delay
        const due = v128.and(v128.and(f32x4.lt(timer, zero), f32x4.ge(timer, f32x4.splat(-1))), comparator);
        const fires = v128.or(due, v128.and(crossing, f32x4.le(fraction, one)));
        const waits = v128.andnot(crossing, fires);
        let timed = v128.bitselect(f32x4.pmax(zero, f32x4.sub(timer, one)), f32x4.pmin(zero, f32x4.add(timer, one)), f32x4.gt(timer, zero));
        timed = v128.bitselect(f32x4.sub(one, fraction), timed, waits);
        fraction = v128.bitselect(f32x4.neg(timer), fraction, due);
        const rest = f32x4.sub(one, fraction);
        const clamp = v128.load(base + stride * 17);
        timed = v128.bitselect(f32x4.pmax(zero, f32x4.sub(v128.load(tail + stride * 14), rest)), timed, fires);
        v128.store(tail + stride * 11, timed);
        if (v128.any_true(fires)) {
          left = v128.bitselect(f32x4.sub(clamp, rest), left, fires);
          const target = f32x4.pmin(high, f32x4.pmax(low, v128.load(base + stride * 15)));
          const pull = v128.load(tail + stride * 15);
          const kept = v128.and(
            Elementary.exp(f32x4.neg(f32x4.mul(pull, f32x4.pmin(rest, clamp)))),
            v128.and(f32x4.gt(pull, zero), f32x4.gt(clamp, zero)),
          );
          const from = f32x4.pmin(next, f32x4.pmax(armed, v));
          next = v128.bitselect(f32x4.add(target, f32x4.mul(f32x4.sub(from, target), kept)), next, fires);
          const faded = f32x4.sub(one, f32x4.mul(f32x4.add(rest, f32x4.splat(0.5)), f32x4.sub(one, decay)));
          jump = v128.and(f32x4.mul(v128.load(tail + stride * 16), faded), fires);
          if (bank.comparatorNoise > 0) {
            if (!drawn) Threefry.block(comparatorSchedule, (bank.firstNeuron >> 6) + block, comparatorWords);
            drawn = true;
            const shift = f32x4.mul(f32x4.splat(bank.comparatorNoise), Lif.gauss(v128.load(comparatorWords + offset)));
            v128.store(tail + stride * 12, v128.bitselect(f32x4.add(v128.load(base + stride * 16), shift), armed, fires));
          }
          v128.store(fractions, f32x4.pmax(zero, fraction));
          spikes = Lif.record(bank, (block << 6) + <u32>(offset >> 2), step, i32x4.bitmask(fires), spikes, fractions);
        }
      }
      v128.store(base, next);
      v128.store(base + stride * 14, left);
      u = f32x4.add(
        f32x4.mul(u, decay),
        f32x4.mul(gain, f32x4.mul(otaLinear, Elementary.tanh(f32x4.mul(f32x4.sub(next, level), otaInverse)))),
      );
      u = f32x4.add(u, jump);
      v128.store(place, Lif.floor(f32x4.pmin(f32x4.sub(high, reference), f32x4.pmax(f32x4.sub(low, reference), u))));
    }
    return spikes;
  }

  /** Membranes in reset after the part of the step for which they are held. */
  static reset(base: usize, stride: usize, v: v128, remaining: v128): v128 {
    const zero = f32x4.splat(0);
    const rate = v128.load(base + stride * 36);
    const kept = v128.and(Elementary.exp(f32x4.neg(f32x4.mul(rate, f32x4.pmin(f32x4.splat(1), remaining)))), f32x4.gt(rate, zero));
    const target = v128.load(base + stride * 15);
    return v128.bitselect(f32x4.add(target, f32x4.mul(f32x4.sub(v, target), kept)), v, f32x4.gt(remaining, zero));
  }

  /** -ln(1 - z (e^k - 1) / k): what the exponential adds, in slopes. Two formulas, chosen lane by lane: a short series where it is small. */
  @inline static upstroke(z: v128, kappa: v128): v128 {
    const k = f32x4.pmin(f32x4.splat(2), f32x4.pmax(f32x4.splat(-2), kappa));
    let p = f32x4.add(f32x4.mul(k, f32x4.splat(1 / 120)), f32x4.splat(1 / 24));
    p = f32x4.add(f32x4.mul(p, k), f32x4.splat(1 / 6));
    p = f32x4.add(f32x4.mul(p, k), f32x4.splat(0.5));
    p = f32x4.add(f32x4.mul(p, k), f32x4.splat(1));
    const y = f32x4.mul(z, p);
    const small = f32x4.mul(y, f32x4.add(f32x4.splat(1), f32x4.mul(y, f32x4.add(f32x4.splat(0.5), f32x4.mul(y, f32x4.splat(1 / 3))))));
    const steep = f32x4.gt(y, f32x4.splat(0.01));
    if (!v128.any_true(steep)) return small;
    const large = f32x4.neg(Elementary.log(f32x4.pmax(f32x4.splat(LEAST), f32x4.sub(f32x4.splat(1), y))));
    return v128.bitselect(large, small, steep);
  }

  /** Part of the active time after which the membrane is at the threshold: chord where the exponential is weak, else the exact solution. */
  static fraction(v: v128, threshold: v128, change: v128, kappa: v128, z: v128, inverseSlope: v128): v128 {
    const zero = f32x4.splat(0);
    const one = f32x4.splat(1);
    const distance = f32x4.pmax(zero, f32x4.sub(threshold, v));
    // pmax first: 0 / 0, a membrane that already stood at its threshold, becomes 0
    const chord = f32x4.pmin(one, f32x4.pmax(zero, f32x4.div(distance, change)));
    const height = Elementary.exp(f32x4.neg(f32x4.mul(distance, inverseSlope)));
    const denominator = f32x4.add(f32x4.mul(kappa, height), z);
    const ratio = f32x4.div(f32x4.sub(one, height), denominator);
    const g = f32x4.mul(kappa, ratio);
    // ln(1 + g) / g, by its series where g is small
    const series = f32x4.sub(one, f32x4.mul(g, f32x4.sub(f32x4.splat(0.5), f32x4.mul(g, f32x4.splat(1 / 3)))));
    const whole = f32x4.div(Elementary.log(f32x4.pmax(f32x4.splat(LEAST), f32x4.add(one, g))), g);
    const bent = v128.bitselect(series, whole, f32x4.lt(f32x4.abs(g), f32x4.splat(0.01)));
    const exact = f32x4.pmin(one, f32x4.pmax(zero, f32x4.mul(ratio, bent)));
    return v128.bitselect(exact, chord, f32x4.gt(z, f32x4.splat(0.01)));
  }
}
