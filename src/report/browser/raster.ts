/**
 * Spike rasters drawn straight from typed arrays: 1e5 spikes as points of Chart.js take 3.3 s, as rectangles half a second. Panels lie above each other and share the time
 * axis; several trains in one panel share each row, one below the other. Stands alone: its text runs in the page too.
 */
import type { FigureConfig } from '../figure.ts';
import type { DrawnChart } from './dom.ts';

export function rasterPlugin() {
  return {
    id: 'raster',
    beforeDatasetsDraw(chart: DrawnChart<FigureConfig['data']>): void {
      const { raster } = chart.config.data;
      if (raster === undefined) return;
      const { ctx: pen, chartArea: area } = chart;
      const gap = 8;
      const height = (area.bottom - area.top - gap * (raster.panels.length - 1)) / raster.panels.length;
      const scale = (area.right - area.left) / 65535;
      pen.save();
      for (const [k, panel] of raster.panels.entries()) {
        const top = area.top + k * (height + gap);
        const row = height / Math.max(1, panel.neurons);
        const lane = row / panel.trains.length;
        // a tick fills its lane but for a hair of space where there is room for one
        const tall = Math.max(1, lane > 3 ? lane - 1 : lane);
        for (const [t, { colour, time, row: rows }] of panel.trains.entries()) {
          const wide = time.length > 20000 ? 1 : 1.5;
          pen.fillStyle = colour;
          for (let i = 0; i < time.length; i++) pen.fillRect(area.left + time[i]! * scale, top + rows[i]! * row + t * lane, wide, tall);
        }
        pen.lineWidth = 1;
        pen.strokeStyle = raster.grid;
        pen.strokeRect(area.left, top, area.right - area.left, height);
        pen.fillStyle = raster.ink;
        pen.font = "12px 'DejaVu Sans', system-ui, sans-serif";
        pen.textAlign = 'center';
        pen.textBaseline = 'middle';
        pen.save();
        pen.translate(area.left - 36, top + height / 2);
        pen.rotate(-Math.PI / 2);
        pen.fillText(panel.label, 0, 0);
        pen.restore();
        pen.font = "10px 'DejaVu Sans', system-ui, sans-serif";
        pen.fillStyle = raster.muted;
        pen.textAlign = 'right';
        pen.textBaseline = 'top';
        pen.fillText('1', area.left - 5, top + 1);
        pen.textBaseline = 'bottom';
        pen.fillText(String(panel.neurons), area.left - 5, top + height - 1);
      }
      pen.restore();
    },
  };
}
