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
import { AdexEvent, CHANGE, EXP, fractions, JUMP, KAPPA, LEAK, LEAST, MOVE, OTA, scratch, SENSE, STRENGTH, V } from './adex-event';
import { Bank } from './bank';
import { Elementary } from './elementary';
import { Circuit } from './circuit-functions';
import { Lif } from './lif';
import { Threefry } from './threefry';

const STEEP: f32 = 0.25; // of z ..: from there on the logarithm is taken
const FLOOR_SQUARED: f32 = 8.271806125530277e-25; // 2^-80, of the floor of lif.ts
const NO_NOISE: i32 = 0x7f807f80; // four bytes whose sum is the mean 510
/** Blocks of 64 neurons (lif-bank.ts knows it too) that take all their steps before the next ones do: their fields then stay in the cache. */
const TILE: u32 = 8;

const schedule: usize = memory.data(256, 16);
const words: usize = memory.data(256, 16);
const comparatorSchedule: usize = memory.data(256, 16);
const comparatorWords: usize = memory.data(256, 16);
/** Constants of the upstroke: 2, -2, the series of (e^k - 1) / k, our minimax polynomial of -ln(1 - y) / y (7.3e-7), where it ends. */
const UPSTROKE: usize = memory.data<f32>(
  [2, -2, 1 / 120, 1 / 24, 1 / 6, 0.5, 1, 0.35248212730655015, 0.2135565129470273, 0.33657265177883894, 0.499912268891164, STEEP],
  16,
);

/**
 * `steps` steps, as `lifSteps`. The comparator's noise comes from the next substream (key3 + 1) and is drawn only where a spike asks for it.
 * Neurons of a bank do not see one another within a call, so tiles of them run one after the other; spikes stand in order of tiles, then steps, then neurons.
 */
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
  const comparator = i32x4.splat(comparing ? -1 : 0);
  for (let i: usize = 0; i < 256; i += 16) v128.store(words + i, i32x4.splat(NO_NOISE));
  let spikes: u32 = 0;
  for (let tile: u32 = 0; tile < blocks; tile += TILE) {
    const end = min(tile + TILE, blocks);
    let low = stepLow;
    let high = stepHigh;
    let wait = sampleIn;
    let row = samples + ((<usize>tile) << 8);
    for (let step: u32 = 0; step < steps; step++) {
      if (noisy) Threefry.schedule(schedule, low, high, bank.unit, bank.key0, bank.key1, bank.key2, bank.key3);
      if (bank.comparatorNoise > 0) {
        Threefry.schedule(comparatorSchedule, low, high, bank.unit, bank.key0, bank.key1, bank.key2, bank.key3 + 1);
      }
      for (let block = tile; block < end; block++) {
        if (noisy) Threefry.block(schedule, (bank.firstNeuron >> 6) + block, words);
        Adex.drive(bank, block);
        Circuit.ota(scratch + LEAK, 512);
        Circuit.exponential(scratch + EXP, 256);
        Adex.gather(bank, block, step == 0);
        Adex.upstroke(bank, block);
        spikes = Adex.move(bank, block, step, comparator, spikes);
      }
      if (step == wait) {
        memory.copy(row, bank.fields + ((<usize>tile) << 8), (end - tile) << 8);
        row += bank.neurons << 2;
        wait += sampleEvery;
      }
      low++;
      if (low == 0) high++;
    }
  }
  return spikes;
}

/**
 * A step of 64 neurons in passes, because one pass is a chain of some 150 dependent instructions for each four neurons and has more constants than registers: arguments of the
 * nonlinear circuits, their values, what drives the membrane, how far it moves, whether it fires, what its adaptation makes of that. Pointers walk from field to field.
 */
