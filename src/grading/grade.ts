/**
 * Grading: the only place that opens the hidden truth of a die, to say how well a calibration did. Nothing that it learns flows back.
 */
import { compileDie, DieSubstrate, firingPeriod, lsbOfVoltage, trimmedDriver, type CircuitParameters } from '../chip/index.ts';
import { type AdexTargets, type CalibrationTargets, type DieCalibration } from '../calibration/index.ts';
import {
  factsOf,
  type CalibratedQuantity,
  type CalibrationResult,
  type ChipCard,
  type GradedQuantity,
  type Setting,
} from '../model/index.ts';
import { gradeAdex } from './grade-adex.ts';
import { graded } from './graded.ts';

/** Synaptic inputs: truth of the circuit itself, without the synapses and drivers through which a calibration has to look at it. */
const SYNAPTIC = [
  { quantity: 'tau_syn_excitatory', unit: 's', field: 'tauSynExcitatory' },
  { quantity: 'strength_excitatory', unit: 'V/s', field: 'driveExcitatory' },
  { quantity: 'tau_syn_inhibitory', unit: 's', field: 'tauSynInhibitory' },
  { quantity: 'strength_inhibitory', unit: 'V/s', field: 'driveInhibitory' },
] as const;

/** What a membrane is judged by. */
const MEMBRANE: ReadonlySet<CalibratedQuantity['quantity']> = new Set(['cadc_offset', 'leak', 'reset', 'threshold', 'tau_mem']);

/** A quantity of circuits that the caller has the truth of. */
export interface OtherTruth extends Pick<GradedQuantity, 'quantity' | 'unit'> {
  readonly targets: Float64Array;
  readonly before: Float64Array;
  readonly after: Float64Array;
  /** Of what is no circuit: its own. */
  readonly masked?: readonly boolean[];
}

/** Truth of every quantity before and after, against the targets; `more` adds exponential and adaptation, or firing rates. `substrate` is the die that was calibrated, with the calibrated codes in place. */
export function gradeCalibration(
  card: ChipCard,
  dieSeed: number,
  before: CircuitParameters,
  substrate: DieSubstrate,
  calibration: DieCalibration,
  targets: CalibrationTargets,
  more: {
    readonly whole?: AdexTargets;
    readonly rates?: Float64Array;
    readonly rateBy?: 'leak' | 'threshold' | undefined;
    readonly others?: readonly OtherTruth[];
    /** The membrane noise was the target, and the time constant what came of it. */
    readonly byNoise?: boolean;
  } = {},
): CalibrationResult {
  const after = substrate.truth();
  // what a membrane does is not judged by whether its synapses could be set, nor the inputs of one sign by those of the other; an input is, by the membrane it is seen through
  const membrane = maskOver(calibration, (quantity) => MEMBRANE.has(quantity));
  const inputOf = (sign: string): readonly boolean[] =>
    maskOver(calibration, (quantity) => MEMBRANE.has(quantity) || (quantity.endsWith(sign) && factsOf(quantity).beside !== true));
  // what fails beside a circuit is masked itself
  const judged = (name: CalibratedQuantity['quantity']): readonly boolean[] => {
    const own = calibration.quantities.find(({ quantity }) => quantity === name);
    return inputOf(name).map((masked, n) => masked || (own?.status[n] ?? 'ok') !== 'ok');
  };
  const voltage = (quantity: 'leak' | 'reset' | 'threshold', field: 'rest' | 'reset' | 'threshold'): GradedQuantity =>
    graded(quantity, 'LSB', lsb(card, targets[quantity]), lsb(card, before[field]), lsb(card, after[field]), membrane, calibration);
  return {
    chip: card.name,
    die: dieSeed,
    order: calibration.order,
    graph: calibration.graph.map(({ name, needs, invalidates }) => ({ name, needs, invalidates })),
    quantities: calibration.quantities,
    graded: [
      ...channelOffsets(card, dieSeed, calibration),
      // a potential that was set for a rate has no target of its own
      ...(more.rates === undefined || more.rateBy === 'threshold' ? [voltage('leak', 'rest')] : []),
      voltage('reset', 'reset'),
      ...(more.rates === undefined || more.rateBy !== 'threshold' ? [voltage('threshold', 'threshold')] : []),
      ...(more.byNoise === true ? [] : [graded('tau_mem', 's', targets.tauMem, before.tauMem, after.tauMem, membrane, calibration)]),
      ...SYNAPTIC.flatMap(({ quantity, unit, field }) => {
        const wanted = targets[field];
        if (wanted === undefined) return [];
        const masked = inputOf(quantity.endsWith('excitatory') ? '_excitatory' : '_inhibitory');
        return [graded(quantity, unit, wanted, before[field], after[field], masked, calibration)];
      }),
      ...drivers(card, dieSeed, calibration),
      ...(more.whole === undefined ? [] : gradeAdex(card, before, after, calibration, more.whole)),
      ...(more.rates === undefined
        ? []
        : [graded('rate', 'Hz', more.rates, ratesOf(card, before), ratesOf(card, after), inputOf('rate'), calibration)]),
      ...(more.others ?? []).map(({ quantity, unit, targets: wanted, before: was, after: is, masked = judged(quantity) }) =>
        graded(quantity, unit, wanted, was, is, masked, calibration),
      ),
    ],
    hardwareTime: substrate.bill,
    ...(calibration.setting.leakMode === undefined ? {} : { leakMode: Array.from(calibration.setting.leakMode) }),
  };
}

