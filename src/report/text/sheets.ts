/** Data sheets for a terminal: aligned columns, one histogram per line. */
import type { ChipSheet, DieDifference, DieSheet } from '../../model/index.ts';
import { count, list, number, percent } from '../format.ts';
import { factText, NOTHING_VARIES, quantityText, sizeText, stepWords, tileWords } from './sheet-words.ts';

/** Faults that are named one by one; the JSON has all. */
const MOST_FAULTS = 24;

/** The data sheet of a chip as text. */
export function chipText(sheet: ChipSheet): string {
  const { published, derived, assumed } = sheet.evidence.counts;
  return [
    `${sheet.name}: ${sheet.description}`,
    '',
    ...aligned(sheet.facts.map((one) => [one.name, factText(one)])),
    '',
    `Floor plan (${sheet.tiles === undefined ? count(sheet.cores, 'core') : tileWords(sheet)})`,
    ...aligned(floorRows(sheet)),
    '',
    'What can be set (nominal, usable codes)',
    ...aligned([
      ['', 'lowest', 'highest', 'LSB', 'codes'],
      ...sheet.ranges.map(({ name, unit, low, high, lsb, codes }) => [
        name,
        quantityText(low, unit),
        quantityText(high, unit),
        quantityText(lsb, unit),
        codes.join(' to '),
      ]),
    ]),
    '',
    ...(sheet.spreads.length === 0
      ? [NOTHING_VARIES]
      : [
          `How circuits differ (standard deviation; variation ${number(sheet.variation)})`,
          ...aligned([
            ['', 'spread', 'times', 'distribution', 'evidence', 'source'],
            ...sheet.spreads.map(({ name, value, scale, distribution, evidence, source }) => [
              name,
              value,
              scale === null ? '' : number(scale),
              distribution ?? '',
              evidence,
              source,
            ]),
          ]),
        ]),
    '',
    ...(sheet.integrators.length === 0
      ? []
      : [
          `Integrators: largest error of a spike time${stepWords(sheet.step, sheet.errorUnit)}. ${sheet.comparison}`,
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

function floorRows({ floor, floorUnit }: ChipSheet): string[][] {
  const total = floor.reduce((sum, { size }) => sum + size, 0);
  return floor.map(({ name, count: many, size }) => [name, number(many), sizeText(size, floorUnit), percent(size / total)]);
}

/** What one die is, as text: a line with a histogram per parameter. */
export function dieText(sheet: DieSheet): string {
  const origin = sheet.measured === null ? 'drawn from its number' : `measured as ${sheet.measured.name}: ${sheet.measured.source}`;
  return [
    `die ${String(sheet.die)} of ${sheet.card}, ${origin}`,
    '',
    ...(sheet.parameters.length === 0 ? [NOTHING_VARIES] : histograms(sheet)),
    '',
    ...faultWords(sheet),
  ].join('\n');
}

function histograms(sheet: DieSheet): string[] {
  return aligned([
    ['parameter', 'stated', 'found', 'mean', 'least', 'most', 'histogram from least to most'],
    ...sheet.parameters.map(({ name, unit, stated, deviation, mean, least, most, bins }) => [
      name,
      stated === null ? '-' : quantityText(stated, unit),
      quantityText(deviation, unit),
      quantityText(mean, unit),
      quantityText(least, unit),
      quantityText(most, unit),
      least === most ? 'all alike' : spark(bins),
    ]),
  ]);
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
  if (differences.length === 0) return `${first} and ${second} are the same. ${NOTHING_VARIES}`;
  const same = differences.every(({ differing }) => differing === 0);
  return [
    `${first} and ${second}: ${same ? 'the same in every parameter' : `${String(differences.filter(({ differing }) => differing > 0).length)} of ${String(differences.length)} parameters differ`}`,
    '',
    ...aligned([
      ['parameter', 'differing', 'rms', 'largest', 'at', 'correlation'],
      ...differences.map(({ name, unit, differing, count: of, rms, largest, at, correlation }) => [
        name,
        `${String(differing)} of ${String(of)}`,
        quantityText(rms, unit),
        quantityText(largest, unit),
        differing === 0 ? '-' : String(at),
        number(correlation),
      ]),
    ]),
  ].join('\n');
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
