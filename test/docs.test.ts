/**
 * The documentation tells the truth: its schemas and tables are what the code says, its links lead somewhere, its commands and cards are taken by the tool.
 * Marks before a fenced block: `<!-- run -->` commands that must parse, `<!-- card KIND -->` a card that must validate, `<!-- file PATH -->` the text of a shipped file.
 * `npm run docs` writes schemas and tables anew.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../src/cli/commands.ts';
import { cardFile, checkContract, contractOf } from '../src/codesign/index.ts';
import { interfaceTiming } from '../src/emulator/index.ts';
import { CARD_KINDS, ChipSchema, ContractSchema, loadCard, NocSchema, parseCard, schemaOf, type SchemaKind } from '../src/model/index.ts';
import { commandLines, complaintsAbout, nameOf } from './tools/command-lines.ts';
import { fieldTable } from './tools/field-table.ts';
import { localLinks, markedBlocks, pagesBelow, read, ROOT } from './tools/pages.ts';

const KINDS = Object.keys(CARD_KINDS) as SchemaKind[];
const PAGES = pagesBelow();
const COMMAND_BLOCKS = PAGES.flatMap((page) => markedBlocks(page, 'run'));

test.each(KINDS)('docs/schemas holds the JSON Schema of a %s card', async (kind) => {
  await expect(`${JSON.stringify(schemaOf(kind), null, 2)}\n`).toMatchFileSnapshot(`../docs/schemas/${kind}.schema.json`);
});

test('docs/cards.md has the fields of every kind of card', async () => {
  const page = read('docs/cards.md').replaceAll(
    /(<!-- fields (\w+) -->\n)[^]*?(\n<!-- end of fields -->)/g,
    (_, head: string, kind: SchemaKind, foot: string) => `${head}\n${fieldTable(schemaOf(kind))}\n${foot}`,
  );
  expect(KINDS.filter((kind) => !page.includes(`<!-- fields ${kind} -->`))).toEqual([]);
  await expect(page).toMatchFileSnapshot('../docs/cards.md');
});

test('docs/chips.md has the fields of the parts of a chip card that it tells of', async () => {
  const parts = /(<!-- fields chip\.([\w.]+) -->\n)[^]*?(\n<!-- end of fields -->)/g;
  const page = read('docs/chips.md').replaceAll(
    parts,
    (_, head: string, path: string, foot: string) => `${head}\n${fieldTable(schemaOf('chip'), path)}\n${foot}`,
  );
  expect(page.match(parts)!.length).toBeGreaterThan(5);
  await expect(page).toMatchFileSnapshot('../docs/chips.md');
});

test.each(PAGES)('the links of %s lead somewhere', (page) => {
  const dead = localLinks(page).filter((target) => !existsSync(join(ROOT, dirname(page), target.replace(/#.*$/, ''))));
  expect(dead).toEqual([]);
});

test.each(COMMAND_BLOCKS)('the tool takes the commands of $place', ({ body }) => {
  expect(commandLines(body).flatMap(complaintsAbout)).toEqual([]);
});

test('a wrong command in the documentation would be noticed', () => {
  expect(complaintsAbout(['neurolith', 'codesign', 'calibration/quickstart.yaml', '--dice', '3'])).toEqual([
    '--dice is no option of codesign',
  ]);
  expect(complaintsAbout(['neurolith', 'regress', 'chips/none.yaml'])).toEqual(['chips/none.yaml does not exist']);
  expect(complaintsAbout(['npm', 'run', 'everything'])).toEqual(['npm run everything: no such script']);
  expect(() => complaintsAbout(['neurolith', 'codesign', 'calibration/quickstart.yaml', '-S', 'diez=1:2'])).toThrow('dies');
});

test('the documentation shows every command of the tool', () => {
  const shown = new Set(
    COMMAND_BLOCKS.flatMap(({ body }) => commandLines(body).flatMap(([, first, second]) => [first, `${first!} ${second!}`])),
  );
  expect(COMMANDS.map(nameOf).filter((name) => !shown.has(name))).toEqual([]);
});

test.each(PAGES.flatMap((page) => markedBlocks(page, 'card')))('the $argument card in $place is valid', ({ argument, body }) => {
  expect(parseCard(CARD_KINDS[argument as SchemaKind], body).value).toBeDefined();
});

test.each(PAGES.flatMap((page) => markedBlocks(page, 'file')))('$place shows $argument as it is', ({ argument, body }) => {
  expect(body).toBe(read(argument));
});

test('the contract of the documentation fits the cards it is written for', () => {
  const contract = loadCard(ContractSchema, join(ROOT, 'docs/examples/contract.yaml')).value;
  const chip = loadCard(ChipSchema, cardFile('chip', 'bss2')).value;
  const noc = loadCard(NocSchema, cardFile('noc', 'mesh-4x4')).value;
  const { window } = interfaceTiming(chip, 0);
  const seeds = { die: 1, noise: 1, stimulus: 1, mapping: 1 };
  const derived = contractOf(chip, noc, { window, confluence: 'internal-first', seeds });
  expect(() => checkContract(contract, derived)).not.toThrow();
});
