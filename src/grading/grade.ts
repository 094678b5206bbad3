/**
 * Grading: the only place that opens the hidden truth of a die, to say how well a calibration did. Nothing that it learns flows back.
 */
import { compileDie, DieSubstrate, lsbOfVoltage, type CircuitParameters } from '../chip/index.ts';
import type { AdexTargets, CalibrationTargets, DieCalibration } from '../calibration/index.ts';
import type { CalibratedQuantity, CalibrationResult, ChipCard, GradedQuantity, Setting } from '../model/index.ts';
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

/** Truth of every quantity before and after, against the targets; `whole` adds exponential and adaptation. `substrate` is the die that was calibrated, with the calibrated codes in place. */
export function gradeCalibration(
  card: ChipCard,
  dieSeed: number,
  before: CircuitParameters,
  substrate: DieSubstrate,
  calibration: DieCalibration,
  targets: CalibrationTargets,
  whole?: AdexTargets,
): CalibrationResult {
  const after = substrate.truth();
  // what a membrane does is not judged by whether its synapses could be set, nor the inputs of one sign by those of the other; an input is, by the membrane it is seen through
  const membrane = maskOver(calibration, (quantity) => MEMBRANE.has(quantity));
  const inputOf = (sign: string): readonly boolean[] =>
    maskOver(calibration, (quantity) => MEMBRANE.has(quantity) || quantity.endsWith(sign));
  const voltage = (quantity: 'leak' | 'reset' | 'threshold', field: 'rest' | 'reset' | 'threshold'): GradedQuantity =>
    graded(quantity, 'LSB', lsb(card, targets[quantity]), lsb(card, before[field]), lsb(card, after[field]), membrane, calibration);
  return {
    chip: card.name,
    die: dieSeed,
    order: calibration.order,
    quantities: calibration.quantities,
    graded: [
      ...channelOffsets(card, dieSeed, calibration),
      voltage('leak', 'rest'),
      voltage('reset', 'reset'),
      voltage('threshold', 'threshold'),
      graded('tau_mem', 's', targets.tauMem, before.tauMem, after.tauMem, membrane, calibration),
      ...SYNAPTIC.flatMap(({ quantity, unit, field }) => {
        const wanted = targets[field];
        if (wanted === undefined) return [];
        const masked = inputOf(quantity.endsWith('excitatory') ? '_excitatory' : '_inhibitory');
        return [graded(quantity, unit, wanted, before[field], after[field], masked, calibration)];
      }),
      ...(whole === undefined ? [] : gradeAdex(card, before, after, calibration, whole)),
    ],
    hardwareTime: substrate.bill,
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

/** True where the search of any of these quantities failed at a circuit. */
function maskOver(
  { quantities, masked }: DieCalibration,
  counts: (quantity: CalibratedQuantity['quantity']) => boolean,
): readonly boolean[] {
  const searched = quantities.filter(({ quantity }) => counts(quantity));
  return Array.from(masked, (_, n) => searched.some(({ status }) => status[n] !== 'ok'));
}

/** Truth of a die with these codes and nothing calibrated. */
export async function uncalibratedTruth(card: ChipCard, dieSeed: number, noiseSeed: number, nominal: Setting): Promise<CircuitParameters> {
  const substrate = new DieSubstrate(card, dieSeed, noiseSeed);
  await substrate.configure(nominal);
  return substrate.truth();
}

function lsb(card: ChipCard, volts: Float64Array): Float64Array {
  return volts.map((v) => lsbOfVoltage(card, v));
}
