/**
 * Values as text and back with the very same bits: JSON in which typed arrays are the bytes in base64, and maps and numbers that JSON has no form for are told apart by a member `$`.
 * For what a run keeps for itself; what others read is plain JSON.
 */
import { InternalError } from '../base/index.ts';

const ARRAYS = { Float64Array, Float32Array, Int32Array, Uint32Array, Uint16Array, Uint8Array, Int8Array } as const;
type ArrayName = keyof typeof ARRAYS;

/** Text of a value of objects, lists, maps, typed arrays, numbers, texts and booleans; undefined members are left out. */
export function exactText(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown): unknown => {
    if (member instanceof Map) return { $: 'Map', of: [...(member as ReadonlyMap<unknown, unknown>)] };
    if (typeof member === 'number' && (!Number.isFinite(member) || Object.is(member, -0)))
      return { $: 'number', of: Object.is(member, -0) ? '-0' : String(member) };
    if (!ArrayBuffer.isView(member)) return member;
    const name = member.constructor.name;
    if (!(name in ARRAYS)) throw new InternalError(`a ${name} has no exact text`);
    return { $: name, of: Buffer.from(member.buffer, member.byteOffset, member.byteLength).toString('base64') };
  });
}

/** The value of such a text. Throws SyntaxError for a text that is none. */
export function exactValue(text: string): unknown {
  return JSON.parse(text, (_, member: unknown): unknown => {
    if (typeof member !== 'object' || member === null || !('$' in member) || !('of' in member)) return member;
    const { $: kind, of: content } = member;
    if (kind === 'Map' && Array.isArray(content)) return new Map(content as [unknown, unknown][]);
    if (typeof content !== 'string' || typeof kind !== 'string') throw new SyntaxError('a member $ that is neither map, number nor array');
    if (kind === 'number') return Number(content);
    if (!(kind in ARRAYS)) throw new SyntaxError(`an array of kind ${kind}`);
    const bytes = new Uint8Array(Buffer.from(content, 'base64'));
    const type = ARRAYS[kind as ArrayName];
    if (bytes.length % type.BYTES_PER_ELEMENT !== 0) throw new SyntaxError(`${String(bytes.length)} bytes are no ${kind}`);
    return new type(bytes.buffer);
  });
}
