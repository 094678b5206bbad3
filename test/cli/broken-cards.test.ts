/** Deliberately broken cards: exit 2 within a second, one line per mistake with everything that helps, and no stack trace. */
import { beforeAll, expect, test, vi } from 'vitest';
import { neurolith, temporaryFolder, type Outcome } from './terminal.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const FOLDER = new URL('../fixtures/broken/', import.meta.url).pathname;
const noc = (file: string): string[] => ['emulate', 'small-world-300', '--noc', `${FOLDER}${file}`];
const workload = (file: string): string[] => ['emulate', `${FOLDER}${file}`];
const plan = (file: string): string[] => ['codesign', `${FOLDER}${file}`];

/** Loads what the commands import, so that the second is that of the card. */
beforeAll(async () => {
  await neurolith(...plan('unknown-path.yaml'));
  await neurolith(...noc('unknown-key.yaml'));
});

/** One pattern per line: line of the file, path, found, expected, nearest name. */
const CASES: readonly [file: string, args: string[], lines: readonly RegExp[]][] = [
  [
    'unknown-key.yaml',
    noc('unknown-key.yaml'),
    [/:5: router\.bufer: found an unknown field, expected one of .*; did you mean "buffer"\?$/],
  ],
  ['wrong-unit.yaml', noc('wrong-unit.yaml'), [/:5: clock: found "250 mV", expected a frequency between /]],
  [
    'wrong-enum.yaml',
    noc('wrong-enum.yaml'),
    [/:6: source_queue\.policy: found "drop-latest", expected one of stall, .*; did you mean "drop-newest"\?$/],
  ],
  [
    'missing-field.yaml',
    workload('missing-field.yaml'),
    [/: populations\.neurons\.parameters\.threshold: found nothing, expected a voltage /],
  ],
  ['bad-yaml.card', noc('bad-yaml.card'), [/:4: found "routing: .*", expected valid YAML/]],
  ['duplicate-key.card', noc('duplicate-key.card'), [/:6: found "clock: 25 MHz", expected a field that is not there already/]],
  ['out-of-range.yaml', noc('out-of-range.yaml'), [/:5: router\.vcs: found 99, expected a whole number between 1 and 16$/]],
  ['wrong-kind.yaml', noc('wrong-kind.yaml'), [/:1: kind: found "chip", expected kind: noc$/]],
  [
    'path-escape.yaml',
    workload('path-escape.yaml'),
    [/: edges\.0\.file: found "\.\.\/.*passwd", expected a file in the card's own folder or below$/],
  ],
  [
    'unknown-path.yaml',
    plan('unknown-path.yaml'),
    [/:8: factors\.network\.slow\.noc\.clok: found a path that is not in the card, .*; did you mean "noc\.clock"\?$/],
  ],
  [
    'no-such-card.yaml',
    plan('no-such-card.yaml'),
    [/:3: workload: found "small-wold-300", expected the name of a card .*; did you mean "small-world-300"\?$/],
  ],
  [
    'contract-missing-field.yaml',
    ['emulate', 'small-world-300', '--contract', `${FOLDER}contract-missing-field.yaml`],
    [/:4: time\.window: found nothing, expected a whole number /],
  ],
  [
    'many-mistakes.yaml',
    plan('many-mistakes.yaml'),
    [
      /:3: workload: found "\.\.\/elsewhere", expected the name of a card/,
      /:8: factors\.network\.fast\.nok\.clock: found "250 MHz", expected /,
      /:10: dies: found "6:1", expected a list of seeds/,
      /:11: stimulus_seeds: found an empty list, expected /,
      /:12: objectives\.1: found "energy", expected one of timing, /,
      /:13: calibration\.samples: found "many", expected a whole number between 1 and 4096$/,
      /:14: mapping\.partition: found "refind", expected .*; did you mean "refined"\?$/,
      /:15: duration: found "10 mV", expected a time between /,
      /:16: sead: found an unknown field, expected .*; did you mean "seed"\?$/,
    ],
  ],
];

test.each(CASES)('%s', async (file, args, lines) => {
  const folder = temporaryFolder();
  let elapsed = Infinity;
  let outcome: Outcome | undefined;
  // again when another process was in the way
  for (let attempt = 0; attempt < 3 && elapsed >= 1000; attempt++) {
    const begun = performance.now();
    outcome = await neurolith(...args, '-o', `${folder}/run`);
    elapsed = performance.now() - begun;
  }
  const { code, out, err } = outcome!;
  expect(elapsed).toBeLessThan(1000);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  const found = err.trimEnd().split('\n');
  expect(found).toHaveLength(lines.length);
  lines.forEach((line, i) => {
    expect(found[i]).toMatch(line);
    expect(found[i]).toContain(file);
  });
  expect(err).not.toMatch(/^\s+at /m);
});
