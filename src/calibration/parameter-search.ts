/**
 * The search of one parameter of all circuits: coarse by a dithered binary search with light readings, then refined by lines through probes around it with full readings.
 * A parameter that is opened again starts from its last answer and is refined only.
 *   - A time constant is searched as its inverse, the rate: that is a straight line over the code of a bias current, and lines are what the refinement fits.
 *   - Circuits in different modes have slopes that differ by the factor of the mode, and the refinement leans on the median slope: each mode is a search of its own, all in step.
 */
import { InternalError } from '../base/index.ts';
import type { CalibrationEffort, Substrate } from '../model/index.ts';
import { ditheredSearch, RefinedSearch, type CodeSearch, type RefinedResult, type SearchStatus } from '../search/index.ts';
import type { Routine } from './routines.ts';

/** What the search of one parameter found; readings and slopes in the unit of the routine, one entry per circuit. */
export interface ParameterAnswer {
  readonly codes: Int32Array;
  /** Fresh reading minus target, NaN where nothing was read. */
  readonly residuals: Float64Array;
  /** Size of one code's step at the answer. */
  readonly step: Float64Array;
  readonly status: readonly SearchStatus[];
}

/**
 * Searches the codes of one routine, around its last answer if it has one; an answer that this warm start lost is searched for over the whole range. `seed` belongs to this
 * search alone; `modes` (one per circuit) tells which circuits have equal transfers.
 */
export async function searchCodes(
  substrate: Substrate,
  routine: Routine,
  effort: CalibrationEffort,
  seed: number,
  modes: Uint8Array | undefined,
  last: ParameterAnswer | undefined,
): Promise<ParameterAnswer> {
  const warm = last && (await runSearch(substrate, routine, effort, seed, modes, last));
  const lost = warm?.status.some((status, n) => status !== 'ok' && last?.status[n] === 'ok') ?? true;
  return warm === undefined || lost ? runSearch(substrate, routine, effort, seed, modes, undefined) : warm;
}

async function runSearch(
  substrate: Substrate,
  routine: Routine,
  effort: CalibrationEffort,
  seed: number,
  modes: Uint8Array | undefined,
  last: ParameterAnswer | undefined,
): Promise<ParameterAnswer> {
  const groups = groupsOf(substrate.capabilities.neurons, modes).map((members) => ({
    members,
    ...groupSearch(substrate, routine, effort, seed, members, last),
  }));
  const codes = new Int32Array(substrate.capabilities.neurons);
  while (!groups[0]!.search.done) {
    const light = !groups[0]!.coarse.done;
    for (const { members, search } of groups) search.ask().forEach((code, i) => (codes[members[i]!] = code));
    await substrate.configure({ codes: { [routine.cell]: codes } });
    const readings = await routine.measure(light ? lighter(effort) : effort);
    for (const { members, search } of groups) {
      search.tell(Float64Array.from(members, (n) => (routine.inverse ? 1 / readings[n]! : readings[n]!)));
    }
  }
  return answerOf(
    routine,
    codes.length,
    groups.map(({ members, search }) => ({ members, result: search.result() })),
  );
}

/** Circuits by mode, in ascending order. */
function groupsOf(neurons: number, modes: Uint8Array | undefined): readonly Uint32Array[] {
  const all = Uint32Array.from({ length: neurons }, (_, n) => n);
  if (modes === undefined) return [all];
  return [...new Set(modes)].toSorted((a, b) => a - b).map((mode) => all.filter((n) => modes[n] === mode));
}

function groupSearch(
  substrate: Substrate,
  routine: Routine,
  effort: CalibrationEffort,
  seed: number,
  members: Uint32Array,
  last: ParameterAnswer | undefined,
): { readonly coarse: CodeSearch; readonly search: RefinedSearch } {
  const { min, max } = substrate.capabilities.codes[routine.cell];
  const target = Float64Array.from(members, (n) => (routine.inverse ? 1 / routine.targets[n]! : routine.targets[n]!));
  const spec = {
    circuits: members.length,
    lowest: min,
    highest: max,
    target,
    rising: routine.rising !== routine.inverse,
  };
  // groups share the seed; the offset keeps the draws of their circuits apart
  const ownSeed = seed + members[0]!;
  const coarse =
    last === undefined
      ? ditheredSearch(spec, { seed: ownSeed, dither: effort.dither })
      : finishedSearch(Int32Array.from(members, (n) => last.codes[n]!));
  return { coarse, search: new RefinedSearch(spec, coarse, { seed: ownSeed }) };
}

/** Effort of the coarse half: it has to come within the reach of the refinement, a few per cent of the range. */
function lighter(effort: CalibrationEffort): CalibrationEffort {
  return { ...effort, samples: Math.ceil(effort.samples / 4), repeats: Math.ceil(effort.repeats / 2) };
}

/** A search that is over before it begins: its answer is known. */
function finishedSearch(codes: Int32Array): CodeSearch {
  const nothing = new Float64Array(codes.length).fill(NaN);
  return {
    steps: 0,
    done: true,
    ask: () => codes.slice(),
    tell: () => {
      throw new InternalError('the search is over');
    },
    result: () => ({ codes, readings: nothing, residuals: nothing, status: Array.from(codes, () => 'ok' as const) }),
  };
}

/** Puts the groups together again, in the unit of the routine and against its tolerance. */
function answerOf(
  routine: Routine,
  neurons: number,
  groups: readonly { readonly members: Uint32Array; readonly result: RefinedResult }[],
): ParameterAnswer {
  const answer = {
    codes: new Int32Array(neurons),
    residuals: new Float64Array(neurons),
    step: new Float64Array(neurons),
    status: Array.from({ length: neurons }, (): SearchStatus => 'not reached'),
  };
  for (const { members, result } of groups) {
    members.forEach((n, i) => {
      const reading = result.readings[i]!;
      const value = routine.inverse ? 1 / reading : reading;
      const residual = value - routine.targets[n]!;
      answer.codes[n] = result.codes[i]!;
      answer.residuals[n] = residual;
      answer.step[n] = Math.abs(result.slope[i]!) * (routine.inverse ? value * value : 1);
      const status = result.status[i]!;
      answer.status[n] = status === 'ok' && !(Math.abs(residual) <= routine.tolerance) ? 'not reached' : status;
    });
  }
  return answer;
}
