/**
 * Truth of the correlation sensors of a die: amplitude in LSB per pair, mean of both sides in the logarithm (one trim serves both), and time constant; of single synapses with their trim bits, and of the
 * median sensor of every block with nominal ones. The currents of the blocks stand as they were written last.
 */
import type { DieCalibration } from '../calibration/index.ts';
import { compileDie, type SensorFactors } from '../chip/index.ts';
import type { CalibratedQuantity, ChipCard } from '../model/index.ts';
import type { OtherTruth } from './grade.ts';

/** Nominal trim code. */
const MIDDLE = 2;

/** All that was found of sensors; nothing where nothing was. `currents`: what those of the blocks do. */
export function correlationTruth(
  card: ChipCard,
  dieSeed: number,
  { quantities }: DieCalibration,
  currents: SensorFactors | undefined,
): readonly OtherTruth[] {
  const { correlation } = card.synapse;
  if (correlation === undefined) return [];
  const die = compileDie(card, dieSeed);
  const { neurons_per_core, rows_per_core, block } = card.geometry;
  const blockTruth = (name: 'correlation_store' | 'correlation_ramp', which: 'amplitude' | 'tau'): readonly OtherTruth[] => {
    const found = quantities.find(({ quantity }) => quantity === name);
    if (found === undefined) return [];
    const before = die.correlationBlocks[which].map((factor) => factor * correlation[which].value);
    return [
      {
        quantity: name,
        unit: found.unit,
        targets: new Float64Array(before.length).fill(found.target),
        before,
        after: before.map((value, b) => value * (currents?.[which][b] ?? 1)),
        masked: found.status.map((status) => status !== 'ok'),
      },
    ];
  };
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
    const after = own.map((value, k) => {
      const b = Math.floor((k % die.neurons) / block.value);
      return value * (1 + perTrim * (found.codes[k]! - MIDDLE)) * (currents?.[unit === 's' ? 'tau' : 'amplitude'][b] ?? 1);
    });
    return [{ quantity: name, unit, targets, before: own, after, masked: found.status.map((status) => status !== 'ok') }];
  };
  return [
    ...blockTruth('correlation_store', 'amplitude'),
    ...blockTruth('correlation_ramp', 'tau'),
    ...truthOf('correlation_amplitude', '1', correlation.amplitude.value, correlation.amplitude_per_trim.value),
    ...truthOf('correlation_tau', 's', correlation.tau.value, correlation.tau_per_trim.value),
  ];
}
