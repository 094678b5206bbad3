/** The page of an experiment on networks-on-chip: the verdict in words, latency against load, where the networks are busy, what they cost, every number. */
import type { LatencyLoadCurve, NocNetworkResult, NocResult } from '../../model/index.ts';
import type { NocRecord } from '../../model/run-record.ts';
import { heatMapFigures } from '../charts/heat-map.ts';
import { latencyLoadFigure } from '../charts/latency-load.ts';
import type { Figure } from '../figure.ts';
import { count, number, withUnit } from '../format.ts';
import { evidenceSection, provenanceSection, subtitleOf } from './common.ts';
import type { Page } from './document.ts';
import { lossWords } from './losses.ts';
import { nocShowPage, showTiles } from './noc-show.ts';
import { html, section, table, tiles, type Html, type Section, type Tile } from './html.ts';

/** The page of a record. */
export function nocPage(record: NocRecord): Page {
  const { result } = record;
  if (result.task === 'show') return nocShowPage(record);
  const curves = curvesFigure(result);
  const maps = heatMapFigures(result.networks.flatMap(({ map }) => (map === null ? [] : [map])));
  return {
    title: record.title,
    subtitle: subtitleOf(record),
    sections: [
      section('verdict', 'Verdict', html`${result.verdict.map((sentence) => html`<p>${sentence}</p>`)}${tiles(nocVerdict(result))}`),
      ...(curves === null ? [] : [section('latency', 'Latency against load', html``, [curves])]),
      ...(maps.length === 0 ? [] : [section('load', 'Where the networks are busy', mapWords(result), maps)]),
      ...lossSections(result),
      ...flowSections(result),
      section('designs', 'Designs', designWords(result)),
      measuresSection(result),
      provenanceSection(record),
      evidenceSection(record),
    ],
  };
}

/** Where packets were lost, of every network with one load. */
function lossSections({ networks }: NocResult): Section[] {
  const found = networks.flatMap(({ label, losses }) =>
    losses === undefined
      ? []
      : [
          networks.length === 1
            ? lossWords(losses)
            : html`<h3>${label}</h3>
                ${lossWords(losses, `losses-${label}`)}`,
        ],
  );
  return found.length === 0 ? [] : [section('losses', 'Losses by place and by flow', html`${found}`)];
}

/** The flows of every network with one load that it carries. */
function flowSections({ networks }: NocResult): Section[] {
  const found = networks.flatMap(({ label, flows }) => {
    if (flows === undefined || flows.count === 0) return [];
    const words = html`<p>
      ${networks.length === 1 ? '' : html`<strong>${label}</strong>: `}The ${String(flows.worst.length)} of ${String(flows.count)} flows
      whose latency changes most from packet to packet; biological time at a speed-up of ${number(flows.speedUp)}.
    </p>`;
    const columns = ['from node', 'to node', 'packets', 'latency (cycles)', 'jitter (cycles)', 'hardware', 'biological', 'overtaken'];
    const rows = flows.worst.map(({ from, to, packets, mean, jitter, jitterTime, jitterBiological, late }) => [
      from,
      to,
      packets,
      mean,
      jitter,
      withUnit(jitterTime, 's'),
      withUnit(jitterBiological, 's'),
      late,
    ]);
    const name = networks.length === 1 ? 'flows' : `flows-${label}`;
    return [html`${words}${table({ name, columns: columns.map((column) => ({ name: column })), rows })}`];
  });
  return found.length === 0 ? [] : [section('flows', 'Jitter and order by flow', html`${found}`)];
}

/** A few figures to see first. */
export function nocVerdict(result: NocResult): Tile[] {
  const [only] = result.networks;
  if (result.task === 'show') return result.networks.flatMap(showTiles);
  if (result.networks.length === 1 && only !== undefined && result.task !== 'compare') return tilesOfOne(only, result);
  return result.networks.map(({ label, saturation, facts }): Tile => {
    const carried = saturation === null ? 'no search for saturation' : `carries ${number(saturation.stable)}`;
    return {
      tone: 'plain',
      heading: label,
      value: `${number(facts['latency.zero_load'])} cycles`,
      text: `At zero load; ${carried} flits per node and cycle. ${withUnit(facts['wire.length'] ?? null, 'm')} of links, ${withUnit(facts['power.static'] ?? null, 'W')} static.`,
    };
  });
}

