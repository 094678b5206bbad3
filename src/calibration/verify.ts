/**
 * Verification: when every code stands, each quantity is read afresh several times, and from these readings alone value, uncertainty and status of each circuit are stated. The
 * search that chose the codes has no part in it: choosing and judging never share noise.
 * Routines that have to move other cells to read (resets, for a decay) come first; then all codes are written as they were found, and the rest is read with everything in place.
 */
import type { CalibrationEffort, QuantityVerification, SecondInstrument, Substrate, UncertaintyComponent } from '../model/index.ts';
import { scaleOf, type ParameterAnswer } from './parameter-search.ts';
import { HELD, QUIET, type PotentialReader } from './reader.ts';
import type { Routine, SearchedParameter, SystematicError, WorkingSetting } from './routine.ts';
import { compareInstruments } from './second-instrument.ts';
import { asTimes, intervalsOf, type Intervals } from './uncertainty.ts';
import { measureWriteNoise } from './write-noise.ts';

/** Fresh readings of one parameter in its own unit. */
export interface Verified {
  readonly reading: Float64Array;
  readonly verification: QuantityVerification;
}

/** Verified parameters by the name of their routine, and the noise of a write in codes where it was measured. */
export interface Verification {
  readonly parameters: ReadonlyMap<string, readonly Verified[]>;
  readonly writeNoise: number | undefined;
}

/** A component of the budget below this is none. */
const NOTHING = 1e-6;
/** Potentials whose cells are rewritten to see the noise of a write: those that a single settled reading shows. */
const REWRITTEN: ReadonlySet<string> = new Set(['leak', 'reset']);

/** Verifies all routines; answers by routine name, one per parameter. With a `reader`, settled potentials are compared with the membrane ADC on a sample of circuits. The codes of `working` stand on the die at the end. */
export async function verifyDie(
  substrate: Substrate,
  routines: readonly Routine[],
  answers: ReadonlyMap<string, readonly ParameterAnswer[]>,
  effort: CalibrationEffort,
  working: WorkingSetting,
  reader?: PotentialReader,
): Promise<Verification> {
  const rewritten = routines.filter(({ name }) => REWRITTEN.has(name));
  const writeNoise = rewritten.length === 0 ? undefined : await pooledWriteNoise(substrate, rewritten, answers, effort);
  const verified = new Map<string, readonly Verified[]>();
  const disturbing = routines.filter(({ invalidates }) => invalidates.length > 0);
  for (const routine of disturbing) {
    verified.set(routine.name, await verifyRoutine(routine, answers.get(routine.name)!, effort, working, writeNoise));
  }
  await substrate.configure({ codes: working.codes });
  for (const routine of routines) {
    if (disturbing.includes(routine)) continue;
    verified.set(routine.name, await verifyRoutine(routine, answers.get(routine.name)!, effort, working, writeNoise));
  }
  for (const routine of reader === undefined ? [] : rewritten) {
    const state = routine.name === 'reset' ? HELD : QUIET;
    const second = await compareInstruments(substrate, reader!, state, effort.samples);
    if (second !== undefined)
      verified.set(
        routine.name,
        verified.get(routine.name)!.map((one) => seenTwice(one, second)),
      );
  }
  return { parameters: verified, writeNoise };
}

/** Fresh readings of one routine with its codes in place, one entry per parameter. `writeNoise` in codes, where it is known. */
export async function verifyRoutine(
  routine: Routine,
  answers: readonly Pick<ParameterAnswer, 'step'>[],
  effort: CalibrationEffort,
  working: WorkingSetting,
  writeNoise: number | undefined,
): Promise<readonly Verified[]> {
  const readings = await readAfresh(routine, effort);
  if (routine.name === 'tau_mem') remember(working, routine.parameters[0]!, readings[0]!.intervals);
  return finished(routine, readings, answers, writeNoise);
}

/** With the comparison of instruments, and what it says of the channels as a line of the budget. */
function seenTwice({ reading, verification }: Verified, second: SecondInstrument): Verified {
  const line: UncertaintyComponent = {
    component: 'converter channel against membrane ADC',
    rms: second.systematic,
    of: 'second instrument',
  };
  return { reading, verification: { ...verification, budget: [...verification.budget, line], second } };
}

