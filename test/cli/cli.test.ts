import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { CARD_KINDS } from '../../src/model/index.ts';
import { nameOf } from '../tools/command-lines.ts';
import { neurolith, temporaryFolder } from './terminal.ts';

// on a busy machine a few seconds of work take many
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname;
const HOOK = new URL('../fixtures/cpu-at-exit.cjs', import.meta.url).pathname;
const NAMES = COMMANDS.map(nameOf);

/** The parser prints help to the console of the process, so help is looked at from outside. */
function outside(...args: string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', timeout: 30_000 });
  return { code: status, out: stdout, err: stderr };
}

describe('help', () => {
  test('without arguments and with --help all commands are listed', () => {
    const { code, out } = outside('--help');
    expect(code).toBe(0);
    for (const name of NAMES) expect(out).toContain(`neurolith ${name.split(' ')[0]!}`);
    expect(outside().out).toBe(out);
  });

  test.each(NAMES)('help of %s has an example that begins with the command', (name) => {
    const { code, out } = outside(...name.split(' '), '--help');
    expect(code).toBe(0);
    expect(out).toMatch(/Examples:/);
    expect(out).toMatch(new RegExp(`Examples:\\s+neurolith ${name} `));
  });

  test('it costs at most 60 ms of CPU over a bare node', () => {
    const cost = (...args: string[]): number => {
      const { output } = spawnSync(process.execPath, ['--require', HOOK, ...args], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      });
      return Number(output[3]) / 1000;
    };
    const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
    // interleaved, and again when another process was in the way
    let over = Infinity;
    for (let attempt = 0; attempt < 5 && over > 60; attempt++) {
      const pairs = Array.from({ length: 5 }, () => [cost(MAIN, '--help'), cost('-e', '0')] as const);
      const bare = median(pairs.map((pair) => pair[1]));
      // a bare node costs 40 to 50 ms; on a machine where everything costs more than 60, because others share its cores, the difference is scaled down likewise
      over = Math.min(over, (median(pairs.map(([help]) => help)) - bare) / Math.max(1, bare / 60));
    }
    expect(over).toBeLessThanOrEqual(60);
  });
});

test('the built command tells the mistakes of its commands in words, and a reader that leaves early is no error', () => {
  const wrong = outside('schema', 'chips');
  expect(wrong.code).toBe(2);
  expect(wrong.err).not.toMatch(/^\s+at /m);
  expect(outside('regress', 'none.yaml').code).toBe(2);
  const piped = spawnSync('sh', ['-c', `"${process.execPath}" "${MAIN}" schema chip | head -n 1`], { encoding: 'utf8' });
  expect({ out: piped.stdout, err: piped.stderr }).toEqual({ out: '{\n', err: '' });
});

