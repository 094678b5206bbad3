/**
 * Membranes of a bank of subthreshold neurons, integrator `fast`: f32, four neurons at a time, one evaluation a step of length h. Currents in units of the host's choice.
 *   tau (1 + I_g / I) dI/dt = (I_g / I_tau) I_in + (a(I) / I_tau) (I + I_g) - I (1 + (I_ahp + I_gaba_a) / I_tau)
 *   I_in = max(0, I_dc + I_ampa + I_nmda I / (I + I_gate) - I_gaba_b),   a(I) = I_a / (1 + exp((I_at - I) / I_an))
 * The four synaptic currents and the adaptation decay exactly, dI_s/dt = -I_s / tau_s, and are frozen at the middle of the step; the membrane moves exactly along the tangent
 * (exponential Rosenbrock-Euler, I + h phi(h J) g, phi(z) = (e^z - 1) / z): second order between events, stable for any tau. What arrives in a step, decayed to its end by the
 * sender, moves the membrane from the next step on; a spike resets to the dark current, adds to the adaptation and holds for the refractory time, so there is at most one per step.
 * The comparator sees I (1 + noise z), z an Irwin-Hall sum of four bytes as in lif.ts, fresh when the host calls `dpiNoise`.
 * f32: a time constant of n steps is off by up to 6e-8 n, relative; above a hundred thousand steps the membrane belongs to the accurate integrator.
 * Source: Chicca, Stefanini, Bartolozzi, Indiveri 2014, Proc. IEEE 102(9), section III; Hochbruck and Ostermann 2010, Acta Numerica 19.
 */
import { Elementary } from './elementary';
import { Lif } from './lif';
import { Threefry } from './threefry';

/** Header: 4-byte words, written by the host (../dpi-bank.ts has the same order), and one f32 array per quantity, `stride` bytes apart. */
@unmanaged
class DpiBank {
  neurons!: u32; // padded to a multiple of 64
  stride!: u32; // bytes between two fields
  fields!: usize; // address of the first field
  firstNeuron!: u32; // a multiple of 64
  key0!: u32; // seed, low word
  key1!: u32; // seed, high word
  key2!: u32; // stream
  noise!: f32; // relative rms of what the comparator sees
  dark!: f32; // least membrane current
  clip!: f32; // largest current of a membrane or a synapse
  capacity!: u32; // spikes that the list holds
  spikeSteps!: usize; // u32 each
  spikeNeurons!: usize; // u32 each
  spikeFractions!: usize; // f32 each
}

/** Fields in the order in which a step walks through them: state, arrivals, decay of a step and of half a step for four synapses and the adaptation, then the membrane. */
const MEMBRANE: usize = 0;
const SLOW: usize = 1;
const SLOW_FIELDS: usize = 4; // current, arrivals, decay, decay of half a step
const AHP: usize = 17; // current, jump, decay, decay of half a step
const REST: usize = 21;

const STEEPEST: f32 = 60; // largest exponent: e^60 times anything is the clip
const FLOOR: f32 = 9.5367431640625e-7; // 2^-20 of the unit: a decayed current is zero
const SMALL: f32 = 0.25; // below, phi is a series
const STEEP: f32 = 0.0625; // growth of ln I in a step from which on the charge is integrated instead of the current
const NEWTON: i32 = 4;
const LEAST_SEEN: f32 = 0.1; // what noise leaves of the membrane current at least

const schedule: usize = memory.data(256, 16);
const words: usize = memory.data(256, 16);
const fractions: usize = memory.data(16, 16);

/** Size of the header, checked by the host. */
export function dpiHeaderBytes(): u32 {
  return offsetof<DpiBank>();
}

/** Draws what the comparators see in an interval of the noise: threshold / max(1 + noise z, 0.1). */
export function dpiNoise(address: usize, intervalLow: u32, intervalHigh: u32): void {
  const bank = changetype<DpiBank>(address);
  const stride: usize = bank.stride;
  const mean = Lif.mean();
  const scale = Lif.scale();
  const one = f32x4.splat(1);
  const least = f32x4.splat(LEAST_SEEN);
  const noise = f32x4.splat(bank.noise);
  Threefry.schedule(schedule, intervalLow, intervalHigh, 0, bank.key0, bank.key1, bank.key2, 0);
  for (let block: u32 = 0; block < bank.neurons >> 6; block++) {
    Threefry.block(schedule, (bank.firstNeuron >> 6) + block, words);
    let p = bank.fields + stride * (REST + 8) + ((<usize>block) << 8);
    for (let offset: usize = 0; offset < 256; offset += 16) {
      const seen = f32x4.pmax(least, f32x4.add(one, f32x4.mul(noise, Lif.gauss(v128.load(words + offset), mean, scale))));
      v128.store(p + stride, f32x4.div(v128.load(p), seen));
      p += 16;
    }
  }
}

/**
 * `steps` steps; arrivals act in the first. Returns the number of spikes, also of those that found the list full. Spikes of a step stand in ascending order of neurons.
 * A step of a neuron, by itself: the active part of the step is what its refractory time leaves; move the membrane by it; decay the slow currents over the whole step, then add
 * what arrived; compare.
 */
