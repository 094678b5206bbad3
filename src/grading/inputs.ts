/** Truth of synaptic inputs as conductances: reversal potentials, LSB, and slopes over the membrane potential relative to the wanted ones. */
import type { CalibrationTargets } from '../calibration/index.ts';
import { InternalError } from '../base/index.ts';
import { lsbOfVoltage, type CircuitParameters } from '../chip/index.ts';
import type { ChipCard } from '../model/index.ts';
import type { OtherTruth } from './grade.ts';

/** Both signs, as far as they have targets. The inputs of both states are conductances. */
export function conductanceTruth(
  card: ChipCard,
  before: CircuitParameters,
  after: CircuitParameters,
  { reversalExcitatory, reversalInhibitory }: CalibrationTargets,
): readonly OtherTruth[] {
  return (['excitatory', 'inhibitory'] as const).flatMap((sign): readonly OtherTruth[] => {
    const wanted = sign === 'excitatory' ? reversalExcitatory : reversalInhibitory;
    if (wanted === undefined) return [];
    const reference = card.synapse.input!.reference.value;
    const lsb = (volts: Float64Array): Float64Array => volts.map((v) => lsbOfVoltage(card, v));
    const slopes = (p: CircuitParameters): Float64Array =>
      reversalsOf(p)[`${sign}Slope`].map((slope, n) => slope * Math.abs(wanted[n]! - reference));
    return [
      {
        quantity: `reversal_${sign}`,
        unit: 'LSB',
        targets: lsb(wanted),
        before: lsb(reversalsOf(before)[sign]),
        after: lsb(reversalsOf(after)[sign]),
      },
      { quantity: `conductance_${sign}`, unit: '1', targets: wanted.map(() => 1), before: slopes(before), after: slopes(after) },
    ];
  });
}

/** Shifts of the rest by the resting currents of both inputs, LSB; nothing without a target. */
export function referenceTruth(
  card: ChipCard,
  before: CircuitParameters,
  after: CircuitParameters,
  { inputShift }: CalibrationTargets,
): readonly OtherTruth[] {
  if (inputShift === undefined) return [];
  const lsb = (volts: Float64Array | undefined): Float64Array => inputShift.map((_, n) => (volts?.[n] ?? 0) / card.cadc.lsb.value);
  return (['excitatory', 'inhibitory'] as const).map((sign): OtherTruth => ({
    quantity: `reference_${sign}`,
    unit: 'LSB',
    targets: lsb(inputShift),
    before: lsb(before.restingShift?.[sign]),
    after: lsb(after.restingShift?.[sign]),
  }));
}

function reversalsOf({ inputs }: CircuitParameters): NonNullable<NonNullable<CircuitParameters['inputs']>['reversal']> {
  if (inputs?.reversal === undefined) throw new InternalError('inputs that are no conductances have no reversal potentials');
  return inputs.reversal;
}
