/**
 * Calibration of one die: known debug voltages first, then every parameter by a dithered search over its codes, each seen only through readings and spikes.
 * The result is a bind for this die: the codes that meet the targets, with residual and status per circuit.
 * The coarse half of a search reads with less effort than its refinement, which alone decides the answer; a routine that is opened again starts from its last answer.
 */
import type { CalibratedQuantity, CalibrationEffort, CircuitStatus, NeuronCell, Setting, Substrate } from '../model/index.ts';
import { measureChannelOffsets, type ChannelOffsets } from './cadc-offset.ts';
import { trimDrivers } from './drivers.ts';
import { movedSince } from './moved.ts';
import { deriveOrder, type RoutineNode } from './order.ts';
import { scaleOf, searchCodes, type ParameterAnswer } from './parameter-search.ts';
import { medianOf, potentialReader, roundingError } from './reader.ts';
import { routinesOf, type Routine, type SearchedParameter, type WorkingSetting } from './routines.ts';
import { verifyDie, type Verified } from './verify.ts';

/** Targets per circuit: V and s of hardware. */
export interface CalibrationTargets {
  readonly leak: Float64Array;
  readonly reset: Float64Array;
  readonly threshold: Float64Array;
  readonly tauMem: Float64Array;
  /** Synaptic time constants (s) and strengths (V/s by a full-scale weight). Without them the synaptic inputs of that sign keep their codes. */
  readonly tauSynExcitatory?: Float64Array;
  readonly driveExcitatory?: Float64Array;
  readonly tauSynInhibitory?: Float64Array;
  readonly driveInhibitory?: Float64Array;
}

/** What a calibration found for one die. */
export interface DieCalibration {
  /** What to write to the die: the starting setting with the calibrated codes in place. */
  readonly setting: Setting;
  readonly quantities: readonly CalibratedQuantity[];
  readonly order: readonly string[];
  readonly graph: readonly RoutineNode[];
  /** 1 where any quantity of the circuit failed. */
  readonly masked: Uint8Array;
  /** Standard deviation of a write in codes, where it was measured. */
  readonly writeNoise?: number;
}

/** What is known of a die from a calibration before: a search starts from there and is refined only. */
export interface EarlierCalibration {
  readonly codes: Readonly<Partial<Record<NeuronCell, Int32Array>>>;
  readonly leakMode?: Uint8Array;
  readonly driverTrim?: Uint8Array;
  /** What was found then: quantities that are not done again stand in the result as they were. */
  readonly quantities?: readonly CalibratedQuantity[];
  /**
   * Quantities to do again, with all whose operating point they shift; everything unless given. The others keep their codes unread. 'moved': all are read with their codes as
   * they stand, and those whose deviations have grown since are done again.
   */
  readonly only?: readonly CalibratedQuantity['quantity'][] | 'moved';
}

/**
 * Calibrates all circuits in parallel. `start` holds the nominal codes and modes, which also are the uncalibrated state.
 * Resolves with codes and residuals; failures of circuits are statuses, not errors.
 */
