import vm from 'node:vm';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { describe, expect, test } from 'vitest';
import { BROWSER_FUNCTIONS, pageScript } from '../../src/report/browser/source.ts';
import { choosePareto } from '../../src/report/browser/pareto.ts';
import { energyFigure, errorSplitFigure, fidelityFigure } from '../../src/report/charts/bars.ts';
import { calibrationEffectFigure } from '../../src/report/charts/calibration-effect.ts';
import { circuitFigures, worstTable } from '../../src/report/charts/circuits.ts';
import { heatMapFigures } from '../../src/report/charts/heat-map.ts';
import { histogramFigures } from '../../src/report/charts/histogram.ts';
import { latencyLoadFigure } from '../../src/report/charts/latency-load.ts';
import { overlayFigure } from '../../src/report/charts/overlay.ts';
import { paretoFigure } from '../../src/report/charts/pareto.ts';
import { rasterFigures } from '../../src/report/charts/raster.ts';
import { weightFigures } from '../../src/report/charts/weights.ts';
import { withTheme } from '../../src/report/browser/theme.ts';
import { THEMES } from '../../src/report/palette.ts';
import type { Figure } from '../../src/report/index.ts';
import { renderPng } from '../../src/report/index.ts';
import { codesignResult, syntheticSpikes } from './codesign-fixture.ts';

const result = codesignResult();
const trains = [
  { label: 'teacher', colour: '@blue', spikes: syntheticSpikes(0, 0) },
  { label: 'student', colour: '#d55e00', spikes: syntheticSpikes(2000, 0.06) },
];
const scale = { ticksPerBiologicalSecond: 1e6, neurons: 300 };
const figures: Figure[] = [
  paretoFigure(result),
  latencyLoadFigure(result),
  ...heatMapFigures(result.maps),
  ...rasterFigures(trains, scale),
  histogramFigures(result.calibration)[1]!,
  ...circuitFigures(result.calibration).slice(0, 5),
  overlayFigure(result.overlay)!,
  energyFigure(result.points),
  fidelityFigure(result),
  errorSplitFigure(result.errorSplit, 0.82),
  calibrationEffectFigure(result.calibrationEffect),
  ...weightFigures({
    seconds: [0, 0.5, 1],
    projections: ['a -> b', 'b -> a'].map((name, p) => ({
      name,
      rule: 'STDP, additive',
      synapses: 30,
      mean: [0.5, 0.4, 0.3 + 0.1 * p],
      lower: [0.1, 0.1, 0.1],
      upper: [0.9, 0.8, 0.8],
      histogram: [10, 0, 5, 15],
    })),
    files: { tick: 't.npy', weight: 'w.npy', synapses: 's.csv' },
  }),
];

describe.each(figures.map((figure) => [figure.name, figure] as const))('the figure %s', (_, figure) => {
  test('is drawn, and the same bytes come out twice', async () => {
    const first = await renderPng(figure);
    const second = await renderPng(figure);
    expect(first.equals(second)).toBe(true);
    expect(await inkedShare(first, figure)).toBeGreaterThan(0.002);
  });

  test('is plain data, has words for who cannot see it, and a table of its numbers', () => {
    const config = figure.config();
    expect(figure.config()).not.toBe(config);
    expect(() => structuredClone(config)).not.toThrow();
    for (const theme of [THEMES.light, THEMES.dark]) expect(tokensIn(withTheme(config, theme))).toEqual([]);
    expect(figure.alt.length).toBeGreaterThan(20);
    expect(figure.caption.length).toBeGreaterThan(20);
    expect(figure.table!.rows.length).toBeGreaterThan(0);
    expect(figure.table!.rows.every((row) => row.length === figure.table!.columns.length)).toBe(true);
  });
});

/** Theme tokens that no colour has replaced: a canvas draws them black. Labels of this file begin with no "@". */
function tokensIn(config: unknown): string[] {
  return [...JSON.stringify(config).matchAll(/"(@[^"]*)"/g)].map(([, token]) => token!);
}

