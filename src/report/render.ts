/**
 * Figures as PNG: Chart.js through chartjs-node-canvas over @napi-rs/canvas. DejaVu is registered from its package: without a font text vanishes without an error, and system
 * fonts would make pictures differ between machines. One renderer per size is kept, because each loads its own copy of Chart.js.
 */
import { createRequire } from 'node:module';
import { setUpCharts, colourCharts, type ChartLibrary } from './browser/set-up.ts';
import { choosePareto } from './browser/pareto.ts';
import { chartPlugins } from './browser/source.ts';
import { withTheme } from './browser/theme.ts';
import type { Drawing, Figure, FigureConfig } from './figure.ts';
import { THEMES } from './palette.ts';

const FAMILY = 'DejaVu Sans';
const require = createRequire(import.meta.url);
const FACES = [require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'), require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')];
/** Pixels of the file per CSS pixel: sharp on paper and on dense screens. */
const DENSITY = 2;

type Renderer = (config: FigureConfig) => Promise<Buffer>;
const renderers = new Map<string, Promise<Renderer>>();

/** The PNG of a figure in the light theme, with its title. The same figure gives the same bytes. */
export async function renderPng(figure: Figure): Promise<Buffer> {
  const { width, height } = figure.size;
  const key = `${String(width)}x${String(height)}`;
  const renderer = renderers.get(key) ?? makeRenderer(width, height);
  renderers.set(key, renderer);
  return (await renderer)(titled(figure));
}

/** The PNG of a drawing. */
export async function renderDrawing({ svg, width, height }: Drawing): Promise<Buffer> {
  const { createCanvas, GlobalFonts, loadImage } = await import('@napi-rs/canvas');
  for (const face of FACES) GlobalFonts.registerFromPath(face, FAMILY);
  const canvas = createCanvas(DENSITY * width, DENSITY * height);
  canvas.getContext('2d').drawImage(await loadImage(Buffer.from(svg)), 0, 0, DENSITY * width, DENSITY * height);
  return canvas.toBuffer('image/png');
}

/** The configuration as it is drawn: theme colours in place, datasets of a Pareto plot made, title inside the picture. */
function titled(figure: Figure): FigureConfig {
  const chosen = figure.config();
  choosePareto(chosen);
  const config = withTheme(chosen, THEMES.light);
  config.options.plugins = { ...config.options.plugins, title: { display: true, text: figure.title, font: { size: 14, weight: 'bold' } } };
  config.options.devicePixelRatio = DENSITY;
  return config;
}

async function makeRenderer(width: number, height: number): Promise<Renderer> {
  const { ChartJSNodeCanvas } = await import('chartjs-node-canvas');
  const renderer = new ChartJSNodeCanvas({
    width,
    height,
    backgroundColour: THEMES.light['@paper'],
    chartCallback: (library: unknown) => {
      setUpCharts(library as ChartLibrary, chartPlugins());
      colourCharts(library as ChartLibrary, THEMES.light);
    },
  });
  for (const face of FACES) renderer.registerFont(face, { family: FAMILY });
  return async (config) => renderer.renderToBuffer(config as unknown as Parameters<typeof renderer.renderToBuffer>[0]);
}
