/** A file with kept code does what it does without; what V8 cannot take is compiled. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { loadBundle } from '../../src/cli/bundle.ts';
import { temporaryFolder } from './terminal.ts';

/** A file that takes a module from outside. Each text is compiled once in a process, so each file has its own. */
function written(name: string): URL {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'shared.mjs'), 'export const answer = 42;');
  writeFileSync(
    join(folder, 'bundle.cjs'),
    `const { basename } = require('node:path');
module.exports = { name: ${JSON.stringify(name)}, own: basename(__url), shared: require('./shared.mjs'), square: (x) => x * x };`,
  );
  return pathToFileURL(join(folder, 'bundle.cjs'));
}

const codeOf = (file: URL): URL => new URL(`${file.href}.code`);

type Exports = { readonly own: string; readonly shared: { readonly answer: number }; readonly square: (x: number) => number };

test('code is kept for the next process; the exports are the same', async () => {
  const file = written('kept');
  const first = await loadBundle(file, ['./shared.mjs']);
  expect(first.hadCode).toBe(false);
  first.keepCode();
  const second = await loadBundle(file, ['./shared.mjs']);
  expect(second.hadCode).toBe(true);
  for (const { exports } of [first, second]) {
    const { own, shared, square } = exports as Exports;
    expect([own, shared.answer, square(3)]).toEqual(['bundle.cjs', 42, 9]);
  }
  expect((first.exports as Exports).shared).toBe((second.exports as Exports).shared);
});

test('code that was cut off, and code of another file, are left alone', async () => {
  const first = written('first');
  (await loadBundle(first, ['./shared.mjs'])).keepCode();
  const code = readFileSync(codeOf(first));
  const cut = written('other');
  writeFileSync(codeOf(cut), code.subarray(0, 100));
  expect(await loadBundle(cut, ['./shared.mjs'])).toMatchObject({ hadCode: false, exports: { name: 'other' } });
  const longer = written('longer');
  writeFileSync(codeOf(longer), code);
  expect(await loadBundle(longer, ['./shared.mjs'])).toMatchObject({ hadCode: false, exports: { name: 'longer' } });
});
