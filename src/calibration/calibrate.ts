/**
 * Calibration of one die: known debug voltages first, then every parameter by a dithered search over its codes, each seen only through readings and spikes.
 * The result is a bind for this die: the codes that meet the targets, with residual and status per circuit.
 */
import type { CalibratedQuantity, CalibrationEffort, CircuitStatus, NeuronCell, Setting, Substrate } from '../model/index.ts';
import { refinedSearch, type CodeSearchSpec, type RefinedResult } from '../search/index.ts';
import { measureChannelOffsets } from './cadc-offset.ts';
import { deriveOrder, type RoutineNode } from './order.ts';
import { measureLeak, measureReset } from './potentials.ts';
import { potentialReader, toLsb, type PotentialReader } from './reader.ts';
import { measureTauMem } from './tau-mem.ts';
import { drivingCurrent, measureThreshold } from './threshold.ts';

/** Targets per circuit: V and s of hardware. */
export interface CalibrationTargets {
  readonly leak: Float64Array;
  readonly reset: Float64Array;
  readonly threshold: Float64Array;
  readonly tauMem: Float64Array;
}

export interface DieCalibration {
  /** What to write to the die: the starting setting with the calibrated codes in place. */
  readonly setting: Setting;
  readonly quantities: readonly CalibratedQuantity[];
  readonly order: readonly string[];
  /** 1 where any quantity of the circuit failed. */
  readonly masked: Uint8Array;
}

/** A searched parameter: which cell, in which unit, towards what, and how it is read. */
interface Routine extends RoutineNode {
  readonly name: 'leak' | 'reset' | 'threshold' | 'tau_mem';
  readonly cell: NeuronCell;
  readonly unit: 'LSB' | 's';
  readonly rising: boolean;
  readonly targets: Float64Array;
  /** Residual above which a circuit counts as not reached, unit of the quantity. */
  readonly tolerance: number;
  readonly prepare?: () => Promise<void>;
  readonly measure: () => Promise<Float64Array>;
}

/** Below the leak by this much (LSB) the reset stands while time constants are measured: far enough to see, near enough for a membrane that is nearly linear. */
const DECAY_AMPLITUDE = 28;
/** Residual of a potential (LSB) and of a time constant (relative) that no working circuit shows. */
const POTENTIAL_TOLERANCE = 8;
const TIME_TOLERANCE = 0.35;

/**
 * Calibrates all circuits in parallel. `start` holds the nominal codes and modes, which also are the uncalibrated state.
 * Resolves with codes and residuals; failures of circuits are statuses, not errors.
 */
export async function calibrateDie(
  substrate: Substrate,
  targets: CalibrationTargets,
  start: Setting,
  effort: CalibrationEffort,
): Promise<DieCalibration> {
  await substrate.configure(start);
  const channel = await measureChannelOffsets(substrate, effort);
  const reader = potentialReader(substrate, channel.offsets);
  const codes: Partial<Record<NeuronCell, Int32Array>> = { ...start.codes };
  const results = new Map<string, { readonly routine: Routine; readonly result: RefinedResult }>();
  const routines = routinesOf(substrate, reader, targets, effort, codes);
  const order = deriveOrder([{ name: 'cadc_offset', needs: [], invalidates: [] }, ...routines]);
  for (const [step, name] of order.entries()) {
    const routine = routines.find((candidate) => candidate.name === name);
    if (routine === undefined) continue;
    await routine.prepare?.();
    const result = await searchCodes(substrate, routine, effort, step);
    codes[routine.cell] = result.codes;
    results.set(name, { routine, result });
    await substrate.configure({ codes });
  }
  const setting: Setting = { ...start, codes: { ...codes, offset_current: new Int32Array(substrate.capabilities.neurons) } };
  await substrate.configure({ ...setting, offsetCurrentOn: false, spiking: true, holdReset: false });
  const quantities = [
    offsetQuantity(channel.offsets, channel.residual),
    ...[...results.values()].map(({ routine, result }) => quantityOf(routine, result, effort)),
  ];
  const masked = new Uint8Array(substrate.capabilities.neurons);
  for (const { status } of quantities) status.forEach((state, n) => (masked[n]! |= state === 'ok' ? 0 : 1));
  return { setting, quantities, order, masked };
}

