/** Truth of the correlation sensors of a die: amplitude in LSB per pair, mean of both sides in the logarithm (one trim serves both), and time constant. */
import type { DieCalibration } from '../calibration/index.ts';
import { compileDie } from '../chip/index.ts';
import type { CalibratedQuantity, ChipCard } from '../model/index.ts';
import type { OtherTruth } from './grade.ts';

/** Nominal trim code. */
const MIDDLE = 2;

/** Both quantities of all synapses that were trimmed; nothing where none were. */
export function correlationTruth(card: ChipCard, dieSeed: number, { quantities }: DieCalibration): readonly OtherTruth[] {
  const { correlation } = card.synapse;
  if (correlation === undefined) return [];
  const die = compileDie(card, dieSeed);
  const { neurons_per_core, rows_per_core } = card.geometry;
  const truthOf = (
    name: 'correlation_amplitude' | 'correlation_tau',
    unit: '1' | 's',
    nominal: number,
    perTrim: number,
  ): readonly OtherTruth[] => {
    const found: CalibratedQuantity | undefined = quantities.find(({ quantity }) => quantity === name);
    if (found === undefined) return [];
    const own = Float64Array.from(found.codes, (_, k) => {
      const [row, n] = [Math.floor(k / die.neurons), k % die.neurons];
      // every core has rows of its own
      const factors = die.correlationFactors(Math.floor(n / neurons_per_core.value) * rows_per_core.value + row, n);
      return nominal * (unit === 's' ? factors.tau : factors.amplitude);
    });
    const targets = new Float64Array(own.length).fill(found.target);
    const after = own.map((value, k) => value * (1 + perTrim * (found.codes[k]! - MIDDLE)));
    return [{ quantity: name, unit, targets, before: own, after, masked: found.status.map((status) => status !== 'ok') }];
  };
  return [
    ...truthOf('correlation_amplitude', '1', correlation.amplitude.value, correlation.amplitude_per_trim.value),
    ...truthOf('correlation_tau', 's', correlation.tau.value, correlation.tau_per_trim.value),
  ];
}
