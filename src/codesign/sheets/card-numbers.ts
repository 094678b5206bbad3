/** What the data sheets of all families have in common: the numbers of the card with their evidence, and how far its spreads go. */
import {
  countEvidence,
  EVIDENCE,
  type Card,
  type ChipSheet,
  type Evidence,
  type SheetParameter,
  type SheetSpread,
} from '../../model/index.ts';

/** A chip card of any family. */
interface AnyChip {
  readonly name: string;
  readonly description: string;
  readonly family: string;
  readonly geometry: { readonly cores: { readonly value: number } };
}

/** What stands on the card itself: names, and every number with evidence outside `mismatch`, as written. */
export function cardNumbers({
  value,
  written,
}: Card<AnyChip>): Pick<ChipSheet, 'kind' | 'name' | 'description' | 'family' | 'cores' | 'parameters' | 'evidence'> {
  const { mismatch: _, measured: __, ...rest } = value as AnyChip & { readonly mismatch?: unknown; readonly measured?: unknown };
  return {
    kind: 'chip-sheet',
    name: value.name,
    description: value.description,
    family: value.family,
    cores: value.geometry.cores.value,
    parameters: evidentIn(rest, written),
    evidence: countEvidence({ [value.name]: value }),
  };
}

/** Every spread, with the scale that `variation` and the area of the devices give it; shares and areas have neither scale nor distribution. */
export function spreadsOf(mismatch: object, written: unknown, scaleOf: (name: string) => number): SheetSpread[] {
  const drawn = mismatch as Readonly<Record<string, { readonly distribution?: 'normal' | 'lognormal' }>>;
  return evidentIn(mismatch, (written as { mismatch?: unknown }).mismatch).map((parameter) => {
    const distribution = drawn[parameter.path]?.distribution ?? null;
    return { ...parameter, name: parameter.path, distribution, scale: distribution === null ? null : scaleOf(parameter.path) };
  });
}

export function fact(name: string, value: number, unit = ''): ChipSheet['facts'][number] {
  return { name, value, unit };
}

/** Every number with evidence below `root`, with its text as `written`. */
function evidentIn(root: unknown, written: unknown): SheetParameter[] {
  const found: SheetParameter[] = [];
  const visit = (value: unknown, text: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const { evidence, source } = value as { evidence?: unknown; source?: unknown };
    if (typeof source === 'string' && EVIDENCE.includes(evidence as Evidence)) {
      const shown = (text as { value?: unknown } | undefined)?.value ?? (value as { value?: unknown }).value;
      found.push({ path, value: typeof shown === 'string' ? shown : JSON.stringify(shown), evidence: evidence as Evidence, source });
      return;
    }
    for (const [key, member] of Object.entries(value))
      visit(member, (text as Record<string, unknown> | undefined)?.[key], path === '' ? key : `${path}.${key}`);
  };
  visit(root, written, '');
  return found;
}
