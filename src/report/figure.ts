/**
 * A figure: a chart as plain data, with what a reader who cannot see it needs. The same configuration is drawn as PNG in Node and lives in the HTML page, so it holds no
 * functions: whatever needs code is a plugin of `browser/`, which finds its data under its own name in `data`.
 */
import type { ChartOptions } from 'chart.js';
import type { Cell } from '../store/index.ts';

/** Columns of a table: `text` is left-aligned; numbers keep their full precision in the CSV and are rounded in the page. */
export interface TableColumn {
  readonly name: string;
  /** How a number is shown: significant digits; 3 unless given. */
  readonly digits?: number;
}

/** A drawing that is no chart: SVG text, and its size in CSS pixels. */
export interface Drawing {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly svg: string;
}

export interface ReportTable {
  readonly name: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A straight line across the plot with a label. */
export interface Mark {
  readonly axis: 'x' | 'y';
  readonly value: number;
  readonly label: string;
  readonly colour: string;
  readonly dash?: readonly number[];
}

/** A network floor plan; drawn by the plugin `floor-plan`. */
export interface FloorPlan {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly occupancy: readonly number[];
  readonly links: readonly { readonly from: number; readonly to: number; readonly load: number }[];
  readonly colours?: { readonly router: string; readonly link: string };
  /** Upper ends of the two colour bars, common to all maps of a page. */
  readonly maxOccupancy: number;
  readonly maxLoad: number;
  readonly ramp: '@ramp';
  readonly ink: '@ink';
  readonly muted: '@muted';
  readonly paper: '@paper';
}

/** Spike trains as ticks; drawn by the plugin `raster`. */
export interface RasterData {
  readonly panels: readonly {
    readonly label: string;
    /** Number of rows. */
    readonly neurons: number;
    readonly trains: readonly SpikeTrain[];
  }[];
  readonly ink: '@ink';
  readonly muted: '@muted';
  readonly grid: '@grid';
}

export interface SpikeTrain {
  readonly colour: string;
  /** Time as a share of the axis, 0 to 65535: finer than any screen, and two bytes a spike. */
  readonly time: Uint16Array;
  /** Row of each spike. */
  readonly row: Uint16Array;
}

/** Points of a Pareto plot with all their objectives; `browser/pareto.ts` makes the datasets for the two chosen axes. */
export interface ParetoData {
  readonly objectives: readonly { readonly label: string; readonly sense: 'min' | 'max' }[];
  readonly points: readonly {
    readonly tag: string;
    readonly label: string;
    readonly values: readonly (number | null)[];
    readonly onFront: boolean;
    readonly limited: boolean;
    readonly reference: boolean;
  }[];
  readonly control: { readonly label: string; readonly values: readonly (number | null)[] };
  /** Objective on each axis. */
  x: number;
  y: number;
}

export type Dataset = Readonly<Record<string, unknown>>;

export interface FigureConfig {
  readonly type: 'scatter' | 'bar' | 'line';
  readonly data: {
    labels?: string[];
    datasets: Dataset[];
    marks?: readonly Mark[];
    floorPlan?: FloorPlan;
    raster?: RasterData;
    pareto?: ParetoData;
  };
  readonly options: ChartOptions<'scatter' | 'bar' | 'line'>;
}

export interface Figure {
  /** Stem of the PNG's file name and identifier in the page: letters, digits, hyphens. */
  readonly name: string;
  readonly title: string;
  /** One paragraph under the figure. */
  readonly caption: string;
  /** What the figure shows, for who cannot see it. */
  readonly alt: string;
  /** CSS pixels. */
  readonly size: { readonly width: number; readonly height: number };
  /** A fresh configuration for each drawing: Chart.js writes into it. */
  readonly config: () => FigureConfig;
  /** The numbers behind the picture. */
  readonly table: ReportTable | null;
}
