/**
 * Counts what the numbers on cards rest on: every {value, evidence, source} anywhere in a card, by evidence, with the list of assumptions.
 */
import { EVIDENCE, type Evidence } from './quantity.ts';

/** Numbers on the cards by the evidence behind them. */
export interface EvidenceCount {
  readonly counts: Readonly<Record<Evidence, number>>;
  readonly assumptions: readonly { readonly card: string; readonly path: string; readonly value: string; readonly source: string }[];
}

/** Evidence over several cards, each under its own name. Values are printed as code sees them, in SI. */
export function countEvidence(cards: Readonly<Record<string, unknown>>): EvidenceCount {
  const counts: Record<Evidence, number> = { published: 0, derived: 0, assumed: 0 };
  const assumptions: EvidenceCount['assumptions'][number][] = [];
  const visit = (card: string, path: string, value: unknown): void => {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
    const { evidence, source } = value as { evidence?: unknown; source?: unknown };
    if (typeof source === 'string' && EVIDENCE.includes(evidence as Evidence)) {
      counts[evidence as Evidence]++;
      if (evidence === 'assumed') assumptions.push({ card, path, value: JSON.stringify((value as { value?: unknown }).value), source });
      return;
    }
    for (const [key, member] of Object.entries(value)) visit(card, path === '' ? key : `${path}.${key}`, member);
  };
  for (const [card, value] of Object.entries(cards)) visit(card, '', value);
  return { counts, assumptions };
}
