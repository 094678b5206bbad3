/** What one die really is, and how two dies differ: statistics of every parameter of the fixed pattern. This opens the hidden truth; calibration never sees it. */
import { formatQuantity, hashOf, UsageError } from '../../base/index.ts';
import { cellPattern, compileDie, dieColumns, faultsOf, spreadScale, type DieColumn, type DieLayout } from '../../chip/index.ts';
import {
  NEURON_CELLS,
  mismatchOf,
  variationOf,
  type ArrayParameter,
  type ChipCard,
  type DieDifference,
  type DieParameter,
  type DieSheet,
  type DieStatistics,
  type VariationName,
} from '../../model/index.ts';

const BINS = 48;

/** Statistics of every true parameter of die `seed`: circuits, synapse drivers, synapses. */
export function dieSheet(card: ChipCard, seed: number): DieSheet {
  const die = compileDie(card, seed);
  const measured = card.measured?.find((entry) => entry.die === seed);
  const block = card.geometry.block.value;
  const isMeasured = (name: string): boolean =>
    (name === 'driver' ? measured?.drivers : measured?.circuits[name as DieParameter]) !== undefined;
  const distributionOf = (name: string): DieStatistics['distribution'] => {
    const spreads = mismatchOf(card) as unknown as Record<string, { distribution: DieStatistics['distribution'] } | undefined>;
    return spreads[name === 'driver' ? 'driver_amplitude' : name]?.distribution ?? 'normal';
  };
  const statedOf = (name: string): number | null => {
    if (isMeasured(name) && variationOf(card) > 0) return null;
    const stated = (which: VariationName): number =>
      ((card.mismatch as unknown as Record<string, { value: number } | undefined>)[which]?.value ?? 0) * spreadScale(card, which);
    if (name === 'driver') return stated('driver_amplitude') / card.mismatch.driver_reference.value;
    if (name === 'cell_gain') {
      const [own, common] = [stated('cell_gain'), stated('cell_quadrant_gain')];
      return Math.sqrt(own * own + common * common + own * own * common * common);
    }
    return name in card.mismatch ? stated(name as VariationName) : null;
  };
  const statistics = (name: DieStatistics['name'], unit: DieStatistics['unit'], values: Float64Array, quadrant: number): DieStatistics => ({
    name,
    unit,
    stated: statedOf(name),
    distribution: distributionOf(name),
    ...summary(values),
    quadrants: Array.from({ length: Math.ceil(values.length / quadrant) }, (_, q) =>
      mean(values.subarray(q * quadrant, (q + 1) * quadrant)),
    ),
    count: values.length,
  });
  return {
    kind: 'die-sheet',
    card: card.name,
    cardHash: hashOf(card),
    die: seed,
    measured:
      measured === undefined
        ? null
        : {
            name: measured.name,
            source: measured.source,
            parameters: [
              ...Object.keys(measured.circuits),
              ...(measured.drivers === undefined ? [] : ['driver']),
              ...(measured.sensors === undefined ? [] : ['sensors']),
            ],
          },
    faults: faultsOf(card, seed),
    conditions: `corner ${card.corner}, ${String(card.temperature)} C, supply ${formatQuantity(card.supply, 'voltage')}, age ${formatQuantity(card.age, 'time')}`,
    parameters: [
      ...dieColumns(card, die).map(({ name, unit, values }) => statistics(name, unit, values, block)),
      ...Object.entries(arrayFactors(card, die)).map(([name, values]) =>
        statistics(
          name as ArrayParameter,
          name === 'cell_offset' ? 'codes' : '1',
          values,
          // synapses stand circuit after circuit
          name.startsWith('correlation') ? block * card.geometry.rows_per_core.value : values.length,
        ),
      ),
    ],
  };
}

/** Parameter by parameter: where and how far two dies differ, dead circuits and the median correlation sensors of blocks included. The dies may be of two cards; throws UsageError where these have other numbers of circuits. */
export function dieDifferences(a: { card: ChipCard; seed: number }, b: { card: ChipCard; seed: number }): DieDifference[] {
  const [first, second] = [compileDie(a.card, a.seed), compileDie(b.card, b.seed)];
  if (first.neurons !== second.neurons)
    throw new UsageError(
      `die diff: ${a.card.name} has ${String(first.neurons)} circuits and ${b.card.name} has ${String(second.neurons)}, expected two cards of one size`,
    );
  const others = new Map(dieColumns(b.card, second).map((column) => [column.name, column]));
  const columns: { name: DieDifference['name']; unit: DieColumn['unit']; left: Float64Array; right: Float64Array }[] = dieColumns(
    a.card,
    first,
  ).flatMap(({ name, unit, values }) => {
    const other = others.get(name);
    return other === undefined || other.values.length !== values.length ? [] : [{ name, unit, left: values, right: other.values }];
  });
  const [left, right] = [driversOf(a.card, first), driversOf(b.card, second)];
  if (left.length === right.length) columns.push({ name: 'driver', unit: '1', left, right });
  const sensors = [a.card, b.card].every(({ synapse }) => synapse.correlation !== undefined);
  for (const which of sensors ? (['amplitude', 'tau'] as const) : []) {
    const [x, y] = [first.correlationBlocks[which], second.correlationBlocks[which]];
    if (x.length === y.length) columns.push({ name: `correlation_${which}`, unit: '1', left: x, right: y });
  }
  if (first.dead.includes(1) || second.dead.includes(1))
    columns.push({ name: 'dead', unit: '1', left: Float64Array.from(first.dead), right: Float64Array.from(second.dead) });
  return columns.map(({ name, unit, left: x, right: y }) => differenceOf(name, unit, x, y));
}