@unmanaged
class Adex {
  /** Resets, and the arguments of leak, exponential and adaptation. */
  static drive(bank: Bank, block: u32): void {
    const zero = f32x4.splat(0);
    const one = v128.load_splat<f32>(UPSTROKE, 24);
    const stride: usize = bank.stride;
    const inverseLinear = v128.load_splat<f32>(changetype<usize>(bank), offsetof<Bank>('inverseLinear'));
    const otaInverse = v128.load_splat<f32>(changetype<usize>(bank), offsetof<Bank>('adaptationInverse'));
    let base = bank.fields + ((<usize>block) << 8);
    // pointers of their own: a product of the stride would be computed anew each time round
    let left = base + stride * 14;
    let whole = base + stride * 38;
    let tail = base + stride * 21;
    for (let at = scratch; at < scratch + 256; at += 16) {
      let p = left;
      const remaining = v128.load(p);
      p += stride;
      const target = v128.load(p);
      let v = v128.load(base);
      // a whole step in reset
      const pulled = f32x4.add(target, f32x4.mul(f32x4.sub(v, target), v128.load(whole)));
      v = v128.bitselect(pulled, v, f32x4.ge(remaining, one));
      const partly = v128.and(f32x4.gt(remaining, zero), f32x4.lt(remaining, one));
      if (v128.any_true(partly)) v = AdexEvent.release(base, stride, v, remaining, partly);
      v128.store(at, v, V);
      v128.store(at, f32x4.mul(f32x4.sub(v128.load(base + stride), v), inverseLinear), LEAK);
      const inverseSlope = v128.load(tail);
      p = tail + stride;
      v128.store(at, f32x4.mul(f32x4.sub(v, v128.load(p)), inverseSlope), EXP);
      p += stride << 2;
      v128.store(at, f32x4.mul(v128.load(p), otaInverse), OTA);
      base += 16;
      left += 16;
      whole += 16;
      tail += 16;
    }
  }

  /** Leak, synapses, noise and adaptation become the change, the exponential its strength; synapses decay. Events arrive before the first step of a call only. */
  static gather(bank: Bank, block: u32, arrivals: bool): void {
    const zero = f32x4.splat(0);
    const floor = f32x4.splat(FLOOR_SQUARED);
    const one = v128.load_splat<f32>(UPSTROKE, 24);
    const mean = Lif.mean();
    const scale = Lif.scale();
    const stride: usize = bank.stride;
    const linear = v128.load_splat<f32>(changetype<usize>(bank), offsetof<Bank>('linear'));
    const otaLinear = v128.load_splat<f32>(changetype<usize>(bank), offsetof<Bank>('adaptationLinear'));
    let base = bank.fields + ((<usize>block) << 8);
    let tail = base + stride * 21;
    let coupling = base + stride * 30;
    for (let at = scratch; at < scratch + 256; at += 16) {
      let p = base + (stride << 1);
      let change = f32x4.mul(f32x4.mul(v128.load(p), linear), v128.load(at, LEAK));
      p += stride;
      let place = p;
      let synapse = v128.load(p);
      p += stride;
      change = f32x4.add(change, f32x4.mul(v128.load(p), synapse));
      p += stride;
      synapse = f32x4.mul(v128.load(p), synapse);
      p += stride;
      if (arrivals) {
        synapse = f32x4.add(synapse, v128.load(p));
        v128.store(p, zero);
      }
      v128.store(place, Adex.floor(synapse, floor));
      p += stride;
      place = p;
      synapse = v128.load(p);
      p += stride;
      change = f32x4.sub(change, f32x4.mul(v128.load(p), synapse));
      p += stride;
      synapse = f32x4.mul(v128.load(p), synapse);
      p += stride;
      if (arrivals) {
        synapse = f32x4.add(synapse, v128.load(p));
        v128.store(p, zero);
      }
      v128.store(place, Adex.floor(synapse, floor));
      p += stride;
      change = f32x4.add(change, v128.load(p)); // drive
      p += stride;
      if (arrivals) {
        change = f32x4.add(change, v128.load(p)); // inV
        v128.store(p, zero);
      }
      p += stride;
      const noise = f32x4.mul(v128.load(p), Lif.gauss(v128.load(at + (words - scratch)), mean, scale));
      p += stride;
      const active = f32x4.pmax(zero, f32x4.sub(one, v128.load(p)));
      const inverseSlope = v128.load(tail);
      p = tail + (stride << 1);
      const strength = f32x4.mul(v128.load(p), v128.load(at, EXP));
      p += stride << 1;
      v128.store(at, f32x4.mul(active, f32x4.pmin(v128.load(p), strength)), STRENGTH);
      change = f32x4.sub(change, f32x4.mul(v128.load(coupling), f32x4.mul(otaLinear, v128.load(at, OTA))));
      change = f32x4.mul(active, f32x4.add(change, noise));
      v128.store(at, change, CHANGE);
      v128.store(at, f32x4.mul(change, inverseSlope), KAPPA);
      base += 16;
      tail += 16;
      coupling += 16;
    }
  }