function routinesOf(
  substrate: Substrate,
  reader: PotentialReader,
  targets: CalibrationTargets,
  effort: CalibrationEffort,
  codes: Partial<Record<NeuronCell, Int32Array>>,
): readonly Routine[] {
  const lsb = (volts: Float64Array): Float64Array => volts.map((v) => toLsb(substrate, v));
  const expected = targets.tauMem.toSorted()[targets.tauMem.length >> 1]!;
  let current = 0;
  return [
    {
      name: 'leak',
      needs: ['cadc_offset'],
      invalidates: [],
      cell: 'leak',
      unit: 'LSB',
      rising: true,
      targets: lsb(targets.leak),
      tolerance: POTENTIAL_TOLERANCE,
      measure: () => measureLeak(substrate, reader, effort),
    },
    {
      name: 'tau_mem',
      // a searched leak keeps the amplitude of the decays in reach; the bias current of a new time constant moves the leak again
      needs: ['cadc_offset', 'leak'],
      invalidates: ['leak'],
      cell: 'leak_bias',
      unit: 's',
      rising: false,
      targets: targets.tauMem,
      tolerance: TIME_TOLERANCE * expected,
      prepare: () => lowerResets(substrate, reader, effort, codes),
      measure: () => measureTauMem(substrate, reader, effort, expected),
    },
    {
      name: 'reset',
      needs: ['cadc_offset', 'tau_mem'],
      invalidates: [],
      cell: 'reset',
      unit: 'LSB',
      rising: true,
      targets: lsb(targets.reset),
      tolerance: POTENTIAL_TOLERANCE,
      measure: () => measureReset(substrate, reader, effort),
    },
    {
      name: 'threshold',
      needs: ['cadc_offset', 'reset'],
      invalidates: [],
      cell: 'threshold',
      unit: 'LSB',
      rising: true,
      targets: lsb(targets.threshold),
      tolerance: POTENTIAL_TOLERANCE,
      prepare: async () => {
        current = await drivingCurrent(substrate, effort);
      },
      measure: () => measureThreshold(substrate, reader, effort, current),
    },
  ];
}

/** Moves every reset some way below its leak, judged by readings: two of them give the step per code. */
async function lowerResets(
  substrate: Substrate,
  reader: PotentialReader,
  effort: CalibrationEffort,
  codes: Partial<Record<NeuronCell, Int32Array>>,
): Promise<void> {
  const { min, max } = substrate.capabilities.codes.reset;
  const leak = await measureLeak(substrate, reader, effort);
  const start = codes.reset!;
  const first = await measureReset(substrate, reader, effort);
  const probe = start.map((code) => (code + 60 <= max ? code + 60 : code - 60));
  await substrate.configure({ codes: { reset: probe } });
  const second = await measureReset(substrate, reader, effort);
  const lowered = start.map((code, n) => {
    const slope = (second[n]! - first[n]!) / (probe[n]! - code);
    const wanted = code + (leak[n]! - DECAY_AMPLITUDE - first[n]!) / slope;
    return Number.isFinite(wanted) ? Math.min(Math.max(Math.round(wanted), min), max) : code;
  });
  await substrate.configure({ codes: { reset: lowered } });
}

async function searchCodes(substrate: Substrate, routine: Routine, effort: CalibrationEffort, step: number): Promise<RefinedResult> {
  const { neurons, codes } = substrate.capabilities;
  const spec: CodeSearchSpec = {
    circuits: neurons,
    lowest: codes[routine.cell].min,
    highest: codes[routine.cell].max,
    target: routine.targets,
    rising: routine.rising,
    tolerance: routine.tolerance,
  };
  // every search of a run has its own draws
  const search = refinedSearch(spec, { seed: effort.seed + 1000 * step, dither: effort.dither });
  while (!search.done) {
    await substrate.configure({ codes: { [routine.cell]: search.ask() } });
    search.tell(await routine.measure());
  }
  return search.result();
}

function quantityOf({ name, unit, targets }: Routine, result: RefinedResult, effort: CalibrationEffort): CalibratedQuantity {
  const finite = Array.from(result.residuals).filter(Number.isFinite);
  // a robust deviation, so that the outliers to be found do not set the measure
  const spread = finite.map(Math.abs).toSorted((a, b) => a - b)[finite.length >> 1] ?? 0;
  const limit = effort.mask_above * 1.4826 * spread;
  return {
    quantity: name,
    unit,
    target: targets.toSorted()[targets.length >> 1]!,
    codes: Array.from(result.codes),
    residual: Array.from(result.residuals, (value) => (Number.isFinite(value) ? value : null)),
    status: result.status.map((status, n): CircuitStatus => (status === 'ok' && Math.abs(result.residuals[n]!) > limit ? 'noisy' : status)),
  };
}

function offsetQuantity(offsets: Float64Array, residual: Float64Array): CalibratedQuantity {
  return {
    quantity: 'cadc_offset',
    unit: 'LSB',
    target: 0,
    codes: Array.from(offsets, (offset) => (Number.isFinite(offset) ? offset : 0)),
    residual: Array.from(residual, (value) => (Number.isFinite(value) ? value : null)),
    status: Array.from(residual, (value): CircuitStatus => (Number.isFinite(value) ? 'ok' : 'masked')),
  };
}
