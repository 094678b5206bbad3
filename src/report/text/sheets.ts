/** Data sheets for a terminal: aligned columns, one histogram per line. */
import type { ChipSheet, DieDifference, DieSheet } from '../../model/index.ts';
import { displayUnit, list, number, withUnit } from '../format.ts';
import { worstOf } from '../page/chip-sheet.ts';

/** Faults that are named one by one; the JSON has all. */
const MOST_FAULTS = 24;

/** The data sheet of a chip as text. */
export function chipText(sheet: ChipSheet): string {
  const { published, derived, assumed } = sheet.evidence.counts;
  const worst = worstOf(sheet.integrators);
  return [
    `${sheet.name}: ${sheet.description}`,
    '',
    ...aligned(sheet.facts.map(({ name, value, unit }) => [name, unit === 's' ? withUnit(value, 's') : `${number(value)} ${unit}`.trim()])),
    '',
    'What can be set (nominal, usable codes)',
    ...aligned([
      ['', 'lowest', 'highest', 'LSB', 'codes'],
      ...sheet.ranges.map(({ name, unit, low, high, lsb, codes }) => [
        name,
        inUnit(low, unit),
        inUnit(high, unit),
        inUnit(lsb, unit),
        codes.join(' to '),
      ]),
    ]),
    '',
    `How circuits differ (standard deviation; variation ${number(sheet.variation)})`,
    ...aligned(sheet.spreads.map(({ name, value, distribution, evidence, source }) => [name, value, distribution, evidence, source])),
    '',
    ...(worst === undefined
      ? []
      : [
          `Integrators at a step of ${withUnit(sheet.step, 's')}: largest error of a spike time, ms biological. ${sheet.comparison}`,
          ...aligned([
            ['', 'integrator', 'error', 'spikes', 'teacher', 'compared'],
            ...sheet.integrators.map(({ pattern, integrator, largest, found, expected, compared }) => [
              pattern,
              integrator,
              number(largest, 2),
              String(found),
              String(expected),
              String(compared),
            ]),
          ]),
          '',
        ]),
    'Every number and its evidence',
    ...aligned(sheet.parameters.map(({ path, value, evidence, source }) => [path, value, evidence, source])),
    '',
    `${String(published)} published, ${String(derived)} derived, ${String(assumed)} assumed`,
  ].join('\n');
}

/** What one die is, as text: a line with a histogram per parameter. */
export function dieText(sheet: DieSheet): string {
  const origin = sheet.measured === null ? 'drawn from its number' : `measured as ${sheet.measured.name}: ${sheet.measured.source}`;
  return [
    `die ${String(sheet.die)} of ${sheet.card}, ${origin}`,
    '',
    ...aligned([
      ['parameter', 'stated', 'found', 'mean', 'least', 'most', 'histogram from least to most'],
      ...sheet.parameters.map(({ name, unit, stated, deviation, mean, least, most, bins }) => [
        name,
        stated === null ? '-' : inUnit(stated, unit),
        inUnit(deviation, unit),
        inUnit(mean, unit),
        inUnit(least, unit),
        inUnit(most, unit),
        least === most ? 'all alike' : spark(bins),
      ]),
    ]),
    '',
    ...faultWords(sheet),
  ].join('\n');
}

/** Conditions and faults of a die, a line each. */
export function faultWords({ conditions, faults: { dead, stuck } }: Pick<DieSheet, 'conditions' | 'faults'>): string[] {
  const cells = stuck.map(({ circuit, cell, bits }) => `${cell} of circuit ${String(circuit)} (${bits})`);
  return [
    ...(conditions === '' ? [] : [`conditions: ${conditions}`]),
    `dead circuits: ${dead.length === 0 ? 'none' : `${String(dead.length)}: ${list(dead.map(String), MOST_FAULTS)}`}`,
    `stuck bits: ${stuck.length === 0 ? 'none' : `${String(stuck.length)}: ${list(cells, MOST_FAULTS)}`}`,
  ];
}

/** How two dies differ, as text. */
export function differenceText(differences: readonly DieDifference[], first: string, second: string): string {
  const same = differences.every(({ differing }) => differing === 0);
  return [
    `${first} and ${second}: ${same ? 'the same in every parameter' : `${String(differences.filter(({ differing }) => differing > 0).length)} of ${String(differences.length)} parameters differ`}`,
    '',
    ...aligned([
      ['parameter', 'differing', 'rms', 'largest', 'at', 'correlation'],
      ...differences.map(({ name, unit, differing, count, rms, largest, at, correlation }) => [
        name,
        `${String(differing)} of ${String(count)}`,
        inUnit(rms, unit),
        inUnit(largest, unit),
        differing === 0 ? '-' : String(at),
        number(correlation),
      ]),
    ]),
  ].join('\n');
}

function inUnit(value: number, unit: string): string {
  if (unit === 'codes') return `${number(value)} codes`;
  if (unit === 'LSB') return `${number(value)} LSB`;
  const display = displayUnit(unit, [value]);
  return `${number(value * display.factor)} ${display.unit}`.trim();
}

const BLOCKS = ' ▁▂▃▄▅▆▇█';

function spark(bins: readonly number[]): string {
  const most = Math.max(...bins);
  return bins.map((bin) => BLOCKS[bin === 0 ? 0 : Math.max(1, Math.round((bin / most) * 8))]).join('');
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, k) => Math.max(...rows.map((row) => row[k]!.length))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, k) => cell.padEnd(widths[k]!))
      .join('  ')
      .trimEnd(),
  );
}
