/**
 * Latency against offered load, one curve per network under the workload's own traffic. A curve ends where the network saturates (a dashed line) or where it leaves the frame
 * (a triangle); diamonds are the loads at which the designs of the plan work.
 */
import type { CodesignResult, LatencyLoadCurve } from '../../model/index.ts';
import type { Dataset, Figure, FigureConfig, Mark } from '../figure.ts';
import { number } from '../format.ts';
import { tagOf } from '../objectives.ts';
import { seriesColour } from '../palette.ts';

interface Spot {
  readonly x: number;
  readonly y: number;
}

/** What the words around the figure say of its traffic; without `designs` no working points are marked. */
export interface CurveWords {
  readonly traffic?: string;
  readonly designs?: boolean;
}

/** Letters of a name that fit beside a line. */
const LONGEST_NAME = 32;

/** All curves in one plot. */
export function latencyLoadFigure(
  { curves, points }: Pick<CodesignResult, 'curves' | 'points'>,
  { traffic = "the workload's own traffic matrix", designs = true }: CurveWords = {},
): Figure {
  const highest = frameTop(curves);
  const diamonds = designs
    ? 'Diamonds: where the designs work; a design beyond saturation stands at the line, one above the frame at its upper edge. '
    : '';
  return {
    name: 'latency-load',
    title: 'Network latency against offered load',
    caption:
      `Mean (solid) and 99th percentile (dotted) packet latency under ${traffic}. Dashed lines: saturation, above which no load is stable. ` +
      `${diamonds}A triangle marks a curve that leaves the frame at ${number(highest)} cycles.`,
    alt: `Latency-load curves of ${curves.map(({ label, saturation, isOpen = false }) => `${label}, ${isOpen ? 'stable up to' : 'saturating at'} ${number(saturation)} flits per cycle and node`).join('; ')}.`,
    size: { width: 860, height: 480 },
    config: () => config(curves, points, highest),
    table: {
      name: 'latency-load',
      columns: [
        'network',
        'offered (flits/cycle/node)',
        'accepted (flits/cycle/node)',
        'mean latency (cycles)',
        'p99 latency (cycles)',
        'stable',
      ].map((name) => ({ name })),
      rows: curves.flatMap((curve) =>
        curve.points.map((point) => [curve.label, point.offered, point.accepted, point.latencyMean, point.latencyP99, point.stable]),
      ),
    },
  };
}

/** Eight times the zero-load latency shows the knee; more would flatten all that lies below it. */
function frameTop(curves: readonly LatencyLoadCurve[]): number {
  const seen = curves.flatMap(({ points }) =>
    points.flatMap((point) => (point.stable ? [point.latencyMean ?? 0, point.latencyP99 ?? 0] : [])),
  );
  const zeroLoad = Math.max(1, ...curves.map((curve) => curve.zeroLoad));
  return Math.ceil(Math.min(Math.max(1.5 * zeroLoad, ...seen) * 1.08, 8 * zeroLoad));
}

function config(curves: readonly LatencyLoadCurve[], points: CodesignResult['points'], highest: number): FigureConfig {
  const furthest = Math.max(1e-9, ...curves.map(({ saturation }) => saturation));
  const marks = curves.flatMap(({ label, saturation, isOpen = false }, k): Mark[] =>
    isOpen ? [] : [{ axis: 'x', value: saturation, label: `${shortened(label)}saturates: ${number(saturation)}`, colour: seriesColour(k) }],
  );
  return {
    type: 'scatter',
    data: { datasets: curves.flatMap((curve, k) => datasetsOf(curve, seriesColour(k), highest, points)), marks },
    options: {
      scales: {
        x: {
          min: 0,
          max: Number((furthest * 1.12).toPrecision(2)),
          ticks: { includeBounds: false },
          title: { display: true, text: 'offered load (flits per cycle and node)' },
        },
        y: { min: 0, max: highest, ticks: { includeBounds: false }, title: { display: true, text: 'packet latency (cycles)' } },
      },
      plugins: { legend: { position: 'bottom' } },
    },
  };
}

