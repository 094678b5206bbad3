/**
 * Membranes of a bank of LIF neurons, integrator `fast`: f32, four neurons at a time, one evaluation a step of length h, threshold crossing interpolated.
 *   dv/dt = (vLin / tau) tanh((E - v) / vLin) + sExc - sInh + noise,   ds/dt = -s / tauSyn
 *   v += active * (a vLin tanh((E - v) / vLin) + kE sExc - kI sInh + drive + inV + sigma gauss),   a = 1 - exp(-h / tau)
 *   s  = s exp(-h / tauSyn) + inS
 * Exact for a linear leak (vLin large) and exponential currents, first order in h for the tanh. gauss is an Irwin-Hall sum of four bytes of one Threefry word: mean 0, variance
 * 1, kurtosis 2.70, |gauss| <= 3.45; Ornstein-Uhlenbeck of stationary rms when sigma = rms sqrt(1 - exp(-2 h / tau)).
 * f32 leaves a noise-free membrane standing within half a unit in the last place / a of its rest: 3 uV at 0.6 V and h = tau / 100, and more the smaller the step. Where that counts,
 * measure voltages from the rest level.
 * Sources: closed-form solution of the linear membrane (Rotter and Diesmann 1999); tanh of an OTA in weak inversion (Mead 1989).
 */
import { Bank } from './bank';
import { Elementary } from './elementary';
import { Floor } from './floor';
import { Threefry } from './threefry';

const GAUSS_SCALE: f32 = 0.006765875086793228; // 1 / sqrt(21845): the deviation of the sum of four bytes
const NO_NOISE: i32 = 0x7f807f80; // four bytes whose sum is the mean 510

const schedule: usize = memory.data(256, 16);
const words: usize = memory.data(256, 16);
const fractions: usize = memory.data(16, 16);
/** Values of the leak OTA, for the 64 neurons of a block. */
const ota: usize = memory.data(256, 16);
/** 1, the scale of the noise: loaded before a loop they stay in registers. */
const CONSTANTS: usize = memory.data<f32>([1, GAUSS_SCALE], 16);
const GAUSS: usize = memory.data<i32>([510], 16);

/**
 * `steps` steps from step number `stepLow + 2^32 stepHigh` on. Returns the number of spikes, also of those that found the list full. `arriving`: the slots hold something, which acts in the first step.
 *
 * One step, for every neuron by itself (so their order does not matter): read the state at the start of the step; `active` is the part of the step that is not
 * refractory (it is the later part); move the membrane by `active` times the whole change, noise included (in the one step in which a refractory period ends the noise
 * is therefore smaller than sqrt(active) would make it); a neuron that is refractory throughout stays at its reset voltage; decay the synapses, then add what arrived, which the
 * sender has already decayed to the end of the step, and clear the slots; compare. A crossing at fraction f of the step puts v on reset and leaves refractorySteps - (1 - f);
 * what would remain of a shorter period is dropped, so there is at most one spike per neuron and step. Before and after a step v, s and remaining hold the values at the
 * boundary; a sample is taken after it. Spikes of a step stand in ascending order of neurons.
 */
