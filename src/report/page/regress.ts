/** The page of a regression test: every metric that moved, first; then all of them. */
import type { RegressResult } from '../../model/index.ts';
import type { RegressRecord } from '../../model/run-record.ts';
import { count, list } from '../format.ts';
import { evidenceSection, provenanceSection, subtitleOf } from './common.ts';
import type { Page } from './document.ts';
import { html, section, table, tiles, type Html, type Tile } from './html.ts';

/** The page of a regression record. */
export function regressPage(record: RegressRecord): Page {
  const { result } = record;
  return {
    title: record.title,
    subtitle: subtitleOf(record),
    sections: [
      section('verdict', 'Verdict', tiles(regressVerdict(result))),
      section(
        'moved',
        'What moved',
        metricsTable('moved', result, (status) => status !== 'identical'),
      ),
      section(
        'all',
        'All metrics',
        metricsTable('metrics', result, () => true),
      ),
      provenanceSection(record),
      evidenceSection(record),
    ],
  };
}

/** One tile per status that occurs. */
export function regressVerdict({ cards }: RegressResult): Tile[] {
  const metrics = cards.flatMap(({ card, metrics: all }) => all.map((metric) => ({ card, ...metric })));
  const identical = metrics.filter(({ status }) => status === 'identical').length;
  const others = (['moved', 'gone', 'new'] as const).flatMap((status): Tile[] => {
    const found = metrics.filter((metric) => metric.status === status);
    if (found.length === 0) return [];
    return [
      {
        tone: status === 'new' ? 'plain' : 'bad',
        heading: `Metrics ${status}`,
        value: String(found.length),
        text: list(
          found.map(({ card, metric }) => `${card} ${metric}`),
          4,
        ),
      },
    ];
  });
  return [
    {
      tone: identical === metrics.length ? 'good' : 'plain',
      heading: 'Metrics identical',
      value: `${String(identical)} of ${String(metrics.length)}`,
      text: `On ${count(cards.length, 'card')}, against the baselines.`,
    },
    ...others,
  ];
}

function metricsTable(name: string, { cards }: RegressResult, keep: (status: string) => boolean): Html {
  const rows = cards.flatMap(({ card, metrics }) =>
    metrics.filter(({ status }) => keep(status)).map(({ metric, status, baseline, value }) => [card, metric, status, baseline, value]),
  );
  if (rows.length === 0) return html`<p>Nothing.</p>`;
  return table({ name, columns: ['card', 'metric', 'status', 'baseline', 'now'].map((column) => ({ name: column, digits: 6 })), rows });
}
