/**
 * Networks of LIF neurons on a grid of time steps, f64, built and run in one memory. Equations and the order within a step as in src/reference/grid/grid-lif.ts; exponential
 * synapses have one time constant for both signs. A synapse is a word (target, delay) and, unless all of a row weigh the same, a 16-bit code into a table of weights: 4 or 6 bytes.
 * Poisson drive: one word of Threefry per neuron and step (the neuron's own, whatever else runs), turned into a number of events by a table of the distribution function.
 * Before a step: slot `step mod slots` of the ring holds what arrives at its end. The step moves all neurons, adds the arrivals, clears the slot, compares; then the spikes, in
 * ascending order, are put into later slots. Sums are therefore in the order of (step, source, place in the row).
 */
import { Threefry } from './threefry';

const schedule: usize = memory.data(256, 16);
const words: usize = memory.data(256, 16);

@unmanaged
export class Grid {
  neurons!: u32; // all populations, each padded to a multiple of 64
  slotMask!: u32; // slots - 1, slots a power of two
  ring!: usize; // f64, slots x neurons
  voltage!: usize; // f64, mV from rest
  current!: usize; // f64, pA
  refractory!: usize; // u32, steps left
  populations!: u32;
  population!: usize; // records
  offsets!: usize; // u32, neurons + 1
  synapses!: usize; // u32, target | delay << shift
  codes!: usize; // u16; 0 when weights go by row, 1 when every synapse has its own
  weights!: usize; // f64, by code, by source, or by synapse
  shift!: u32;
  step!: u32;
  key0!: u32;
  key1!: u32;
  key2!: u32;
  spikeSteps!: usize; // u32
  spikeNeurons!: usize; // u32
  capacity!: u32;
}

@unmanaged
export class Population {
  first!: u32; // a multiple of 64
  count!: u32;
  delta!: u32; // 1: arrivals are mV onto V; 0: pA onto an exponential current
  refractorySteps!: u32;
  leak!: f64;
  decay!: f64;
  fromCurrent!: f64; // mV/pA
  drive!: f64; // mV per step
  threshold!: f64; // mV from rest
  reset!: f64;
  eventWeight!: f64; // of one Poisson event
  distribution!: usize; // u32: largest word for k events or fewer; 0: no Poisson drive
  guide!: usize; // u8 by the upper 8 bits of a word: where to begin
}

/** Bytes of both records, so that the loader's offsets can be checked. */
export function gridRecordBytes(): u32 {
  return (offsetof<Grid>() << 16) | offsetof<Population>();
}

/** Takes up to `steps` steps; stops early when the spike list might overflow. Returns the number of spikes; `step` in the record tells how far it came. */
export function gridRun(address: usize, steps: u32): u32 {
  const grid = changetype<Grid>(address);
  const until = grid.step + steps;
  let spikes: u32 = 0;
  while (grid.step < until && spikes + grid.neurons <= grid.capacity) {
    const before = spikes;
    const slot = grid.ring + ((<usize>((grid.step & grid.slotMask) * grid.neurons)) << 3);
    Threefry.schedule(schedule, grid.step, 0, 0, grid.key0, grid.key1, grid.key2, 0);
    for (let p: u32 = 0; p < grid.populations; p++) {
      const population = changetype<Population>(grid.population + <usize>p * offsetof<Population>());
      spikes = move(grid, population, slot, spikes);
    }
    memory.fill(slot, 0, (<usize>grid.neurons) << 3);
    for (let i = before; i < spikes; i++) send(grid, load<u32>(grid.spikeNeurons + ((<usize>i) << 2)));
    grid.step++;
  }
  return spikes;
}

/** First half of a step of a part of a network: its neurons move, its slot is cleared. Returns the number of its spikes. */
export function gridMove(address: usize): u32 {
  const grid = changetype<Grid>(address);
  const slot = grid.ring + ((<usize>((grid.step & grid.slotMask) * grid.neurons)) << 3);
  Threefry.schedule(schedule, grid.step, 0, 0, grid.key0, grid.key1, grid.key2, 0);
  let spikes: u32 = 0;
  for (let p: u32 = 0; p < grid.populations; p++) {
    const population = changetype<Population>(grid.population + <usize>p * offsetof<Population>());
    spikes = move(grid, population, slot, spikes);
  }
  memory.fill(slot, 0, (<usize>grid.neurons) << 3);
  return spikes;
}

/** Second half: the spikes of all parts, in ascending order, are put into later slots. */
export function gridDeliver(address: usize, spikes: usize, count: u32): void {
  const grid = changetype<Grid>(address);
  for (let i: u32 = 0; i < count; i++) send(grid, load<u32>(spikes + ((<usize>i) << 2)));
  grid.step++;
}

