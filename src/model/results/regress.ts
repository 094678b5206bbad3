/** What moved between a card and its baseline. */

/** One metric of a regression run against its baseline. */
export interface RegressMetric {
  readonly metric: string;
  readonly baseline: number | string | null;
  readonly value: number | string | null;
  readonly status: 'identical' | 'moved' | 'new' | 'gone';
}

export interface RegressResult {
  readonly cards: readonly { readonly card: string; readonly metrics: readonly RegressMetric[] }[];
}
