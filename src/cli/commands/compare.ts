/** `neurolith compare A B`: do two runs, or two groups of runs, behave alike? */
import { join } from 'node:path';
import { parseQuantity, UsageError } from '../../base/index.ts';
import { compareRuns } from '../../codesign/index.ts';
import { loadCard, ToleranceSchema } from '../../model/index.ts';
import { comparisonJunit, comparisonPage, figuresOf, renderPage, renderPng } from '../../report/index.ts';
import { writeAtomically, type SpikeTrain } from '../../store/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, optionalNumber, optionalText, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const tolerance = optionalText(argv, 'tolerance');
  const [from, until] = [optionalNumber(argv, 'from'), optionalNumber(argv, 'until')];
  const given = optionalText(argv, 'within');
  const within = given === undefined ? undefined : parseQuantity(given, 'time');
  if (given !== undefined && !(within !== undefined && within >= 0))
    throw new UsageError(`--within: found "${given}", expected a time such as "0.1 ms"`);
  const train = optionalText(argv, 'train') as SpikeTrain | undefined;
  const comparison = await compareRuns({
    a: sidesOf(text(argv, 'a')),
    b: sidesOf(text(argv, 'b')),
    seed: optionalNumber(argv, 'seed') ?? 1,
    ...(within === undefined ? {} : { within }),
    ...(train === undefined ? {} : { train }),
    ...(from === undefined ? {} : { from: from / 1000 }),
    ...(until === undefined ? {} : { until: until / 1000 }),
    ...(tolerance === undefined ? {} : { tolerance: loadCard(ToleranceSchema, tolerance).value }),
  });
  const junit = optionalText(argv, 'junit');
  if (junit !== undefined) await writeAtomically(junit, comparisonJunit(comparison));
  const directory = optionalText(argv, 'out');
  if (directory !== undefined) {
    const page = comparisonPage(comparison);
    await writeAtomically(join(directory, 'compare.json'), `${JSON.stringify(comparison)}\n`);
    await writeAtomically(join(directory, 'compare.html'), await renderPage(page));
    for (const figure of figuresOf(page)) await writeAtomically(join(directory, 'figures', `${figure.name}.png`), await renderPng(figure));
  }
  if (flag(argv, 'json')) host.stdout.write(`${JSON.stringify(comparison)}\n`);
  else {
    for (const { population, statistic, unit, scores, adjusted, outside } of comparison.statistics) {
      const means = scores?.means.map((mean) => mean.toPrecision(4)).join(' and ') ?? 'no values';
      const ks = scores === null ? '' : `, KS ${scores.ks.distance.toFixed(4)}`;
      const p = adjusted === null ? '' : `, p ${adjusted.ks.toPrecision(2)}`;
      host.stdout.write(
        `${outside.length === 0 ? 'ok  ' : 'FAIL'} ${population} ${statistic}: ${means}${unit === '1' ? '' : ` ${unit}`}${ks}${p}${outside.length === 0 ? '' : `: ${outside.join('; ')}`}\n`,
      );
    }
    for (const { population, vanRossum, victorPurpura, isi, spike, schreiber, coincidence } of comparison.distances) {
      const told = [
        ['van Rossum', vanRossum],
        ['Victor-Purpura', victorPurpura],
        ['ISI', isi],
        ['SPIKE', spike],
        ['similarity: Schreiber', schreiber],
        ['coincidence factor', coincidence],
      ] as const;
      host.stdout.write(
        `     ${population}: ${told.map(([name, value]) => `${name} ${value === null ? '-' : value.toFixed(4)}`).join(', ')}\n`,
      );
    }
    for (const { population, a, b, matched, onlyA, onlyB } of comparison.matching?.populations ?? []) {
      host.stdout.write(`     ${population}: ${String(matched)} of ${String(a)} spikes of A in pairs with the ${String(b)} of B\n`);
      for (const [side, rest] of [
        ['A', onlyA],
        ['B', onlyB],
      ] as const)
        for (const { neuron, time } of rest)
          host.stdout.write(`       only ${side}: neuron ${String(neuron)} at ${String(Number((1000 * time).toPrecision(12)))} ms\n`);
    }
    host.stdout.write(
      `equivalence against the spread between seeds: ${comparison.equivalence}${comparison.notJudged === null ? '' : ` (${comparison.notJudged})`}\n`,
    );
    host.stdout.write(`${comparison.passed ? 'within' : 'outside'} tolerance\n`);
  }
  return comparison.passed ? 0 : 1;
}

/** Several runs of one side stand behind each other with commas. */
function sidesOf(value: string): string[] {
  return value.split(',').filter((path) => path !== '');
}
