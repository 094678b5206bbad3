/**
 * The order of a calibration as a drawing: routines from left to right as they ran. Arcs above the line are needs (from what had to run before), arcs below are invalidations: from the
 * routine that moved an operating point to the later run that took it up again.
 */
import type { CalibrationResult } from '../../model/index.ts';
import type { Drawing } from '../figure.ts';
import { html, section, type Html, type Section } from './html.ts';

const SPACING = 118;
const MIDDLE = 150;
const RADIUS = 7;
const HEIGHT = 250;

/** An arc between two runs, by their places in the order. */
export interface OrderArc {
  readonly from: number;
  readonly to: number;
  readonly kind: 'needs' | 'invalidates';
}

/** The arcs between runs: a need comes from the last run of what is needed, an invalidation goes to the next run of what was moved. */
export function orderArcs(order: readonly string[], graph: NonNullable<CalibrationResult['graph']>): readonly OrderArc[] {
  return order.flatMap((name, k) => {
    const node = graph.find((one) => one.name === name);
    if (node === undefined) return [];
    const first = order.indexOf(name) === k;
    const needs = first ? node.needs.map((need) => order.slice(0, k).lastIndexOf(need)) : [];
    const moved = node.invalidates.map((other) => ({ ran: order.slice(0, k).includes(other), next: order.indexOf(other, k + 1) }));
    return [
      ...needs.filter((from) => from >= 0).map((from): OrderArc => ({ from, to: k, kind: 'needs' })),
      ...moved.filter(({ ran, next }) => ran && next >= 0).map(({ next }): OrderArc => ({ from: k, to: next, kind: 'invalidates' })),
    ];
  });
}

/** In which order the routines ran; one that stands again was opened again by what moved its operating point. `such` gives an example of such a shift. */
export function orderSection(order: readonly string[], graph: CalibrationResult['graph'], such: string): Section {
  const again = (k: number): boolean => order.indexOf(order[k]!) < k;
  return section(
    'order',
    'Order of the routines',
    html`<p>${order.map((name, k) => html`${k === 0 ? '' : ' → '}<strong>${said(name)}</strong>${again(k) ? ' (again)' : ''}`)}</p>
      ${graph === undefined || order.length === 0 ? '' : orderGraph(order, graph)}
      <p>A routine waits for those that it reads through, and is opened again by those that shift its operating point: ${such}</p>`,
  );
}

/** The drawing; it scales with the page and prints. */
export function orderGraph(order: readonly string[], graph: NonNullable<CalibrationResult['graph']>): Html {
  const width = widthOf(order);
  const words = orderArcs(order, graph).map(({ from, to, kind }) =>
    kind === 'needs' ? `${said(order[to]!)} needs ${said(order[from]!)}` : `${said(order[from]!)} opens ${said(order[to]!)} again`,
  );
  return html`<figure id="figure-order">
    <svg viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${words.join('; ')}" style="width:100%;max-width:${width}px;height:auto">
      ${marks(order, graph)}
    </svg>
    <figcaption>
      Left to right: the order in which the routines ran. Blue arcs above: a routine needs the other one. Dashed arcs below: a routine
      shifted the operating point of another, which ran again (orange).
    </figcaption>
  </figure>`;
}

/** The same drawing as a file of its own, dark on white. */
export function orderDrawing(order: readonly string[], graph: NonNullable<CalibrationResult['graph']>): Drawing {
  const width = widthOf(order);
  const svg = html`<svg
    xmlns="http://www.w3.org/2000/svg"
    width="${width}"
    height="${HEIGHT}"
    viewBox="0 0 ${width} ${HEIGHT}"
    font-family="DejaVu Sans, sans-serif"
  >
    <rect width="${width}" height="${HEIGHT}" fill="#ffffff" />
    ${marks(order, graph)}
  </svg>`;
  return { name: 'order', width, height: HEIGHT, svg: svg.text.replaceAll('currentColor', '#222222') };
}

function marks(order: readonly string[], graph: NonNullable<CalibrationResult['graph']>): Html {
  return html`<line
      x1="${placeOf(0)}"
      y1="${MIDDLE}"
      x2="${placeOf(order.length - 1)}"
      y2="${MIDDLE}"
      stroke="currentColor"
      stroke-opacity="0.25"
    />
    ${orderArcs(order, graph).map(({ from, to, kind }) => {
      const rise = Math.min(115, 22 + 17 * (to - from)) * (kind === 'needs' ? -1 : 1);
      const [start, end, top] = [placeOf(from), placeOf(to) + (kind === 'needs' ? -3 : 3), MIDDLE + 1.33 * rise];
      const edge = MIDDLE + Math.sign(rise) * RADIUS;
      return html`<path
        d="M ${start} ${edge} C ${start} ${top}, ${end} ${top}, ${end} ${edge}"
        fill="none"
        stroke="${kind === 'needs' ? '#0072b2' : '#d55e00'}"
        stroke-width="1.5"
        stroke-dasharray="${kind === 'needs' ? 'none' : '5 3'}"
      />`;
    })}
    ${order.map(
      (name, k) =>
        html`<circle cx="${placeOf(k)}" cy="${MIDDLE}" r="${RADIUS}" fill="${order.indexOf(name) < k ? '#d55e00' : '#0072b2'}" />
          <text x="${placeOf(k)}" y="${MIDDLE + (k % 2 === 0 ? 28 : 44)}" text-anchor="middle" font-size="13" fill="currentColor"
            >${said(name)}</text
          >`,
    )}`;
}

function widthOf(order: readonly string[]): number {
  return placeOf(order.length - 1) + 60;
}

function placeOf(k: number): number {
  return 60 + k * SPACING;
}

function said(name: string): string {
  return name.replaceAll('_', ' ');
}
