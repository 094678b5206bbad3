/**
 * Membranes of a bank of whole neuron circuits, integrator `fast`: f32, four neurons at a time, one evaluation a step of length h.
 *   dv/dt = leak + r exp((v - Vx) / D) - k OTA(u) + sExc - sInh + drive + noise,   tau_w du/dt = G OTA(v - Vw) - u,   OTA(x) = L tanh(x / L)
 * With c the change by everything but the exponential (as in lif.ts), Vx the voltage at which the exponential moves the membrane by D in one step (a leaky membrane keeps a part of a constant current),
 * z = exp((v - Vx) / D) and k = c / D, the exact solution for constant c is
 *   v += c - D ln(1 - y),   y = z (e^k - 1) / k = z e^(k / 2) (1 + k^2 / 24 + ..),
 * the exponential in the middle of the step without it. So an upstroke within one step is no catastrophe; where 1 - y falls to nothing, the membrane has reached whatever stops it. Beyond its clip z stays there.
 * Crossing of the threshold: the time at which that solution is there. u moves after v, by the new v: it stands half a step off, which makes the pair second order for a linear leak.
 * A refractory circuit is pulled to its reset with its own time constant; what is left of the step after a refractory time shorter than the rest of the step is added to the next
 * step (`remaining` below 0). `timer` > 0: comparator blind, < 0: crossed, event still to come.
 * Where lanes are alone (spikes, resets), a branch does more; the value of a lane never depends on its neighbours.
 * Source: Brette and Gerstner 2005; exact step of an exponential with a constant: separation of variables in exp(-v / D).
 */