export function lifSteps(
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
  const firstBlock = bank.firstNeuron >> 6;
  const comparator = i32x4.splat(comparing ? -1 : 0);
  for (let i: usize = 0; i < 256; i += 16) v128.store(words + i, i32x4.splat(NO_NOISE));
  let spikes: u32 = 0;
  for (let step: u32 = 0; step < steps; step++) {
    if (noisy) Threefry.schedule(schedule, stepLow, stepHigh, bank.unit, bank.key0, bank.key1, bank.key2, bank.key3);
    for (let block: u32 = 0; block < blocks; block++) {
      if (noisy) Threefry.block(schedule, firstBlock + block, words);
      spikes = Lif.block(bank, block, step, comparator, spikes, arriving && step == 0);
      if (Floor.isDue(stepLow)) Floor.block(bank, block, false);
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
export class Lif {
  /**
   * One step of 64 neurons, the leak OTA first in short loops of its own, because its constants fill the registers. The pointer walks from field to field: one addition each instead of one register
   * each, and eight neurons share a walk.
   */
  static block(bank: Bank, block: u32, step: u32, comparator: v128, spikes: u32, arrivals: bool): u32 {
    const zero = f32x4.splat(0);
    const one = v128.load_splat<f32>(CONSTANTS);
    const mean = Lif.mean();
    const scale = Lif.scale();
    const stride: usize = bank.stride;
    const linear = v128.load_splat<f32>(changetype<usize>(bank), offsetof<Bank>('linear'));
    const first = bank.fields + ((<usize>block) << 8);
    Elementary.tanhOfDifferences(
      first + stride,
      first,
      v128.load_splat<f32>(changetype<usize>(bank), offsetof<Bank>('inverseLinear')),
      ota,
      256,
    );
    for (let offset: usize = 0; offset < 256; offset += 32) {
      const place = first + offset;
      const v = v128.load(place);
      const v2 = v128.load(place, 16);
      let p = place + (stride << 1);
      let change = f32x4.mul(f32x4.mul(v128.load(p), linear), v128.load(ota + offset));
      let change2 = f32x4.mul(f32x4.mul(v128.load(p, 16), linear), v128.load(ota + offset, 16));

      p += stride;
      let at = p;
      let synapse = v128.load(p);
      let synapse2 = v128.load(p, 16);
      p += stride;
      change = f32x4.add(change, f32x4.mul(v128.load(p), synapse));
      change2 = f32x4.add(change2, f32x4.mul(v128.load(p, 16), synapse2));
      p += stride;
      synapse = f32x4.mul(v128.load(p), synapse);
      synapse2 = f32x4.mul(v128.load(p, 16), synapse2);
      p += stride;
      if (arrivals) {
        synapse = f32x4.add(synapse, v128.load(p));
        synapse2 = f32x4.add(synapse2, v128.load(p, 16));
        v128.store(p, zero);
        v128.store(p, zero, 16);
      }
      v128.store(at, synapse);
      v128.store(at, synapse2, 16);

      p += stride;
      at = p;
      synapse = v128.load(p);
      synapse2 = v128.load(p, 16);
      p += stride;
      change = f32x4.sub(change, f32x4.mul(v128.load(p), synapse));
      change2 = f32x4.sub(change2, f32x4.mul(v128.load(p, 16), synapse2));
      p += stride;
      synapse = f32x4.mul(v128.load(p), synapse);
      synapse2 = f32x4.mul(v128.load(p, 16), synapse2);
      p += stride;
      if (arrivals) {
        synapse = f32x4.add(synapse, v128.load(p));
        synapse2 = f32x4.add(synapse2, v128.load(p, 16));
        v128.store(p, zero);
        v128.store(p, zero, 16);
      }
      v128.store(at, synapse);
      v128.store(at, synapse2, 16);

      p += stride;
      change = f32x4.add(change, v128.load(p)); // drive
      change2 = f32x4.add(change2, v128.load(p, 16));
      p += stride;
      if (arrivals) {
        change = f32x4.add(change, v128.load(p)); // inV
        change2 = f32x4.add(change2, v128.load(p, 16));
        v128.store(p, zero);
        v128.store(p, zero, 16);
      }
      p += stride;
      change = f32x4.add(change, f32x4.mul(v128.load(p), Lif.gauss(v128.load(words + offset), mean, scale)));
      change2 = f32x4.add(change2, f32x4.mul(v128.load(p, 16), Lif.gauss(v128.load(words + offset, 16), mean, scale)));

      p += stride;
      at = p;
      const remaining = v128.load(p);
      const remaining2 = v128.load(p, 16);
      const active = f32x4.pmin(one, f32x4.pmax(zero, f32x4.sub(one, remaining)));
      const active2 = f32x4.pmin(one, f32x4.pmax(zero, f32x4.sub(one, remaining2)));
      const held = f32x4.le(active, zero);
      const held2 = f32x4.le(active2, zero);
      p += stride;
      const next = v128.bitselect(v128.load(p), f32x4.add(v, f32x4.mul(active, change)), held);
      const next2 = v128.bitselect(v128.load(p, 16), f32x4.add(v2, f32x4.mul(active2, change2)), held2);
      p += stride;
      const crossing = v128.andnot(v128.and(f32x4.ge(next, v128.load(p)), comparator), held);
      const crossing2 = v128.andnot(v128.and(f32x4.ge(next2, v128.load(p, 16)), comparator), held2);
      v128.store(place, next);
      v128.store(place, next2, 16);
      v128.store(at, f32x4.pmax(zero, f32x4.sub(remaining, one)));
      v128.store(at, f32x4.pmax(zero, f32x4.sub(remaining2, one)), 16);
      if (v128.any_true(v128.or(crossing, crossing2))) {
        const neuron = (block << 6) + <u32>(offset >> 2);
        if (v128.any_true(crossing)) spikes = Lif.cross(bank, place, v, next, active, crossing, neuron, step, spikes);
        if (v128.any_true(crossing2)) spikes = Lif.cross(bank, place + 16, v2, next2, active2, crossing2, neuron + 4, step, spikes);
      }
    }
    return spikes;
  }

  /** Some of four neurons have crossed their thresholds: they are put on reset and listed. */
  static cross(bank: Bank, place: usize, v: v128, next: v128, active: v128, crossing: v128, neuron: u32, step: u32, spikes: u32): u32 {
    const zero = f32x4.splat(0);
    const one = f32x4.splat(1);
    const stride: usize = bank.stride;
    const left = place + stride * 14;
    const reset = left + stride;
    const threshold = v128.load(reset + stride);
    // pmax first: 0 / 0, a neuron that already stood at its threshold, becomes 0
    const inner = f32x4.pmin(one, f32x4.pmax(zero, f32x4.div(f32x4.pmax(zero, f32x4.sub(threshold, v)), f32x4.sub(next, v))));
    const fraction = f32x4.pmin(one, f32x4.add(f32x4.sub(one, active), f32x4.mul(active, inner)));
    const remains = f32x4.pmax(zero, f32x4.sub(v128.load(reset + (stride << 1)), f32x4.sub(one, fraction)));
    v128.store(place, v128.bitselect(v128.load(reset), next, crossing));
    v128.store(left, v128.bitselect(remains, v128.load(left), crossing));
    v128.store(fractions, fraction);
    return Lif.record(bank, neuron, step, i32x4.bitmask(crossing), spikes, fractions);
  }

  /** Unit variance from the four bytes of each word. */
  @inline static gauss(word: v128, mean: v128, scale: v128): v128 {
    // signed in the second step, where sums are small: one instruction instead of three
    const sum = i32x4.extadd_pairwise_i16x8_s(i16x8.extadd_pairwise_i8x16_u(word));
    return f32x4.mul(f32x4.convert_i32x4_s(i32x4.sub(sum, mean)), scale);
  }

  /** Mean and inverse deviation of the sum of four bytes. */
  @inline static mean(): v128 {
    return v128.load_splat<i32>(GAUSS);
  }

  @inline static scale(): v128 {
    return v128.load_splat<f32>(CONSTANTS, 4);
  }

  static record(bank: Bank, neuron: u32, step: u32, crossing: i32, spikes: u32, fractions: usize): u32 {
    for (; crossing != 0; crossing &= crossing - 1) {
      const lane: u32 = ctz(crossing);
      if (spikes < bank.capacity) {
        const at: usize = spikes << 2;
        store<u32>(bank.spikeSteps + at, step);
        store<u32>(bank.spikeNeurons + at, bank.firstNeuron + neuron + lane);
        store<f32>(bank.spikeFractions + at, load<f32>(fractions + (lane << 2)));
      }
      const count: usize = bank.spikeCounts + ((neuron + lane) << 2);
      store<u32>(count, load<u32>(count) + 1);
      spikes++;
    }
    return spikes;
  }
}
