/**
 * The script of the page, made from the very functions that Node draws with. Each function in this folder stands alone (it uses nothing from around it but its arguments and
 * the language), so its text is a complete program part; a test runs every one of them in an empty world. This works from the sources and from the build alike, needs no bundler
 * at run time and no second copy of the code.
 */
import { THEMES } from '../palette.ts';
import { annotationsPlugin } from './annotations.ts';
import { floorPlanPlugin } from './floor-plan.ts';
import { startPage } from './page-script.ts';
import { choosePareto } from './pareto.ts';
import { rasterPlugin } from './raster.ts';
import { colourCharts, setUpCharts } from './set-up.ts';
import { withTheme } from './theme.ts';

/** Everything that runs in the page. */
export const BROWSER_FUNCTIONS = {
  annotationsPlugin,
  floorPlanPlugin,
  rasterPlugin,
  setUpCharts,
  colourCharts,
  withTheme,
  choosePareto,
  startPage,
} as const;

/** Fresh plugins, for one copy of Chart.js. */
export function chartPlugins(): unknown[] {
  return [floorPlanPlugin(), rasterPlugin(), annotationsPlugin()];
}

/** The text of the page's script; Chart.js must stand before it. */
export function pageScript(): string {
  const kit = Object.entries(BROWSER_FUNCTIONS).map(([name, run]) => `${name}: ${run.toString()}`);
  return `{
const themes = ${JSON.stringify(THEMES)};
const kit = { themes, ${kit.join(',\n')} };
kit.setUpCharts(Chart, [kit.floorPlanPlugin(), kit.rasterPlugin(), kit.annotationsPlugin()]);
kit.startPage(window, kit);
}`;
}
