/* oxlint-disable unicorn/consistent-function-scoping -- what runs in the page must hold its helpers inside: see source.ts */
/**
 * Lines across a plot with labels (`data.marks`), and short names beside points (`tag` of a data point). A label that finds no free place is left out rather than printed over
 * another; the table under the figure has them all. Stands alone: its text runs in the page too.
 */
import type { FigureConfig, Mark } from '../figure.ts';
import type { DrawnChart, Pen } from './dom.ts';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export function annotationsPlugin() {
  const height = 14;
  const overlaps = (a: Box, b: Box): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

  /** Whether the straight line between two points enters the box (Liang and Barsky). */
  function crosses(from: { x: number; y: number }, to: { x: number; y: number }, box: Box): boolean {
    let [enter, leave] = [0, 1];
    for (const [start, step, low, high] of [
      [from.x, to.x - from.x, box.x - 2, box.x + box.w + 2],
      [from.y, to.y - from.y, box.y, box.y + box.h],
    ] as const) {
      if (step === 0) {
        if (start < low || start > high) return false;
        continue;
      }
      const [a, b] = [(low - start) / step, (high - start) / step];
      enter = Math.max(enter, Math.min(a, b));
      leave = Math.min(leave, Math.max(a, b));
    }
    return enter <= leave;
  }

  /** Lines of the datasets that are joined up, as pairs of points. */
  function segmentsOf(chart: DrawnChart<FigureConfig['data']>): (readonly [{ x: number; y: number }, { x: number; y: number }])[] {
    return chart.data.datasets.flatMap((dataset, k) => {
      if (!('showLine' in dataset) || dataset.showLine !== true || !chart.isDatasetVisible(k)) return [];
      const { data } = chart.getDatasetMeta(k);
      return data.slice(1).map((to, i) => [data[i]!, to] as const);
    });
  }

  function write(pen: Pen, text: string, box: Box, colour: string, paper: string): void {
    pen.textAlign = 'left';
    pen.textBaseline = 'middle';
    pen.lineJoin = 'round';
    pen.lineWidth = 4;
    pen.strokeStyle = paper;
    pen.strokeText(text, box.x, box.y + box.h / 2);
    pen.fillStyle = colour;
    pen.fillText(text, box.x, box.y + box.h / 2);
  }

  function drawMarks(chart: DrawnChart<FigureConfig['data']>, marks: readonly Mark[], taken: Box[], paper: string, lying: boolean): void {
    const { ctx: pen, chartArea: area, scales } = chart;
    const segments = segmentsOf(chart);
    const upright = marks.filter(({ axis }) => axis === 'x').toSorted((a, b) => a.value - b.value);
    for (const mark of [...upright, ...marks.filter(({ axis }) => axis === 'y')]) {
      const at = scales[mark.axis]!.getPixelForValue(mark.value);
      const width = pen.measureText(mark.label).width;
      if (mark.axis === 'x' ? at < area.left - 1 || at > area.right + 1 : at < area.top - 1 || at > area.bottom + 1) continue;
      pen.strokeStyle = mark.colour;
      pen.lineWidth = 1.5;
      pen.setLineDash(mark.dash ?? [6, 4]);
      pen.beginPath();
      if (mark.axis === 'x') {
        pen.moveTo(at, area.top);
        pen.lineTo(at, area.bottom);
      } else {
        pen.moveTo(area.left, at);
        pen.lineTo(area.right, at);
      }
      pen.stroke();
      pen.setLineDash([]);
      // beside the line, on the side with room, and below (or above) what is there already; lying bars fill the plot, so their labels stand above it
      const x = mark.axis === 'x' ? (at + 5 + width > area.right ? at - 5 - width : at + 5) : area.right - width - 5;
      const box = { x, y: mark.axis === 'x' ? (lying ? area.top - height - 2 : area.top + 4) : at - height - 1, w: width, h: height };
      const step = mark.axis === 'x' || at < area.top + 3 * height ? height + 1 : -height - 1;
      while (taken.some((other) => overlaps(box, other))) box.y += step;
      // an upright line's label goes down, or over to the other side, as long as a curve or another mark runs through it; where none is free it stays at the top
      if (mark.axis === 'x' && !lying) {
        const lines = upright
          .filter((other) => other !== mark)
          .map(({ value }) => scales['x']!.getPixelForValue(value))
          .map(
            (left) =>
              [
                { x: left, y: area.top },
                { x: left, y: area.bottom },
              ] as const,
          );
        const sides = [at + 5, at - 5 - width].filter((left) => left >= area.left && left + width <= area.right);
        const rows = Array.from(
          { length: Math.floor((area.bottom - area.top - 8) / (height + 1)) },
          (_, row) => area.top + 4 + row * (height + 1),
        );
        const free = rows
          .flatMap((y) => sides.map((left) => ({ ...box, x: left, y })))
          .find(
            (place) =>
              !taken.some((other) => overlaps(place, other)) && ![...segments, ...lines].some(([from, to]) => crosses(from, to, place)),
          );
        if (free !== undefined) Object.assign(box, free);
      }
      taken.push(box);
      write(pen, mark.label, box, mark.colour, paper);
    }
  }

  function drawTags(chart: DrawnChart<FigureConfig['data']>, taken: Box[], ink: string, paper: string): void {
    const { ctx: pen, chartArea: area } = chart;
    const tagged: { x: number; y: number; tag: string }[] = [];
    for (const [k, dataset] of chart.data.datasets.entries()) {
      if (!chart.isDatasetVisible(k)) continue;
      for (const [i, { x, y }] of chart.getDatasetMeta(k).data.entries()) {
        const raw = dataset.data[i] as { tag?: string } | number | null;
        if (typeof raw !== 'object' || raw?.tag === undefined) continue;
        tagged.push({ x, y, tag: raw.tag });
        taken.push({ x: x - 5, y: y - 5, w: 10, h: 10 });
      }
    }
    for (const { x, y, tag } of tagged) {
      const w = pen.measureText(tag).width;
      const places = [
        [x + 9, y - height / 2],
        [x + 7, y - height - 4],
        [x - 9 - w, y - height / 2],
        [x - w / 2, y - height - 8],
        [x - w / 2, y + 8],
        [x + 7, y + 5],
        [x - 7 - w, y - height - 4],
        [x - 7 - w, y + 5],
      ].map(([left, top]) => ({ x: left!, y: top!, w, h: height }));
      const free = places.find(
        (box) =>
          box.x >= area.left &&
          box.x + w <= area.right &&
          box.y >= area.top &&
          box.y + height <= area.bottom &&
          !taken.some((b) => overlaps(box, b)),
      );
      if (free === undefined) continue;
      taken.push(free);
      write(pen, tag, free, ink, paper);
    }
  }

  return {
    id: 'annotations',
    afterDatasetsDraw(
      chart: DrawnChart<FigureConfig['data']> & { options: { color: string; backgroundColor: string; indexAxis?: string } },
    ): void {
      const { ctx: pen } = chart;
      pen.save();
      pen.font = "11px 'DejaVu Sans', system-ui, sans-serif";
      const taken: Box[] = [];
      const { color: ink, backgroundColor: paper, indexAxis } = chart.options;
      drawMarks(chart, chart.config.data.marks ?? [], taken, paper, indexAxis === 'y');
      drawTags(chart, taken, ink, paper);
      pen.restore();
    },
  };
}
