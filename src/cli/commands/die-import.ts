/** `neurolith die import FILE --card CARD --name NAME -o CARD.yaml`: a card with a measured die. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { CardError } from '../../base/index.ts';
import { cardFile, cardWithDie, readMeasured } from '../../codesign/index.ts';
import { ChipSchema, loadCard } from '../../model/index.ts';
import { writeAtomically } from '../../store/index.ts';
import type { Arguments } from '../command.ts';
import { dieOf } from '../die.ts';
import type { Host } from '../host.ts';
import { optionalText, text } from '../values.ts';

/** Larger than any measurement of the largest card. */
const LIMIT = 64_000_000;

export async function run(argv: Arguments, host: Host): Promise<number> {
  const cardPath = cardFile('chip', text(argv, 'card'));
  const card = loadCard(ChipSchema, cardPath);
  const { cores, neurons_per_core } = card.value.geometry;
  const file = text(argv, 'file');
  const label = {
    name: text(argv, 'name'),
    die: dieOf(card.value, text(argv, 'die')),
    source: optionalText(argv, 'source') ?? `measured, ${basename(file)}`,
  };
  const measured = readMeasured(await textOf(file), file, label, cores.value * neurons_per_core.value);
  const out = text(argv, 'out');
  await writeAtomically(out, cardWithDie(card, await readFile(cardPath, 'utf8'), measured));
  host.stdout.write(
    `${out}: die ${label.name} (${String(label.die)}) with ${String(Object.keys(measured.circuits).length)} measured parameters\n`,
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
