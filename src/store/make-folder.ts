/**
 * Folders to write into, and why one cannot. Level by level from the deepest folder that is there: Node's recursive mkdir never ends where a file system takes no new folder but does
 * not say so (/proc).
 */
import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../base/errors.ts';

/** Makes a folder and those above it; nothing where it is there. UsageError where that cannot be. */
export async function makeFolder(path: string): Promise<void> {
  const { above, missing } = missingFolders(path);
  if (!statSync(above).isDirectory()) throw new UsageError(`${path}: cannot be a folder: ${above} is none`);
  for (const folder of missing.toReversed()) {
    await asWriting(path, async () => {
      try {
        await mkdir(folder);
      } catch (error) {
        // another process was quicker
        if (codeOf(error) !== 'EEXIST' || !statSync(folder).isDirectory()) throw error;
      }
    });
  }
}

/** The deepest part of a path that is there, and the missing folders below it, the deepest first. */
export function missingFolders(path: string): { readonly above: string; readonly missing: readonly string[] } {
  const missing: string[] = [];
  let above = resolve(path);
  while (!existsSync(above) && dirname(above) !== above) {
    missing.push(above);
    above = dirname(above);
  }
  return { above, missing };
}

/** What the system says against writing to `path` is no fault of ours: UsageError. */
export async function asWriting<T>(path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
    throw new UsageError(`${path}: cannot be written (${code})`, { cause: error });
  }
}

/** The system's code of an error, such as "ENOENT". */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
