/**
 * Whole files or none. A reader never sees half a file: the bytes go to a temporary file in the same folder, reach the disk (fsync), take their name (rename), and the
 * folder itself is synced so that the name survives a crash too. Rename is atomic on one POSIX file system, NFS included.
 */
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { asWriting, codeOf, makeFolder } from './make-folder.ts';

let written = 0;

/** Writes `content` (text, bytes, or a series of chunks) to `path`, replacing what stood there in one step. Creates the folder. UsageError where the system refuses. */
export async function writeAtomically(path: string, content: string | Uint8Array | Iterable<Uint8Array>): Promise<void> {
  const folder = dirname(path);
  await makeFolder(folder);
  await asWriting(path, () => replaceFile(path, content));
  await syncFolder(folder);
}

async function replaceFile(path: string, content: string | Uint8Array | Iterable<Uint8Array>): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${String(process.pid)}.${String(written++)}.tmp`);
  try {
    const file = await open(temporary, 'wx');
    try {
      const chunks = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
      for (const chunk of chunks) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Whether a file is one that a killed process was writing: nobody's any more, whatever else the folder is. */
export function isTemporary(name: string): boolean {
  return /^\..+\.\d+\.\d+\.tmp$/.test(name);
}

/** Makes new names in a folder durable. File systems that cannot sync a folder are left as they are. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!['EINVAL', 'EISDIR', 'EPERM', 'EACCES', 'ENOTSUP'].includes(codeOf(error) ?? '')) throw error;
  }
}
