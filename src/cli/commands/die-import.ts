/** `neurolith die import FILE --card CARD --name NAME -o CARD.yaml`: a card with a measured die. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { CardError } from '../../base/index.ts';
import { cardWithDie, readMeasured, readMeasuredDynapse, type DieLabel } from '../../codesign/index.ts';
import { DynapseSchema } from '../../model/index.ts';
import { writeAtomically } from '../../store/index.ts';
import type { Arguments } from '../command.ts';
import { dieOf, loadAnalog, type AnalogCard } from '../die.ts';
import type { Host } from '../host.ts';
import { optionalText, text } from '../values.ts';

/** Larger than any measurement of the largest card. */
const LIMIT = 64_000_000;

export async function run(argv: Arguments, host: Host): Promise<number> {
  const of = loadAnalog(text(argv, 'card'), []);
  const file = text(argv, 'file');
  const label = {
    name: text(argv, 'name'),
    die: dieOf(of.card.value, text(argv, 'die')),
    source: optionalText(argv, 'source') ?? `measured, ${basename(file)}`,
  };
  const content = await textOf(file);
  const { die, count, card } = merged(of, await readFile(of.file, 'utf8'), content, file, label);
  const out = text(argv, 'out');
  await writeAtomically(out, card);
  const parameters = Object.keys('circuits' in die ? die.circuits : die.neurons);
  const { measured, blank, missing } = count;
  const drawn = [
    ...(blank > 0 ? [`${String(blank)} blank cells`] : []),
    ...(missing > 0 ? [`${String(missing)} circuits without a row`] : []),
  ];
  const rest = drawn.length === 0 ? '' : `; drawn from its number: ${drawn.join(' and ')}`;
  host.stdout.write(
    `${out}: die ${label.name} (${String(label.die)}) with ${String(parameters.length)} measured parameters, ${String(measured)} values${rest}\n`,
  );
  return 0;
}

/** The measured die and the text of the card with it. */
function merged(of: AnalogCard, cardText: string, content: string, file: string, label: DieLabel) {
  if (of.family === 'dynapse') {
    const found = readMeasuredDynapse(content, file, label, of.card.value);
    return { ...found, card: cardWithDie(of.card.label, cardText, found.die, DynapseSchema) };
  }
  const found = readMeasured(content, file, label, of.card.value);
  return { ...found, card: cardWithDie(of.card.label, cardText, found.die) };
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
