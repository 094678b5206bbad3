/**
 * What the first bytes of an HDF5 file say about the whole, read by hand before the library is loaded: a file that was cut off, or whose header is nonsense, is told in no time.
 *   superblock 0, 1   version, sizes of offsets and lengths, ..., base address, free space, end of file, driver, root entry (link name, object header)
 *   superblock 2, 3   version, sizes, flags, base address, extension, end of file, root object header, checksum
 * The end of file counts from the beginning of the file, other addresses from the superblock (the library takes its place for the base, whatever the base address says).
 * Source: HDF5 file format specification version 3, II.A and IV.A.1.
 */

/** What is wrong with the file, in words of what was found and expected; undefined for nothing that is seen from here. `at` is the place of the signature. */
export function superblockMistake(bytes: Uint8Array, at: number): Damage | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[at + 8];
  if (version === undefined) return damaged('it ends in its signature', 'a whole HDF5 file');
  if (version > 3) return damaged(`superblock of version ${String(version)}`, 'a whole HDF5 file, of version 0 to 3');
  const size = bytes[at + (version < 2 ? 13 : 9)] ?? 0;
  if (size !== 4 && size !== 8) return damaged(`addresses of ${String(size)} bytes`, 'a whole HDF5 file, with addresses of 4 or 8 bytes');
  const first = at + (version === 0 ? 24 : version === 1 ? 28 : 12);
  const root = version < 2 ? 5 : 3;
  if (first + (root + 1) * size > bytes.length) return damaged('it ends in its header', 'a whole HDF5 file');
  const address = (k: number): number => {
    const place = first + k * size;
    return size === 4 ? view.getUint32(place, true) : Number(view.getBigUint64(place, true));
  };
  const end = address(2);
  if (end > bytes.length)
    return damaged(
      `${String(bytes.length)} bytes`,
      `a whole HDF5 file: its header announces ${end < 2 ** 53 ? `${String(end)} bytes` : 'no end'}`,
    );
  return headerMistake(view, at + address(root));
}

interface Damage {
  readonly found: string;
  readonly expected: string;
}

function damaged(what: string, expected: string): Damage {
  return { found: `a torn or damaged file: ${what}`, expected };
}

/** The object header of the root group: inside the file, of a known kind, and no larger than it. */
function headerMistake(view: DataView, at: number): Damage | undefined {
  const expected = 'a whole HDF5 file with the header of its root group';
  const outside = damaged('the root group lies beyond the end', expected);
  if (!(at + 16 <= view.byteLength)) return outside;
  if (view.getUint8(at) === 1) return view.getUint32(at + 8, true) > view.byteLength - at ? outside : undefined;
  if (view.getUint32(at) !== 0x4f484452 || view.getUint8(at + 4) !== 2) return damaged('no root group where the header says', expected);
  const flags = view.getUint8(at + 5);
  const place = at + 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  const bytes = 1 << (flags & 3);
  if (place + bytes > view.byteLength) return outside;
  const size = [view.getUint8(place), view.getUint16(place, true), view.getUint32(place, true), Number(view.getBigUint64(place, true))];
  return (size[flags & 3] ?? 0) > view.byteLength - place ? outside : undefined;
}
