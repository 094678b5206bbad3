/**
 * Calibration of the exponential and the adaptation of every neuron, on top of a calibrated membrane: the base calibration gives codes and fresh readings of leak, reset, threshold
 * and membrane time constant, on which all routines here stand.
 */
import type { CalibratedQuantity, CalibrationEffort, NeuronCell, Setting, Substrate } from '../../model/index.ts';
import { toVolts, type AdexBench } from './adex-known.ts';
import { adexRoutines } from './adex-routines.ts';
import type { AdexTargets } from './adex-setup.ts';
import type { AdexErrors } from './adex-uncertainty.ts';
import { measureChannelOffsets } from '../cadc-offset.ts';
import type { DieCalibration } from '../calibrate.ts';
import { deriveOrder } from '../order.ts';
import { searchCodes, type ParameterAnswer } from '../parameter-search.ts';
import { measureReset } from '../potentials.ts';
import { quantityOf } from '../quantity.ts';
import { potentialReader } from '../reader.ts';
import type { CalibrationTargets } from '../targets.ts';
import { intervalsOf } from '../uncertainty.ts';
import { verifyDie } from '../verify.ts';

/** What is wanted of the whole circuit, and where its search begins. */
export interface AdexAim {
  readonly membrane: CalibrationTargets;
  readonly targets: AdexTargets;
  /** Codes of the data sheet for the targets, and the switches of the working neuron. */
  readonly start: Pick<Setting, 'codes' | 'adaptationSign' | 'jumpSign' | 'refractory'>;
}

/** Searches of this stage have seeds of their own. */
const FIRST_SEED = 500_000;
/** Fresh readings at the most: long traces, and the noise of a write is the larger part. */
const LARGEST_VERIFY = 4;

/** The base calibration with the whole circuit calibrated too. The setting stands on the die at the end, with the signs and the refractory period of the aim. */
export async function calibrateAdex(
  substrate: Substrate,
  base: DieCalibration,
  { membrane, targets, start }: AdexAim,
  effort: CalibrationEffort,
): Promise<DieCalibration> {
  const channels = await measureChannelOffsets(substrate, effort);
  const reader = potentialReader(substrate, channels);
  const bench = benchOf(substrate, base, membrane, reader, start.refractory ?? 1e-6);
  const working: Partial<Record<NeuronCell, Int32Array>> = { ...base.setting.codes, ...start.codes };
  const results = new Map<string, readonly ParameterAnswer[]>();
  const routines = adexRoutines(bench, targets, effort, working, errorsOf(substrate, base, channels.errorAt));
  const order = deriveOrder(routines);
  for (const [step, name] of order.entries()) {
    const routine = routines.find((candidate) => candidate.name === name)!;
    await routine.prepare?.();
    const answers = await searchCodes(substrate, routine, effort, effort.seed + FIRST_SEED + 1000 * step, undefined, undefined);
    routine.parameters.forEach(({ cell }, p) => (working[cell] = answers[p]!.codes));
    results.set(name, answers);
  }
  const fresh = { ...effort, verify: Math.min(effort.verify, LARGEST_VERIFY) };
  const verified =
    fresh.verify > 1 ? await verifyDie(substrate, routines, results, fresh, { codes: working, leakMode: undefined, kept: {} }) : undefined;
  const setting: Setting = { ...base.setting, ...start, codes: { ...base.setting.codes, ...start.codes, ...working } };
  await substrate.configure(setting);
  const membranes = fresh.verify > 1 ? await resetsAgain(substrate, base, reader, channels.errorAt, fresh) : base.quantities;
  const found: readonly CalibratedQuantity[] = routines.flatMap(({ name, parameters }) =>
    parameters.map((parameter, p) =>
      quantityOf(parameter, results.get(name)![p]!, verified?.parameters.get(name)?.[p], effort, base.writeNoise),
    ),
  );
  const masked = base.masked.slice();
  await substrate.configure({ ...setting, offsetCurrentOn: false, spiking: true, holdReset: false });
  for (const { status } of found) status.forEach((state, n) => (masked[n]! |= state === 'ok' ? 0 : 1));
  return {
    ...base,
    setting,
    quantities: [...membranes, ...found],
    order: [...base.order, ...order],
    graph: [...base.graph, ...routines.map(({ name, needs, invalidates }) => ({ name, needs, invalidates }))],
    masked,
  };
}

