/** Two runs side by side: verdict, scores, and the distributions they rest on. */
import type { ComparedStatistic, Comparison } from '../../model/index.ts';
import { distributionConfig } from '../charts/distribution.ts';
import type { Figure } from '../figure.ts';
import { number } from '../format.ts';
import { OKABE_ITO } from '../palette.ts';
import type { Page } from './document.ts';
import { html, section, table, tiles } from './html.ts';

const BINS = 30;
const NAMES = { rate: 'Rate', cv: 'CV of intervals', lv: 'LV of intervals', correlation: 'Correlation of pairs' } as const;

/** The page of a comparison. */
export function comparisonPage(comparison: Comparison): Page {
  const { a, b, from, until, statistics, distances, equivalence, notJudged, matching, passed, level } = comparison;
  const outside = statistics.filter((statistic) => statistic.outside.length > 0);
  const verdicts = {
    equivalent: 'The groups lie no further apart than their runs do among themselves.',
    different: 'The groups lie further apart than their runs do among themselves.',
    'not judged': `${(notJudged ?? '').charAt(0).toUpperCase()}${(notJudged ?? '').slice(1)}.`,
  } as const;
  return {
    title: passed ? 'Within tolerance' : 'Outside tolerance',
    subtitle: `A: ${a.join(', ')}. B: ${b.join(', ')}. ${number(from)} s to ${number(until)} s of biological time.`,
    sections: [
      section(
        'verdict',
        'Verdict',
        html`${tiles([
          {
            tone: passed ? 'good' : 'bad',
            heading: 'Tolerance',
            value: passed ? 'kept' : `${String(outside.length)} of ${String(statistics.length)} outside`,
            text: passed
              ? `No statistic lies outside, at a level of ${number(level)}.`
              : `${outside.map(({ population, statistic }) => `${population} ${statistic}`).join(', ')}.`,
          },
          {
            tone: equivalence === 'equivalent' ? 'good' : equivalence === 'different' ? 'bad' : 'plain',
            heading: 'Against the spread between seeds',
            value: equivalence,
            text: verdicts[equivalence],
          },
        ])}
        ${table(scoreTable(statistics))} ${table(testTable(statistics))} ${distances.length === 0 ? '' : table(distanceTable(distances))}
        ${matching === null ? '' : table(matchTable(matching))}`,
      ),
      section(
        'distributions',
        'Distributions',
        html``,
        statistics.filter(({ scores }) => scores !== null).map((statistic, place) => distributionFigure(statistic, place, until - from)),
      ),
    ],
  };
}

function scoreTable(statistics: readonly ComparedStatistic[]): Parameters<typeof table>[0] {
  return {
    name: 'scores',
    columns: ['population', 'statistic', 'mean A', 'mean B', 'KS', 'KS p (Holm)', 'effect g', 'from', 'to', 'outside'].map((name) => ({
      name,
    })),
    rows: statistics.map(({ population, statistic, unit, scores, adjusted, outside }) => [
      population,
      unit === '1' ? statistic : `${statistic} (${unit})`,
      scores?.means[0] ?? null,
      scores?.means[1] ?? null,
      scores?.ks.distance ?? null,
      adjusted?.ks ?? null,
      scores?.effect.g ?? null,
      scores?.effect.low ?? null,
      scores?.effect.high ?? null,
      outside.join('; ') || 'no',
    ]),
  };
}

/** The other tests and the distances between and within groups: a table of their own, so that none is wider than the page. */
function testTable(statistics: readonly ComparedStatistic[]): Parameters<typeof table>[0] {
  return {
    name: 'tests',
    columns: [
      'population',
      'statistic',
      'Wasserstein',
      'Wasserstein p',
      'Levene p',
      'Mann-Whitney p',
      'between',
      'within',
      'seeds p (Holm)',
    ].map((name) => ({ name })),
    rows: statistics.map(({ population, statistic, scores, adjusted, groups }) => [
      population,
      statistic,
      scores?.wasserstein.distance ?? null,
      adjusted?.wasserstein ?? null,
      adjusted?.levene ?? null,
      adjusted?.mannWhitney ?? null,
      groups?.between ?? null,
      groups?.within ?? null,
      groups?.adjusted ?? null,
    ]),
  };
}

