/** The equations of a neuron of ode-bank.ts, and how far their course has been followed. */

/** The equations of one neuron. V (mV) is variable 0. */
export interface OdeModel {
  readonly start: readonly number[]; // its length is the number of variables
  readonly level: number; // mV, V reaching it is a spike
  readonly reset?: number; // mV, below the level; without it nothing is reset and only an upward crossing is a spike
  readonly refractory: number; // ms, V held at the reset while the other variables go on
  readonly firstStep: number; // ms, after every event
  readonly voltageStep?: number; // mV, first step of a climb
  /** Derivatives per ms into `out`; `drive` (mV/ms) is the constant part of dV/dt. */
  readonly derivative: (y: Float64Array, drive: number, out: Float64Array) => void;
  /** An event of this amplitude arrives; its sign selects the synapse. */
  readonly receive: (y: Float64Array, amplitude: number) => void;
  /** Whether V may serve as the independent variable here, its slope being `rise`: the explosive term carries it to the level. */
  readonly climbs?: (voltage: number, rise: number) => boolean;
  /** What a spike does besides resetting V. */
  readonly fire?: (y: Float64Array) => void;
}

/** Where the chain of steps after an event has come. */
export interface Cursor {
  at: number; // ms since the last event
  step: number; // ms, the next whole step
  next?: number; // ms, the step after that
  readonly y: Float64Array;
  readonly held: number; // ms since the last event at which the clamp opens
  above: boolean; // still above the level since the last spike, of a neuron without reset
  climb?: Climb | undefined; // from here on, if it is known
  peak?: Float64Array; // state at the spike that a climb has found
  silent: number; // ms since the last event before which there is surely no spike
  spike: number; // ms since the last event; Infinity as long as none is known
}

/** A stretch over V from the cursor on. */
export interface Climb {
  readonly used: number; // ms
  readonly y: Float64Array; // where it ends
  readonly peaked: boolean;
}
