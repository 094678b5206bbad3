/**
 * What the array of membranes looks like to its user, whichever integrator runs it. A step of length h covers (t, t + h]; events inside it act from their exact time on.
 */
import type { SliceEvents } from '../kernels/index.ts';
import type { ChipCard } from '../model/index.ts';

/** Told of every step of a run: its number, the membranes after it (V, one per circuit), its spikes. */
export type TellStep = (step: number, voltages: () => Float64Array, fired: StepSpikes) => void;

/** Smallest fraction of a step at which a spike is reported: a membrane that stands over its threshold fires just after the step's beginning, not in the step before. */
export const SMALLEST_FRACTION = 2 ** -24;

/** Spikes of one step: circuit and the fraction of the step at which its comparator fired, in ascending order of circuits. */
export interface StepSpikes {
  count: number;
  readonly circuit: Uint32Array;
  /** In (0, 1]: a spike belongs to the step in whose course or at whose end it is seen. */
  readonly fraction: Float64Array;
}

/** What membranes need to know besides the parameters of their circuits. */
export interface MembraneOptions {
  /** First circuit of this part of the die, a multiple of 64, and the number of circuits. */
  readonly first: number;
  readonly count: number;
  /** Analog step, s. */
  readonly step: number;
  /** Linear range of the leak OTA, V; Infinity for a linear one. */
  readonly linearRange: number;
  /** rms of the membrane noise at a time constant of 10 us, V; 0 switches it off. */
  readonly noise: number;
  /** Share of its variance that grows with the time constant; none unless given. */
  readonly noiseCurrentShare?: number;
  readonly noiseSeed: number;
  readonly dieSeed: number;
  /** s. */
  readonly refractory: number;
  /** Present when the whole circuit runs; absent in the LIF bypass, whose reset and comparator are ideal. */
  readonly adex?: AdexOptions;
}

/** What the whole circuit needs besides. */
export interface AdexOptions {
  /** Linear range of the OTAs of the adaptation, V; Infinity for linear ones. */
  readonly linearRange: number;
  /** V; no voltage leaves them. */
  readonly rails: readonly [low: number, high: number];
  /** Time constant of the reset, s; 0 = at once. */
  readonly resetTau: number;
  /** Last part of the refractory period in which the membrane is free, s. */
  readonly holdOff: number;
  /** rms of the threshold from spike to spike, V. */
  readonly comparatorNoise: number;
}

/** s: time constant at which the noise of a card is stated. */
const NOISE_TAU = 10e-6;

/**
 * rms of the noise of a membrane with this time constant, V. A leak of conductance g with white noise of its own leaves (kT / C) x a factor of its circuit, whatever g is; a white current of density S from other
 * circuits leaves S / (4 g C) = S tau / (4 C^2), so a stronger leak bias makes a quieter membrane:
 *   sigma^2 = noise^2 (1 - share + share tau / 10 us)
 * Source: Sarpeshkar, Delbrueck and Mead 1993, White noise in MOS transistors and resistors, IEEE Circuits and Devices 9(6):23, for both terms; sizes assumed on the card.
 */
export function noiseOf({ noise, noiseCurrentShare = 0 }: Pick<MembraneOptions, 'noise' | 'noiseCurrentShare'>, tauMem: number): number {
  // a pure integrator has no level to fluctuate around
  if (noiseCurrentShare === 0 || tauMem === Infinity) return noise;
  return noise * Math.sqrt(1 - noiseCurrentShare + (noiseCurrentShare * tauMem) / NOISE_TAU);
}

/** rms of the noise of membranes with these time constants on a chip of this card, V. */
export function membraneNoise(card: ChipCard, tauMem: Float64Array): Float64Array {
  const options = noiseOptions(card);
  return tauMem.map((tau) => noiseOf(options, tau));
}

/** What a card says of the noise of its membranes. */
export function noiseOptions({ noise }: ChipCard): Pick<MembraneOptions, 'noise' | 'noiseCurrentShare'> {
  return { noise: noise.membrane.value * noise.scale, noiseCurrentShare: noise.current_share.value };
}

/** What a card says about the whole circuit; empty for the LIF bypass. A pure integrator runs as a LIF circuit without leak. */
export function adexOptions({ neuron, noise }: ChipCard): Pick<MembraneOptions, 'adex'> {
  const { adex, circuit, ota } = neuron;
  if (circuit !== 'adex' || adex === undefined) return {};
  return {
    adex: {
      linearRange: ota === 'linear' ? Infinity : adex.adaptation.linear_range.value,
      rails: adex.rails.value,
      resetTau: adex.reset_tau.value,
      holdOff: adex.hold_off.value,
      comparatorNoise: adex.comparator_noise.value * noise.scale,
    },
  };
}

/** Membranes of a range of circuits, made at rest: every membrane at its leak level, no synaptic current. */
export interface Membranes {
  /** Voltages of this part's circuits, V; a copy. */
  voltages(): Float64Array;
  /**
   * A synaptic event that arrives `remaining` seconds before the end of the step to come: dV/dt steps by `drive` (V/s, positive) and decays with the synapse's time constant.
   * Events of one step are delivered in the total order of events.
   */
  deliver(circuit: number, sign: number, drive: number, remaining: number): void;
  /**
   * The same in bulk, where an integrator can: `placeSynapses` takes a copy of the synapses of the die (drives positive, one sign each), `deliverSlices` the events of the step to come, in their order.
   * Bit for bit what `deliver` does.
   */
  placeSynapses?(circuit: Uint32Array, sign: Int8Array, drive: Float64Array): void;
  deliverSlices?(events: SliceEvents): void;
  /** Constant current into every membrane as dV/dt, V/s, one per circuit of this part; from the next step on. */
  setCurrent(slopes: Float64Array): void;
  /** Integrates step number `index` of the run and reports the spikes; the array is reused. */
  advance(index: number): StepSpikes;
  /** Everything that changes, between two steps (no event delivered since the last one); `restore` continues bit for bit. */
  snapshot(): MembraneSnapshot;
  restore(snapshot: MembraneSnapshot): void;
}

/** State between two steps, as plain data. */
export interface MembraneSnapshot {
  readonly kind: string;
  readonly columns: readonly Float64Array[];
}
