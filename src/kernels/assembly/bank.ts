/**
 * How a bank of LIF neurons lies in memory: a header of 4-byte words, and one f32 array per quantity, `stride` bytes apart. The TypeScript side writes it
 * (../lif-layout.ts has the same order; a test compares both through `lifHeaderBytes` and by running). The stride is padded so that equal neurons of neighbouring fields do not
 * fall into the same cache set.
 */
@unmanaged
export class Bank {
  neurons!: u32; // padded to a multiple of 64
  stride!: u32; // bytes between two fields
  fields!: usize; // address of the first field
  firstNeuron!: u32; // number of the first neuron in the whole population, a multiple of 64
  unit!: u32; // die or chip: the fourth counter word of the noise
  key0!: u32; // seed, low word
  key1!: u32; // seed, high word
  key2!: u32; // stream
  key3!: u32; // substream
  linear!: f32; // V, linear range of the leak OTA
  inverseLinear!: f32; // 1/V
  capacity!: u32; // spikes that the list holds
  spikeSteps!: usize; // u32 each
  spikeNeurons!: usize; // u32 each
  spikeFractions!: usize; // f32 each
  spikeCounts!: usize; // u32 per neuron, since the host last cleared them
  adaptationLinear!: f32; // V, linear range of the OTAs of the adaptation
  adaptationInverse!: f32; // 1/V
  railLow!: f32; // V
  railHigh!: f32; // V
  comparatorNoise!: f32; // V, rms of the threshold from spike to spike
}

/** Numbers of the fields, in the order in which a step walks through them. */
@unmanaged
export class Field {
  static readonly REST: usize = 1;
  static readonly SYNAPSE_EXC: usize = 3;
  static readonly GAIN_EXC: usize = 4;
  static readonly SYNAPSE_INH: usize = 7;
  static readonly GAIN_INH: usize = 8;
  static readonly IN_EXC: usize = 6;
  static readonly IN_INH: usize = 10;
  static readonly IN_V: usize = 12;
  static readonly RATE_EXC: usize = 18;
  static readonly RATE_INH: usize = 19;
  static readonly RATE_MEM: usize = 20;
  static readonly REMAINING: usize = 14;
  static readonly RESET: usize = 15;
  static readonly REFRACTORY: usize = 17;
  static readonly INVERSE: usize = 21;
  static readonly VOLTAGE: usize = 22;
  static readonly SLOPE: usize = 23;
  static readonly CLIP: usize = 24;
  static readonly ADAPTATION: usize = 25;
  static readonly ADAPTATION_DECAY: usize = 26;
  static readonly ADAPTATION_GAIN: usize = 27;
  static readonly ADAPTATION_LEAK: usize = 28;
  static readonly COUPLING: usize = 29;
  static readonly REFERENCE: usize = 30;
  static readonly TIMER: usize = 31;
  static readonly ARMED: usize = 32;
  static readonly DELAY: usize = 33;
  static readonly BLIND: usize = 34;
  static readonly RESET_RATE: usize = 35;
  static readonly JUMP: usize = 36;
  static readonly RESET_TAKEN: usize = 37;
}
