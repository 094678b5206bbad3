/** The page of a design before anything runs on it: its floor plan, what it is in words, every figure, router by router. */
import type { NocNetworkResult, NocStructure } from '../../model/index.ts';
import type { NocRecord } from '../../model/run-record.ts';
import { heatMapFigures } from '../charts/heat-map.ts';
import { number, withUnit } from '../format.ts';
import { evidenceSection, provenanceSection, subtitleOf } from './common.ts';
import type { Page } from './document.ts';
import { html, section, table, tiles, type Html, type Tile } from './html.ts';

/** The page of a record of `noc show`. */
export function nocShowPage(record: NocRecord): Page {
  const { networks, verdict } = record.result;
  const maps = networks.flatMap(({ map }) => (map === null ? [] : [map]));
  return {
    title: record.title,
    subtitle: subtitleOf(record),
    sections: [
      section('verdict', 'What it is', html`${verdict.map((sentence) => html`<p>${sentence}</p>`)}${tiles(networks.flatMap(showTiles))}`),
      section('plan', 'Floor plan', html``, heatMapFigures(maps)),
      section('facts', 'Every figure', html`${networks.map(factsTable)}`),
      section(
        'routers',
        'Router by router',
        html`${networks.map(({ structure }) => (structure === undefined ? '' : routersTable(structure)))}`,
      ),
      ...(networks.some(({ structure }) => (structure?.trees.length ?? 0) > 0)
        ? [
            section(
              'multicast',
              'Multicast trees',
              html`${networks.map(({ structure }) => (structure === undefined ? '' : treesTable(structure)))}`,
            ),
          ]
        : []),
      provenanceSection(record),
      evidenceSection(record),
    ],
  };
}

/** A few figures to see first. */
export function showTiles({ facts, certificate }: NocNetworkResult): Tile[] {
  const isSafe = certificate.includes('acyclic');
  return [
    { tone: isSafe ? 'good' : 'bad', heading: 'Certificate', value: isSafe ? 'deadlock-free' : 'may deadlock', text: certificate },
    {
      tone: 'plain',
      heading: 'Latency of a packet alone',
      value: `${number(facts['latency.zero_load'])} cycles`,
      text: `${number(facts['graph.path_length'])} hops in the mean, ${number(facts['graph.diameter'])} at most.`,
    },
    {
      tone: 'plain',
      heading: 'Load that the routes allow',
      value: number(facts['route.load_bound']),
      text: 'Flits per node and cycle; routers reach less.',
    },
    {
      tone: 'plain',
      heading: 'Wire',
      value: withUnit(facts['wire.length'] ?? null, 'm'),
      text: `${withUnit(facts['power.static'] ?? null, 'W')} static power, ${withUnit(facts['area.routers'] ?? null, 'm^2')} of routers.`,
    },
  ];
}

function factsTable({ facts, structure }: NocNetworkResult): Html {
  return table({
    name: 'facts',
    columns: ['figure', 'value', 'unit', 'meaning'].map((name) => ({ name })),
    rows: Object.entries(facts).map(([name, value]) => {
      const { unit, meaning } = structure?.meanings[name] ?? { unit: '1', meaning: '' };
      return [name, number(value, 4), unit === '1' ? '' : unit, meaning];
    }),
  });
}

function routersTable({ routers }: NocStructure): Html {
  return table({
    name: 'routers',
    columns: [
      'router',
      'x (mm)',
      'y (mm)',
      'nodes',
      'links',
      'pairs through it',
      'energy per flit (pJ)',
      'leakage (mW)',
      'area (µm²)',
      'table (bit)',
    ].map((name) => ({ name })),
    rows: routers.map((one) => [
      one.router,
      1e3 * one.x,
      1e3 * one.y,
      one.nodes,
      one.links,
      one.betweenness,
      1e12 * one.energyPerFlit,
      1e3 * one.leakage,
      1e12 * one.area,
      one.tableBits,
    ]),
  });
}

function treesTable({ trees, multicast }: NocStructure): Html {
  return html`<p>
      ${multicast ?? ''}. Links in the mean over random sets of destinations; the exact minimum is the Steiner tree of the graph, without
      regard to deadlocks or latency, as is the heuristic of Takahashi and Matsuyama.
    </p>
    ${table({
      name: 'trees',
      columns: [
        'destinations',
        'cases',
        'tree',
        'part of the tree of the source',
        'Takahashi-Matsuyama',
        'exact minimum',
        'one packet per destination',
        'excess (%)',
        'worst (%)',
      ].map((name) => ({ name })),
      rows: trees.map((row) => [
        row.destinations,
        row.cases,
        row.treeLinks,
        row.sourceLinks ?? NaN,
        row.freeLinks ?? NaN,
        row.minimumLinks,
        row.unicastLinks,
        100 * row.excess,
        100 * row.worst,
      ]),
    })}`;
}