function move(grid: Grid, p: Population, slot: usize, spikes: u32): u32 {
  const leak = p.leak;
  const decay = p.decay;
  const fromCurrent = p.fromCurrent;
  const drive = p.drive;
  const threshold = p.threshold;
  const weight = p.eventWeight;
  const distribution = p.distribution;
  const guide = p.guide;
  const delta = p.delta != 0;
  const end = p.first + p.count;
  for (let n = p.first; n < end; n++) {
    const lane = n & 63;
    if (distribution != 0 && lane == 0) Threefry.block(schedule, n >> 6, words);
    const at: usize = (<usize>n) << 3;
    let arrival = load<f64>(slot + at);
    if (distribution != 0) {
      const word = load<u32>(words + ((<usize>lane) << 2));
      let k: u32 = load<u8>(guide + (word >> 24));
      while (word > load<u32>(distribution + ((<usize>k) << 2))) k++;
      arrival += <f64>k * weight;
    }
    const left = load<u32>(grid.refractory + ((<usize>n) << 2));
    let v = load<f64>(grid.voltage + at);
    if (delta) {
      if (left == 0) v = v * leak + drive + arrival;
      else store<u32>(grid.refractory + ((<usize>n) << 2), left - 1);
    } else {
      const i = load<f64>(grid.current + at);
      if (left == 0) v = v * leak + i * fromCurrent + drive;
      else store<u32>(grid.refractory + ((<usize>n) << 2), left - 1);
      store<f64>(grid.current + at, i * decay + arrival);
    }
    if (v >= threshold) {
      store<u32>(grid.refractory + ((<usize>n) << 2), p.refractorySteps);
      v = p.reset;
      store<u32>(grid.spikeSteps + ((<usize>spikes) << 2), grid.step);
      store<u32>(grid.spikeNeurons + ((<usize>spikes) << 2), n);
      spikes++;
    }
    store<f64>(grid.voltage + at, v);
  }
  return spikes;
}

function send(grid: Grid, source: u32): void {
  const shift = grid.shift;
  const targets: u32 = (1 << shift) - 1;
  const step = grid.step;
  const mask = grid.slotMask;
  const neurons = grid.neurons;
  const ring = grid.ring;
  const weights = grid.weights;
  let p = grid.synapses + ((<usize>load<u32>(grid.offsets + ((<usize>source) << 2))) << 2);
  const end = grid.synapses + ((<usize>load<u32>(grid.offsets + ((<usize>source) << 2), 4)) << 2);
  if (grid.codes == 0) {
    const weight = load<f64>(weights + ((<usize>source) << 3));
    for (; p < end; p += 4) {
      const word = load<u32>(p);
      const at = ring + ((<usize>(((step + (word >> shift)) & mask) * neurons + (word & targets))) << 3);
      store<f64>(at, load<f64>(at) + weight);
    }
    return;
  }
  if (grid.codes == 1) {
    let weight = weights + ((p - grid.synapses) << 1);
    for (; p < end; p += 4) {
      const word = load<u32>(p);
      const at = ring + ((<usize>(((step + (word >> shift)) & mask) * neurons + (word & targets))) << 3);
      store<f64>(at, load<f64>(at) + load<f64>(weight));
      weight += 8;
    }
    return;
  }
  let code = grid.codes + ((p - grid.synapses) >> 1);
  for (; p < end; p += 4) {
    const word = load<u32>(p);
    const at = ring + ((<usize>(((step + (word >> shift)) & mask) * neurons + (word & targets))) << 3);
    store<f64>(at, load<f64>(at) + load<f64>(weights + ((<usize>load<u16>(code)) << 3)));
    code += 2;
  }
}

/**
 * One projection of `total` synapses. Synapse j takes four words of its own: source, target, weight and delay. With `inDegree` > 0 target is j / inDegree instead of drawn.
 * counting: only counts per source (in offsets, one place on). Otherwise writes, `offsets` being the next free place of each row.
 * Only synapses onto targets from partFirst to partEnd - 1 are kept.
 * `levels` is a power of two: that many weight codes from `code` on, equally likely; `delays` holds 4096 equally likely delays (u8 each).
 */
export function gridProject(
  address: usize,
  projection: u32,
  sourceFirst: u32,
  sourceCount: u32,
  targetFirst: u32,
  targetCount: u32,
  inDegree: u32,
  total: u32,
  code: u32,
  levels: u32,
  delays: usize,
  key0: u32,
  key1: u32,
  key2: u32,
  counting: bool,
  partFirst: u32,
  partEnd: u32,
): void {
  const grid = changetype<Grid>(address);
  Threefry.schedule(schedule, projection, 0, 0, key0, key1, key2, 0);
  for (let j: u32 = 0; j < total; j++) {
    const place = j & 15;
    if (place == 0) Threefry.block(schedule, j >> 4, words);
    const at = words + ((<usize>place) << 2);
    const source = sourceFirst + <u32>((<u64>load<u32>(at) * <u64>sourceCount) >> 32);
    const row = grid.offsets + ((<usize>source) << 2);
    const target = targetFirst + (inDegree > 0 ? j / inDegree : <u32>((<u64>load<u32>(at, 64) * <u64>targetCount) >> 32));
    if (target < partFirst || target >= partEnd) continue;
    if (counting) {
      store<u32>(row, load<u32>(row, 4) + 1, 4);
      continue;
    }
    const free = load<u32>(row);
    store<u32>(row, free + 1);
    const delay: u32 = load<u8>(delays + (load<u32>(at, 192) >> 20));
    store<u32>(grid.synapses + ((<usize>free) << 2), target | (delay << grid.shift));
    if (grid.codes != 0) store<u16>(grid.codes + ((<usize>free) << 1), <u16>(code + (load<u32>(at, 128) & (levels - 1))));
  }
}
