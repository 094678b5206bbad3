/**
 * Fidelity of a student (the emulated die) to its teacher (the exact reference): two numbers, always together.
 *   timing = 1 - d(student, teacher) / d(teacher under another stimulus seed, teacher)     1 = identical, 0 = no better than another stimulus, below 0 = worse
 *   rates  = RMS over neurons of (student rate - teacher rate) / SD over neurons of the teacher's rates      0 = identical, 1 = as good as giving every neuron the mean
 * d is the mean over neurons of the van Rossum distance with tau = 10 ms. Timing alone would call a student with a wrong mean rate merely late, rates alone would call a
 * shuffled student perfect; population statistics (rate, CV, correlation) stand beside them. What the data cannot tell is null: timing when the teacher answers two stimuli
 * with the same spikes (a silent teacher, an input that does nothing), rates when all neurons of the teacher fire equally often. The differences in absolute terms stay known.
 * Times are biological seconds. Only spikes in [from, until) count, so a warm-up is cut off on all sides alike.
 */
import { rootMeanSquare, standardDeviation } from 'simple-statistics';
import { InternalError } from '../base/index.ts';
import { firingRates, populationStatistics, type PopulationStatistics } from './firing.ts';
import { type SpikeTrains, withinWindow } from './spike-trains.ts';
import { meanVanRossumDistance } from './van-rossum.ts';

/** Time constant of the van Rossum kernel, biological seconds. */
const FIDELITY_TAU = 0.01;

export interface FidelityInput {
  readonly student: SpikeTrains;
  readonly teacher: SpikeTrains;
  /** The same teacher under another stimulus seed: the shuffle level. */
  readonly otherStimulus: SpikeTrains;
  /** Biological seconds; the warm-up ends at `from`. */
  readonly from: number;
  readonly until: number;
  /** Biological seconds; 10 ms unless given. */
  readonly tau?: number;
}

export interface Fidelity {
  readonly timing: number | null;
  readonly rates: number | null;
  /** Mean van Rossum distance of student and teacher, and of the teacher under two stimuli. */
  readonly distance: number;
  readonly shuffleDistance: number;
  /** RMS rate difference of student and teacher, and SD over neurons of the teacher's rates, Hz; null for an empty population. */
  readonly rateError: number | null;
  readonly teacherRateSpread: number | null;
  /** `rates` of the teacher under the other stimulus: the shuffle level of that number (that of timing is 0 by definition). */
  readonly shuffleRates: number | null;
  readonly student: PopulationStatistics;
  readonly teacher: PopulationStatistics;
}

/** Scores a student against its teacher. Throws InternalError when the three populations differ in size or the window is empty. */
export function fidelity({ student, ...judge }: FidelityInput): Fidelity {
  return fidelityJudge(judge)(student);
}

/** The same for many students of one teacher: what concerns the teacher alone is computed once. */
export function fidelityJudge({
  teacher,
  otherStimulus,
  from,
  until,
  tau = FIDELITY_TAU,
}: Omit<FidelityInput, 'student'>): (student: SpikeTrains) => Fidelity {
  const sameSize = (trains: SpikeTrains): SpikeTrains => {
    if (trains.count === teacher.count) return withinWindow(trains, from, until);
    throw new InternalError(`cannot compare ${String(trains.count)} and ${String(teacher.count)} neurons`);
  };
  const [theirs, other] = [sameSize(teacher), sameSize(otherStimulus)];
  const shuffleDistance = meanVanRossumDistance(other, theirs, tau);
  const teacherRates = firingRates(theirs, from, until);
  const teacherRateSpread = teacher.count === 0 ? null : standardDeviation(Array.from(teacherRates));
  const shuffleRates = ratio(rmsDifference(firingRates(other, from, until), teacherRates), teacherRateSpread);
  const teacherStatistics = populationStatistics(teacher, from, until);
  return (student) => {
    const ours = sameSize(student);
    const distance = meanVanRossumDistance(ours, theirs, tau);
    const rateError = rmsDifference(firingRates(ours, from, until), teacherRates);
    return {
      timing: shuffleDistance > 0 ? 1 - distance / shuffleDistance : null,
      rates: ratio(rateError, teacherRateSpread),
      distance,
      shuffleDistance,
      rateError,
      teacherRateSpread,
      shuffleRates,
      student: populationStatistics(student, from, until),
      teacher: teacherStatistics,
    };
  };
}

function rmsDifference(a: Float64Array, b: Float64Array): number | null {
  return a.length === 0 ? null : rootMeanSquare(Array.from(a, (value, k) => value - b[k]!));
}

function ratio(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole;
}
