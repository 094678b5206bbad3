/**
 * The teacher on a workload card, in biological time: a tick is a biological nanosecond, external events act at their very tick, delays are those of the network. A run goes on
 * from a snapshot with the same bits, wherever it was cut.
 *   precise   event-driven, every spike at its exact place between two ticks; delays are axonal
 *   grid      NEST-compatible: spikes, resets and arrivals on a grid of steps, delays in whole steps (dendritic); an external event acts at the end of the step it falls in
 */
import type { WorkloadCard } from '../../model/index.ts';
import type { Network } from '../../network/index.ts';
import { GridWorkload } from './grid.ts';
import type { TeacherInput, TeacherMethod, TeacherSnapshot, WorkloadTeacher } from './method.ts';
import { PreciseWorkload } from './precise.ts';

/**
 * Puts the teacher on a workload; with a snapshot it goes on from there. `network` has its delay, `input` has all events and currents of the run, in ticks of the teacher.
 * Throws InfeasibleError for what the mode cannot represent, or a snapshot of another network.
 */
export function teacherOf(
  card: WorkloadCard,
  network: Network,
  input: TeacherInput,
  method: TeacherMethod,
  from?: TeacherSnapshot,
): WorkloadTeacher {
  return method.mode === 'precise'
    ? new PreciseWorkload(card, network, input, method.tolerance, from)
    : new GridWorkload(card, network, input, method, from);
}
