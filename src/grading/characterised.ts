/** Truth of what a calibration measures and does not set: what is left of the deviation from the data sheet once the value that was found is taken off. */
import type { DieCalibration } from '../calibration/index.ts';
import type { DieSubstrate } from '../chip/index.ts';
import type { ChipCard } from '../model/index.ts';
import type { OtherTruth } from './grade.ts';

/** Lines of the membrane ADC and capacitances; nothing of what was not measured. */
export function characterisedTruth(card: ChipCard, die: DieSubstrate, { quantities }: DieCalibration): readonly OtherTruth[] {
  const { capacitance } = die.truth();
  const one = (
    name: 'madc_offset' | 'madc_slope' | 'capacitance' | 'intrinsic_capacitance',
    truth: () => ArrayLike<number>,
  ): readonly OtherTruth[] => {
    const found = quantities.find(({ quantity }) => quantity === name);
    if (found === undefined) return [];
    const before = Float64Array.from(truth());
    // an offset is taken off, all else divided by
    const after = before.map((value, k) => (found.target === 0 ? value - found.codes[k]! : (value / found.codes[k]!) * found.target));
    const targets = before.map(() => found.target);
    return [{ quantity: name, unit: found.unit, targets, before, after, masked: found.status.map((status) => status !== 'ok') }];
  };
  return [
    ...one('madc_offset', () => die.lines().map(({ offset }) => offset / card.madc!.lsb.value)),
    ...one('madc_slope', () => die.lines().map(({ slope }) => slope)),
    ...one('capacitance', () => capacitance!),
    ...one('intrinsic_capacitance', () => die.intrinsicCapacitance()),
  ];
}
