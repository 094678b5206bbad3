/** All mistakes of a command line at once, each with the nearest that would do; what cannot be written is refused before anything is computed. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../src/store/index.ts';
import { neurolith, temporaryFolder } from './terminal.ts';

const OPTIONS =
  '--rate, --vcd, --estimate, --output-queued, --traffic, --seed, --out, --allow-unsafe, --set, --json, --quiet, --force, --help, --version';
const unknown = (option: string, nearest?: string): string =>
  `${option}: found an option that "noc run" has not, expected one of ${OPTIONS}${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`;
const RATE = 'expected a number between 0 and 1';
const HINT = ' (neurolith --help lists the commands, neurolith COMMAND --help its arguments)';
const run = (...more: string[]): string[] => ['noc', 'run', 'mesh-4x4', ...more];

test.each<[string, string[], string[]]>([
  ['an option that is nearly one', run('--rat', '0.1'), [unknown('--rat', '--rate')]],
  [
    'options and values that all are none',
    run('--rat', '3', '--sede=4', '-x', '--rate', '0x1', '--seed', '1.5', '-o', '/dev/null'),
    [
      unknown('--rat', '--rate'),
      unknown('--sede', '--seed'),
      unknown('-x'),
      `--rate: found "0x1", ${RATE}`,
      '--out: found "/dev/null", expected a file or a folder: this is a device',
      '--seed: found "1.5", expected a whole number of at least 0',
    ],
  ],
  ...['0x1', '1e999', '-1', 'NaN', '', '1,5', 'Infinity'].map((rate): [string, string[], string[]] => [
    `a load of "${rate}"`,
    run('--rate', rate),
    [`--rate: found "${rate}", ${RATE}`],
  ]),
  ['a load twice', run('--rate', '0.1', '--rate', '0.2'), ['--rate: give it once']],
  ['a design too many', run('mesh-8x8', '--rate', '0.1'), ['noc run: found "mesh-8x8", expected no more arguments than noc run <design>']],
  [
    'an argument that is missing, and an option that is none',
    ['noc', 'run', '--rat', '3'],
    [unknown('--rat', '--rate'), `Not enough non-option arguments: got 0, need at least 1${HINT}`],
  ],
  [
    'a word that is none of some',
    ['emulate', 'small-world-300', '--codes', 'nominl'],
    ['--codes: found "nominl", expected one of calibrated, nominal; did you mean "nominal"?'],
  ],
  ['a folder without a name', run('--rate', '0.1', '-o', ''), ['--out: found "", expected a file or a folder to write']],
])('%s', async (_, args, lines) => {
  const { code, out, err } = await neurolith(...args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  const order = (all: string[]): string[] => all.toSorted();
  expect(order(err.trimEnd().split('\n'))).toEqual(order(lines));
});

test('what an option may be is not refused: letters together, values beside them, negations, camel case', async () => {
  const dry = await neurolith('sweep', 'noc/sweeps/small-world.yaml', '-qj2', '--no-png', '--dryRun', '-S', 'name=x');
  expect({ code: dry.code, err: dry.err }).toEqual({ code: 0, err: '' });
});

test('a folder or file that cannot be written is refused at once, and nothing is left', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'file');
  writeFileSync(file, 'mine');
  mkdirSync(join(folder, 'full'));
  writeFileSync(join(folder, 'full', 'letter.txt'), 'mine');
  const told = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await neurolith(...run('--rate', '0.1'), ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    return err.replaceAll(`${folder}/`, '');
  };
  expect(await told('-o', join(file, 'x'))).toBe('--out: found "file/x", expected a path below a folder: file is none\n');
  expect(await told('-o', file)).toBe('file is a file: a run needs a folder\n');
  expect(await told('--vcd', join(folder, 'full'))).toMatch(/^--vcd: found "full", a folder or a device, expected the name of a file/);
  // before it is run: a search of minutes must not end so
  expect(await told('-o', join(folder, 'full'))).toMatch(/^full is not empty and was not made by neurolith/);
  expect(await told('-o', join(folder, 'a'.repeat(300)))).toMatch(/^a+: cannot be written \(ENAMETOOLONG\)/);
  expect(readdirSync(folder).toSorted()).toEqual(['file', 'full']);
});

test.skipIf(!existsSync('/proc/self'))('a file system that takes no new folder and does not say so is no endless wait', async () => {
  const { code, err } = await neurolith(...run('--rate', '0.1', '-o', '/proc/x/y'));
  expect([code, err]).toEqual([
    2,
    expect.stringMatching(
      /^--out: found "\/proc\/x\/y", expected a path that can be written: nothing can be made in \/proc \(E[A-Z]+\)\n$/,
    ),
  ]);
  await expect(makeFolder('/proc/x/y')).rejects.toThrow(/^\/proc\/x\/y: cannot be written \(E[A-Z]+\)$/);
});
