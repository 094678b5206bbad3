/** The commands `chip` and `die`. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { EmulationRecord } from '../../src/model/index.ts';
import { makeWorkspace, type Workspace } from '../codesign/workspace.ts';
import { diesField } from '../../src/cli/die.ts';
import { neurolith } from './terminal.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let space: Workspace;
beforeAll(() => (space = makeWorkspace()));
afterAll(() => rmSync(space.folder, { recursive: true, force: true }));
const at = (name: string): string => join(space.folder, name);

test('a die that was exported and imported runs bit for bit as the die it came from', async () => {
  const card = at('chips/small.yaml');
  expect(await neurolith('die', 'export', card, '--die', '4', '-o', at('die.csv'))).toMatchObject({ code: 0, err: '' });
  const imported = await neurolith(
    'die',
    'import',
    at('die.csv'),
    '--card',
    card,
    '--name',
    'lab-4',
    '--die',
    '4',
    '-o',
    at('chips/lab.yaml'),
  );
  expect(imported).toMatchObject({ code: 0, err: '' });
  const hashOf = async (chip: string, die: string): Promise<string> => {
    const cards = ['--chip', at(`chips/${chip}.yaml`), '--noc', at('noc/mesh-2x2.yaml'), '-o', at(`runs/${chip}-${die}`)];
    const workload = at('calibration/workloads/tiny.yaml');
    const { code, out, err } = await neurolith('emulate', workload, ...cards, '--codes', 'nominal', '--die', die, '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return (JSON.parse(out) as EmulationRecord).result.traceHash;
  };
  const drawn = await hashOf('small', '4');
  expect(await hashOf('lab', '4')).toBe(drawn);
  expect(await hashOf('lab', 'lab-4')).toBe(drawn);
  expect(await hashOf('small', '5')).not.toBe(drawn);
  expect(await neurolith('die', 'diff', card, '4', 'lab-4', '--other', at('chips/lab.yaml'))).toMatchObject({ code: 0, err: '' });
  expect(await neurolith('die', 'diff', card, '4', '5')).toMatchObject({ code: 1, err: '' });
});

test('sheets are printed and written as pages', async () => {
  const card = at('chips/small.yaml');
  expect(await neurolith('chip', 'show', card, '-o', at('chip.html'))).toMatchObject({ code: 0, err: '' });
  expect(await neurolith('die', 'show', card, '--die', '2', '-o', at('die.html'))).toMatchObject({ code: 0, err: '' });
  expect(existsSync(at('chip.html')) && existsSync(at('die.html'))).toBe(true);
});

test('dies of a digital card are one and the same: shown and compared in words, not exported', async () => {
  expect(await neurolith('die', 'show', 'loihi-like', '--die', '3')).toMatchObject({ code: 0, err: '' });
  const { code, out } = await neurolith('die', 'diff', 'loihi-like', '1', '2');
  expect({ code, same: out.includes('are the same') }).toEqual({ code: 0, same: true });
  const exported = await neurolith('die', 'export', 'loihi-like', '-o', at('digital.csv'));
  expect(exported).toMatchObject({ code: 2, out: '' });
  expect(exported.err).toMatch(/^die export: no parameter of Loihi-like varies/);
  // a command of another family says which commands this card is for
  const other = await neurolith('calibrate', 'loihi-like', '-o', at('runs/digital'));
  expect({ code: other.code, told: other.err.trim().split('\n').length }).toEqual({ code: 2, told: 1 });
  expect(other.err).toMatch(/family: found "loihi", expected bss2 .*validate loihi/);
});

test('measurements of another family are told by their own file and field', async () => {
  expect(await neurolith('die', 'export', 'dynapse2', '-o', at('other.json'))).toMatchObject({ code: 0 });
  const { code, err } = await neurolith('die', 'import', at('other.json'), '--card', 'bss2', '--name', 'lab', '-o', at('chips/never.yaml'));
  expect(code).toBe(2);
  for (const line of err.trim().split('\n')) expect(line.startsWith(`${at('other.json')}: `)).toBe(true);
  expect(err).toContain('neurons: found an unknown field, expected one of name, die, source, circuits');
  expect(existsSync(at('chips/never.yaml'))).toBe(false);
});

test('several dies are given by number, by range and by name', () => {
  const lab = at('chips/lab.yaml');
  expect(diesField(lab, '1:6')).toBe('dies="1:6"');
  expect(diesField(lab, '1, lab-4,7')).toBe('dies=[1,4,7]');
  expect(() => diesField(lab, '1,lab-5')).toThrow(/lab-5.*lab-4/);
});

test('a die that does not exist is a mistake with the names there are', async () => {
  expect(await neurolith('die', 'show', at('chips/small.yaml'), '--die', 'lab')).toMatchObject({
    code: 2,
    err: expect.stringContaining('no measured dies') as string,
  });
  expect(await neurolith('die', 'export', at('chips/small.yaml'), '-o', at('die.txt'))).toMatchObject({ code: 2 });
});
