import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { formatStats, toCsv, writeResults, writeStats } from '../../src/store/index.ts';
import { temporaryFolder } from './temporary.ts';

test('a comma, a quote and a line break survive in CSV', () => {
  expect(
    toCsv([
      { name: 'a, "b"\nc', value: 0.1, on: true },
      { name: '', value: null, late: 3 },
    ]),
  ).toBe('name,value,on,late\r\n"a, ""b""\nc",0.1,true,\r\n"",,,3\r\n');
});

test('any text reads back from CSV', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), (texts) => {
      const cells = [...toCsv(texts.map((text) => ({ t: text }))).matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))\r\n/g)].slice(1);
      expect(cells.map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare)).toEqual(texts);
    }),
  );
});

test('a table is written as CSV and as Parquet with types that do not depend on the values', async () => {
  const folder = temporaryFolder();
  const rows = [
    { id: 'a', timing: 1, limited: false, mixed: 1, none: null },
    { id: 'b', timing: null, limited: true, mixed: 'x', none: null },
  ];
  await writeResults(folder, rows);
  const bytes = readFileSync(join(folder, 'results.parquet'));
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  expect(await parquetReadObjects({ file })).toEqual([
    { ...rows[0], mixed: '1' },
    { ...rows[1], mixed: 'x' },
  ]);
  expect(readFileSync(join(folder, 'results.csv'), 'utf8')).toContain('a,1,false,1,\r\n');
});

test('statistics are one aligned line each', async () => {
  const folder = temporaryFolder();
  const statistics = [
    { name: 'network.latency.p50', value: 21, unit: 'cycle', description: 'spike latency,\nmedian' },
    { name: 'timing', value: null, unit: '1', description: 'fidelity of timing' },
  ];
  await writeStats(folder, statistics);
  expect(readFileSync(join(folder, 'stats.txt'), 'utf8')).toBe(
    'network.latency.p50   21  # cycle, spike latency, median\ntiming               nan  # 1, fidelity of timing\n',
  );
  expect(() => formatStats([statistics[0]!, statistics[0]!])).toThrow('used twice');
});
