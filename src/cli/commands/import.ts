/** `neurolith import`. As for `sweep` the build makes one file of what the command needs: a damaged file is told in a third of the time. From the sources it is read as they are. */
import { existsSync } from 'node:fs';

const BUNDLE = new URL('../run-import.bundle.js', import.meta.url);

export const { run } = (
  existsSync(BUNDLE) ? await import(BUNDLE.href) : await import('../run-import.ts')
) as typeof import('../run-import.ts');
