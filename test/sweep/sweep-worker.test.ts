/** What a worker thread of a sweep reads before its first point is small: points of some ten milliseconds are worth a thread. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('the worker of a sweep is one file, without the schemas of cards, expressions and charts', () => {
  const text = readFileSync(new URL('../../dist/sweep/sweep-worker.bundle.js', import.meta.url), 'utf8');
  expect(text.length).toBeLessThan(300_000);
  expect(
    [...text.matchAll(/\bimport\s*\{[^}]*\}\s*from\s*"([^"]+)"/g)].map(([, name]) => name!).filter((name) => !name.startsWith('node:')),
  ).toEqual(['#vendor/elementary']);
});