/** The routines above move the resets away and write them again: what stands now is read afresh, so that the record speaks of the last write. */
async function resetsAgain(
  substrate: Substrate,
  { quantities }: DieCalibration,
  reader: AdexBench['reader'],
  channelAt: AdexErrors['channelAt'],
  effort: CalibrationEffort,
): Promise<readonly CalibratedQuantity[]> {
  const rows: Float64Array[] = [];
  for (let k = 0; k < effort.verify; k++) rows.push(await measureReset(substrate, reader, effort));
  const { mean, statistical, error68, error95 } = intervalsOf(rows, (_, reading) => channelAt(reading));
  const repetition = Math.sqrt(mean.reduce((sum, value, n) => sum + (Number.isFinite(value) ? statistical[n]! ** 2 : 0), 0) / mean.length);
  return quantities.map((one) =>
    one.quantity !== 'reset' || one.verification === undefined
      ? one
      : {
          ...one,
          residual: listed(mean.map((value) => value - one.target)),
          verification: {
            reading: listed(mean),
            error68: listed(error68),
            error95: listed(error95),
            budget: one.verification.budget.map((line) => (line.component === 'repetition' ? { ...line, rms: repetition } : line)),
          },
        },
  );
}

function listed(values: Float64Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) ? value : null));
}

/** How well the membranes are known: as their verification says. Resets are moved away and written again by these routines, so two more writes count for them. */
function errorsOf(substrate: Substrate, { quantities, writeNoise = 0 }: DieCalibration, channelAt: AdexErrors['channelAt']): AdexErrors {
  const { neurons, cadc } = substrate.capabilities;
  const verified = (name: 'leak' | 'reset' | 'threshold' | 'tau_mem'): DieCalibration['quantities'][number]['verification'] =>
    quantities.find(({ quantity }) => quantity === name)?.verification;
  const stated = (name: 'leak' | 'reset' | 'threshold' | 'tau_mem', unit: number): Float64Array =>
    Float64Array.from({ length: neurons }, (_, n) => (verified(name)?.error68[n] ?? 0) * unit);
  const write = Math.SQRT2 * cadc.lsb * (verified('reset')?.budget.find(({ component }) => component === 'write noise')?.rms ?? 0);
  return {
    rest: stated('leak', cadc.lsb),
    reset: stated('reset', cadc.lsb).map((error) => Math.sqrt(error * error + write * write)),
    threshold: stated('threshold', cadc.lsb),
    tauMem: stated('tau_mem', 1),
    writeNoise,
    channelAt,
  };
}

/** Membranes as they were read last; a circuit without a reading counts as on its target. */
function benchOf(
  substrate: Substrate,
  { quantities }: DieCalibration,
  membrane: CalibrationTargets,
  reader: AdexBench['reader'],
  refractory: number,
): AdexBench {
  const read = (name: 'leak' | 'reset' | 'threshold' | 'tau_mem', targets: Float64Array): Float64Array => {
    const found = quantities.find(({ quantity }) => quantity === name);
    const volts = (value: number): number => (name === 'tau_mem' ? value : toVolts(substrate, value));
    return targets.map((target, n) => {
      const reading = found?.verification?.reading[n];
      const residual = found?.residual[n];
      if (typeof reading === 'number') return volts(reading);
      return typeof residual === 'number' ? target + residual * (name === 'tau_mem' ? 1 : substrate.capabilities.cadc.lsb) : target;
    });
  };
  return {
    substrate,
    reader,
    rest: read('leak', membrane.leak),
    reset: read('reset', membrane.reset),
    threshold: read('threshold', membrane.threshold),
    tauMem: read('tau_mem', membrane.tauMem),
    refractory,
  };
}
