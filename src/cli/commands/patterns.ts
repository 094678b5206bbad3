/** `neurolith patterns CARD`: can every circuit of a die be made to fire in the patterns of the literature? */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cardFile, intendPatterns, patterns } from '../../codesign/index.ts';
import { UsageError } from '../../base/index.ts';
import { ChipSchema, didYouMean, loadCard, PATTERN_NAMES, PatternsSchema, type PatternName, type PatternsPlan } from '../../model/index.ts';
import { writeReport } from '../../report/index.ts';
import type { Arguments } from '../command.ts';
import { diesField } from '../die.ts';
import { runContext, type Host } from '../host.ts';
import { tellIntent } from '../intent.ts';
import { flag, list, optionalNumber, optionalText, text } from '../values.ts';

const SHIPPED = fileURLToPath(new URL('../../../calibration/firing-patterns.yaml', import.meta.url));

export async function run(argv: Arguments, host: Host): Promise<number> {
  const directory = text(argv, 'out');
  const overrides = [...list(argv, 'set')];
  const dies = optionalText(argv, 'dies');
  const chip = cardFile('chip', text(argv, 'card'));
  if (dies !== undefined) overrides.push(diesField(chip, dies));
  const seed = optionalNumber(argv, 'seed');
  if (seed !== undefined) overrides.push(`effort.seed=${String(seed)}`);
  // fields of the chip are set with a prefix, fields of the plan without
  const chipFields = overrides.filter((field) => field.startsWith('chip.')).map((field) => field.slice('chip.'.length));
  const planFields = overrides.filter((field) => !field.startsWith('chip.'));
  const card = loadCard(ChipSchema, chip, { overrides: chipFields }).value;
  const whole = loadCard(PatternsSchema, optionalText(argv, 'plan') ?? SHIPPED, { overrides: planFields }).value;
  const plan = chosenPatterns(whole, optionalText(argv, 'only'));
  const request = { card, plan };
  if (flag(argv, 'dry-run'))
    return tellIntent(await intendPatterns({ ...request, context: { directory, force: flag(argv, 'force') } }), argv, host);
  const context = await runContext(
    { directory, force: flag(argv, 'force'), workers: optionalNumber(argv, 'workers'), quiet: flag(argv, 'quiet'), noun: 'calibrations' },
    host,
  );
  const record = await patterns({ ...request, context });
  const report = await writeReport(directory);
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
