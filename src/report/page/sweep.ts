/** The page of a sweep: the verdict in words, latency against load, maps of two axes, the Pareto plot, every point. */
import { toldApart } from '../../base/index.ts';
import type { LatencyLoadCurve, SweepResult, SweepRow } from '../../model/index.ts';
import type { SweepRecord } from '../../model/run-record.ts';
import { axisFigure } from '../charts/axis.ts';
import { latencyLoadFigure } from '../charts/latency-load.ts';
import { sweepParetoFigure } from '../charts/sweep-pareto.ts';
import type { Figure } from '../figure.ts';
import { count, displayUnit, number, scaled, labelWithUnit } from '../format.ts';
import { THEMES } from '../palette.ts';
import { evidenceSection, provenanceSection, subtitleOf } from './common.ts';
import type { Page } from './document.ts';
import { html, Html, section, table, tiles, type Section, type Tile } from './html.ts';

/** The page of a record. */
export function sweepPage(record: SweepRecord): Page {
  const { result } = record;
  const curves = curvesFigure(result);
  const effects = result.axes.filter((axis) => axis !== 'seed').flatMap((axis) => axisFigure(result, axis) ?? []);
  const pareto = sweepParetoFigure(result);
  return {
    title: record.title,
    subtitle: subtitleOf(record),
    sections: [
      section('verdict', 'Verdict', html`${result.verdict.map((sentence) => html`<p>${sentence}</p>`)}${tiles(sweepVerdict(result))}`),
      ...(curves === null ? [] : [section('latency', 'Latency against load', html``, [curves])]),
      ...(pareto === null ? [] : [section('front', 'What is paid for what', html``, [pareto])]),
      ...(effects.length === 0 ? [] : [section('axes', 'One axis at a time', html``, effects)]),
      ...mapsSection(result),
      pointsSection(result),
      provenanceSection(record),
      evidenceSection(record),
    ],
  };
}

/** The first thing to see. */
export function sweepVerdict({ rows, objectives }: SweepResult): Tile[] {
  const stable = rows.filter(({ state }) => state === 'stable');
  const best = objectives.slice(0, 3).flatMap(({ name, sense, unit }): Tile[] => {
    const known = stable.filter((row) => typeof row.values[name] === 'number');
    if (known.length === 0) return [];
    const row = known.reduce((a, b) =>
      (sense === 'min') === b.values[name]! < a.values[name]! && b.values[name] !== a.values[name] ? b : a,
    );
    return [
      {
        tone: 'plain',
        heading: `${sense === 'min' ? 'Least' : 'Most'} ${name}`,
        value: `${number(row.values[name])}${unit === '1' ? '' : ` ${unit}`}`,
        text: row.label,
      },
    ];
  });
  return [
    {
      tone: stable.length === rows.length ? 'good' : 'plain',
      heading: 'Stable points',
      value: `${String(stable.length)} of ${String(rows.length)}`,
      text: `${count(rows.filter(({ state }) => state === 'past saturation').length, 'point')} past saturation, ${String(rows.filter(({ state }) => state === 'infeasible').length)} cannot be built.`,
    },
    ...best,
  ];
}

const MOST_CURVES = 6;

/** Where the load is an axis: one curve per combination of the others, means over seeds. */
function curvesFigure({ rows, axes }: SweepResult): Figure | null {
  if (!axes.includes('rate')) return null;
  // an axis of one level tells no curve from another
  const others = axes.filter(
    (axis) => axis !== 'rate' && axis !== 'seed' && new Set(rows.map(({ levels }) => JSON.stringify(levels[axis]))).size > 1,
  );
  const texts = others.map((axis) => [axis, toldApart(rows.map(({ levels }) => levels[axis]))] as const);
  const groups = groupedBy(rows, ({ levels }) =>
    texts.map(([axis, text]) => `${axis.split('.').at(-1)!} ${text(levels[axis])}`).join(', '),
  );
  const all = Array.from(groups, ([label, members]): LatencyLoadCurve => {
    const points = Array.from(groupedBy(members, ({ rate }) => String(rate)).values(), (same) => {
      const stable = same.every(({ state }) => state === 'stable');
      const mean = (name: string): number | null => meanOf(same.flatMap(({ values }) => values[name] ?? []));
      return {
        offered: same[0]!.rate,
        accepted: mean('load.accepted') ?? 0,
        latencyMean: stable ? mean('latency.mean') : null,
        latencyP99: stable ? mean('latency.p99') : null,
        stable,
      };
    }).toSorted((p, q) => p.offered - q.offered);
    const over = points.findIndex(({ stable }) => !stable);
    const below = over < 0 ? points : points.slice(0, over);
    return {
      label: label || 'the design',
      zeroLoad: members[0]!.values['latency.zero_load'] ?? 0,
      saturation: below.at(-1)?.offered ?? 0,
      isOpen: over < 0,
      points: below,
      operating: [],
    };
  }).filter(({ points }) => points.length > 0);
  if (all.length === 0) return null;
  const step = Math.max(1, (all.length - 1) / (MOST_CURVES - 1));
  const shown = all.length <= MOST_CURVES ? all : Array.from({ length: MOST_CURVES }, (_, k) => all[Math.round(k * step)]!);
  const words =
    all.length > shown.length
      ? `the sweep's traffic; ${String(shown.length)} of ${String(all.length)} combinations, the table of points has all`
      : "the sweep's traffic";
  return latencyLoadFigure({ curves: shown, points: [] }, { traffic: words, designs: false });
}

