/** Where the network is busy: its floor plan with routers coloured by what waits in them and directed links by what they carry. All maps of a page share their colour bars. */
import type { NocMap } from '../../model/index.ts';
import type { Figure, FigureConfig } from '../figure.ts';
import { number } from '../format.ts';

/** One figure per map, called by what its colours show: `heat-map` of a load, `floor-plan` where nothing ran. */
export function heatMapFigures(maps: readonly NocMap[]): Figure[] {
  const maxOccupancy = Math.max(1e-6, ...maps.flatMap(({ occupancy }) => occupancy));
  const maxLoad = Math.max(1e-6, ...maps.flatMap(({ links }) => links.map(({ load }) => load)));
  return maps.map((map, k) => {
    const name = map.colours === undefined ? 'heat-map' : 'floor-plan';
    return heatMapFigure(map, maps.length > 1 ? `${name}-${String(k + 1)}` : name, maxOccupancy, maxLoad);
  });
}

function heatMapFigure(map: NocMap, name: string, maxOccupancy: number, maxLoad: number): Figure {
  const busiest = map.links.toSorted((a, b) => b.load - a.load)[0];
  const fullest = map.occupancy.indexOf(Math.max(...map.occupancy));
  const { colours } = map;
  const busy = busiest
    ? `The busiest link goes from router ${String(busiest.from)} to ${String(busiest.to)} with ${number(busiest.load)} ${colours === undefined ? 'flits per cycle' : 'flits per cycle at one flit per node and cycle'}`
    : 'There are no links';
  return {
    name,
    title: colours === undefined ? `Network load: ${map.label}` : `Floor plan: ${map.label}`,
    caption: `${busy}; ${colours === undefined ? `most flits wait in router ${String(fullest)}` : `most pairs of routers have a shortest path through router ${String(fullest)}`} (${number(map.occupancy[fullest] ?? 0)}). Links longer than one pitch are drawn as arcs.`,
    alt: `Floor plan of ${String(map.x.length)} routers and ${String(map.links.length)} directed links. ${busy}.`,
    size: { width: 860, height: 560 },
    config: () => config(map, maxOccupancy, maxLoad),
    table: {
      name,
      columns: [
        'kind',
        'from',
        'to',
        'load (flits/cycle)',
        colours === undefined ? 'occupancy (flits)' : colours.router,
        'x (mm)',
        'y (mm)',
      ].map((column) => ({ name: column })),
      rows: [
        ...map.occupancy.map((value, router) => ['router', router, null, null, value, 1e3 * map.x[router]!, 1e3 * map.y[router]!]),
        ...map.links.map(({ from, to, load }) => ['link', from, to, load, null, null, null]),
      ],
    },
  };
}

function config(map: NocMap, maxOccupancy: number, maxLoad: number): FigureConfig {
  // the points are moved under the drawing by the plugin and only carry the tooltips
  const hidden = { pointRadius: 0, pointHoverRadius: 0, unlisted: true };
  return {
    type: 'scatter',
    data: {
      datasets: [
        {
          ...hidden,
          label: 'routers',
          data: map.occupancy.map((value, k) => ({
            x: 0,
            y: 0,
            text:
              map.colours === undefined
                ? `router ${String(k)}: ${number(value)} flits waiting`
                : `${map.colours.router} ${String(k)}: ${number(value)}`,
          })),
        },
        {
          ...hidden,
          label: 'links',
          data: map.links.map(({ from, to, load }) => ({
            x: 0,
            y: 0,
            text: `link ${String(from)} to ${String(to)}: ${number(load)} flits per cycle`,
          })),
        },
      ],
      floorPlan: { ...map, maxOccupancy, maxLoad, ramp: '@ramp', ink: '@ink', muted: '@muted', paper: '@paper' },
    },
    options: {
      scales: { x: { display: false, min: 0, max: 1 }, y: { display: false, min: 0, max: 1 } },
      interaction: { mode: 'nearest', intersect: false },
      plugins: { legend: { display: false }, tooltip: { displayColors: false } },
    },
  };
}
