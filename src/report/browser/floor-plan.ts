/* oxlint-disable unicorn/consistent-function-scoping -- what runs in the page must hold its helpers inside: see source.ts */
/**
 * Floor plan of a network-on-chip: routers as squares coloured by buffer occupancy, directed links coloured and widened by load, long links as arcs so that they do not hide
 * in the rows they cross, one colour bar for each. Moves the (invisible) points of dataset 0 (routers) and 1 (links) under the drawing, so that tooltips find them.
 * Stands alone: its text runs in the page too.
 */
import type { FigureConfig, FloorPlan } from '../figure.ts';
import type { Area, DrawnChart, Pen } from './dom.ts';

interface Geometry {
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Distance of neighbouring routers, pixels. */
  readonly pitch: number;
}
interface Curve {
  readonly x0: number;
  readonly y0: number;
  readonly cx: number;
  readonly cy: number;
  readonly x1: number;
  readonly y1: number;
}

export function floorPlanPlugin() {
  /** Metres to pixels with one scale for both directions, centred; room at the right for the colour bars. */
  function geometryOf(plan: FloorPlan, area: Area): Geometry {
    const distances = plan.links
      .map(({ from, to }) => Math.hypot(plan.x[to]! - plan.x[from]!, plan.y[to]! - plan.y[from]!))
      .filter((d) => d > 0);
    const pitch = distances.length > 0 ? Math.min(...distances) : 1;
    const [x0, x1] = [Math.min(...plan.x) - 0.6 * pitch, Math.max(...plan.x) + 0.6 * pitch];
    const [y0, y1] = [Math.min(...plan.y) - 0.6 * pitch, Math.max(...plan.y) + 0.6 * pitch];
    const [wide, tall] = [area.right - area.left - 170, area.bottom - area.top];
    const scale = Math.min(wide / (x1 - x0), tall / (y1 - y0));
    const left = area.left + (wide - scale * (x1 - x0)) / 2;
    const top = area.top + (tall - scale * (y1 - y0)) / 2;
    // the page's y grows downwards, the chip's upwards
    return { x: plan.x.map((x) => left + (x - x0) * scale), y: plan.y.map((y) => top + (y1 - y) * scale), pitch: pitch * scale };
  }

  function curveOf({ x, y, pitch }: Geometry, from: number, to: number): Curve {
    const [dx, dy] = [x[to]! - x[from]!, y[to]! - y[from]!];
    const length = Math.hypot(dx, dy) || 1;
    const [nx, ny] = [-dy / length, dx / length];
    const long = length > 1.3 * pitch;
    // the two directions of a link keep to their own side; long links leave their row
    const aside = 0.09 * pitch;
    const bulge = long ? 0.16 * length + 0.12 * pitch : 0;
    const inset = 0.24 * pitch;
    return {
      x0: x[from]! + (dx / length) * inset + nx * aside,
      y0: y[from]! + (dy / length) * inset + ny * aside,
      cx: (x[from]! + x[to]!) / 2 + nx * (aside + bulge),
      cy: (y[from]! + y[to]!) / 2 + ny * (aside + bulge),
      x1: x[to]! - (dx / length) * inset + nx * aside,
      y1: y[to]! - (dy / length) * inset + ny * aside,
    };
  }

  function colourOf(ramp: readonly string[], share: number): string {
    const at = Math.min(1, Math.max(0, share)) * (ramp.length - 1);
    const k = Math.min(ramp.length - 2, Math.floor(at));
    const channel = (colour: string, i: number): number => parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16);
    const mix = [0, 1, 2].map((i) => Math.round(channel(ramp[k]!, i) + (at - k) * (channel(ramp[k + 1]!, i) - channel(ramp[k]!, i))));
    return `rgb(${mix.join(',')})`;
  }

  function drawLink(pen: Pen, curve: Curve, colour: string, width: number): void {
    pen.strokeStyle = colour;
    pen.fillStyle = colour;
    pen.lineWidth = width;
    pen.beginPath();
    pen.moveTo(curve.x0, curve.y0);
    pen.quadraticCurveTo(curve.cx, curve.cy, curve.x1, curve.y1);
    pen.stroke();
    const angle = Math.atan2(curve.y1 - curve.cy, curve.x1 - curve.cx);
    const head = 4 + width;
    pen.beginPath();
    pen.moveTo(curve.x1 + head * 0.7 * Math.cos(angle), curve.y1 + head * 0.7 * Math.sin(angle));
    pen.lineTo(curve.x1 - head * Math.cos(angle - 0.5), curve.y1 - head * Math.sin(angle - 0.5));
    pen.lineTo(curve.x1 - head * Math.cos(angle + 0.5), curve.y1 - head * Math.sin(angle + 0.5));
    pen.closePath();
    pen.fill();
  }

  function drawBar(pen: Pen, plan: FloorPlan, area: Area, left: number, label: string, high: number): void {
    const [top, bottom] = [area.top + 14, area.bottom - 8];
    const steps = 60;
    for (let k = 0; k < steps; k++) {
      pen.fillStyle = colourOf(plan.ramp as unknown as string[], 1 - (k + 0.5) / steps);
      pen.fillRect(left, top + ((bottom - top) * k) / steps, 14, (bottom - top) / steps + 0.5);
    }
    pen.strokeStyle = plan.muted;
    pen.lineWidth = 1;
    pen.strokeRect(left, top, 14, bottom - top);
    pen.fillStyle = plan.ink;
    pen.textAlign = 'left';
    pen.textBaseline = 'middle';
    for (const share of [0, 0.5, 1])
      pen.fillText(String(Number((share * high).toPrecision(2))), left + 18, bottom - share * (bottom - top));
    pen.save();
    pen.translate(left - 8, (top + bottom) / 2);
    pen.rotate(-Math.PI / 2);
    pen.textAlign = 'center';
    pen.fillText(label, 0, 0);
    pen.restore();
  }

  return {
    id: 'floor-plan',
    afterDatasetsUpdate(chart: DrawnChart<FigureConfig['data']>): void {
      const plan = chart.config.data.floorPlan;
      if (plan === undefined) return;
      const geometry = geometryOf(plan, chart.chartArea);
      for (const [k, element] of chart.getDatasetMeta(0).data.entries()) [element.x, element.y] = [geometry.x[k]!, geometry.y[k]!];
      for (const [k, element] of chart.getDatasetMeta(1).data.entries()) {
        const { x0, y0, cx, cy, x1, y1 } = curveOf(geometry, plan.links[k]!.from, plan.links[k]!.to);
        [element.x, element.y] = [(x0 + 2 * cx + x1) / 4, (y0 + 2 * cy + y1) / 4];
      }
    },
    afterDatasetsDraw(chart: DrawnChart<FigureConfig['data']>): void {
      const plan = chart.config.data.floorPlan;
      if (plan === undefined) return;
      const { ctx: pen, chartArea: area } = chart;
      const geometry = geometryOf(plan, area);
      const ramp = plan.ramp as unknown as string[];
      pen.save();
      pen.font = "11px 'DejaVu Sans', system-ui, sans-serif";
      // idle links first, so that a loaded one is never hidden
      for (const { from, to, load } of plan.links.toSorted((a, b) => a.load - b.load)) {
        const share = plan.maxLoad > 0 ? load / plan.maxLoad : 0;
        const curve = curveOf(geometry, from, to);
        drawLink(pen, curve, plan.muted, 0.75);
        if (share > 0) drawLink(pen, curve, colourOf(ramp, share), 1 + 3.5 * share);
      }
      const side = 0.46 * geometry.pitch;
      for (const [k, occupancy] of plan.occupancy.entries()) {
        const share = plan.maxOccupancy > 0 ? occupancy / plan.maxOccupancy : 0;
        pen.fillStyle = colourOf(ramp, share);
        pen.strokeStyle = plan.muted;
        pen.lineWidth = 1;
        pen.fillRect(geometry.x[k]! - side / 2, geometry.y[k]! - side / 2, side, side);
        pen.strokeRect(geometry.x[k]! - side / 2, geometry.y[k]! - side / 2, side, side);
        if (side < 16) continue;
        pen.textAlign = 'center';
        pen.textBaseline = 'middle';
        pen.fillStyle = share > 0.5 ? plan.paper : plan.ink;
        pen.fillText(String(k), geometry.x[k]!, geometry.y[k]!);
      }
      drawBar(pen, plan, area, area.right - 138, plan.colours?.router ?? 'router: flits waiting', plan.maxOccupancy);
      drawBar(pen, plan, area, area.right - 64, plan.colours?.link ?? 'link: flits per cycle', plan.maxLoad);
      pen.restore();
    },
  };
}
