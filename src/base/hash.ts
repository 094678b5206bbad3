/** Names by content: canonical JSON and SHA-256. The same value gives the same bytes whatever the order in which its keys were written. */
import { createHash } from 'node:crypto';

/** A value with its canonical JSON, written once for the many values that hold it: they have the same JSON and the same hash as with the value itself. */
export class CanonicalText {
  readonly text: string;

  constructor(value: unknown) {
    this.text = canonicalJson(value);
  }
}

/** JSON with sorted keys, undefined members left out, typed arrays as plain arrays. Throws a TypeError on NaN, infinities and big integers: they have no JSON form. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${String(value)} has no canonical JSON`);
    return JSON.stringify(value);
  }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return canonicalJson(Array.from(value as Float64Array));
  if (value instanceof CanonicalText) return value.text;
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item === undefined ? null : item)).join(',')}]`;
  if (typeof value === 'object') {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
  }
  throw new TypeError(`a ${typeof value} has no canonical JSON`);
}

/** SHA-256 of the canonical JSON, in hexadecimal. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** SHA-256 over the bytes of columns, each preceded by its length; little-endian as on every machine that Node runs on here. */
export function hashOfColumns(columns: readonly ArrayBufferView[]): string {
  const hash = createHash('sha256');
  for (const column of columns) {
    hash.update(`${String(column.byteLength)};`);
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  }
  return hash.digest('hex');
}
