/**
 * `neurolith import FILE`: which format a file has is told by its content, never by its name; each format has an importer of its own beside this file. Files are untrusted: the readers
 * check signatures and bound sizes, nothing in a file is run, and what is written lies beside the card. An importer is loaded when a file is its own: a damaged one is told at once.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '../../base/index.ts';
import { readTextFile } from '../../model/index.ts';
import { openHdf5, writeAtomically } from '../../store/index.ts';
import type { ImportedWorkload, ImportOptions } from './imported.ts';

/** Reads the file and gives what would be written. Throws CardError that names file and path, UsageError for options that do not go with the format. */
export async function importWorkload(file: string, options: ImportOptions): Promise<ImportedWorkload> {
  if (!/\.ya?ml$/i.test(options.card))
    throw new UsageError(`--out: found "${options.card}", expected the name of a card to write, such as workload.yaml`);
  const head = await headOf(file);
  if (/^\s*\{/.test(head)) return (await import('./sonata.ts')).importSonata(file, options);
  if (head !== '' && !head.includes('\0') && !/^.?HDF/.test(head.slice(0, 4))) {
    const text = readTextFile(file);
    if (/^\s*</.test(head)) return (await import('./neuroml.ts')).importNeuroml(file, text, options);
    const { importEdges, isEdgeHeader, isMatrix } = await import('./edges.ts');
    if (isEdgeHeader(text.slice(0, 4096).split(/\r?\n/, 1)[0]!) || isMatrix(text)) return importEdges(file, text, options);
    return (await import('./spikes.ts')).importSpikes(file, options);
  }
  const hdf5 = await openHdf5(file);
  let groups: string[];
  let recorded: boolean;
  try {
    groups = hdf5.names('');
    recorded = hdf5.attribute('', '__type__') !== undefined;
  } finally {
    hdf5.close();
  }
  if (groups.includes('node')) return (await import('./trained.ts')).importNir(file, options);
  if (groups.includes('layer')) return (await import('./trained.ts')).importLava(file, options);
  if (!recorded && (groups.includes('nodes') || groups.includes('edges')))
    throw new UsageError(`${file} holds nodes or edges of a SONATA network: import its configuration (circuit_config.json)`);
  return (await import('./spikes.ts')).importSpikes(file, options);
}

/** The first bytes of a file as text; "" where there are none, and the reader of the format says why. */
async function headOf(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
      return buffer
        .subarray(0, bytesRead)
        .toString('latin1')
        .replace(/^\xef\xbb\xbf/, '');
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}

/** Writes the files beside the card and gives their paths. Throws UsageError when another file is in the way, unless `force`. */
export async function writeImported({ files }: ImportedWorkload, card: string, force: boolean): Promise<string[]> {
  const folder = dirname(card);
  const places = files.map(({ name, content }) => ({ path: join(folder, name), content }));
  const twice = places.find(({ path }, k) => places.findIndex((other) => other.path === path) !== k);
  if (twice !== undefined) throw new UsageError(`${twice.path}: two files of this name would be written; choose another name with -o`);
  const inTheWay = places.filter(({ path, content }) => existsSync(path) && !readFileSync(path).equals(Buffer.from(content)));
  if (inTheWay.length > 0 && !force)
    throw new UsageError(
      `${inTheWay.map(({ path }) => path).join(', ')}: there already and different; choose another name with -o, or replace with --force`,
    );
  mkdirSync(folder, { recursive: true });
  for (const { path, content } of places) await writeAtomically(path, content);
  return places.map(({ path }) => path);
}