function tilesOfOne({ points, saturation, facts, certificate }: NocNetworkResult, { replay }: NocResult): Tile[] {
  const point = points.length === 1 ? points[0]! : undefined;
  const m = point?.measures ?? {};
  const found: Tile[] = [];
  if (replay !== null && replay.mismatching !== null) {
    found.push({
      tone: replay.mismatching === 0 ? 'good' : 'bad',
      heading: 'Packets that differ from the trace',
      value: `${number(replay.mismatching)} of ${number(replay.packets)}`,
      text: 'Injection, arrival and routers of each packet are compared, to the cycle.',
    });
  }
  if (point !== undefined) {
    found.push({
      tone: point.stable ? 'good' : 'bad',
      heading: `At ${number(point.rate)} flits per node and cycle`,
      value: point.stable ? 'stable' : 'past saturation',
      text: `${number(m['load.accepted'] ?? null)} accepted; the least served source gets ${number(m['load.accepted_min_source'] ?? null)}.`,
    });
    if (point.stable)
      found.push({
        tone: 'plain',
        heading: 'Packet latency, mean',
        value: `${number(m['latency.mean'] ?? null)} cycles`,
        text: `p99 ${number(m['latency.p99'] ?? null)}, largest ${number(m['latency.max'] ?? null)}; ${number(facts['latency.zero_load'])} at zero load.`,
      });
    found.push({
      tone: 'plain',
      heading: 'Dynamic energy per flit',
      value: withUnit(m['energy.per_flit'] ?? null, 'J'),
      text: `Static power is a number of its own: ${withUnit(facts['power.static'] ?? null, 'W')}.`,
    });
    if ((m['packets.lost'] ?? 0) > 0)
      found.push({
        tone: 'bad',
        heading: 'Lost packets',
        value: number(m['packets.lost']),
        text: `Dropped at full source queues, or for dead nodes (${number(m['packets.lost_to_dead'] ?? 0)}).`,
      });
  }
  if (saturation !== null)
    found.push({
      tone: 'plain',
      heading: 'Saturation',
      value: saturation.unstable === null ? 'none found' : number(saturation.stable),
      text:
        saturation.unstable === null
          ? `Stable up to ${number(saturation.stable)}, all that its nodes can offer.`
          : `Highest stable load; ${number(saturation.unstable)} is past saturation.`,
    });
  found.push({
    tone: 'plain',
    heading: 'Certificate',
    value: certificate.includes('acyclic') ? 'deadlock-free' : 'see below',
    text: certificate,
  });
  return found;
}

function curvesFigure(result: NocResult): Figure | null {
  const curves = result.networks.flatMap((network): LatencyLoadCurve[] => {
    if (network.saturation === null || network.points.length < 2) return [];
    return [
      {
        label: network.label,
        zeroLoad: network.facts['latency.zero_load'] ?? 0,
        saturation: network.saturation.stable,
        points: network.points.map(({ rate, stable, measures }) => ({
          offered: rate,
          accepted: measures['load.accepted'] ?? 0,
          latencyMean: measures['latency.mean'] ?? null,
          latencyP99: measures['latency.p99'] ?? null,
          stable,
        })),
        operating: [],
      },
    ];
  });
  return curves.length === 0 ? null : latencyLoadFigure({ curves, points: [] }, { traffic: `${result.traffic} traffic`, designs: false });
}

function mapWords({ networks }: NocResult): Html {
  const rate = networks.find(({ mapRate }) => mapRate !== null)?.mapRate ?? null;
  return html`<p>
    Floor plans${rate === null ? '' : html` at ${number(rate)} flits per node and cycle`}, all with the same colour scales: routers by the
    flits that wait in them, links by the flits they carry.
  </p>`;
}

/** Facts down, designs across: there are more facts than designs. */
function designWords({ networks }: NocResult): Html {
  const names = Object.keys(networks[0]?.facts ?? {});
  return html`${table({
    name: 'designs',
    columns: ['fact', ...networks.map(({ label }) => label)].map((name) => ({ name, digits: 4 })),
    rows: [
      ['highest stable load', ...networks.map(({ saturation }) => saturation?.stable ?? null)],
      ...names.map((name) => [name, ...networks.map(({ facts }) => facts[name] ?? null)]),
    ],
  })}
  ${networks.map(
    ({ label, topology, routing, certificate, description }) =>
      html`<p><strong>${label}</strong>${description === '' ? '' : html`: ${description}`}. ${topology}, ${routing}. ${certificate}.</p>`,
  )}`;
}

/** Columns of a table that fit a page of paper. */
const MOST_LOADS = 9;

/** Every measure of every run: one table per design, one column per run. */
function measuresSection({ networks, replay }: NocResult): Section {
  const rows = networks.flatMap(({ label, points }) => points.map((point) => ({ label, point })));
  const names = [...new Set(rows.flatMap(({ point }) => Object.keys(point.measures)))];
  const mismatches =
    replay === null || replay.examples.length === 0
      ? ''
      : table({
          name: 'mismatches',
          columns: ['packet', 'what', 'injected', 'arrived', 'routers'].map((name) => ({ name })),
          rows: replay.examples.flatMap(({ id, expected, found }) => [
            [id, 'trace', ...expected],
            [id, 'here', ...found],
          ]),
        });
  // measures stand below each other, loads side by side, as many as paper is wide
  const numbersOf = ({ label, points }: NocNetworkResult): readonly Html[] =>
    Array.from({ length: Math.ceil(points.length / MOST_LOADS) }, (_, part) => {
      const some = points.slice(part * MOST_LOADS, (part + 1) * MOST_LOADS);
      return html`${rows.length === 1 || part > 0 ? '' : html`<h3>${label}</h3>`}${table({
        name: ['measures', ...(networks.length === 1 ? [] : [label]), ...(part === 0 ? [] : [String(part + 1)])].join('-'),
        columns: [
          { name: 'measure' },
          ...some.map(({ rate, stable }) => ({
            name: rows.length === 1 ? 'value' : `load ${number(rate)}${stable ? '' : ', unstable'}`,
            digits: 5,
          })),
        ],
        rows: names.map((name) => [name, ...some.map(({ measures }) => measures[name] ?? null)]),
      })}`;
    });
  return section(
    'measures',
    'Every number',
    html`<p>
        ${count(rows.length, 'run')}. Latencies in cycles; a dash stands where a measure is not defined: past saturation there is no
        latency.
      </p>
      ${networks.flatMap(numbersOf)}${mismatches}`,
  );
}