export async function calibrateDie(
  substrate: Substrate,
  targets: CalibrationTargets,
  start: Setting,
  effort: CalibrationEffort,
  earlier?: EarlierCalibration,
): Promise<DieCalibration> {
  await substrate.configure(start);
  if (earlier !== undefined)
    await substrate.configure({
      codes: earlier.codes,
      ...(earlier.leakMode && { leakMode: earlier.leakMode }),
      ...(earlier.driverTrim && { driverTrim: earlier.driverTrim }),
    });
  const channel = await measureChannelOffsets(substrate, effort);
  const reader = potentialReader(substrate, channel);
  const working: WorkingSetting = { codes: { ...start.codes, ...earlier?.codes }, leakMode: earlier?.leakMode ?? start.leakMode };
  const results = new Map<string, readonly ParameterAnswer[]>();
  const all = routinesOf(substrate, reader, targets, effort, working, channel);
  const only = earlier?.only === 'moved' ? await movedSince(substrate, all, earlier.quantities ?? [], effort, working) : earlier?.only;
  const routines = chosenRoutines(all, only);
  for (const { name, parameters } of earlier === undefined ? [] : routines)
    results.set(
      name,
      parameters.map((parameter) => answerBefore(parameter, working)),
    );
  const graph = [{ name: 'cadc_offset', needs: [], invalidates: [] }, ...routines].map(({ name, needs, invalidates }): RoutineNode => ({
    name,
    needs,
    invalidates,
  }));
  const order = deriveOrder(graph);
  for (const [step, name] of order.entries()) {
    const routine = routines.find((candidate) => candidate.name === name);
    if (routine === undefined) continue;
    await routine.prepare?.();
    // every search of a run has its own draws
    const seed = effort.seed + 1000 * step;
    const modes = routine.parameters.some(({ cell }) => cell === 'leak_bias') ? working.leakMode : undefined;
    const answers = await searchCodes(substrate, routine, effort, seed, modes, results.get(name));
    routine.parameters.forEach(({ cell }, p) => (working.codes[cell] = answers[p]!.codes));
    results.set(name, answers);
    await substrate.configure({ codes: working.codes });
  }
  const hasSynapses = targets.driveExcitatory !== undefined || targets.driveInhibitory !== undefined;
  const trimsDrivers =
    effort.drivers === true &&
    hasSynapses &&
    (earlier?.only === undefined || (earlier.only !== 'moved' && earlier.only.includes('driver_amplitude')));
  const drivers = trimsDrivers ? await trimDrivers(substrate, reader, targets, working) : undefined;
  if (drivers !== undefined) working.driverMean = drivers.meanError;
  const driverTrim = drivers?.codes ?? earlier?.driverTrim;
  const verified = effort.verify > 1 ? await verifyDie(substrate, routines, results, effort, working, reader) : undefined;
  const setting: Setting = {
    ...start,
    codes: { ...working.codes, offset_current: new Int32Array(substrate.capabilities.neurons) },
    ...(working.leakMode === undefined ? {} : { leakMode: working.leakMode }),
    ...(driverTrim && { driverTrim }),
  };
  await substrate.configure({ ...setting, offsetCurrentOn: false, spiking: true, holdReset: false });
  const done = new Set(routines.flatMap(({ parameters }) => parameters.map(({ quantity }) => quantity)));
  const asBefore = new Map(earlier?.quantities?.map((one) => [one.quantity, one]));
  const quantities = [
    offsetQuantity(channel, effort),
    ...all.flatMap(({ parameters }) => parameters.flatMap(({ quantity }) => (done.has(quantity) ? [] : (asBefore.get(quantity) ?? [])))),
    ...routines.flatMap(({ name, parameters }) =>
      parameters.map((parameter, p) =>
        quantityOf(parameter, results.get(name)![p]!, verified?.parameters.get(name)?.[p], effort, verified?.writeNoise),
      ),
    ),
    ...[drivers?.quantity ?? asBefore.get('driver_amplitude')].filter((one) => one !== undefined),
  ];
  return {
    setting,
    quantities,
    order: drivers === undefined ? order : [...order, drivers.quantity.quantity],
    graph: drivers === undefined ? graph : [...graph, { name: drivers.quantity.quantity, needs: ['tau_mem'], invalidates: [] }],
    masked: maskOf(substrate.capabilities.neurons, quantities),
    ...(verified?.writeNoise === undefined ? {} : { writeNoise: verified.writeNoise }),
  };
}

/** 1 for every circuit that failed in any quantity of circuits; drivers have none of their own. */
export function maskOf(neurons: number, quantities: readonly CalibratedQuantity[]): Uint8Array {
  const masked = new Uint8Array(neurons);
  for (const { quantity, status } of quantities)
    if (quantity !== 'driver_amplitude') status.forEach((state, n) => (masked[n]! |= state === 'ok' ? 0 : 1));
  return masked;
}

/** The routines of some quantities, and after them those that they shift; other needs count as done. */
function chosenRoutines(routines: readonly Routine[], only: readonly CalibratedQuantity['quantity'][] | undefined): readonly Routine[] {
  if (only === undefined) return routines;
  const asked = new Set(
    routines.filter(({ parameters }) => parameters.some(({ quantity }) => only.includes(quantity))).map(({ name }) => name),
  );
  const chosen = new Set(asked);
  for (let size = 0; size < chosen.size;) {
    size = chosen.size;
    for (const { name, invalidates } of routines) if (chosen.has(name)) for (const shifted of invalidates) chosen.add(shifted);
  }
  return routines
    .filter(({ name }) => chosen.has(name))
    .map((routine) => {
      const shifting = routines.filter(({ name, invalidates }) => chosen.has(name) && invalidates.includes(routine.name));
      const needs = asked.has(routine.name) ? routine.needs.filter((need) => asked.has(need)) : shifting.map(({ name }) => name);
      return { ...routine, needs: ['cadc_offset', ...needs] };
    });
}