/** A coloured table for the first two axes that are no seed, one per objective: means over everything else. */
function mapsSection({ rows, axes, objectives }: SweepResult): Section[] {
  const [first, second] = axes.filter((axis) => axis !== 'seed' && new Set(rows.map(({ levels }) => levels[axis])).size > 1);
  if (first === undefined || second === undefined) return [];
  const [down, across] = [first, second].map((axis) => [...new Set(rows.map(({ levels }) => levels[axis]!))]) as [
    SweepRow['levels'][string][],
    SweepRow['levels'][string][],
  ];
  if (down.length > 40 || across.length > 40) return [];
  const [textDown, textAcross] = [toldApart(down), toldApart(across)];
  const maps = objectives.slice(0, 4).flatMap(({ name, unit }) => {
    const cells = down.map((y) =>
      across.map((x) => {
        const here = rows.filter(({ levels }) => levels[first] === y && levels[second] === x);
        const values = here.flatMap(({ state, values: all }) => (state === 'stable' ? (all[name] ?? []) : []));
        return { value: meanOf(values), isOver: here.length > 0 && values.length === 0 };
      }),
    );
    const known = cells.flat().flatMap(({ value }) => value ?? []);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    // colours over a spread of noise would tell a story that is not there
    if (!(high - low > 0.01 * Math.abs(high))) return [];
    const display = displayUnit(unit, known);
    return [
      html`<figure>
        <h3>${labelWithUnit(name, display.unit)}</h3>
        <div class="table">
          <table>
            <thead>
              <tr>
                <th scope="col">${nameOf(first)} \\ ${nameOf(second)}</th>
                ${across.map((x) => html`<th scope="col">${textAcross(x)}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${down.map(
                (y, r) =>
                  html`<tr>
                    <th scope="row">${textDown(y)}</th>
                    ${cells[r]!.map(({ value, isOver }) => (value === null ? html`<td>${isOver ? 'past saturation' : '–'}</td>` : html`<td style="${new Html(shade((value - low) / (high - low)))}">${number(scaled(value, display))}</td>`))}
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>
        <figcaption>Mean over the stable points of each cell; dark is much.</figcaption>
      </figure>`,
    ];
  });
  return maps.length === 0 ? [] : [section('maps', 'Two axes at a time', html`<div class="grid">${maps}</div>`)];
}

/** Paper colours of the ramp with ink that can be read on them. */
function shade(share: number): string {
  const ramp = THEMES.light['@ramp'];
  const colour = ramp[Math.round(share * (ramp.length - 1))]!;
  return `background:${colour};color:${share > 0.45 ? '#ffffff' : '#1b1b1f'}`;
}

function pointsSection({ rows, axes, objectives }: SweepResult): Section {
  const measures = [...new Set([...objectives.map(({ name }) => name), ...rows.flatMap(({ values }) => Object.keys(values))])];
  const columns = [...axes, ...(axes.includes('rate') ? [] : ['rate']), 'state', 'on the front', ...measures];
  const refused = rows.filter(({ state }) => state === 'infeasible');
  return section(
    'points',
    'Every point',
    html`<p>
        ${count(rows.length, 'point')}, in the order of the plan. A dash stands where a measure is not defined: past saturation there is no
        latency.
      </p>
      ${table({
        name: 'points',
        columns: columns.map((name) => ({ name })),
        rows: rows.map(({ levels, rate, state, onFront, values }) => [
          ...axes.map((axis) => levels[axis] ?? null),
          ...(axes.includes('rate') ? [] : [rate]),
          state,
          onFront,
          ...measures.map((name) => values[name] ?? null),
        ]),
      })}${
        refused.length === 0
          ? ''
          : html`<h3>What cannot be built</h3>
              ${table({ name: 'infeasible', columns: [{ name: 'point' }, { name: 'why' }], rows: refused.map(({ label, words }) => [label, words]) })}`
      }`,
  );
}

function nameOf(path: string): string {
  return path.split('.').at(-1)!;
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function groupedBy(rows: readonly SweepRow[], key: (row: SweepRow) => string): Map<string, SweepRow[]> {
  const groups = new Map<string, SweepRow[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
}
