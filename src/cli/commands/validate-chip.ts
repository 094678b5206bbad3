/** `neurolith validate chip`: closed forms, firing patterns, crosstalk, noise and statistics of a chip card, figure by figure. */
import { CHIP_GROUPS, cardFile, validateChip, type ChipValidation, type RetentionCell } from '../../codesign/index.ts';
import { UsageError } from '../../base/errors.ts';
import { ChipSchema, loadCard } from '../../model/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, list, optionalNumber, optionalText } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  if (optionalText(argv, 'folder') !== undefined)
    throw new UsageError('validate chip takes no folder: give the card with --chip, changes with -S');
  const card = loadCard(ChipSchema, cardFile('chip', optionalText(argv, 'chip') ?? 'bss2'), { overrides: list(argv, 'set') }).value;
  const only = optionalText(argv, 'only');
  if (only !== undefined && !CHIP_GROUPS.some((group) => group.includes(only)))
    throw new UsageError(`--only: found "${only}", expected a part of ${CHIP_GROUPS.map((group) => `"${group}"`).join(', ')}`);
  const validation = await validateChip(card, {
    circuits: optionalNumber(argv, 'circuits') ?? 512,
    seed: optionalNumber(argv, 'seed') ?? 1,
    ...(only === undefined ? {} : { only: (group: string) => group.includes(only) }),
    progress: (group) => {
      if (!flag(argv, 'quiet')) host.stderr.write(`${group}\n`);
    },
  });
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(validation)}\n` : describe(validation));
  return validation.passed ? 0 : 1;
}

/** The table of patterns where it was made, then every bar. */
function describe({ bars, retention, passed }: ChipValidation): string {
  const lines = bars.map(({ name, found, wanted, relation, unit, ...bar }) => {
    const figure = `${found.toPrecision(3)}${unit === '' ? '' : ` ${unit}`}`;
    return `${bar.passed ? 'ok  ' : 'FAIL'} ${bar.group}: ${name}: ${figure} (wanted: ${relation} ${String(wanted)})`;
  });
  const met = bars.filter((bar) => bar.passed).length;
  const last = `${passed ? 'ok  ' : 'FAIL'} ${String(met)} of ${String(bars.length)} bars met`;
  return `${[...retentionLines(retention), ...lines, last].join('\n')}\n`;
}

/** Per cent found and, after the slash, in the table; a star where their intervals do not overlap. Class, then spike count in brackets. */
function retentionLines(cells: readonly RetentionCell[]): string[] {
  const rows = new Map<string, RetentionCell[]>();
  for (const cell of cells) {
    const name = `${cell.integrator}, ${String(cell.circuits)} circuits: ${String(cell.relative * 100)} %, ${String(cell.millivolts)} mV`;
    rows.set(name, [...(rows.get(name) ?? []), cell]);
  }

  return [...rows].flatMap(([name, row]) => [
    `     ${name}`,
    ...row
      .filter(({ what }) => what === 'class')
      .map((cell) => {
        const count = row.find(({ what, pattern }) => what === 'count' && pattern === cell.pattern);
        const both = [cell, ...(count === undefined ? [] : [count])];
        const figures = both.map(({ found, table, overlaps }) => `${percent(found.share)}/${percent(table.share)}${overlaps ? '' : '*'}`);
        return `       ${cell.pattern.padEnd(26)} ${figures[0]!.padEnd(10)}${figures[1] === undefined ? '' : `(${figures[1]})`}`.trimEnd();
      }),
  ]);
}

function percent(share: number | null): string {
  return String(Math.round(100 * (share ?? 0)));
}
