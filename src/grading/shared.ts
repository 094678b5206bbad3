/** Truth of what circuits share: amplitude of the blocks by their synapse DACs, refractory period and hold-off by their clock. */
import type { CalibrationTargets, DieCalibration } from '../calibration/index.ts';
import { refractoryPeriod, type CircuitParameters } from '../chip/index.ts';
import type { CalibratedQuantity, ChipCard } from '../model/index.ts';
import type { OtherTruth } from './grade.ts';

/** s: what stands before a calibration sets anything. */
const UNSET_PERIOD = 2e-6;

/** `before`: truth with the nominal codes; `after`: with the calibrated ones. Nothing of what was not calibrated. */
export function sharedTruth(
  card: ChipCard,
  before: CircuitParameters,
  after: CircuitParameters,
  { quantities, setting }: DieCalibration,
  targets: CalibrationTargets,
): readonly OtherTruth[] {
  const found = (name: CalibratedQuantity['quantity']): CalibratedQuantity | undefined =>
    quantities.find(({ quantity }) => quantity === name);
  const one = (
    name: 'synapse_dac' | 'refractory' | 'hold_off',
    was: (k: number) => number,
    is: (k: number) => number,
  ): readonly OtherTruth[] => {
    const quantity = found(name);
    if (quantity === undefined) return [];
    const per = (value: (k: number) => number): Float64Array => Float64Array.from(quantity.codes, (_, k) => value(k));
    return [
      {
        quantity: name,
        unit: quantity.unit,
        targets: per(() => quantity.target),
        before: per(was),
        after: per(is),
        masked: quantity.status.map((status) => status !== 'ok'),
      },
    ];
  };
  const amplitudes = blockAmplitudes(card, before, targets, undefined);
  const set = blockAmplitudes(card, before, targets, after.synapseDac);
  const { refractory, refractoryClock, holdOff } = setting;
  return [
    ...one(
      'synapse_dac',
      (b) => amplitudes[b]!,
      (b) => set[b]!,
    ),
    ...one(
      'refractory',
      () => refractoryPeriod(card, UNSET_PERIOD),
      () => refractoryPeriod(card, refractory!, typeof refractoryClock === 'number' ? refractoryClock : undefined),
    ),
    ...one(
      'hold_off',
      () => card.neuron.adex?.hold_off.value ?? 0,
      () => holdOff!,
    ),
  ];
}

/** Mean strength of the circuits of every block relative to their targets, with the nominal codes of the circuits and these DACs. */
function blockAmplitudes(card: ChipCard, p: CircuitParameters, targets: CalibrationTargets, dac: Float64Array | undefined): Float64Array {
  const block = card.geometry.block.value;
  const sums = new Float64Array(Math.ceil(p.rest.length / block));
  const counts = new Float64Array(sums.length);
  for (const [wanted, drive] of [
    [targets.driveExcitatory, p.driveExcitatory],
    [targets.driveInhibitory, p.driveInhibitory],
  ] as const)
    wanted?.forEach((target, n) => {
      sums[Math.floor(n / block)]! += ((dac?.[n] ?? 1) * drive[n]!) / target;
      counts[Math.floor(n / block)]!++;
    });
  return sums.map((sum, b) => sum / counts[b]!);
}
