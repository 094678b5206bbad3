import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CardError, InternalError } from '../../src/base/index.ts';
import type { RegressRecord } from '../../src/model/run-record.ts';
import { readRunRecord, writeRunRecord } from '../../src/store/index.ts';
import { temporaryFolder } from './temporary.ts';

const record: RegressRecord = {
  schema: 'neurolith/run/1',
  kind: 'regress',
  title: 'regression',
  provenance: {
    version: '0.1.0',
    modelVersion: 1,
    command: ['regress'],
    git: null,
    node: 'v20',
    host: { platform: 'linux', cpu: 'any', cores: 2 },
    seed: 1,
    planHash: 'a',
    started: '2026-01-01T00:00:00Z',
    timings: {},
  },
  contract: null,
  contractHash: null,
  evidence: { counts: { published: 1, derived: 0, assumed: 0 }, assumptions: [] },
  result: { cards: [{ card: 'chips/a.yaml', metrics: [{ metric: 'area', baseline: 1, value: 2, status: 'moved' }] }] },
};

test('a run record comes back as it went in', async () => {
  const folder = temporaryFolder();
  await writeRunRecord(folder, record);
  expect(await readRunRecord(folder)).toEqual(record);
});

test('a number that JSON cannot hold is refused with its place', async () => {
  const broken = {
    ...record,
    result: { cards: [{ card: 'a', metrics: [{ metric: 'm', baseline: NaN, value: 1, status: 'moved' as const }] }] },
  };
  await expect(writeRunRecord(temporaryFolder(), broken)).rejects.toThrow(InternalError);
  await expect(writeRunRecord(temporaryFolder(), broken)).rejects.toThrow('NaN at "baseline"');
});

test.each([
  ['no such file', undefined],
  ['in JSON', '{"schema":'],
  ['schema: expected', JSON.stringify({ ...record, schema: 'other/1' })],
  ['provenance.seed: expected', JSON.stringify({ ...record, provenance: { ...record.provenance, seed: 'x' } })],
])('a broken record is refused with file and path: %s', async (message, text) => {
  const folder = temporaryFolder();
  if (text !== undefined) writeFileSync(join(folder, 'run.json'), text);
  const failure = await readRunRecord(folder).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CardError);
  expect((failure as Error).message).toContain(message);
  expect((failure as Error).message).toContain('run.json');
});
