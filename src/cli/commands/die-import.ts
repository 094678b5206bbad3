/** `neurolith die import FILE --card CARD --name NAME -o CARD.yaml`: a card with a measured die. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { CardError } from '../../base/index.ts';
import { writeAtomically } from '../../store/index.ts';
import type { Arguments } from '../command.ts';
import { chipOf, dieOf } from '../die.ts';
import type { Host } from '../host.ts';
import { optionalText, text } from '../values.ts';

/** Larger than any measurement of the largest card. */
const LIMIT = 64_000_000;

export async function run(argv: Arguments, host: Host): Promise<number> {
  const chip = chipOf(text(argv, 'card'), []);
  const file = text(argv, 'file');
  const label = {
    name: text(argv, 'name'),
    die: dieOf(chip.card, text(argv, 'die')),
    source: optionalText(argv, 'source') ?? `measured, ${basename(file)}`,
  };
  const content = await textOf(file);
  const imported = chip.imported(await readFile(chip.file, 'utf8'), content, file, label);
  const out = text(argv, 'out');
  await writeAtomically(out, imported.text);
  const { measured, blank, missing } = imported.count;
  const drawn = [
    ...(blank > 0 ? [`${String(blank)} blank cells`] : []),
    ...(missing > 0 ? [`${String(missing)} circuits without a row`] : []),
  ];
  const rest = drawn.length === 0 ? '' : `; drawn from its number: ${drawn.join(' and ')}`;
  host.stdout.write(
    `${out}: die ${label.name} (${String(label.die)}) with ${String(imported.columns.length)} measured parameters, ${String(measured)} values${rest}\n`,
  );
  return 0;
}

async function textOf(file: string): Promise<string> {
  try {
    const content = await readFile(file);
    if (content.length > LIMIT)
      throw new CardError([{ file, found: `${String(content.length)} bytes`, expected: `at most ${String(LIMIT)} bytes` }]);
    return content.toString('utf8');
  } catch (error) {
    if (error instanceof CardError) throw error;
    throw new CardError([{ file, found: (error as Error).message, expected: 'a readable file' }]);
  }
}
