/**
 * What the event-driven network needs to know of a neuron model. Current-based LIF (lif-bank.ts) is the first; a conductance-based or an adaptive model joins the
 * network by standing behind this interface. No method knows the absolute time: all are relative to the last event of the neuron, in the bank's unit of time.
 */
export interface NeuronBank {
  readonly count: number;
  /** A time for which the neuron surely stays silent without further input: cheap, may be too short, never too long. */
  quietFor(neuron: number): number;
  /** Time from the last event to the next spike without further input. May be Infinity for any spike that comes after `horizon`; must not depend on `horizon` otherwise. */
  untilSpike(neuron: number, horizon: number): number;
  /** Lets `elapsed` pass; now is the new last event. */
  advance(neuron: number, elapsed: number): void;
  /** An event of this amplitude arrives now; its sign selects the synapse: + excitatory, - inhibitory. */
  receive(neuron: number, amplitude: number): void;
  /** The neuron spikes now: reset and refractory time begin. */
  fire(neuron: number): void;
  /** Membrane voltage `elapsed` after the last event without further input; changes nothing. Valid up to the next spike. */
  voltageAfter(neuron: number, elapsed: number): number;
}