function matchTable({ populations }: NonNullable<Comparison['matching']>): Parameters<typeof table>[0] {
  return {
    name: 'matching',
    columns: ['population', 'spikes of A', 'of B', 'in pairs', 'only A', 'only B'].map((name) => ({ name })),
    rows: populations.map(({ population, a, b, matched, onlyA, onlyB }) => [population, a, b, matched, onlyA.length, onlyB.length]),
  };
}

function distanceTable(distances: Comparison['distances']): Parameters<typeof table>[0] {
  return {
    name: 'distances',
    columns: [
      'population',
      'van Rossum (10 ms)',
      'Victor-Purpura (10 ms)',
      'ISI',
      'SPIKE',
      'Schreiber similarity',
      'coincidence factor',
    ].map((name) => ({
      name,
    })),
    rows: distances.map((one) => [one.population, one.vanRossum, one.victorPurpura, one.isi, one.spike, one.schreiber, one.coincidence]),
  };
}

interface Bins {
  /** One more than there are bins. */
  readonly edges: readonly number[];
  readonly binOf: (value: number) => number;
}

/**
 * Bins for all values. Rates are whole counts of spikes over the span: their bins hold equally many counts each, else some would be fuller than others for no reason but their
 * edges.
 */
function binsOf(values: readonly number[], span: number | null): Bins {
  const low = values.reduce((x, y) => Math.min(x, y), Infinity);
  const high = values.reduce((x, y) => Math.max(x, y), -Infinity);
  if (span !== null) {
    const [first, last] = [Math.round(low * span), Math.round(high * span)];
    const counts = Math.ceil((last - first + 1) / BINS);
    const bins = Math.ceil((last - first + 1) / counts);
    return {
      edges: Array.from({ length: bins + 1 }, (_, k) => (first + k * counts) / span),
      binOf: (value) => Math.floor((Math.round(value * span) - first) / counts),
    };
  }
  const width = (high - low) / BINS || Math.abs(low) * 0.05 || 1;
  return {
    edges: Array.from({ length: BINS + 1 }, (_, k) => low + k * width),
    binOf: (value) => Math.min(BINS - 1, Math.floor((value - low) / width)),
  };
}

function distributionFigure({ population, statistic, unit, a, b, scores }: ComparedStatistic, place: number, span: number): Figure {
  const [left, right] = [a.flat(), b.flat()];
  const { edges, binOf } = binsOf([...left, ...right], statistic === 'rate' ? span : null);
  const shares = (values: readonly number[]): number[] => {
    const counts = edges.slice(1).map(() => 0);
    for (const value of values) counts[binOf(value)]! += 1 / values.length;
    return counts;
  };
  const [ofA, ofB] = [shares(left), shares(right)];
  const label = `${NAMES[statistic]}${unit === '1' ? '' : ` (${unit})`}`;
  return {
    name: `distribution-${String(place)}-${statistic}`,
    title: `${NAMES[statistic]}: ${population}`,
    caption: `${String(left.length)} values of A, mean ${number(scores!.means[0])}; ${String(right.length)} of B, mean ${number(scores!.means[1])}. KS distance ${number(scores!.ks.distance)}.`,
    alt: `Distribution of ${label} in population ${population}, A and B.`,
    size: { width: 640, height: 300 },
    config: () =>
      distributionConfig({
        edges,
        series: [
          { label: 'A', values: ofA, colour: OKABE_ITO.sky },
          { label: 'B', values: ofB, colour: OKABE_ITO.orange },
        ],
        x: label,
        y: 'share',
      }),
    table: {
      name: `distribution-${String(place)}`,
      columns: ['from', 'to', 'share A', 'share B'].map((name) => ({ name, digits: 4 })),
      rows: ofA.map((share, k) => [edges[k]!, edges[k + 1]!, share, ofB[k]!]),
    },
  };
}
