/**
 * What an emulation counts, and its whole state at the end of a window, as plain data that survives a structured clone.
 */
import type { BusState } from './bus-queues.ts';
import type { SynapticEvent } from './event-calendar.ts';
import type { TransportSnapshot } from './transport.ts';

/** Counters of what happened: the sum over the trace, from which energy follows. */
export interface Activity {
  spikes: number;
  synapticEvents: number;
  inputEvents: number;
  localEvents: number;
  late: number;
  windows: number;
}

export interface Snapshot {
  readonly window: number;
  readonly nextInput: number;
  readonly waiting: readonly SynapticEvent[];
  readonly sequence: Float64Array;
  readonly activity: Activity;
  /** Spikes (tick, neuron), latencies, probed voltages. */
  readonly columns: readonly Float64Array[];
  readonly transport: TransportSnapshot;
  readonly parts: readonly unknown[];
  /** Present where events wait for buses. */
  readonly buses?: BusState;
}