import { AdexEvent, fractions, LEAK, LEFT, OTA, scratch, SENSE, TIMER } from './adex-event';
import { AdexHeld } from './adex-held';
import { AdexPasses, Arriving, Quiet, words } from './adex-passes';
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
/** Groups that are held, one mask for each block of the tile. */
const held: usize = memory.data(32, 16);
/** Spikes of the call so far, after a block with some. */
let spikeCount: u32 = 0;
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
    for (let block = tile; block < end; block++) {
      store<u32>(held + ((block - tile) << 2), AdexHeld.groups(bank.fields + ((<usize>block) << 8), bank.stride));
    }
    for (let step: u32 = 0; step < steps; step++) {
      if (noisy) Threefry.schedule(schedule, low, high, bank.unit, bank.key0, bank.key1, bank.key2, bank.key3);
      if (bank.comparatorNoise > 0) {
        Threefry.schedule(comparatorSchedule, low, high, bank.unit, bank.key0, bank.key1, bank.key2, bank.key3 + 1);
      }
      for (let block = tile; block < end; block++) {
        if (noisy) Threefry.block(schedule, (bank.firstNeuron >> 6) + block, words);
        spikes = Adex.step(bank, block, held + ((block - tile) << 2), step, comparator, arriving && step == 0, spikes);
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
 * A step of 64 neurons in passes, because one pass is a chain of some 150 dependent instructions for each four neurons and has more constants than registers: values of the leak's and the adaptation's OTA,
 * what drives the membrane, what the exponential does beside that, how far the membrane moves, what its adaptation makes of that.
 */
@unmanaged
class Adex {
  /** A step of a block; `mask` is the address of its groups that are held. */
  static step(bank: Bank, block: u32, mask: usize, step: u32, comparator: v128, arrivals: bool, spikes: u32): u32 {
    const stride: usize = bank.stride;
    const first = bank.fields + ((<usize>block) << 8);
    const low = v128.load_splat<f32>(changetype<usize>(bank), offsetof<Bank>('railLow'));
    const high = v128.load_splat<f32>(changetype<usize>(bank), offsetof<Bank>('railHigh'));
    const groups = load<u32>(mask);
    if (groups != 0) AdexHeld.pull(first, stride, groups);
    Circuit.otaOfDifferences(first + stride * Field.REST, first, scratch + LEAK, leakOta);
    Circuit.ota(first + stride * Field.ADAPTATION, scratch + OTA, adaptationOta);
    if (arrivals) AdexPasses.gather<Arriving>(first, stride);
    else AdexPasses.gather<Quiet>(first, stride);
    let still: u32 = 0;
    if (groups != 0) still = AdexHeld.hold(first, stride, groups);
    AdexPasses.rise(first, stride);
    if (groups != 0) AdexHeld.weaken(groups);
    const moving = AdexPasses.move(first, stride, low, high);
    const stirring = moving | (still >> 16);
    let fired: u32 = 0;
    if (stirring != 0) {
      fired = Adex.stir(bank, block, step, comparator, stirring, moving, groups, spikes);
      for (let left = stirring; left != 0; left &= left - 1) {
        const group: u32 = ctz(left);
        if (AdexHeld.isHeld(first + ((<usize>group) << 4), stride)) still |= 1 << group;
      }
    }
    store<u32>(mask, still & 0xffff);
    Circuit.otaOfDifferences(first, first + stride * Field.ADAPTATION_LEAK, scratch + SENSE, adaptationOta);
    AdexPasses.adapt(first, stride, low, high);
    if (fired == 0) return spikes;
    for (let left = fired; left != 0; left &= left - 1) {
      const place = (<usize>ctz(left)) << 4;
      AdexPasses.jump(first + place, stride, scratch + place, low, high);
    }
    return spikeCount;
  }

  /** Those on a steep upstroke or over their thresholds (`moving`), and those waiting for their comparators. Returns the groups with a spike; `spikeCount` is how many there are then. */
  static stir(bank: Bank, block: u32, step: u32, comparator: v128, stirring: u32, moving: u32, groups: u32, spikes: u32): u32 {
    const low = f32x4.splat(bank.railLow);
    const high = f32x4.splat(bank.railHigh);
    const zero = f32x4.splat(0);
    let drawn: u32 = 0;
    let fired: u32 = 0;
    for (; stirring != 0; stirring &= stirring - 1) {
      const group: u32 = ctz(stirring);
      const place = (<usize>group) << 4;
      const at = scratch + place;
      const base = bank.fields + ((<usize>block) << 8) + place;
      if ((moving >> group) & 1) AdexPasses.steep(base, bank.stride, at, low, high);
      if (((groups >> group) & 1) == 0) {
        v128.store(at, zero, LEFT);
        v128.store(at, zero, TIMER);
      }
      const timer = v128.load(at, TIMER);
      const over = v128.and(f32x4.ge(v128.load(base), v128.load(base + <usize>bank.stride * Field.ARMED)), comparator);
      const stirs = v128.and(f32x4.le(timer, f32x4.splat(1)), v128.or(f32x4.lt(timer, zero), over));
      if (!v128.any_true(stirs)) continue;
      const half = (<u32>place) & 32;
      // noise of half of the block, once: most blocks have one spike or none
      if (bank.comparatorNoise > 0 && (drawn & (1 << (half >> 5))) == 0) {
        Threefry.half(comparatorSchedule, (bank.firstNeuron >> 6) + block, comparatorWords, half);
        drawn |= 1 << (half >> 5);
      }
      const fires = AdexEvent.event(base, bank.stride, at, comparator, bank.railLow, bank.railHigh);
      if (!v128.any_true(fires)) continue;
      fired |= 1 << group;
      spikes = Adex.fire(bank, (block << 6) + <u32>(place >> 2), at, step, fires, spikes);
    }
    spikeCount = spikes;
    return fired;
  }

  /** Lists the spikes of four neurons, and draws the thresholds of their next ones. */
  static fire(bank: Bank, neuron: u32, at: usize, step: u32, fires: v128, spikes: u32): u32 {
    if (bank.comparatorNoise > 0) {
      const place = bank.fields + ((<usize>neuron) << 2);
      const armed = place + <usize>bank.stride * Field.ARMED;
      const gauss = Lif.gauss(v128.load(comparatorWords + (at - scratch)), Lif.mean(), Lif.scale());
      const shifted = f32x4.add(v128.load(place + <usize>bank.stride * 16), f32x4.mul(f32x4.splat(bank.comparatorNoise), gauss));
      v128.store(armed, v128.bitselect(shifted, v128.load(armed), fires));
    }
    return Lif.record(bank, neuron, step, i32x4.bitmask(fires), spikes, fractions);
  }
}
