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
import { AdexEvent, fractions, LEAK, MOVE, odd, OTA, scratch, SENSE, TIMER, LEFT, V } from './adex-event';
import { AdexPasses, UPSTROKE, words } from './adex-passes';
import { Bank, Field } from './bank';
import { Circuit } from './circuit-functions';
import { Floor } from './floor';
import { Lif } from './lif';
import { Threefry } from './threefry';

const NO_NOISE: i32 = 0x7f807f80; // four bytes whose sum is the mean 510
/** Blocks of 64 neurons (lif-bank.ts knows it too) that take all their steps before the next ones do: their fields then stay in the cache. */
const TILE: u32 = 8;

const schedule: usize = memory.data(256, 16);
const comparatorSchedule: usize = memory.data(256, 16);
const comparatorWords: usize = memory.data(256, 16);
/** Coefficients of the two kinds of OTA. */
const leakOta: usize = memory.data(32, 16);
const adaptationOta: usize = memory.data(32, 16);

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
  arriving: bool,
  sampleIn: u32,
  sampleEvery: u32,
  samples: usize,
): u32 {
  const bank = changetype<Bank>(address);
  const blocks = bank.neurons >> 6;
  const comparator = i32x4.splat(comparing ? -1 : 0);
  for (let i: usize = 0; i < 256; i += 16) v128.store(words + i, i32x4.splat(NO_NOISE));
  Circuit.scale(leakOta, bank.linear, bank.inverseLinear);
  Circuit.scale(adaptationOta, bank.adaptationLinear, bank.adaptationInverse);
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
        const first = bank.fields + ((<usize>block) << 8);
        AdexPasses.drive(bank, block);
        Circuit.otaOfDifferences(first + <usize>bank.stride * Field.REST, scratch + V, scratch + LEAK, leakOta);
        Circuit.ota(first + <usize>bank.stride * Field.ADAPTATION, scratch + OTA, adaptationOta);
        AdexPasses.exponential(bank, block);
        AdexPasses.gather(bank, block, arriving && step == 0);
        AdexPasses.upstroke(bank, block);
        spikes = Adex.move(bank, block, step, comparator, spikes);
        if (Floor.isDue(low)) Floor.block(bank, block, true);
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
  /** Membranes move and fire; then the adaptation follows. */
  static move(bank: Bank, block: u32, step: u32, comparator: v128, spikes: u32): u32 {
    const zero = f32x4.splat(0);
    const one = v128.load_splat<f32>(UPSTROKE, 24);
    const stride: usize = bank.stride;
    const low = v128.load_splat<f32>(changetype<usize>(bank), offsetof<Bank>('railLow'));
    const high = v128.load_splat<f32>(changetype<usize>(bank), offsetof<Bank>('railHigh'));
    const first = bank.fields + ((<usize>block) << 8);
    let base = first;
    let leftAt = base + stride * 14;
    let timerAt = base + stride * 32;
    let last = odd;
    for (let at = scratch; at < scratch + 256; at += 32) {
      const remaining = v128.load(leftAt);
      const remaining2 = v128.load(leftAt, 16);
      const timer = v128.load(timerAt);
      const timer2 = v128.load(timerAt, 16);
      // who is held does not move: all that drives it is zero
      const next = f32x4.pmin(high, f32x4.pmax(low, f32x4.add(v128.load(at, V), v128.load(at, MOVE))));
      const next2 = f32x4.pmin(high, f32x4.pmax(low, f32x4.add(v128.load(at, V + 16), v128.load(at, MOVE + 16))));
      const p = timerAt + stride;
      v128.store(base, next);
      v128.store(base, next2, 16);
      v128.store(leftAt, f32x4.pmax(zero, f32x4.sub(remaining, one)));
      v128.store(leftAt, f32x4.pmax(zero, f32x4.sub(remaining2, one)), 16);
      v128.store(timerAt, f32x4.pmax(zero, f32x4.sub(timer, one)));
      v128.store(timerAt, f32x4.pmax(zero, f32x4.sub(timer2, one)), 16);
      // over the threshold, blind or not, or waiting for its comparator (the sign of the timer)
      const over = v128.or(v128.or(f32x4.ge(next, v128.load(p)), f32x4.ge(next2, v128.load(p, 16))), v128.or(timer, timer2));
      if (i32x4.bitmask(over)) {
        v128.store(at, remaining, LEFT);
        v128.store(at, remaining2, LEFT + 16);
        v128.store(at, timer, TIMER);
        v128.store(at, timer2, TIMER + 16);
        store<u32>(last, <u32>(at - scratch));
        last += 4;
      }
      base += 32;
      leftAt += 32;
      timerAt += 32;
    }
    const before = spikes;
    if (last != odd) spikes = Adex.stir(bank, block, step, comparator, last, spikes);
    Circuit.otaOfDifferences(first, first + stride * Field.ADAPTATION_LEAK, scratch + SENSE, adaptationOta);
    AdexPasses.adapt(bank, first, low, high, spikes != before);
    return spikes;
  }

  /** Those over their thresholds, and those waiting for their comparators. */
  static stir(bank: Bank, block: u32, step: u32, comparator: v128, last: usize, spikes: u32): u32 {
    let drawn: u32 = 0;
    for (let next = odd; next < last; next += 4) {
      const offset = <usize>load<u32>(next);
      for (let place = offset; place < offset + 32; place += 16) {
        const at = scratch + place;
        const base = bank.fields + ((<usize>block) << 8) + place;
        const timer = v128.load(at, TIMER);
        const over = v128.and(f32x4.ge(v128.load(base), v128.load(base + <usize>bank.stride * Field.ARMED)), comparator);
        const stirs = v128.and(f32x4.le(timer, f32x4.splat(1)), v128.or(f32x4.lt(timer, f32x4.splat(0)), over));
        if (!v128.any_true(stirs)) continue;
        const half = (<u32>place) & 32;
        // noise of half of the block, once: most blocks have one spike or none
        if (bank.comparatorNoise > 0 && (drawn & (1 << (half >> 5))) == 0) {
          Threefry.half(comparatorSchedule, (bank.firstNeuron >> 6) + block, comparatorWords, half);
          drawn |= 1 << (half >> 5);
        }
        const fires = AdexEvent.event(base, bank.stride, at, comparator, bank.railLow, bank.railHigh);
        spikes = Adex.fire(bank, (block << 6) + <u32>(place >> 2), at, step, fires, spikes);
      }
    }
    return spikes;
  }

  /** Lists the spikes of four neurons, and draws the thresholds of their next ones. */
  static fire(bank: Bank, neuron: u32, at: usize, step: u32, fires: v128, spikes: u32): u32 {
    if (!v128.any_true(fires)) return spikes;
    if (bank.comparatorNoise > 0) {
      const place = bank.fields + ((<usize>neuron) << 2);
      const armed = place + <usize>bank.stride * 33;
      const gauss = Lif.gauss(v128.load(comparatorWords + (at - scratch)), Lif.mean(), Lif.scale());
      const shifted = f32x4.add(v128.load(place + <usize>bank.stride * 16), f32x4.mul(f32x4.splat(bank.comparatorNoise), gauss));
      v128.store(armed, v128.bitselect(shifted, v128.load(armed), fires));
    }
    return Lif.record(bank, neuron, step, i32x4.bitmask(fires), spikes, fractions);
  }
}
