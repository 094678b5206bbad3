/**
 * The search of one parameter of all circuits: coarse by a dithered binary search with light readings, then refined by lines through probes around it with full readings.
 * A parameter that is opened again starts from its last answer and is refined only.
 *   - A time constant is searched as its inverse, the rate: that is a straight line over the code of a bias current, and lines are what the refinement fits.
 *   - A parameter that is proportional to its code needs no binary search: readings predict the code.
 *   - Parameters that one measurement reads are searched in lock step, so that a measurement serves all of them.
 *   - Circuits in different modes have slopes that differ by the factor of the mode, and the refinement leans on the median slope: each mode is a search of its own, all in step.
 */
import { InternalError } from '../base/index.ts';
import type { CalibrationEffort, CharacteristicCurve, Substrate } from '../model/index.ts';
import {
  ditheredSearch,
  predictiveSearch,
  RefinedSearch,
  type CodeSearch,
  type PredictiveOptions,
  type RefinedResult,
  type SearchStatus,
} from '../search/index.ts';
import { fitCurves, shiftedCurve, type CurvePoint } from './curve.ts';
import type { Routine, SearchedParameter } from './routine.ts';

/** Seeds of a routine's parameters lie this far apart. */
const SEEDS_PER_PARAMETER = 2 ** 20;
/** Share of a proportional parameter's code over which the refinement probes at most: far enough over the noise of a reading. */
const PROBED_SHARE = 0.08;

/** What the search of one parameter found; readings and slopes in the unit of the parameter, one entry per circuit. */
export interface ParameterAnswer {
  readonly codes: Int32Array;
  /** Fresh reading minus target, NaN where nothing was read. */
  readonly residuals: Float64Array;
  /** Size of one code's step at the answer. */
  readonly step: Float64Array;
  readonly status: readonly SearchStatus[];
  readonly curve?: CharacteristicCurve;
}

/**
 * Searches the codes of one routine's parameters, all in lock step, around their last answers if it has any; an answer that this warm start lost is searched for over the whole
 * range. `seed` belongs to this search alone; `modes` (one per circuit) tells which circuits have equal transfers.
 */
export async function searchCodes(
  substrate: Substrate,
  routine: Routine,
  effort: CalibrationEffort,
  seed: number,
  modes: Uint8Array | undefined,
  last: readonly ParameterAnswer[] | undefined,
): Promise<readonly ParameterAnswer[]> {
  const warm = last && (await runSearches(substrate, routine, effort, seed, modes, last));
  const lost = warm?.some(({ status }, p) => status.some((state, n) => state !== 'ok' && last?.[p]!.status[n] === 'ok')) ?? true;
  return warm === undefined || lost ? runSearches(substrate, routine, effort, seed, modes, undefined) : warm;
}

async function runSearches(
  substrate: Substrate,
  routine: Routine,
  effort: CalibrationEffort,
  seed: number,
  modes: Uint8Array | undefined,
  last: readonly ParameterAnswer[] | undefined,
): Promise<readonly ParameterAnswer[]> {
  const { neurons } = substrate.capabilities;
  const groups: GroupSearch[] = [];
  const searches = routine.parameters.map((parameter, p) => {
    // what is read while a parameter before it is far from its answer is no reading to end with
    const before = [...groups];
    const waits = (): boolean => before.some(({ coarse }) => !coarse.done);
    const own = groupsOf(neurons, modes).map((members) =>
      groupSearch(substrate, parameter, effort, seed + p * SEEDS_PER_PARAMETER, { members, waits }, last?.[p]),
    );
    groups.push(...own);
    return { parameter, codes: new Int32Array(neurons), points: [] as CurvePoint[], groups: own };
  });
  while (groups.some(({ search }) => !search.done)) {
    const light = groups.some(({ coarse }) => !coarse.done);
    for (const { codes, groups: parts } of searches) {
      for (const { members, search } of parts) search.ask().forEach((code, i) => (codes[members[i]!] = code));
    }
    await substrate.configure({ codes: Object.fromEntries(searches.map(({ parameter, codes }) => [parameter.cell, codes])) });
    const readings = await routine.measure(light ? lighter(effort) : effort);
    searches.forEach(({ parameter, codes, points, groups: parts }, p) => {
      points.push({ codes: codes.slice(), values: readings[p]!.map((value) => (Number.isFinite(value) ? linear(parameter, value) : NaN)) });
      for (const { members, search } of parts) {
        // a search that is over before the others holds its codes
        if (!search.done) search.tell(Float64Array.from(members, (n) => linear(parameter, readings[p]![n]!)));
      }
    });
  }
  return searches.map(({ parameter, points, groups: parts }, p) => {
    const answer = answerOf(
      parameter,
      neurons,
      parts.map(({ members, search }) => ({ members, result: search.result() })),
    );
    const before = last?.[p]!.curve;
    // around its last answer a search sees too little of a curve: the level is read anew, the shape stays
    const curve =
      before === undefined
        ? fitCurves(points, answer.codes, parameter.inverse, substrate.capabilities.codes[parameter.cell].max)
        : shiftedCurve(before, points);
    return { ...answer, curve };
  });
}