export function dpiSteps(address: usize, steps: u32): u32 {
  const bank = changetype<DpiBank>(address);
  let spikes: u32 = 0;
  for (let step: u32 = 0; step < steps; step++)
    for (let at: usize = 0; at < (<usize>bank.neurons) << 2; at += 16) spikes = Dpi.step(bank, at, step, spikes);
  return spikes;
}

@unmanaged
class Dpi {
  static step(bank: DpiBank, offset: usize, step: u32, spikes: u32): u32 {
    const zero = f32x4.splat(0);
    const one = f32x4.splat(1);
    const stride: usize = bank.stride;
    const clip = f32x4.splat(bank.clip);
    const dark = f32x4.splat(bank.dark);
    const base = bank.fields + offset;
    const synapse = base + stride * SLOW;
    const ampa = Dpi.middle(synapse, stride);
    const nmda = Dpi.middle(synapse + stride * SLOW_FIELDS, stride);
    const shunt = Dpi.middle(synapse + stride * (2 * SLOW_FIELDS), stride);
    const minus = Dpi.middle(synapse + stride * (3 * SLOW_FIELDS), stride);
    const adaptation = base + stride * AHP;
    const ahp = f32x4.mul(v128.load(adaptation), v128.load(adaptation + stride * 3));

    const rest = base + stride * REST;
    const remaining = v128.load(rest);
    const active = f32x4.pmin(one, f32x4.pmax(zero, f32x4.sub(one, remaining)));
    const held = f32x4.le(active, zero);
    const current = v128.load(base + stride * MEMBRANE);
    let p = rest + stride;
    const span = f32x4.mul(active, v128.load(p)); // of the step over tau
    p += stride;
    const ratio = v128.load(p); // I_g / I_tau
    p += stride;
    const gain = v128.load(p);
    p += stride;
    const inverseLeak = v128.load(p);
    p += stride;
    const gate = v128.load(p);
    p += stride;
    const dc = v128.load(p);
    p += stride << 1;

    const gated = f32x4.div(current, f32x4.add(current, gate));
    const raw = f32x4.add(f32x4.sub(f32x4.add(dc, ampa), minus), f32x4.mul(nmda, gated));
    const open = f32x4.gt(raw, zero);
    const drive = f32x4.mul(ratio, v128.and(raw, open));
    const gateSlope = f32x4.div(f32x4.mul(f32x4.mul(nmda, gated), f32x4.sub(one, gated)), current);
    const driveSlope = f32x4.mul(ratio, v128.and(gateSlope, open));
    const sum = f32x4.add(current, gain);
    const loss = f32x4.add(one, f32x4.mul(f32x4.add(shunt, ahp), inverseLeak));
    // dI/dt = I P(I) / (tau (I + I_g))
    let force = f32x4.sub(drive, f32x4.mul(current, loss));
    let forceSlope = f32x4.sub(driveSlope, loss);
    // threshold and seen threshold, then the feedback
    const seen = v128.load(p + stride);
    p += stride << 1;
    const feedback = v128.load(p);
    if (v128.any_true(feedback)) {
      const width = v128.load(p + (stride << 1)); // one over
      const least = f32x4.splat(-STEEPEST);
      const x = f32x4.pmax(least, f32x4.pmin(f32x4.splat(STEEPEST), f32x4.mul(f32x4.sub(v128.load(p + stride), current), width)));
      const share = f32x4.div(one, f32x4.add(one, Elementary.exp(x)));
      const fed = f32x4.mul(feedback, share);
      force = f32x4.add(force, f32x4.mul(fed, sum));
      forceSlope = f32x4.add(forceSlope, f32x4.add(fed, f32x4.mul(f32x4.mul(f32x4.mul(fed, f32x4.sub(one, share)), width), sum)));
    }
    const inverse = f32x4.div(span, sum);
    const change = f32x4.mul(f32x4.mul(current, force), inverse);
    const slope = f32x4.add(f32x4.div(f32x4.mul(force, gain), sum), f32x4.mul(current, forceSlope));
    const exponent = f32x4.pmin(f32x4.splat(STEEPEST), f32x4.mul(slope, inverse));
    let moved = f32x4.add(current, f32x4.mul(change, Dpi.phi(exponent)));
    const steep = v128.and(f32x4.gt(exponent, f32x4.splat(STEEP)), f32x4.gt(force, zero));
    if (v128.any_true(steep)) {
      const tangent = f32x4.pmin(f32x4.splat(STEEPEST), f32x4.mul(f32x4.mul(current, forceSlope), inverse));
      const way = f32x4.mul(f32x4.mul(force, span), Dpi.phi(tangent));
      moved = v128.bitselect(Dpi.grown(current, gain, way), moved, steep);
    }
    const next = v128.bitselect(dark, f32x4.pmin(clip, f32x4.pmax(dark, moved)), held);

    Dpi.decay(synapse, stride, clip);
    Dpi.decay(synapse + stride * SLOW_FIELDS, stride, clip);
    Dpi.decay(synapse + stride * (2 * SLOW_FIELDS), stride, clip);
    Dpi.decay(synapse + stride * (3 * SLOW_FIELDS), stride, clip);
    const left = Dpi.floor(f32x4.mul(v128.load(adaptation), v128.load(adaptation + (stride << 1))));
    const wait = f32x4.pmax(zero, f32x4.sub(remaining, one));

    const crossing = v128.andnot(f32x4.ge(next, seen), held);
    if (v128.any_true(crossing)) {
      const inner = f32x4.div(f32x4.pmax(zero, f32x4.sub(seen, current)), f32x4.sub(next, current));
      const fraction = f32x4.pmin(one, f32x4.add(f32x4.sub(one, active), f32x4.mul(active, f32x4.pmin(one, f32x4.pmax(zero, inner)))));
      const hold = f32x4.pmax(zero, f32x4.sub(v128.load(rest + stride * 7), f32x4.sub(one, fraction)));
      const jumped = f32x4.pmin(clip, f32x4.add(left, v128.load(adaptation + stride)));
      v128.store(base + stride * MEMBRANE, v128.bitselect(dark, next, crossing));
      v128.store(adaptation, v128.bitselect(jumped, left, crossing));
      v128.store(rest, v128.bitselect(hold, wait, crossing));
      v128.store(fractions, fraction);
      return Dpi.record(bank, <u32>(offset >> 2), step, i32x4.bitmask(crossing), spikes);
    }
    v128.store(base + stride * MEMBRANE, next);
    v128.store(adaptation, left);
    v128.store(rest, wait);
    return spikes;
  }

