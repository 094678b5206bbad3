import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StepJournal } from '../../src/store/index.ts';
import { exactText, exactValue } from '../../src/store/exact.ts';

const folder = async (): Promise<string> => mkdtemp(join(tmpdir(), 'neurolith-journal-'));

test('values come back with the very same bits, whatever numbers and arrays they hold', () => {
  const arrays = fc.oneof(fc.float64Array(), fc.int32Array(), fc.uint8Array(), fc.int8Array(), fc.uint16Array());
  const value = fc.dictionary(
    fc.string().filter((name) => name !== '$' && name !== '__proto__'),
    fc.oneof(
      arrays,
      fc.double(),
      fc.string(),
      fc.array(fc.double()),
      fc.array(fc.tuple(fc.string(), arrays)).map((pairs) => new Map(pairs)),
    ),
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(value, (one) => {
      expect(exactValue(exactText(one))).toStrictEqual(one);
    }),
  );
});

test('steps that are done are not done again, and the world is put back behind the last of them', async () => {
  const file = join(await folder(), 'job.json');
  const world = {
    value: 0,
    snapshot: () => ({ value: world.value }),
    restore: (state: { value: number }) => void (world.value = state.value),
  };
  const job = async (journal: StepJournal, until: number): Promise<number[]> => {
    const seen: number[] = [];
    for (let k = 1; k <= until; k++)
      seen.push(await journal.step(`step ${String(k)}`, world, async () => ((world.value = 10 * world.value + k), world.value)));
    return seen;
  };
  expect(await job(await StepJournal.open(file, 'a'), 2)).toEqual([1, 12]);
  world.value = 0;
  const again = await StepJournal.open(file, 'a');
  expect(again.found).toBe(2);
  expect(await job(again, 4)).toEqual([1, 12, 123, 1234]);
  await expect(StepJournal.open(file, 'b')).rejects.toThrow('the journal of another job');
  await (await StepJournal.open(file, 'a')).close();
  expect((await StepJournal.open(file, 'a')).found).toBe(0);
});

test('a file that is no journal, or is cut short, is refused by name', async () => {
  const file = join(await folder(), 'job.json');
  await (await StepJournal.open(file, 'a')).step('one', { snapshot: () => ({}), restore: () => undefined }, async () => 1);
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.slice(0, -3));
  await expect(StepJournal.open(file, 'a')).rejects.toThrow(file);
  await writeFile(file, '{"schema":"other"}');
  await expect(StepJournal.open(file, 'a')).rejects.toThrow('another kind of file');
});
