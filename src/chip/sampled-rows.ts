/** What the column ADC samples in a run on the bench. A sample at tick T shows the end of the step that ends there. */
import type { SampleRows } from '../model/index.ts';

/** Rows to be filled, and the step after which the first sample is taken. */
export interface Sampled {
  readonly rows: SampleRows;
  readonly firstStep: number;
}

/** Rows for a probe from tick `from` on in a run of `steps` steps of `stepTicks`, sampled `every` so many of them. */
export function emptyRows(circuits: Uint32Array, from: number, steps: number, stepTicks: number, every: number): Sampled {
  const firstStep = Math.max(Math.ceil(from / stepTicks) - 1, 0);
  const taken = firstStep < steps ? Math.floor((steps - 1 - firstStep) / every) + 1 : 0;
  const tick = Float64Array.from({ length: taken }, (_, s) => (firstStep + s * every + 1) * stepTicks);
  return { firstStep, rows: { probe: 'cadc', circuits, tick, values: new Float32Array(circuits.length * taken) } };
}

/** Whether a sample is taken at the end of this step. */
export function isSampled(step: number, firstStep: number, every: number): boolean {
  return step >= firstStep && (step - firstStep) % every === 0;
}