  /**
   * The whole movement c - D ln(1 - z (e^k - 1) / k). Two formulas, chosen lane by lane: a series where what the exponential adds is small against its slope.
   */
  static upstroke(bank: Bank, block: u32): void {
    const two = v128.load_splat<f32>(UPSTROKE);
    const minusTwo = v128.load_splat<f32>(UPSTROKE, 4);
    const k5 = v128.load_splat<f32>(UPSTROKE, 8);
    const k4 = v128.load_splat<f32>(UPSTROKE, 12);
    const sixth = v128.load_splat<f32>(UPSTROKE, 16);
    const half = v128.load_splat<f32>(UPSTROKE, 20);
    const one = v128.load_splat<f32>(UPSTROKE, 24);
    const y4 = v128.load_splat<f32>(UPSTROKE, 28);
    const y3 = v128.load_splat<f32>(UPSTROKE, 32);
    const y2 = v128.load_splat<f32>(UPSTROKE, 36);
    const y1 = v128.load_splat<f32>(UPSTROKE, 40);
    const end = v128.load_splat<f32>(UPSTROKE, 44);
    let slope = bank.fields + ((<usize>block) << 8) + bank.stride * 24;
    for (let at = scratch; at < scratch + 256; at += 16) {
      const k = f32x4.pmin(two, f32x4.pmax(minusTwo, v128.load(at, KAPPA)));
      let p = f32x4.add(f32x4.mul(k, k5), k4);
      p = f32x4.add(f32x4.mul(p, k), sixth);
      p = f32x4.add(f32x4.mul(p, k), half);
      p = f32x4.add(f32x4.mul(p, k), one);
      const y = f32x4.mul(v128.load(at, STRENGTH), p);
      let q = f32x4.add(f32x4.mul(y, y4), y3);
      q = f32x4.add(f32x4.mul(q, y), y2);
      q = f32x4.add(f32x4.mul(q, y), y1);
      q = f32x4.add(f32x4.mul(q, y), one);
      let moved = f32x4.mul(q, y);
      const steep = f32x4.gt(y, end);
      if (v128.any_true(steep)) moved = Adex.steep(y, moved, steep);
      v128.store(at, f32x4.add(v128.load(at, CHANGE), f32x4.mul(v128.load(slope), moved)), MOVE);
      slope += 16;
    }
  }

  static steep(y: v128, small: v128, steep: v128): v128 {
    const large = f32x4.neg(Elementary.log(f32x4.pmax(f32x4.splat(LEAST), f32x4.sub(f32x4.splat(1), y))));
    return v128.bitselect(large, small, steep);
  }

