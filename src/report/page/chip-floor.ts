/** Floor plan of a chip without its network, to scale by what its card knows of it, areas or memories: cores in a grid or in tiles, each with its blocks. */
import type { ChipSheet } from '../../model/index.ts';
import { percent } from '../format.ts';
import { OKABE_ITO } from '../palette.ts';
import { sizeText, tileWords } from '../text/sheet-words.ts';
import { html, table, type Html } from './html.ts';

const WIDTH = 760;
const GAP = 8;
/** Height of a core over its width. */
const ASPECT = 0.7;
/** Below this width a core has room for its number only. */
const ROOM_FOR_WORDS = 64;
const COLOURS: Readonly<Record<string, string>> = {
  synapses: OKABE_ITO.sky,
  neurons: OKABE_ITO.orange,
  states: OKABE_ITO.orange,
  'parameter cells': OKABE_ITO.green,
  'decays and thresholds': OKABE_ITO.green,
  'column ADC': OKABE_ITO.purple,
};

/** Drawing and table. The blocks of a core are stripes, as high as their share of it. */
export function floorPlanOf({ floor, floorUnit, cores, tiles }: ChipSheet): Html {
  const total = floor.reduce((sum, { size }) => sum + size, 0);
  const { columns, rows, placeOf } = gridOf(cores, tiles);
  const inTiles = tiles !== undefined;
  const gap = inTiles ? GAP / 2 : GAP;
  const side = (WIDTH - gap * (columns + 1)) / columns;
  const height = rows * (side * ASPECT + gap) + gap;
  const core = (index: number): Html => {
    const place = placeOf(index);
    const x = gap + place.column * (side + gap);
    const top = gap + place.row * (side * ASPECT + gap);
    let y = top;
    const stripes = floor.map(({ name, size }) => {
      const tall = (size / total) * side * ASPECT;
      const stripe = html`<rect
        x="${x.toFixed(1)}"
        y="${y.toFixed(1)}"
        width="${side.toFixed(1)}"
        height="${tall.toFixed(2)}"
        fill="${COLOURS[name] ?? OKABE_ITO.grey}"
      />`;
      y += tall;
      return stripe;
    });
    const label = side < ROOM_FOR_WORDS ? String(index) : `core ${String(index)}`;
    return html`${stripes}<text
        x="${(x + 5).toFixed(1)}"
        y="${(top + 15).toFixed(1)}"
        font-size="${side < ROOM_FOR_WORDS ? 10 : 12}"
        fill="#1b1b1f"
        >${label}</text
      >`;
  };
  const words = floor.map(({ name, size }) => `${name} ${percent(size / total)}`).join(', ');
  const what = floorUnit === 'bit' ? 'bits of memory' : 'area';
  return html`<figure id="figure-floor">
      <svg
        viewBox="0 0 ${WIDTH} ${height.toFixed(0)}"
        role="img"
        aria-label="Floor plan: ${cores} cores; ${words}."
        style="width:100%;max-width:${WIDTH}px;height:auto"
      >
        <rect width="${WIDTH}" height="${height.toFixed(0)}" rx="6" fill="none" stroke="currentColor" stroke-opacity="0.4" />
        ${Array.from({ length: cores }, (_, index) => core(index))}${inTiles ? frames(tiles, { columns, rows, step: side + gap, tall: side * ASPECT + gap, gap }) : ''}
      </svg>
      <p>
        ${floor.map(({ name }) => html`<span style="display:inline-block;width:12px;height:12px;background:${COLOURS[name] ?? OKABE_ITO.grey};margin:0 6px 0 14px"></span>${name}`)}
      </p>
      <figcaption>
        Cores without the network, blocks to scale by ${what}: ${words}.${inTiles ? ` Frames: ${tileWords({ tiles, cores })}.` : ''} Where
        blocks lie within a core is our drawing, not the layout of a real chip.
      </figcaption>
    </figure>
    ${table({
      name: 'floor',
      columns: ['block', 'how many', floorUnit === 'bit' ? 'memory' : 'area', 'share', 'of one'].map((name) => ({ name })),
      rows: floor.map(({ name, count: many, size }) => [
        name,
        many,
        sizeText(size, floorUnit),
        percent(size / total),
        floorUnit === 'bit' ? `${String(Math.floor(size / many))} bit` : sizeText(size / many, floorUnit),
      ]),
    })}`;
}

/** Columns and rows of cores, and where each stands. */
function gridOf(cores: number, tiles: ChipSheet['tiles']) {
  if (tiles === undefined) {
    const columns = Math.ceil(Math.sqrt(cores));
    return {
      columns,
      rows: Math.ceil(cores / columns),
      placeOf: (index: number) => ({ column: index % columns, row: Math.floor(index / columns) }),
    };
  }
  const each = cores / (tiles[0] * tiles[1]);
  const wide = Math.ceil(Math.sqrt(each));
  const tall = Math.ceil(each / wide);
  return {
    columns: tiles[0] * wide,
    rows: tiles[1] * tall,
    placeOf: (index: number) => {
      const [tile, within] = [Math.floor(index / each), index % each];
      return { column: (tile % tiles[0]) * wide + (within % wide), row: Math.floor(tile / tiles[0]) * tall + Math.floor(within / wide) };
    },
  };
}

/** A frame around every tile. */
function frames(
  [across, down]: readonly [number, number],
  { columns, rows, step, tall, gap }: { columns: number; rows: number; step: number; tall: number; gap: number },
): Html[] {
  const [width, height] = [(columns / across) * step, (rows / down) * tall];
  return Array.from(
    { length: across * down },
    (_, tile) =>
      html`<rect
        x="${((tile % across) * width + gap / 2).toFixed(1)}"
        y="${(Math.floor(tile / across) * height + gap / 2).toFixed(1)}"
        width="${width.toFixed(1)}"
        height="${height.toFixed(1)}"
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
      />`,
  );
}