/** The codes of an earlier calibration, as the answer of a search that was not read. */
function answerBefore({ cell, targets }: SearchedParameter, { codes }: WorkingSetting): ParameterAnswer {
  const nothing = new Float64Array(targets.length).fill(NaN);
  return { codes: codes[cell]!, residuals: nothing, step: nothing, status: Array.from(targets, () => 'ok' as const) };
}

/** Judged by the fresh readings where there are any, else by those of the search. `writeNoise`: standard deviation of a write in codes. */
export function quantityOf(
  parameter: SearchedParameter,
  result: ParameterAnswer,
  verified: Verified | undefined,
  effort: CalibrationEffort,
  writeNoise = 0,
): CalibratedQuantity {
  const { quantity, unit, targets } = parameter;
  const residuals = verified === undefined ? result.residuals : verified.reading.map((value, n) => value - targets[n]!);
  const deviation = residuals.map((residual, n) => Math.abs(residual) / scaleOf(parameter, n));
  // a robust deviation, so that the outliers to be found do not set the measure
  const spread = middleOf(deviation);
  const errors = verified?.verification.error68.map((error, n) => (error ?? NaN) / scaleOf(parameter, n));
  const usual = errors === undefined ? Infinity : middleOf(Float64Array.from(errors));
  const noisy = (n: number): boolean => errors !== undefined && errors[n]! > effort.mask_above * Math.max(usual, parameter.resolution);
  // where a code is a large step its write noise is no fault of the circuit, and readings without noise agree to a code and to what rounding leaves in choosing and in judging
  const limit = (n: number): number => {
    const step = result.step[n]! / scaleOf(parameter, n) || 0;
    return Math.max(effort.mask_above * Math.max(1.4826 * spread, writeNoise * step), step + 2 * parameter.resolution);
  };
  return {
    quantity,
    unit,
    target: medianOf(targets),
    codes: Array.from(result.codes),
    residual: Array.from(residuals, orNull),
    status: result.status.map((status, n): CircuitStatus => {
      if (status !== 'ok') return status;
      if (!Number.isFinite(residuals[n])) return 'masked';
      if (!(deviation[n]! <= parameter.tolerance)) return 'not reached';
      return deviation[n]! > limit(n) || noisy(n) ? 'noisy' : 'ok';
    }),
    ...(verified && { verification: verified.verification }),
  };
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function middleOf(values: Float64Array): number {
  const finite = values.filter(Number.isFinite).toSorted();
  return finite[finite.length >> 1] ?? 0;
}

/** Channels: what is left of their deviation, read afresh at another voltage. */
function offsetQuantity({ offsets, residual, noise, errorAt, middle }: ChannelOffsets, effort: CalibrationEffort): CalibratedQuantity {
  const repetition = noise / Math.sqrt(effort.samples);
  const steps = roundingError(noise);
  const width = (factor: number): (number | null)[] =>
    Array.from(residual, (value) => (Number.isFinite(value) ? factor * Math.sqrt(repetition ** 2 + steps ** 2) : null));
  return {
    quantity: 'cadc_offset',
    unit: 'LSB',
    target: 0,
    codes: Array.from(offsets, (offset) => (Number.isFinite(offset) ? offset : 0)),
    residual: Array.from(residual, orNull),
    status: Array.from(residual, (value): CircuitStatus => (Number.isFinite(value) ? 'ok' : 'masked')),
    ...(effort.verify > 1 && {
      verification: {
        reading: Array.from(residual, orNull),
        error68: width(1),
        // 1.96 standard deviations of a normal law
        error95: width(1.959964),
        budget: [
          { component: 'repetition', rms: repetition, of: 'value as it stands' },
          { component: 'converter steps', rms: steps, of: 'value as it stands' },
          { component: 'correction of a later reading', rms: errorAt(middle), of: 'next write' },
        ],
      },
    }),
  };
}
