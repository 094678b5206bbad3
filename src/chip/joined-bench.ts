/**
 * Runs of the bench with switches between circuits closed: compartments.ts from their common rest, with releases from reset. Membranes begin where all currents cancel,
 *   0 = linearRange tanh((rest_n - V_n) / linearRange) / tau_n + sum over joins of rate (V_k - V_n),
 * found circuit by circuit (Gauss-Seidel: each joint current falls with its own membrane, so the sweeps contract); the noise of a run begins with it.
 */
import { InfeasibleError, tanh } from '../base/index.ts';
import type { CircuitParameters, Joins } from './circuit.ts';
import { CompartmentMembranes } from './compartments.ts';
import { NEVER } from './faults.ts';
import type { MembraneOptions, TellStep } from './membranes.ts';

/** V: change of any membrane at which the sweeps end, and the most sweeps. */
const SETTLED = 1e-9;
const SWEEPS = 500;

/** What happens in a run: its length and the number of its first step since power-on, in analog steps, and before which steps all membranes are put to their reset plateau. */
export interface JoinedRun {
  readonly steps: number;
  readonly now: number;
  readonly released: ReadonlySet<number>;
}

/** Advances all membranes of a die and shows them after every step. */
export function runJoined(
  parameters: CircuitParameters,
  { spiking, ...options }: MembraneOptions & { readonly spiking: boolean },
  { steps, now, released }: JoinedRun,
  seen: TellStep,
): void {
  if (parameters.fires !== undefined)
    throw new InfeasibleError(
      'the bench has single circuits: shared membranes run in emulation (or open the switches, neuron.compartments.switches=[])',
    );
  const rest = jointRest(parameters, options.linearRange);
  const threshold = spiking ? parameters.threshold : parameters.threshold.map(() => NEVER);
  const membranes = new CompartmentMembranes({ ...parameters, threshold }, options);
  const zeros = new Float64Array(rest.length);
  const place = (v: Float64Array): void => membranes.restore({ kind: 'compartments', columns: [v, zeros, zeros, zeros] });
  place(rest);
  for (let k = 0; k < steps; k++) {
    if (released.has(k)) place(parameters.reset);
    const fired = membranes.advance(now + k);
    seen(k, () => membranes.voltages(), fired);
  }
}

/** Voltages at which every membrane stays, V. */
function jointRest({ rest, tauMem, joins }: CircuitParameters, linearRange: number): Float64Array {
  const v = rest.slice();
  const { soma, dendrite, somaRate, dendriteRate }: Joins = joins!;
  const neighbours = Array.from(v, (): { readonly to: number; readonly rate: number }[] => []);
  soma.forEach((s, j) => {
    neighbours[s]!.push({ to: dendrite[j]!, rate: somaRate[j]! });
    neighbours[dendrite[j]!]!.push({ to: s, rate: dendriteRate[j]! });
  });
  const joined = Array.from(v.keys()).filter((n) => neighbours[n]!.length > 0);
  for (let sweep = 0, moved = Infinity; sweep < SWEEPS && moved > SETTLED; sweep++) {
    moved = 0;
    for (const n of joined) {
      const distance = rest[n]! - v[n]!;
      const restoring = linearRange === Infinity ? distance : linearRange * tanh(distance / linearRange);
      let [current, slope] = [restoring / tauMem[n]!, 1 / tauMem[n]!];
      for (const { to, rate } of neighbours[n]!) {
        current += rate * (v[to]! - v[n]!);
        slope += rate;
      }
      // the slope is the steepest that it can be: no step goes too far
      v[n]! += current / slope;
      moved = Math.max(moved, Math.abs(current / slope));
    }
  }
  return v;
}