  /** Membranes move and fire; then the adaptation follows. */
  static move(bank: Bank, block: u32, step: u32, comparator: v128, spikes: u32): u32 {
    const zero = f32x4.splat(0);
    const one = v128.load_splat<f32>(UPSTROKE, 24);
    const stride: usize = bank.stride;
    const low = v128.load_splat<f32>(changetype<usize>(bank), offsetof<Bank>('railLow'));
    const high = v128.load_splat<f32>(changetype<usize>(bank), offsetof<Bank>('railHigh'));
    const otaInverse = v128.load_splat<f32>(changetype<usize>(bank), offsetof<Bank>('adaptationInverse'));
    const floor = f32x4.splat(FLOOR_SQUARED);
    const first = bank.fields + ((<usize>block) << 8);
    let base = first;
    let leftAt = base + stride * 14;
    let levelAt = base + stride * 29;
    let timerAt = base + stride * 32;
    let drawn = false;
    for (let at = scratch; at < scratch + 256; at += 16) {
      const remaining = v128.load(leftAt);
      const timer = v128.load(timerAt);
      const armed = v128.load(timerAt + stride);
      // who is held does not move: all that drives it is zero
      const moved = f32x4.add(v128.load(at, V), v128.load(at, MOVE));
      let next = Adex.floor(f32x4.pmin(high, f32x4.pmax(low, moved)), floor);
      v128.store(leftAt, f32x4.pmax(zero, f32x4.sub(remaining, one)));
      v128.store(timerAt, f32x4.pmax(zero, f32x4.sub(timer, one)));
      // over the threshold and not blind, or waiting for its comparator
      const stirs = v128.and(f32x4.le(timer, one), v128.or(f32x4.lt(timer, zero), v128.and(f32x4.ge(next, armed), comparator)));
      if (v128.any_true(stirs)) {
        const fires = AdexEvent.event(base, stride, at, next, remaining, timer, comparator, low, high);
        next = v128.load(at, MOVE);
        if (v128.any_true(fires)) {
          if (bank.comparatorNoise > 0) {
            if (!drawn) Threefry.block(comparatorSchedule, (bank.firstNeuron >> 6) + block, comparatorWords);
            drawn = true;
            const shift = f32x4.mul(
              f32x4.splat(bank.comparatorNoise),
              Lif.gauss(v128.load(comparatorWords + (at - scratch)), Lif.mean(), Lif.scale()),
            );
            v128.store(timerAt + stride, v128.bitselect(f32x4.add(v128.load(base + stride * 16), shift), armed, fires));
          }
          spikes = Lif.record(bank, (block << 6) + <u32>((at - scratch) >> 2), step, i32x4.bitmask(fires), spikes, fractions);
        }
      }
      v128.store(base, next);
      v128.store(at, f32x4.mul(f32x4.sub(next, v128.load(levelAt)), otaInverse), SENSE);
      base += 16;
      leftAt += 16;
      levelAt += 16;
      timerAt += 16;
    }
    Circuit.ota(scratch + SENSE, 256);
    Adex.adapt(bank, first, low, high);
    return spikes;
  }

  static adapt(bank: Bank, first: usize, low: v128, high: v128): void {
    const stride: usize = bank.stride;
    const floor = f32x4.splat(FLOOR_SQUARED);
    const otaLinear = v128.load_splat<f32>(changetype<usize>(bank), offsetof<Bank>('adaptationLinear'));
    let place = first + stride * 26;
    let referenceAt = first + stride * 31;
    for (let at = scratch; at < scratch + 256; at += 16) {
      let p = place + stride;
      let u = f32x4.mul(v128.load(place), v128.load(p));
      p += stride;
      u = f32x4.add(u, f32x4.mul(v128.load(p), f32x4.mul(otaLinear, v128.load(at, SENSE))));
      u = f32x4.add(u, v128.load(at, JUMP));
      v128.store(at, f32x4.splat(0), JUMP);
      const reference = v128.load(referenceAt);
      v128.store(place, Adex.floor(f32x4.pmin(f32x4.sub(high, reference), f32x4.pmax(f32x4.sub(low, reference), u)), floor));
      place += 16;
      referenceAt += 16;
    }
  }

  /** `Lif.floor` in three instructions instead of five. */
  @inline static floor(x: v128, squared: v128): v128 {
    return v128.and(x, f32x4.ge(f32x4.mul(x, x), squared));
  }
}
