import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { validateTeacher } from '../../../src/reference/validate/validate.ts';
import { writeRandomCells } from './random-folder.ts';

test('every model under every kind of input meets its bars on parameters drawn at random', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'random-cells-'));
  writeRandomCells(directory, 5, 1);
  const { cases } = await validateTeacher(directory);
  expect(cases).toHaveLength(20);
  expect(cases.filter(({ spikes }) => (spikes ?? 0) > 2).length).toBeGreaterThan(9);
  expect(cases.filter(({ verdict }) => verdict !== 'passed').map(({ id, bars, note }) => ({ id, bars, note }))).toEqual([]);
}, 60_000);

test('an AdEx neuron at rest, whose next step would leave the numbers, goes on', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'random-cells-'));
  writeRandomCells(directory, 22, 11, 'adex_step');
  const { cases } = await validateTeacher(directory, { only: (id) => id === 'adex_step_10' });
  expect(cases.map(({ id, verdict }) => [id, verdict])).toEqual([['adex_step_10', 'passed']]);
}, 60_000);
