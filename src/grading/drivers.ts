/** Truth of the drivers' short-term plasticity, by driver and by block, with what was found set. */
import type { DieCalibration } from '../calibration/index.ts';
import { compileDie, shortTermPlan, type ShortTermPlan } from '../chip/index.ts';
import type { ChipCard } from '../model/index.ts';
import type { OtherTruth } from './grade.ts';

/** Ramp, utilisation and recovery; nothing where they were not calibrated. */
export function shortTermTruth(card: ChipCard, dieSeed: number, { quantities, setting }: DieCalibration): readonly OtherTruth[] {
  const die = compileDie(card, dieSeed);
  const plan = (codes: typeof setting.shortTerm): ShortTermPlan | undefined =>
    shortTermPlan(card, die, { ...codes, mode: 'depression' }, setting.driverTrim);
  const [before, after] = [plan({}), plan(setting.shortTerm)];
  if (before === undefined || after === undefined) return [];
  const cores = card.geometry.cores.value;
  const rows = card.geometry.rows_per_core.value;
  const one = (
    name: 'stp_ramp' | 'stp_utilisation' | 'stp_recovery',
    of: (p: ShortTermPlan, row: number) => number,
    rowOf: (k: number, count: number) => number,
  ): readonly OtherTruth[] => {
    const found = quantities.find(({ quantity }) => quantity === name);
    if (found === undefined) return [];
    const values = (p: ShortTermPlan): Float64Array => Float64Array.from(found.codes, (_, k) => of(p, rowOf(k, found.codes.length)));
    return [
      {
        quantity: name,
        unit: found.unit,
        targets: Float64Array.from(found.codes, () => found.target),
        before: values(before),
        after: values(after),
        masked: found.status.map((status) => status !== 'ok'),
      },
    ];
  };
  const ofDriver = (k: number, count: number): number => {
    const used = count / cores;
    return Math.floor(k / used) * rows + (k % used);
  };
  const ofBlock = (b: number): number => Math.floor((b * card.geometry.block.value) / card.geometry.neurons_per_core.value) * rows;
  return [
    ...one('stp_ramp', (p, row) => p.ramp?.[row] ?? 1, ofBlock),
    ...one('stp_utilisation', (p, row) => p.utilisation[row]!, ofDriver),
    ...one('stp_recovery', (p, row) => p.recovery[row]!, ofDriver),
  ];
}