/** Codes. */
async function pooledWriteNoise(
  substrate: Substrate,
  routines: readonly Routine[],
  answers: ReadonlyMap<string, readonly ParameterAnswer[]>,
  effort: CalibrationEffort,
): Promise<number> {
  let [squares, count] = [0, 0];
  for (const routine of routines) {
    const { codes, step } = answers.get(routine.name)![0]!;
    const measure = async (): Promise<Float64Array> => (await routine.measure(effort))[0]!;
    squares += (await measureWriteNoise(substrate, { cell: routine.parameters[0]!.cell, codes, step, measure })) ** 2;
    count++;
  }
  return Math.sqrt(squares / count);
}

/** Relative to the scale of each circuit (1 LSB, or the target), where errors of all circuits are alike. */
interface FreshReadings {
  readonly intervals: Intervals;
  readonly sources: readonly SystematicError[];
}

async function readAfresh(routine: Routine, effort: CalibrationEffort): Promise<readonly FreshReadings[]> {
  await routine.ready?.();
  const repeats: (readonly Float64Array[])[] = [];
  for (let k = 0; k < effort.verify; k++) repeats.push(await routine.measure(effort));
  return routine.parameters.map((parameter, p) => {
    const sources = routine.systematic?.(p) ?? [];
    const rows = repeats.map((readings) =>
      readings[p]!.map((value, n) => (parameter.inverse ? rateOf(value / scaleOf(parameter, n)) : value / scaleOf(parameter, n))),
    );
    const systematic = (n: number, mean: number): number =>
      Math.sqrt(sources.reduce((sum, source) => sum + source.at(n, mean * scaleOf(parameter, n)) ** 2, 0));
    if (!parameter.inverse) return { intervals: intervalsOf(rows, systematic), sources };
    // relative errors of a rate and of its time constant are the same
    return { intervals: asTimes(intervalsOf(rows, (n, rate) => systematic(n, 1 / rate) * rate * rate)), sources };
  });
}

/** Time constants are averaged as rates: a noisy fit errs further upwards than downwards. What is no time has no rate. */
function rateOf(time: number): number {
  return time > 0 ? 1 / time : NaN;
}

/** The synaptic inputs are read through the membrane: what is now known of it serves them. */
function remember(working: WorkingSetting, parameter: SearchedParameter, { mean, error68 }: Intervals): void {
  working.tauMem = {
    values: mean.map((value, n) => (Number.isFinite(value) ? value * parameter.targets[n]! : parameter.targets[n]!)),
    errors: error68.map((error) => (Number.isFinite(error) ? error : 0)),
  };
}

function finished(
  routine: Routine,
  readings: readonly FreshReadings[],
  answers: readonly Pick<ParameterAnswer, 'step'>[],
  writeNoise: number | undefined,
): readonly Verified[] {
  return routine.parameters.map((parameter, p) => {
    const { intervals, sources } = readings[p]!;
    const { mean, statistical, error68, error95 } = intervals;
    const inUnit = (values: Float64Array): (number | null)[] =>
      Array.from(values, (value, n) => (Number.isFinite(value) ? short(value * scaleOf(parameter, n)) : null));
    const step = answers[p]!.step.map((size, n) => size / scaleOf(parameter, n));
    const budget: readonly UncertaintyComponent[] = [
      { component: 'repetition', rms: rms(statistical), of: 'value as it stands' },
      ...sources
        .map(({ component, at }): UncertaintyComponent => ({
          component,
          rms: rms(mean.map((value, n) => at(n, value * scaleOf(parameter, n)))),
          of: 'value as it stands',
        }))
        .filter((line) => line.rms > NOTHING),
      ...(writeNoise === undefined ? [] : [{ component: 'write noise', rms: writeNoise * rms(step), of: 'next write' } as const]),
    ];
    return {
      reading: mean.map((value, n) => value * scaleOf(parameter, n)),
      verification: { reading: inUnit(mean), error68: inUnit(error68), error95: inUnit(error95), budget },
    };
  });
}

/** Seven digits: more would be noise, and a record of a hundred dies holds millions of numbers. */
function short(value: number): number {
  return Number(value.toPrecision(7));
}

function rms(values: Float64Array): number {
  const finite = values.filter(Number.isFinite);
  return finite.length === 0 ? 0 : Math.sqrt(finite.reduce((sum, value) => sum + value * value, 0) / finite.length);
}
