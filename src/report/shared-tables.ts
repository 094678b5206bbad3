/** Tables of a calibration of shared biases: medians of the cores, over all dies, masked neurons, groups, biases. */
import type { SharedCalibrationResult, SharedQuantity, SharedReadings } from '../model/index.ts';
import type { ReportTable } from './figure.ts';

/** One row per die, quantity and core. */
export function medianTable({ dies }: SharedCalibrationResult): ReportTable {
  return {
    name: 'medians',
    columns: [
      'die',
      'quantity',
      'core',
      'target',
      'unit',
      'before, %',
      'after, %',
      'standard error, %',
      'half a code, %',
      'truth before, %',
      'truth after, %',
      'spread in the core, %',
    ].map((name) => ({ name })),
    rows: dies.flatMap(({ die, quantities }) =>
      quantities.flatMap((one) =>
        one.after.map((value, core) => [
          die,
          one.name.replaceAll('_', ' '),
          core,
          one.target,
          one.unit,
          inPercent(offBy(one.before[core], one.target)),
          inPercent(offBy(value, one.target)),
          inPercent(one.uncertainty[core]),
          50 * one.resolution[core]!,
          inPercent(offBy(one.truthBefore[core], one.target)),
          inPercent(offBy(one.truthAfter[core], one.target)),
          inPercent(one.spread[core]),
        ]),
      ),
    ),
  };
}

/** One row per quantity, over all dies and cores. */
export function overDiesTable({ dies, gate }: SharedCalibrationResult): ReportTable {
  const names = dies[0]?.quantities.map(({ name }) => name) ?? [];
  return {
    name: 'over-dies',
    columns: [
      'quantity',
      'medians',
      'rms before, %',
      'rms after, %',
      'largest after, %',
      'within the gate, %',
      'rms of the truth after, %',
      'spread in a core, %',
    ].map((name) => ({ name })),
    rows: names.map((name) => {
      const all = dies.flatMap(({ quantities }) => quantities.filter((one) => one.name === name));
      const errors = (of: (one: SharedQuantity) => SharedReadings): number[] =>
        all.flatMap((one) => of(one).flatMap((value) => offBy(value, one.target) ?? []));
      const [before, after, truth] = [errors((one) => one.before), errors((one) => one.after), errors((one) => one.truthAfter)];
      const spread = all.flatMap((one) => one.spread.flatMap((value) => value ?? []));
      return [
        name.replaceAll('_', ' '),
        after.length,
        100 * rms(before),
        100 * rms(after),
        100 * after.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0),
        (100 * after.filter((value) => Math.abs(value) <= gate).length) / after.length,
        100 * rms(truth),
        100 * rms(spread),
      ];
    }),
  };
}

/** One row per masked neuron. */
export function maskTable({ dies, neuronsPerCore }: SharedCalibrationResult): ReportTable {
  return {
    name: 'masked',
    columns: ['die', 'neuron', 'core', 'state', 'why'].map((name) => ({ name })),
    rows: dies.flatMap(({ die, masked }) =>
      masked.map(({ neuron, why, dead }) => [die, neuron, Math.floor(neuron / neuronsPerCore), dead ? 'dead' : 'outlier', why.join(', ')]),
    ),
  };
}

/** One row per group of alike neurons of a core. */
export function groupTable({ dies, neuronsPerCore }: SharedCalibrationResult): ReportTable {
  return {
    name: 'groups',
    columns: ['die', 'core', 'group', 'neurons', 'rate at its centre (Hz)'].map((name) => ({ name })),
    rows: dies.flatMap(({ die, cluster, centres }) =>
      centres.flatMap((list, core) =>
        list.map((centre, group) => {
          const own = cluster.slice(core * neuronsPerCore, (core + 1) * neuronsPerCore);
          return [die, core, group, own.filter((one) => one === group).length, centre];
        }),
      ),
    ),
  };
}

/** One row per bias of a core. */
export function biasTable({ dies }: SharedCalibrationResult): ReportTable {
  return {
    name: 'biases',
    columns: ['die', 'core', 'bias', 'coarse', 'fine', 'current (A)'].map((name) => ({ name })),
    rows: dies.flatMap(({ die, biases }) =>
      biases.flatMap((core, c) =>
        Object.entries(core).map(([name, { coarse, fine, current }]) => [die, c, name.replaceAll('_', ' '), coarse, fine, current]),
      ),
    ),
  };
}

function rms(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

/** Relative distance from the target; null where nothing was read. */
export function offBy(value: number | null | undefined, target: number): number | null {
  return value === undefined || value === null ? null : value / target - 1;
}

function inPercent(value: number | null | undefined): number | null {
  return value === undefined || value === null ? null : 100 * value;
}