/** Share of pixels of the plot, without the title, that are neither paper nor a shade of grey. */
async function inkedShare(png: Buffer, { size }: Figure): Promise<number> {
  const image = await loadImage(png);
  expect([image.width, image.height]).toEqual([2 * size.width, 2 * size.height]);
  const pen = createCanvas(size.width, size.height).getContext('2d');
  pen.drawImage(image, 0, 0, size.width, size.height);
  const { data } = pen.getImageData(0, 40, size.width, size.height - 40);
  let coloured = 0;
  for (let k = 0; k < data.length; k += 4)
    if (Math.max(data[k]!, data[k + 1]!, data[k + 2]!) - Math.min(data[k]!, data[k + 1]!, data[k + 2]!) > 40) coloured++;
  return coloured / (data.length / 4);
}

test.each(Object.entries(BROWSER_FUNCTIONS))('%s stands alone: its text is a program in an empty world', (_, run) => {
  const empty = vm.createContext(Object.create(null) as object, { codeGeneration: { strings: false, wasm: false } });
  const copy = vm.runInContext(`(${run.toString()})`, empty) as (...args: unknown[]) => unknown;
  expect(copy).toBeTypeOf('function');
});

test.each(Object.entries(BROWSER_FUNCTIONS).filter(([name]) => name.endsWith('Plugin')))('%s can be made in an empty world', (_, run) => {
  const made: unknown = vm.runInContext(`(${run.toString()})()`, vm.createContext(Object.create(null) as object));
  expect(made).toHaveProperty('id');
});

test('the text of the page script names nothing of the module system that made it', () => {
  expect(pageScript()).not.toMatch(/__vi|__vite|import\(|require\(/);
});

test('a Pareto copy from an empty world makes the same datasets', () => {
  const empty = vm.createContext(Object.create(null) as object);
  const copy = vm.runInContext(`(${choosePareto.toString()})`, empty) as typeof choosePareto;
  const [ours, theirs] = [paretoFigure(result).config(), paretoFigure(result).config()];
  for (const config of [ours, theirs]) Object.assign(config.data.pareto!, { x: 1, y: 3 });
  choosePareto(ours);
  copy(theirs);
  expect(JSON.stringify(theirs)).toBe(JSON.stringify(ours));
});

test('the stepped front holds the designs that no other beats in the two objectives', () => {
  const config = paretoFigure(result).config();
  const front = config.data.datasets.find(({ label }) => label === 'front of these two') as unknown as { data: { x: number; y: number }[] };
  expect(front.data.map(({ y }) => Number(y.toFixed(3)))).toEqual([0.659, 0.679]);
  expect(front.data[0]!.x).toBeCloseTo(40, 9);
});

test('1e5 spikes are drawn in well under a few seconds', async () => {
  const spikes = syntheticSpikes(0, 0, 1000, 100);
  expect(spikes.tick.length).toBeGreaterThan(1e5);
  const [figure] = rasterFigures([{ label: 'many', colour: '@blue', spikes }], { ...scale, neurons: 1000 });
  const start = performance.now();
  await renderPng(figure!);
  // 0.6 s on the machine where it was written; the limit only catches a fall back to one chart point per spike (3.3 s and more)
  expect(performance.now() - start).toBeLessThan(3000);
});

test('a silent network has no raster and no division by zero', () => {
  const silent = { tick: new Float64Array(), neuron: new Uint32Array() };
  expect(rasterFigures([{ label: 'teacher', colour: '@blue', spikes: silent }], scale)).toEqual([]);
  expect(overlayFigure({ neuron: 0, time: [], teacher: [], student: [], uncalibrated: [] })).toBeNull();
});

test('the worst circuits are those furthest from their target, at most three of a quantity, none of them masked', () => {
  const { rows } = worstTable(result.calibration);
  const leak = rows.filter(([quantity]) => quantity === 'leak level');
  expect(leak).toHaveLength(3);
  const graded = result.calibration.map(({ graded: all }) => all.find(({ quantity }) => quantity === 'leak')!);
  const largest = Math.max(
    ...graded.flatMap(({ after, masked, target }) => after.filter((_, n) => !masked[n]).map((value) => Math.abs(value - target))),
  );
  expect(Math.abs(leak[0]![4] as number)).toBeCloseTo(largest, 12);
});