  /**
   * The current I after its charge y = I + I_g ln I has grown by `way` > 0: near the dark current I grows by orders of magnitude within a step, while dy/dt = g / tau hardly changes.
   * With w = I / I_g and r = ln(I / I_now): w e^r + r = w + way / I_g, Newton from above, where the convex left side makes it fall to its root.
   */
  static grown(current: v128, gain: v128, way: v128): v128 {
    const one = f32x4.splat(1);
    const w = f32x4.div(current, gain);
    const d = f32x4.div(way, gain);
    const aim = f32x4.add(w, d);
    let r = f32x4.pmin(d, Elementary.log(f32x4.div(aim, w)));
    for (let i = 0; i < NEWTON; i++) {
      const at = f32x4.mul(w, Elementary.exp(r));
      r = f32x4.sub(r, f32x4.div(f32x4.sub(f32x4.add(at, r), aim), f32x4.add(at, one)));
    }
    return f32x4.mul(current, Elementary.exp(r));
  }

  /** A synaptic current half a step on. */
  @inline static middle(at: usize, stride: usize): v128 {
    return f32x4.mul(v128.load(at), v128.load(at + stride * 3));
  }

  /** A whole step on, with what arrived; the slot is cleared. */
  @inline static decay(at: usize, stride: usize, clip: v128): void {
    const next = f32x4.add(f32x4.mul(v128.load(at), v128.load(at + (stride << 1))), v128.load(at + stride));
    v128.store(at, Dpi.floor(f32x4.pmin(clip, next)));
    v128.store(at + stride, f32x4.splat(0));
  }

  @inline static floor(x: v128): v128 {
    return v128.and(x, f32x4.ge(x, f32x4.splat(FLOOR)));
  }

  /** (e^z - 1) / z, by its series where e^z - 1 would lose digits: 1.5e-7 relative. */
  @inline static phi(z: v128): v128 {
    let series = f32x4.add(f32x4.mul(z, f32x4.splat(1 / 5040)), f32x4.splat(1 / 720));
    series = f32x4.add(f32x4.mul(series, z), f32x4.splat(1 / 120));
    series = f32x4.add(f32x4.mul(series, z), f32x4.splat(1 / 24));
    series = f32x4.add(f32x4.mul(series, z), f32x4.splat(1 / 6));
    series = f32x4.add(f32x4.mul(series, z), f32x4.splat(0.5));
    series = f32x4.add(f32x4.mul(series, z), f32x4.splat(1));
    const large = f32x4.ge(f32x4.abs(z), f32x4.splat(SMALL));
    if (v128.any_true(large)) {
      const whole = f32x4.div(f32x4.sub(Elementary.exp(z), f32x4.splat(1)), z);
      series = v128.bitselect(whole, series, large);
    }
    return series;
  }

  static record(bank: DpiBank, neuron: u32, step: u32, crossing: i32, spikes: u32): u32 {
    for (; crossing != 0; crossing &= crossing - 1) {
      const lane: u32 = ctz(crossing);
      if (spikes < bank.capacity) {
        const at: usize = spikes << 2;
        store<u32>(bank.spikeSteps + at, step);
        store<u32>(bank.spikeNeurons + at, bank.firstNeuron + neuron + lane);
        store<f32>(bank.spikeFractions + at, load<f32>(fractions + (lane << 2)));
      }
      spikes++;
    }
    return spikes;
  }
}
