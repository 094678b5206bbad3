/**
 * Files and folders that a command is asked to write: whether they can be, before anything is computed.
 */
import { existsSync, mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '../base/errors.ts';
import { codeOf, missingFolders } from '../store/make-folder.ts';

/** Check of an option that names what is written. UsageError for nothing, a device, a path below a file, a place that takes no new folder. */
export function writablePath(name: string): (value: unknown) => unknown {
  return (value) => {
    if (typeof value !== 'string') return value;
    const refuse = (expected: string): never => {
      throw new UsageError(`--${name}: found "${value}", expected ${expected}`);
    };
    if (value.trim() === '') refuse('a file or a folder to write');
    const { above, missing } = missingFolders(value);
    const isFolder = statSync(above).isDirectory();
    if (missing.length > 0 && !isFolder) refuse(`a path below a folder: ${above} is none`);
    if (!isFolder && !statSync(above).isFile()) refuse('a file or a folder: this is a device');
    const folder = isFolder ? above : dirname(above);
    // asking for permissions does not tell: /proc grants them and takes nothing
    try {
      rmdirSync(mkdtempSync(join(folder, '.neurolith-')));
    } catch (error) {
      refuse(`a path that can be written: nothing can be made in ${folder} (${codeOf(error) ?? 'no reason given'})`);
    }
    return value;
  };
}

/** The same for a single file. */
export function writableFile(name: string): (value: unknown) => unknown {
  const check = writablePath(name);
  return (value) => {
    if (typeof value === 'string' && value !== '' && existsSync(value) && !statSync(value).isFile())
      throw new UsageError(`--${name}: found "${value}", a folder or a device, expected the name of a file`);
    return check(value);
  };
}
