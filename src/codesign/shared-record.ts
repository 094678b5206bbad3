/** A die of shared biases as records and files keep it: plain lists, null where nothing was read, a status for the median of every core. */
import { biasCurrent, nearestBias } from '../chip/index.ts';
import { DYNAPSE_BIASES, type CoreStatus, type DynapseCard, type SharedCalibratedDie } from '../model/index.ts';
import type { DynapseCalibration } from './calibrate-dynapse.ts';

type Quantity = DynapseCalibration['calibration']['quantities'][number];
type Biases = DynapseCalibration['calibration']['biases'];

/** The record of a calibrated die. `tolerance`: largest relative distance of a median from its target. */
export function sharedCalibratedDie(
  card: DynapseCard,
  { die, met, calibration, truth }: DynapseCalibration,
  tolerance: number,
): SharedCalibratedDie {
  const { biases, quantities, order, graph, masked, cluster, centres, distance, hardwareTime } = calibration;
  return {
    die,
    met,
    order,
    graph,
    hardwareTime,
    biases: biases.map((core) =>
      Object.fromEntries(DYNAPSE_BIASES.map((name) => [name, { ...core[name], current: biasCurrent(card, core[name]) }])),
    ),
    quantities: quantities.map((quantity) => {
      const real = truth.find(({ name }) => name === quantity.name);
      return {
        ...quantity,
        before: kept(quantity.before),
        after: kept(quantity.after),
        spread: kept(quantity.spread),
        uncertainty: kept(quantity.uncertainty),
        truthBefore: kept(real?.before ?? []),
        truthAfter: kept(real?.after ?? []),
        error68: kept(quantity.error68),
        error95: kept(quantity.error95),
        status: statusOf(card, quantity, biases, tolerance),
        readings: Array.from(quantity.readings, (value) => finite(value, 7)),
      };
    }),
    masked,
    cluster: Array.from(cluster),
    centres: centres.map(kept),
    distance: Array.from(distance, (value) => finite(value, 7)),
  };
}

/** Of every core. A median that is away from its target is at a limit where the generator has no code nearer to what it would take. */
function statusOf(card: DynapseCard, { bias, unit, target, after }: Quantity, biases: Biases, tolerance: number): CoreStatus[] {
  return after.map((value, core): CoreStatus => {
    if (!(value > 0)) return 'masked';
    const ratio = target / value;
    if (Math.abs(1 / ratio - 1) <= tolerance) return 'ok';
    const code = biases[core]![bias];
    // times and rates fall with their currents
    const nearest = nearestBias(card, biasCurrent(card, code) * (unit === 'A' ? ratio : 1 / ratio));
    return biasCurrent(card, nearest) === biasCurrent(card, code) ? 'at limit' : 'not reached';
  });
}

const kept = (values: readonly number[]): (number | null)[] => values.map((value) => finite(value));

/** A number that JSON can hold, with so many digits where they are given; null for any other. */
function finite(value: number, digits?: number): number | null {
  if (!Number.isFinite(value)) return null;
  return digits === undefined ? value : Number(value.toPrecision(digits));
}