/** The name of a curve before words at its line; a long one would run over the axis, and the colour tells it too. */
function shortened(label: string): string {
  return label.length > LONGEST_NAME ? '' : `${label} `;
}

function datasetsOf(curve: LatencyLoadCurve, colour: string, highest: number, points: CodesignResult['points']): Dataset[] {
  const mean = cut(spotsOf(curve, 'latencyMean'), highest);
  const tail = cut(spotsOf(curve, 'latencyP99').slice(1), highest);
  const line = { showLine: true, borderColor: colour, backgroundColor: colour, pointRadius: 2, pointStyle: 'line', borderWidth: 2 };
  return [
    { ...line, label: curve.label, data: mean.spots },
    { ...line, label: `${curve.label}, p99`, data: tail.spots, unlisted: true, borderDash: [2, 3], borderWidth: 1.5, pointRadius: 0 },
    {
      label: `${curve.label} leaves the frame`,
      unlisted: true,
      data: [mean.exit, tail.exit].filter((spot) => spot !== undefined),
      pointStyle: 'triangle',
      pointRadius: 6,
      backgroundColor: colour,
      clip: false,
    },
    {
      label: `${curve.label}, designs`,
      unlisted: true,
      data: operatingSpots(curve, mean.spots, points),
      pointStyle: 'rectRot',
      pointRadius: 7,
      backgroundColor: colour,
      borderColor: '@paper',
      borderWidth: 1.5,
      clip: false,
    },
  ];
}

/** Stable points, beginning with the zero-load latency. */
function spotsOf({ points, zeroLoad }: LatencyLoadCurve, measure: 'latencyMean' | 'latencyP99'): Spot[] {
  const stable = points.flatMap((point) => {
    const y = point[measure];
    return point.stable && y !== null ? [{ x: point.offered, y }] : [];
  });
  return [{ x: 0, y: zeroLoad }, ...stable.filter(({ x }) => x > 0).toSorted((a, b) => a.x - b.x)];
}

/** The curve as far as it stays in the frame, and where it leaves. */
function cut(spots: readonly Spot[], highest: number): { spots: Spot[]; exit?: Spot } {
  const first = spots.findIndex(({ y }) => y > highest);
  if (first < 0) return { spots: [...spots] };
  const [inside, outside] = [spots[first - 1], spots[first]!];
  if (inside === undefined) return { spots: [] };
  const share = (highest - inside.y) / (outside.y - inside.y);
  const exit = { x: inside.x + share * (outside.x - inside.x), y: highest };
  return { spots: [...spots.slice(0, first), exit], exit };
}

/** Designs that share a load share a diamond; beyond saturation they stand at the line. */
function operatingSpots(curve: LatencyLoadCurve, mean: readonly Spot[], points: CodesignResult['points']): unknown[] {
  const loads = new Map<number, string[]>();
  for (const { label, offered } of curve.operating) {
    const k = points.findIndex((point) => point.label === label || point.id === label);
    const tag = k < 0 ? label : tagOf(k);
    const load = Number(offered.toPrecision(4));
    loads.set(load, [...(loads.get(load) ?? []), tag]);
  }
  return [...loads].map(([load, tags]) => {
    const x = Math.min(load, curve.saturation);
    const beyond = load > curve.saturation;
    return {
      x,
      y: interpolate(mean, x),
      tag: tags.join(' '),
      text: [tags.join(' '), `offered ${number(load)}${beyond ? ', beyond saturation' : ''}`],
    };
  });
}

function interpolate(spots: readonly Spot[], x: number): number {
  const next = spots.findIndex((spot) => spot.x >= x);
  if (next < 0) return spots.at(-1)?.y ?? 0;
  const [a, b] = [spots[next - 1], spots[next]!];
  return a === undefined ? b.y : a.y + ((x - a.x) / (b.x - a.x)) * (b.y - a.y);
}
