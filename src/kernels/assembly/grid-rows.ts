/**
 * Neurons of any workload on the grid, excitation and inhibition apart: operation for operation what src/reference/grid/grid-lif.ts does, so that both agree bit by bit.
 * A slot of the ring has two sums per neuron: those of excitation of all neurons, then those of inhibition. A synapse names its sum, so that delivery (grid.ts) need not know signs; `neurons` of the
 * record is therefore twice the number of neurons, and `current` two columns.
 */
import { Grid } from './grid';
import { Threefry } from './threefry';

const schedule: usize = memory.data(256, 16);
const words: usize = memory.data(256, 16);

@unmanaged
export class Rows {
  first!: u32;
  count!: u32;
  delta!: u32; // 1: arrivals are mV onto V; 0: pA onto two exponential currents
  refractorySteps!: u32;
  leak!: f64;
  excDecay!: f64;
  inhDecay!: f64;
  fromExc!: f64; // mV/pA
  fromInh!: f64;
  fromCurrent!: f64;
  threshold!: f64; // mV from rest
  reset!: f64;
}

/** First half of a step: all neurons move, with constant currents (f64, pA, one per neuron), and the slot is cleared. Returns the number of spikes, listed ascending. */
export function gridRowsMove(address: usize, constant: usize): u32 {
  const grid = changetype<Grid>(address);
  const slot = grid.ring + ((<usize>((grid.step & grid.slotMask) * grid.neurons)) << 3);
  let spikes: u32 = 0;
  for (let p: u32 = 0; p < grid.populations; p++) {
    spikes = move(grid, changetype<Rows>(grid.population + <usize>p * offsetof<Rows>()), slot, constant, spikes);
  }
  memory.fill(slot, 0, (<usize>grid.neurons) << 3);
  return spikes;
}

function move(grid: Grid, p: Rows, slot: usize, constant: usize, spikes: u32): u32 {
  const apart: usize = (<usize>(grid.neurons >> 1)) << 3; // from excitation to inhibition, bytes
  const leak = p.leak;
  const excDecay = p.excDecay;
  const inhDecay = p.inhDecay;
  const fromExc = p.fromExc;
  const fromInh = p.fromInh;
  const fromCurrent = p.fromCurrent;
  const threshold = p.threshold;
  const delta = p.delta != 0;
  const end = p.first + p.count;
  for (let n = p.first; n < end; n++) {
    const at: usize = (<usize>n) << 3;
    const timer = grid.refractory + ((<usize>n) << 2);
    const left = load<u32>(timer);
    const excitation = load<f64>(slot + at);
    const inhibition = load<f64>(slot + apart + at);
    let v = load<f64>(grid.voltage + at);
    if (delta) {
      if (left == 0) v = v * leak + load<f64>(constant + at) * fromCurrent + (excitation + inhibition);
      else store<u32>(timer, left - 1);
    } else {
      const exc = load<f64>(grid.current + at);
      const inh = load<f64>(grid.current + apart + at);
      if (left == 0) v = v * leak + exc * fromExc + inh * fromInh + load<f64>(constant + at) * fromCurrent;
      else store<u32>(timer, left - 1);
      store<f64>(grid.current + at, exc * excDecay + excitation);
      store<f64>(grid.current + apart + at, inh * inhDecay + inhibition);
    }
    if (v >= threshold) {
      store<u32>(timer, p.refractorySteps);
      v = p.reset;
      store<u32>(grid.spikeNeurons + ((<usize>spikes) << 2), n);
      spikes++;
    }
    store<f64>(grid.voltage + at, v);
  }
  return spikes;
}

/**
 * Poisson numbers of events of one weight onto `count` sums from `first` on in the present slot. The first neuron is number `name` of the whole network: its word belongs to (key, unit, bin, name),
 * whatever the network is cut into. `distribution` and `guide` as in grid.ts.
 */
export function gridCounts(
  address: usize,
  first: u32,
  count: u32,
  name: u32,
  weight: f64,
  distribution: usize,
  guide: usize,
  bin: u32,
  unit: u32,
  key0: u32,
  key1: u32,
  key2: u32,
): void {
  const grid = changetype<Grid>(address);
  const sums = grid.ring + ((<usize>((grid.step & grid.slotMask) * grid.neurons + first)) << 3);
  Threefry.schedule(schedule, bin, 0, unit, key0, key1, key2, 0);
  for (let i: u32 = 0; i < count; i++) {
    const n = name + i;
    if (i == 0 || (n & 63) == 0) Threefry.block(schedule, n >> 6, words);
    const word = load<u32>(words + ((<usize>(n & 63)) << 2));
    let k: u32 = load<u8>(guide + (word >> 24));
    while (word > load<u32>(distribution + ((<usize>k) << 2))) k++;
    const at = sums + ((<usize>i) << 3);
    store<f64>(at, load<f64>(at) + <f64>k * weight);
  }
}

/** Bytes of both records, so that the loader's offsets can be checked. */
export function gridRowsBytes(): u32 {
  return (offsetof<Grid>() << 16) | offsetof<Rows>();
}