/** A reading or target as what follows the code in a straight line. */
function linear({ inverse }: SearchedParameter, value: number): number {
  return inverse ? 1 / value : value;
}

/** Circuits by mode, in ascending order. */
function groupsOf(neurons: number, modes: Uint8Array | undefined): readonly Uint32Array[] {
  const all = Uint32Array.from({ length: neurons }, (_, n) => n);
  if (modes === undefined) return [all];
  return [...new Set(modes)].toSorted((a, b) => a - b).map((mode) => all.filter((n) => modes[n] === mode));
}

/** The search of one parameter of the circuits of a mode. */
interface GroupSearch {
  readonly members: Uint32Array;
  readonly coarse: CodeSearch;
  readonly search: RefinedSearch;
}

function groupSearch(
  substrate: Substrate,
  parameter: SearchedParameter,
  effort: CalibrationEffort,
  seed: number,
  { members, waits }: { readonly members: Uint32Array; readonly waits: () => boolean },
  last: ParameterAnswer | undefined,
): GroupSearch {
  const { min, max } = substrate.capabilities.codes[parameter.cell];
  const target = Float64Array.from(members, (n) => linear(parameter, parameter.targets[n]!));
  const spec = {
    circuits: members.length,
    lowest: min,
    highest: max,
    target,
    rising: parameter.rising !== parameter.inverse,
  };
  // groups share the seed; the offset keeps the draws of their circuits apart
  const options = { seed: seed + members[0]!, dither: effort.dither };
  const ofMembers = (codes: Int32Array): Int32Array => Int32Array.from(members, (n) => codes[n]!);
  const coarse =
    last !== undefined
      ? finishedSearch(ofMembers(last.codes))
      : parameter.start === undefined
        ? ditheredSearch(spec, options)
        : predictiveSearch(spec, {
            ...options,
            start: ofMembers(parameter.start),
            waits,
            ...lawOf(parameter, members),
          });
  return {
    members,
    coarse,
    search: new RefinedSearch(spec, coarse, { seed: options.seed, proportional: isProportional(parameter), ...spanOf(parameter, max) }),
  };
}

/** What the data sheet says of a parameter that is a straight line over its code; nothing of one that is proportional. */
function lawOf({ perCode, byFactor, start, targets }: SearchedParameter, members: Uint32Array): Partial<PredictiveOptions> {
  if (perCode === undefined) return {};
  if (byFactor !== true) return { law: { slope: perCode }, steps: 3 };
  return { law: { zero: Float64Array.from(members, (n) => start![n]! - targets[n]! / perCode) }, steps: 3 };
}

/** Rates follow the code of a bias current, and what starts from a code without a law of its own is proportional to it. */
function isProportional({ inverse, start, perCode }: SearchedParameter): boolean {
  return perCode === undefined && (inverse || start !== undefined);
}

/** How far the refinement probes, codes: its own choice, but no more than a share of a proportional parameter's code. */
function spanOf({ start }: SearchedParameter, highest: number): { readonly span?: number } {
  if (start === undefined) return {};
  return { span: Math.max(2, Math.round(Math.min(PROBED_SHARE * start.toSorted()[start.length >> 1]!, highest / 64))) };
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

/** Puts the groups together again, in the unit of the parameter and against its tolerance. */
function answerOf(
  parameter: SearchedParameter,
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
      const value = linear(parameter, reading);
      const residual = value - parameter.targets[n]!;
      answer.codes[n] = result.codes[i]!;
      answer.residuals[n] = residual;
      answer.step[n] = Math.abs(result.slope[i]!) * (parameter.inverse ? value * value : 1);
      const status = result.status[i]!;
      answer.status[n] = status === 'ok' && !(Math.abs(residual) <= parameter.tolerance * scaleOf(parameter, n)) ? 'not reached' : status;
    });
  }
  return answer;
}

/** What deviations of a circuit are measured by: 1 LSB for a potential, else the target. */
export function scaleOf({ unit, targets }: SearchedParameter, circuit: number): number {
  return unit === 'LSB' ? 1 : targets[circuit]!;
}
