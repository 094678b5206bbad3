/**
 * What the single-cell runner needs to know of a model. Units of single cells are those of the physiological literature: ms, mV, pA, pF, nS (neural masses have their own).
 * Between two changes of its input a cell advances on its own and reports its spikes as offsets from the start of the stretch.
 */
export interface Cell {
  /** The state variables in the order of the model's equations; the first one is the membrane voltage (mV). */
  state(): Float64Array;
  /** Replaces the state; at time 0 only. */
  setState(state: ArrayLike<number>): void;
  /** From now on the current injected into `compartment` (0: the soma) is `current` (pA). */
  setCurrent(current: number, compartment: number): void;
  /** Adds `amount` to state variable `index` (pA or nS): a synaptic event. */
  kick(index: number, amount: number): void;
  /** Lets `duration` (ms) pass with constant input; calls `spike` with the offset (ms) of each spike from the start of the stretch, in order. */
  advance(duration: number, spike: (offset: number) => void): void;
}

/** Tolerance of the adaptive integrators unless told otherwise: spike times of the standard patterns then err by 1e-6 to 1e-5 ms. */
export const DEFAULT_TOLERANCE = 1e-8;

/** Currents into the two places of a model that can be injected (pA): the soma, and the farthest compartment. */
export type Injected = readonly [soma: number, distal: number];
