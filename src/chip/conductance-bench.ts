/**
 * Runs of the bench whose synaptic inputs are more than linear currents (conductances, saturation): membranes advance step by step in the `fast` integrator of the emulation, which takes every event with the
 * membrane where it is. Events act in the order of ticks; they begin at rest, with the noise of a membrane at rest.
 */
import type { CircuitParameters } from './circuit.ts';
import { FastMembranes } from './fast.ts';
import { NEVER } from './faults.ts';
import type { MembraneOptions, TellStep } from './membranes.ts';

/** An event in its step: what it does to every circuit, dV/dt in V/s, and the time from it to the end of the step, s. */
export interface StepEvent {
  readonly sign: 1 | -1;
  readonly drives: ArrayLike<number>;
  readonly remaining: number;
}

/** What happens in a run: length and number of its first step since power-on, releases from reset before steps, and the events of a step. */
export interface ConductanceRun {
  readonly steps: number;
  readonly now: number;
  readonly released: ReadonlySet<number>;
  readonly start: Float64Array;
  readonly eventsOf: (step: number) => readonly StepEvent[];
  /** Current into every membrane, V/s. */
  readonly current: Float64Array | undefined;
}

/** Advances all membranes of a die and shows them after every step. */
export function runConductances(
  parameters: CircuitParameters,
  { spiking, ...options }: MembraneOptions & { readonly spiking: boolean },
  { steps, now, released, start, eventsOf, current }: ConductanceRun,
  seen: TellStep,
): void {
  const threshold = spiking ? parameters.threshold : parameters.threshold.map(() => NEVER);
  const membranes = new FastMembranes({ ...parameters, threshold, joins: undefined }, options);
  if (current !== undefined) membranes.setCurrent(current);
  membranes.place(start);
  for (let k = 0; k < steps; k++) {
    if (released.has(k)) membranes.place(parameters.reset);
    for (const { sign, drives, remaining } of eventsOf(k))
      for (let n = 0; n < drives.length; n++) membranes.deliver(n, sign, drives[n]!, remaining);
    seen(k, () => membranes.voltages(), membranes.advance(now + k));
  }
}