/** Two columns of one parameter. */
export function differenceOf(name: string, unit: DieDifference['unit'], x: Float64Array, y: Float64Array): DieDifference {
  const differences = x.map((value, n) => y[n]! - value);
  let at = 0;
  differences.forEach((value, n) => {
    if (Math.abs(value) > Math.abs(differences[at]!)) at = n;
  });
  return {
    name,
    unit,
    differing: differences.filter((value) => value !== 0).length,
    count: x.length,
    rms: Math.sqrt(differences.reduce((sum, value) => sum + value * value, 0) / x.length),
    largest: Math.abs(differences[at]!),
    at,
    correlation: correlation(x, y),
  };
}

function driversOf({ geometry }: ChipCard, die: DieLayout): Float64Array {
  return Float64Array.from({ length: geometry.cores.value * geometry.rows_per_core.value }, (_, row) => die.driverFactor(row));
}

/** Gains and offsets of every parameter cell, factors of every driver and of every synapse (without those of its driver), as far as the card has them. */
function arrayFactors(card: ChipCard, die: DieLayout): Partial<Record<ArrayParameter, Float64Array>> {
  const { cores, neurons_per_core, rows_per_core } = card.geometry;
  const drivers = driversOf(card, die);
  const perDriver = (which: 'utilisation' | 'recovery'): Float64Array => drivers.map((_, row) => die.shortTermFactor(row, which));
  const size = die.neurons * rows_per_core.value;
  const synapse = new Float64Array(size);
  const sensors = card.synapse.correlation && {
    correlation_amplitude: new Float64Array(size),
    correlation_tau: new Float64Array(size),
    correlation_asymmetry: new Float64Array(size),
  };
  for (let n = 0, k = 0; n < cores.value * neurons_per_core.value; n++) {
    const first = Math.floor(n / neurons_per_core.value) * rows_per_core.value;
    for (let row = first; row < first + rows_per_core.value; row++, k++) {
      synapse[k] = die.synapseFactor(row, n) / drivers[row]!;
      if (sensors === undefined) continue;
      const { amplitude, tau, asymmetry } = die.correlationFactors(row, n);
      sensors.correlation_amplitude[k] = amplitude;
      sensors.correlation_tau[k] = tau;
      sensors.correlation_asymmetry[k] = asymmetry;
    }
  }
  const patterns = NEURON_CELLS.map((kind) => cellPattern(card, die.seed, kind)).filter((pattern) => pattern !== undefined);
  const cells = (which: 'gain' | 'offset'): Float64Array => Float64Array.from(patterns.flatMap((pattern) => Array.from(pattern[which])));
  return {
    ...(patterns.length > 0 && { cell_gain: cells('gain'), cell_offset: cells('offset') }),
    driver: drivers,
    ...(card.synapse.short_term && { short_term_utilisation: perDriver('utilisation'), short_term_recovery: perDriver('recovery') }),
    synapse,
    ...sensors,
  };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Moments, ends and counts in equal bins. */
export function summary(values: Float64Array): Pick<DieStatistics, 'mean' | 'deviation' | 'least' | 'most' | 'bins'> {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const [least, most] = values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
  const bins = Array.from({ length: BINS }, () => 0);
  for (const value of values) bins[most === least ? 0 : Math.min(Math.floor(((value - least) / (most - least)) * BINS), BINS - 1)]!++;
  return { mean: centre, deviation: Math.sqrt(squares / Math.max(values.length - 1, 1)), least, most, bins };
}

function correlation(x: Float64Array, y: Float64Array): number | null {
  const [mx, my] = [mean(x), mean(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let n = 0; n < x.length; n++) {
    xx += (x[n]! - mx) ** 2;
    yy += (y[n]! - my) ** 2;
    xy += (x[n]! - mx) * (y[n]! - my);
  }
  return xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy);
}