describe('a wrong command line ends with 2, in words and without a stack', () => {
  test.each<[string, string[], RegExp]>([
    ['an unknown command', ['frobnicate'], /Unknown argument: frobnicate/],
    ['a command that is nearly one', ['codesin', 'plan.yaml'], /Did you mean codesign\?/],
    ['no command', ['--quiet'], /say a command/],
    ['a missing argument', ['codesign'], /Not enough non-option arguments/],
    ['an unknown flag', ['emulate', 'small-world-300', '--frob', '1'], /--frob: found an option that "emulate" has not/],
    ['a die that is no number', ['emulate', 'small-world-300', '--die', 'abc'], /--die: found "abc", expected a whole number/],
    ['a die given twice', ['emulate', 'small-world-300', '--die', '1', '--die', '2'], /--die: give it once, with a value/],
    ['a die without a value', ['emulate', 'small-world-300', '--die'], /Not enough arguments following: die/],
    ['a fraction of a die', ['emulate', 'small-world-300', '--die', '1.5'], /--die: found "1.5"/],
    ['no worker', ['codesign', 'calibration/quickstart.yaml', '-j', '0'], /--workers: found "0", expected a whole number of at least 1/],
    ['a duration without a unit', ['emulate', 'small-world-300', '--for', '10'], /--for: found "10", expected a time such as/],
    ['codes that do not exist', ['emulate', 'small-world-300', '--codes', 'perfect'], /codes.*perfect/is],
    ['an override of nothing', ['emulate', 'small-world-300', '-S', 'foo=1'], /-S foo=1: expected a path that begins with chip or noc/],
    [
      'an override of a field that is nearly one',
      ['emulate', 'small-world-300', '-S', 'noc.clok=1 MHz'],
      /-S noc.clok=1 MHz: noc.clok: .*did you mean "noc.clock"\?/,
    ],
    ['a workload that is nearly one', ['emulate', 'small-world-30'], /workload: found "small-world-30".*did you mean "small-world-300"\?/],
    ['a chip that does not exist', ['calibrate', 'bss9'], /chip: found "bss9".*did you mean "bss2"\?/],
    ['a plan that does not exist', ['codesign', 'none.yaml'], /none.yaml.*a file that exists/],
    ['a kind of card that does not exist', ['schema', 'chips'], /kind.*chips/is],
    ['a run that does not exist', ['report', '/nowhere/at/all'], /run.json: found no such file/],
    ['a card that does not exist', ['regress', 'none.yaml'], /none.yaml.*a file that exists/],
  ])('%s', async (_, args, message) => {
    const { code, out, err } = await neurolith(...args, ...(args[0] === 'emulate' ? ['-o', `${temporaryFolder()}/run`] : []));
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(message);
    expect(err).not.toMatch(/^\s+at /m);
  });
});

describe('schema', () => {
  test.each(Object.keys(CARD_KINDS))('%s is printed as a JSON Schema of an object', async (kind) => {
    const { code, out, err } = await neurolith('schema', kind);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const schema = JSON.parse(out) as Record<string, unknown>;
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: `neurolith ${kind} card`,
      type: 'object',
    });
    expect(Object.keys(schema['properties'] as object).length).toBeGreaterThan(4);
  });
});

describe('exit codes', () => {
  let errors: typeof import('../../src/base/index.ts');
  let StoppedError: typeof import('../../src/campaign/index.ts').StoppedError;
  beforeAll(async () => {
    errors = await import('../../src/base/index.ts');
    ({ StoppedError } = await import('../../src/campaign/index.ts'));
  });

  test.each([
    ['a usage error', () => new errors.UsageError('x'), 2],
    ['a card error', () => new errors.CardError([{ file: 'x', expected: 'y' }]), 2],
    ['an impossible request', () => new errors.InfeasibleError('x'), 2],
    ['an incomplete run', () => new errors.IncompleteError('x'), 3],
    ['nondeterminism', () => new errors.ContractError('x'), 4],
    ['a stopped run', () => new StoppedError('x'), 75],
  ])('%s is told in one line and gives its code', async (_, make, code) => {
    const report = COMMANDS.find(({ usage }) => usage.startsWith('report'))!;
    const load = vi.spyOn(report, 'load').mockResolvedValue({ run: () => Promise.reject(make()) });
    const outcome = await neurolith('report', 'x');
    load.mockRestore();
    expect(outcome.code).toBe(code);
    expect(outcome.err.trim().split('\n')).toHaveLength(1);
  });

  test.each([
    ['our mistake', () => new errors.InternalError('broken')],
    ['an error that nobody expected', () => new TypeError('broken')],
  ])('%s gives 70, with its stack and the request to report it', async (_, make) => {
    const report = COMMANDS.find(({ usage }) => usage.startsWith('report'))!;
    const load = vi.spyOn(report, 'load').mockResolvedValue({ run: () => Promise.reject(make()) });
    const { code, err } = await neurolith('report', 'x');
    load.mockRestore();
    expect(code).toBe(70);
    expect(err).toMatch(/please report/);
    expect(err).toMatch(/^\s+at /m);
  });
});
