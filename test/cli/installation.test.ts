import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from './terminal.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

test.each([
  ['{ broken', 'found no JSON'],
  ['{}', 'found nothing'],
  ['{"version": 5}', 'found 5'],
])('an installation whose package.json is %s says so in one line', (content, said) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'dist/cli'), { recursive: true });
  for (const part of ['package.json', 'base', 'cli/main.js']) cpSync(join(DIST, part), join(folder, 'dist', part), { recursive: true });
  writeFileSync(join(folder, 'package.json'), content);
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'dist/cli/main.js'), '--version'], {
    encoding: 'utf8',
    cwd: folder,
  });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stderr).toContain(said);
  expect(stderr).toContain('install it again');
});
