/** Floor plan of a chip without its network, to scale by the areas of the card: cores in a grid, each with its blocks. */
import type { ChipSheet } from '../../model/index.ts';
import { percent, withUnit } from '../format.ts';
import { OKABE_ITO } from '../palette.ts';
import { html, table, type Html } from './html.ts';

const WIDTH = 760;
const GAP = 8;
const COLOURS: Readonly<Record<string, string>> = {
  synapses: OKABE_ITO.sky,
  neurons: OKABE_ITO.orange,
  'parameter cells': OKABE_ITO.green,
  'column ADC': OKABE_ITO.purple,
};

/** Drawing and table. The blocks of a core are stripes, as high as their share of its area. */
export function floorPlanOf({ floor, cores }: ChipSheet): Html {
  const total = floor.reduce((sum, { area }) => sum + area, 0);
  const columns = Math.ceil(Math.sqrt(cores));
  const rows = Math.ceil(cores / columns);
  const side = (WIDTH - GAP * (columns + 1)) / columns;
  const height = rows * (side * 0.7 + GAP) + GAP;
  const core = (index: number): Html => {
    const x = GAP + (index % columns) * (side + GAP);
    let y = GAP + Math.floor(index / columns) * (side * 0.7 + GAP);
    return html`${floor.map(({ name, area }) => {
        const tall = (area / total) * side * 0.7;
        const stripe = html`<rect
          x="${x.toFixed(1)}"
          y="${y.toFixed(1)}"
          width="${side.toFixed(1)}"
          height="${tall.toFixed(2)}"
          fill="${COLOURS[name] ?? OKABE_ITO.grey}"
        />`;
        y += tall;
        return stripe;
      })}<text x="${(x + 6).toFixed(1)}" y="${(y - side * 0.7 + 16).toFixed(1)}" font-size="12" fill="#1b1b1f">core ${index}</text>`;
  };
  const words = floor.map(({ name, area }) => `${name} ${percent(area / total)}`).join(', ');
  return html`<figure id="figure-floor">
      <svg
        viewBox="0 0 ${WIDTH} ${height.toFixed(0)}"
        role="img"
        aria-label="Floor plan: ${cores} cores; ${words}."
        style="width:100%;max-width:${WIDTH}px;height:auto"
      >
        <rect width="${WIDTH}" height="${height.toFixed(0)}" rx="6" fill="none" stroke="currentColor" stroke-opacity="0.4" />
        ${Array.from({ length: cores }, (_, index) => core(index))}
      </svg>
      <p>
        ${floor.map(({ name }) => html`<span style="display:inline-block;width:12px;height:12px;background:${COLOURS[name] ?? OKABE_ITO.grey};margin:0 6px 0 14px"></span>${name}`)}
      </p>
      <figcaption>
        Cores without the network, blocks to scale by area: ${words}. Where blocks lie within a core is our drawing, not the layout of a
        real chip.
      </figcaption>
    </figure>
    ${table({
      name: 'floor',
      columns: ['block', 'how many', 'area', 'share', 'area of one'].map((name) => ({ name })),
      rows: floor.map(({ name, count, area }) => [
        name,
        count,
        withUnit(area, 'm^2'),
        percent(area / total),
        withUnit(area / count, 'm^2'),
      ]),
    })}`;
}