/** Deviation of the converter channels from the data sheet in the middle of their range, before and after it is taken off; nothing where no channels were measured. */
function channelOffsets(card: ChipCard, dieSeed: number, calibration: DieCalibration): readonly GradedQuantity[] {
  const found = calibration.quantities.find(({ quantity }) => quantity === 'cadc_offset');
  if (found === undefined) return [];
  const { cadcOffset, cadcSlope } = compileDie(card, dieSeed);
  const [low, high] = card.cadc.reliable.value;
  const before = cadcOffset.map((offset, n) => offset + (cadcSlope[n]! - 1) * ((low + high) / 2));
  const after = before.map((offset, n) => offset - found.codes[n]!);
  const masked = found.status.map((status) => status !== 'ok');
  return [graded('cadc_offset', 'LSB', new Float64Array(before.length), before, after, masked, calibration)];
}

/** Amplitude of the drivers relative to the mean of their core as it was made, in LSB at the reference amplitude; nothing where they were not trimmed. */
function drivers(card: ChipCard, dieSeed: number, calibration: DieCalibration): readonly GradedQuantity[] {
  const found = calibration.quantities.find(({ quantity }) => quantity === 'driver_amplitude');
  if (found === undefined) return [];
  const die = compileDie(card, dieSeed);
  const rows = card.geometry.rows_per_core.value;
  const own = Float64Array.from(found.codes, (_, row) => die.driverFactor(row));
  const meanOf = (row: number): number => {
    const core = Math.floor(row / rows);
    return own.subarray(core * rows, (core + 1) * rows).reduce((sum, one) => sum + one, 0) / rows;
  };
  const relative = (value: number, row: number): number => (found.target * value) / meanOf(row);
  const after = own.map((_, row) => relative(trimmedDriver(card, die, row, calibration.setting.driverTrim), row));
  const masked = found.status.map((status) => status !== 'ok');
  const targets = new Float64Array(own.length).fill(found.target);
  return [graded('driver_amplitude', 'LSB', targets, own.map(relative), after, masked, calibration)];
}

/** True where the search of any of these quantities failed at a circuit. */
function maskOver(
  { quantities, masked }: DieCalibration,
  counts: (quantity: CalibratedQuantity['quantity']) => boolean,
): readonly boolean[] {
  const searched = quantities.filter(({ quantity }) => counts(quantity));
  return Array.from(masked, (_, n) => searched.some(({ status }) => status[n] !== 'ok'));
}

/** s: refractory period with which firing rates are judged. */
export const RATE_REFRACTORY = 2e-6;

/** Firing rates without noise, Hz. */
function ratesOf(card: ChipCard, p: CircuitParameters): Float64Array {
  const linearRange = card.neuron.ota === 'linear' ? Infinity : card.neuron.linear_range.value;
  return p.rest.map((rest, n) => {
    const circuit = { rest, reset: p.reset[n]!, threshold: p.threshold[n]!, tauMem: p.tauMem[n]!, linearRange };
    return 1 / firingPeriod({ ...circuit, refractory: RATE_REFRACTORY });
  });
}

/** Truth of a die with these codes and nothing calibrated. */
export async function uncalibratedTruth(card: ChipCard, dieSeed: number, noiseSeed: number, nominal: Setting): Promise<CircuitParameters> {
  return (await uncalibratedDie(card, dieSeed, noiseSeed, nominal)).truth();
}

/** A die with these codes and nothing calibrated. */
export async function uncalibratedDie(card: ChipCard, dieSeed: number, noiseSeed: number, nominal: Setting): Promise<DieSubstrate> {
  const substrate = new DieSubstrate(card, dieSeed, noiseSeed);
  await substrate.configure(nominal);
  return substrate;
}

function lsb(card: ChipCard, volts: Float64Array): Float64Array {
  return volts.map((v) => lsbOfVoltage(card, v));
}
