/** Grading of the whole circuit: exponential and adaptation of every neuron against their targets, relative to the leak as the literature writes them. */
import { adexOf, lsbOfVoltage, type CircuitParameters } from '../chip/index.ts';
import type { AdexTargets, DieCalibration } from '../calibration/index.ts';
import { InternalError } from '../base/index.ts';
import type { ChipCard, GradedQuantity } from '../model/index.ts';
import { graded } from './graded.ts';

/** Truth of every calibrated quantity of the whole circuit before and after. */
export function gradeAdex(
  card: ChipCard,
  before: CircuitParameters,
  after: CircuitParameters,
  calibration: DieCalibration,
  targets: AdexTargets,
): readonly GradedQuantity[] {
  const masked = Array.from(calibration.masked, (value) => value !== 0);
  const lsb = (volts: Float64Array): Float64Array => volts.map((v) => lsbOfVoltage(card, v));
  const one = (
    quantity: GradedQuantity['quantity'],
    unit: GradedQuantity['unit'],
    wanted: Float64Array,
    truth: (p: CircuitParameters) => Float64Array,
  ): readonly GradedQuantity[] =>
    calibration.quantities.some((searched) => searched.quantity === quantity)
      ? [graded(quantity, unit, wanted, truth(before), truth(after), masked, calibration)]
      : [];
  return [
    ...one('v_exp', 'LSB', lsb(targets.exponential), (p) => lsb(adexIn(p).exponentialVoltage)),
    ...one('delta_t', 'V', targets.slope, (p) => adexIn(p).exponentialSlope),
    ...one('v_adaptation', 'LSB', lsb(targets.adaptationLeak), (p) => lsb(adexIn(p).adaptationLeak)),
    ...one('tau_w', 's', targets.adaptationTau, (p) => adexIn(p).adaptationTau),
    ...one('a', '1', targets.adaptation, (p) => perCircuit(p, (q) => q.adaptation)),
    ...one('b', 'V', targets.jump, (p) => perCircuit(p, (q) => q.jump)),
  ];
}

/** Without their signs, which are switches. */
function perCircuit(p: CircuitParameters, value: (quantities: ReturnType<typeof adexOf>) => number): Float64Array {
  return p.tauMem.map((_, n) => Math.abs(value(adexOf(adexIn(p), p.tauMem, n))));
}

function adexIn({ adex }: CircuitParameters): NonNullable<CircuitParameters['adex']> {
  if (adex === undefined) throw new InternalError('a chip that bypasses exponential and adaptation cannot be graded by them');
  return adex;
}
