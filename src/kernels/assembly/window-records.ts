/** Records of whole windows of an emulation, as they lie in memory (../window-header.ts has the same order). */

/** What the host writes and reads: times in ticks first. */
@unmanaged
export class Windows {
  start!: f64; // of the present window
  window!: f64; // its length
  out!: f64; // crossing to source queue
  inward!: f64; // cycle of the delivery to synapse row
  local!: f64; // loop of a core
  delay!: f64; // due time of a spike: crossing + delay
  lineStep!: f64; // resolution of the delay line; 0 = there is none
  lineLongest!: f64;
  ticksPerSecond!: f64;
  cycleTicks!: f64; // ticks of a cycle are cycleTicks / cycleParts
  cycleParts!: f64;
  spikes!: f64; // counters since the beginning
  late!: f64; // synaptic events
  reached!: f64; // synaptic events by kind, three of them
  reached1!: f64;
  reached2!: f64;
  offered!: f64; // parts of spikes
  delivered!: f64;
  packets!: f64;
  underWay!: f64; // parts of spikes neither delivered nor lost
  windowsDone!: f64;
  phase!: u32; // of the present window: HEAR, STEP or SEND
  bank!: usize;
  net!: usize;
  adex!: u32; // 1: whole circuits
  noisy!: u32;
  arriving!: u32; // something stands in the slots of the bank
  circuits!: usize; // list of synapses, as `deliverSlices` takes it
  drives!: usize;
  groups!: usize;
  events!: usize; // EVENT_ROOM records for `deliverSlices`
  neuronOf!: usize; // i32 per circuit, -1 = none
  routes!: usize; // a Route per neuron
  sequences!: usize; // f64 per neuron: parts so far
  days!: usize; // first and last event of each of DAYS windows
  freeEvent!: usize; // list of free records of events
  freeEvents!: u32; // its length
  waiting!: u32; // events in the calendar
  order!: usize; // u32 per record of events: those of a window while they are sorted
  crossings!: usize; // u64 per circuit: ticks after the start << 32 | neuron
  crossingCount!: u32;
  crossingNext!: u32; // the first that has not been sent
  rowNext!: u32; // the first arrival that has not been heard
  freeSlot!: usize; // list of free records of packets under way
  packetRoom!: u32; // records of packets that the network has
  offerRoom!: u32;
  flits!: u32; // of a packet
  spikeTicks!: usize; // f64 each
  spikeNeurons!: usize; // u32 each
  spikeCount!: u32;
  spikeRoom!: u32;
  latencies!: usize; // f64 per tick below latencyRoom: synaptic events with this latency
  latencyRoom!: u32;
  rare!: usize; // f64 pairs: longer latencies, synaptic events
  rareCount!: u32;
  rareRoom!: u32;
  wanted!: u32; // neuron whose route is not known
  loop!: u32; // kinds of events, by their order within a tick
  network!: u32;
}

/** Where the spikes of a neuron go. Parts have four words: core, slice [from, to) of the synapses, rank among all parts. */
@unmanaged
export class Route {
  known!: u32;
  home!: u32; // node
  tree!: u32; // destination set in the network
  parts!: u32; // all of them
  near!: usize; // parts by the core's own loop
  nearCount!: u32;
  far!: usize; // parts over the network, by ascending cores
  farCount!: u32;
}
export const ROUTE_SHIFT: usize = 5;
export const PART_SHIFT: usize = 4;

/** A packet under way; a free one has its successor in `far`. */
@unmanaged
export class Slot {
  far!: usize;
  farCount!: u32;
  source!: u32;
  left!: u32; // deliveries
  crossing!: f64;
  sequence!: f64;
}

/** A synaptic event that waits. */
@unmanaged
export class Event {
  next!: usize;
  offset!: u32; // ticks after the start of its window
  order!: u32; // kind << 30 | source
  window!: u32; // number of its window, modulo 2^32
  sequence!: f64;
  from!: u32;
  to!: u32;
}

export const DAYS: u32 = 256; // a power of two
export const EVENT_ROOM: u32 = 256;

// what `runWindows` returns
export const DONE: u32 = 0;
export const NEEDS_ROOM: u32 = 1;
export const NEEDS_ROUTE: u32 = 2;
export const NEEDS_DRAINING: u32 = 3;
export const HAS_LOSSES: u32 = 4;
export const BROKE_CAUSALITY: u32 = 5;
