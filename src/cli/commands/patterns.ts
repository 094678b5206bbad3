/** `neurolith patterns CARD`: can every circuit of a die be made to fire in the patterns of the literature? */
import { readFileSync } from 'node:fs';
import { intendPatterns, patterns } from '../../codesign/index.ts';
import { UsageError } from '../../base/index.ts';
import { ChipSchema, didYouMean, PATTERN_NAMES, PatternsSchema, type PatternName, type PatternsPlan } from '../../model/index.ts';
import { writeReport } from '../../report/index.ts';
import type { Arguments } from '../command.ts';
import { dieCommand } from '../die-command.ts';
import type { Host } from '../host.ts';
import { tellIntent } from '../intent.ts';
import { flag, optionalText } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const {
    card,
    plan: whole,
    target,
    context,
  } = dieCommand(argv, host, { chip: ChipSchema, schema: PatternsSchema, shipped: 'firing-patterns' });
  const request = { card, plan: chosenPatterns(whole, optionalText(argv, 'only')) };
  if (flag(argv, 'dry-run')) return tellIntent(await intendPatterns({ ...request, context: target }), argv, host);
  const record = await patterns({ ...request, context: await context('calibrations') });
  const report = await writeReport(target.directory, { png: flag(argv, 'png') });
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(record.result)}\n` : `${readFileSync(report.summary, 'utf8')}\n`);
  return record.result.passed ? 0 : 1;
}

/** The plan with the named patterns alone. Throws UsageError for a name that it has not. */
function chosenPatterns(plan: PatternsPlan, only: string | undefined): PatternsPlan {
  if (only === undefined) return plan;
  const known = PATTERN_NAMES.filter((name) => plan.patterns[name] !== undefined);
  const wanted = only.split(',').map((name) => name.trim());
  const unknown = wanted.find((name) => !known.some((other) => other === name));
  if (unknown !== undefined) {
    const nearest = didYouMean(unknown, known);
    throw new UsageError(
      `--only: found "${unknown}", expected some of ${known.join(', ')}${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`,
    );
  }
  const chosen: Partial<Record<PatternName, NonNullable<PatternsPlan['patterns'][PatternName]>>> = {};
  for (const name of known) if (wanted.includes(name)) chosen[name] = plan.patterns[name]!;
  return { ...plan, patterns: chosen };
}
