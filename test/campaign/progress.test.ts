import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { formatDuration, textProgress, type Progress } from '../../src/campaign/index.ts';

test('without a terminal: one line every 30 s, with rate and time left', () => {
  const { progress, written, wait } = told({});
  progress.begin(40, 8);
  for (let k = 0; k < 16; k++) {
    wait(4);
    progress.advance('mesh');
  }
  progress.end();
  expect(written()).toEqual([
    '8 of 40 points are there already\n',
    '16 of 40 points (40 %), 15.0 per min, about 1 min 36 s left\n',
    '24 of 40 points (60 %), 15.0 per min, about 1 min 4 s left\n',
    '24 of 40 points done, 1 min 4 s\n',
  ]);
});

test('on a terminal: a bar that never wraps and leaves nothing behind', () => {
  const { progress, written, wait } = told({ tty: true, columns: 60 });
  progress.begin(4, 0);
  wait(1);
  progress.advance('a label that is far longer than what is left of a line of sixty characters');
  progress.note('point "x" failed');
  progress.end();
  const text = written().join('');
  const plain = stripVTControlCharacters(text);
  expect(text).toContain('\u001b[32m######\u001b[39m');
  for (const line of plain.split(/[\r\n]/)) expect(line.length).toBeLessThan(60);
  expect(plain).toMatch(/\r *\rpoint "x" failed\n1 of 4 points done, 1\.0 s\n$/);
});

test('NO_COLOR, a dumb terminal and quiet are obeyed', () => {
  const plain = told({ tty: true, environment: { NO_COLOR: '1' } });
  plain.progress.begin(4, 2);
  expect(plain.written().join('')).toContain('[############............]');
  expect(plain.written().join('')).not.toContain('\u001b');
  const dumb = told({ tty: true, environment: { TERM: 'dumb' } });
  dumb.progress.begin(4, 0);
  dumb.progress.advance('a');
  expect(dumb.written()).toEqual([]);
  const quiet = told({ tty: true, quiet: true });
  quiet.progress.begin(4, 2);
  quiet.wait(60);
  quiet.progress.advance('a');
  quiet.progress.refresh();
  quiet.progress.note('point "a" failed');
  quiet.progress.end();
  expect(quiet.written()).toEqual(['point "a" failed\n']);
});

test('durations are for people', () => {
  expect([0, 4.24, 9.96, 59.4, 59.6, 200, 3599.7, 7500].map(formatDuration)).toEqual([
    '0.0 s',
    '4.2 s',
    '10 s',
    '59 s',
    '1 min 0 s',
    '3 min 20 s',
    '1 h 0 min',
    '2 h 5 min',
  ]);
});

interface Told {
  readonly progress: Progress;
  readonly written: () => string[];
  readonly wait: (seconds: number) => void;
}

function told(options: {
  readonly tty?: boolean;
  readonly columns?: number;
  readonly environment?: Record<string, string>;
  readonly quiet?: boolean;
}): Told {
  let now = 100;
  const texts: string[] = [];
  const { tty = false, columns = 80, environment = {}, quiet = false } = options;
  const stream = { write: (text: string) => texts.push(text), isTTY: tty, columns };
  return {
    progress: textProgress({ stream, clock: () => now, environment, quiet }),
    written: () => texts,
    wait: (seconds) => {
      now += seconds;
    },
  };
}
