import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CardError } from '../../src/base/index.ts';
import { readSpikeFile, writeHdf5, writeSpikeFile, type SpikeTable } from '../../src/store/index.ts';
import { temporaryFolder } from './temporary.ts';

const VARIANTS = new URL('../../../shared/data/sonata/spikes_variants/', import.meta.url).pathname;
const absent = !existsSync(VARIANTS);
const said = absent ? ' (skipped: ../shared is not here)' : '';

test.skipIf(absent)(`the SONATA variants of one recording hold the same spikes${said}`, async () => {
  const [reference] = await readSpikeFile(`${VARIANTS}spikes.one_pop.h5`);
  expect(reference!.population).toBe('v1');
  expect(reference!.time).toHaveLength(124);
  for (const name of ['spikes.h5', 'spikes.old.h5', 'spikes.one_pop.csv', 'spikes.noheader.nopop.csv']) {
    const [table] = await readSpikeFile(VARIANTS + name);
    expect(table!.node, name).toEqual(reference!.node);
    // the text was written from single steps, with an odd last digit
    table!.time.forEach((time, k) => expect(time).toBeCloseTo(reference!.time[k]!, 9));
  }
  const several = await readSpikeFile(`${VARIANTS}spikes.multipop.h5`);
  const text = await readSpikeFile(`${VARIANTS}spikes.multipop.csv`);
  expect(several.map(({ population, time }) => [population, time.length])).toEqual([
    ['lgn', 123356],
    ['tw', 21078],
  ]);
  expect(text.map(({ population, time }) => [population, time.length])).toEqual(
    several.map(({ population, time }) => [population, time.length]),
  );
});

const tables = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 99_999 }), fc.integer({ min: 0, max: 9 })), { minLength: 1, maxLength: 50 })
  .map((spikes): SpikeTable[] => {
    const sorted = spikes.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
    return [
      {
        population: 'E',
        time: Float64Array.from(sorted, ([time]) => time / 10),
        node: Uint32Array.from(sorted, ([, node]) => node),
        nodes: 10,
      },
    ];
  });

test('what is written as SONATA, NIRData, NEST and CSV is read back', async () => {
  const folder = temporaryFolder();
  await fc.assert(
    fc.asyncProperty(tables, async ([table]) => {
      for (const format of ['sonata', 'nir', 'nest', 'csv'] as const) {
        const path = join(folder, `spikes.${format}`);
        await writeSpikeFile(path, format, [table!]);
        const [read] = await readSpikeFile(path);
        expect(read!.node, format).toEqual(table!.node);
        read!.time.forEach((time, k) => expect(time).toBeCloseTo(table!.time[k]!, 9));
        expect(read!.population).toBe(format === 'nest' ? '' : 'E');
      }
    }),
    { numRuns: 10 },
  );
});

test('gridded NIRData: a spike where the data is not 0, a batch as further populations', async () => {
  const path = join(temporaryFolder(), 'data.nir');
  const data = { data: Float64Array.of(0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1), shape: [2, 3, 2] };
  await writeHdf5(path, { groups: { out: { attributes: { __type__: 'TimeGriddedData', dt: 1e-4 }, sets: { data } } } });
  const read = await readSpikeFile(path);
  expect(read.map(({ population, time, node, nodes }) => [population, [...time], [...node], nodes])).toEqual([
    ['out', [0, 0.1], [1, 0], 2],
    ['out#1', [0.1, 0.2], [0, 1], 2],
  ]);
});

test('mistakes in spike files are told by line or path', async () => {
  const folder = temporaryFolder();
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  await expect(readSpikeFile(file('a.csv', 'time,node\n1,2\nx,3\n4,-1\n'))).rejects.toThrow(/a\.csv:3.*\n.*a\.csv:4/);
  await expect(readSpikeFile(file('b.csv', 'when,who\n1,2\n'))).rejects.toThrow(/b\.csv:1.*a column of times/);
  await expect(readSpikeFile(file('c', Uint8Array.of(0, 1, 2)))).rejects.toThrow(CardError);
  await expect(readSpikeFile(join(folder, 'none'))).rejects.toThrow('no such file');
  const path = join(folder, 'units.h5');
  const sets = { node_ids: { data: Uint32Array.of(1) }, timestamps: { data: Float64Array.of(1), attributes: { units: 'hours' } } };
  await writeHdf5(path, { groups: { spikes: { groups: { v1: { sets } } } } });
  await expect(readSpikeFile(path)).rejects.toThrow(/spikes\/v1\/timestamps@units.*"hours".*ms or s/);
});
