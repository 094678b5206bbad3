/** A deep copy of a chart's configuration with theme tokens ("@ink") replaced by colours, also where two digits of opacity follow ("@blue55"). Stands alone: its text runs in the page too. */
import type { Theme } from '../palette.ts';

export function withTheme<T>(value: T, theme: Theme): T {
  const colours = theme as unknown as Readonly<Record<string, unknown>>;
  const colourOf = (token: string): unknown => {
    if (Object.hasOwn(colours, token)) return colours[token];
    const opaque = token.slice(0, -2);
    return Object.hasOwn(colours, opaque) ? `${String(colours[opaque])}${token.slice(-2)}` : token;
  };
  const copy = (part: unknown): unknown => {
    if (typeof part === 'string') return part.startsWith('@') ? colourOf(part) : part;
    // columns are only read, and can be large
    if (typeof part !== 'object' || part === null || ArrayBuffer.isView(part)) return part;
    if (Array.isArray(part)) return part.map(copy);
    return Object.fromEntries(Object.entries(part).map(([key, member]) => [key, copy(member)]));
  };
  return copy(value) as T;
}
