import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import type { DesignPoint } from '../../src/model/index.ts';
import type { CodesignRecord, RunRecord } from '../../src/model/run-record.ts';
import { pageOf, renderPage, summarise, writeReport } from '../../src/report/index.ts';
import { codesignPage } from '../../src/report/page/codesign.ts';
import { bestDesign, calibrationSentence, ceilingSentence } from '../../src/report/verdict.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { codesignResult, syntheticSpikes } from './codesign-fixture.ts';
import { calibrationRecord, codesignRecord, emulationRecord, nocRecord, regressRecord, writeRun } from './fixtures.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const spikes = syntheticSpikes(0, 0, 20, 4);
const columns = { teacher: spikes, student: spikes, uncalibrated: spikes };

/** A record in which every name that a card can give is `text`. */
function named(text: string): CodesignRecord {
  const record = codesignRecord();
  const { result } = record;
  return {
    ...record,
    title: text,
    provenance: { ...record.provenance, command: [text], git: text },
    evidence: { ...record.evidence, assumptions: [{ card: text, path: text, value: text, source: text }] },
    result: {
      ...result,
      workload: { ...result.workload, name: text, notes: [{ text, count: 1 }], graph: { [text]: 1 } },
      factors: [{ name: text, levels: [text, 'b'] }],
      objectives: [{ name: text, sense: 'min', unit: text }, ...result.objectives],
      points: result.points.map((point, k) => ({ ...point, label: text, levels: { [text]: k === 0 ? text : 'b', constant: text } })),
      control: { ...result.control, label: text },
      calibration: [],
      curves: [{ ...result.curves[0]!, label: text, operating: [{ label: `${text}?`, offered: 0.1, share: 0.3 }] }],
      maps: [{ ...result.maps[0]!, label: text }],
      errorSplit: [{ step: text, timing: 0.5 }],
    },
  };
}

/** The tags of a page in their order. */
function shapeOf(page: string): string {
  return [...page.matchAll(/<\/?[a-z][a-z0-9]*|<!--/gi)].map(([tag]) => tag).join('');
}

test('no text from a card becomes markup, wherever it stands', async () => {
  const dangerous = fc
    .tuple(
      fc.string({ maxLength: 8 }),
      fc.constantFrom(
        '<script>alert(1)</script>',
        '</script><img src=x onerror=alert(1)>',
        '"><svg onload=1>',
        "' onmouseover='1",
        '<!--',
        ']]>',
        '&lt;b>',
      ),
    )
    .map(([salt, text]) => `${salt}${text}`);
  const clean = await renderPage(codesignPage(named('harmless'), columns));
  await fc.assert(
    fc.asyncProperty(dangerous, async (text) => {
      const page = await renderPage(codesignPage(named(text), columns));
      // exactly the tags of the page with harmless names, in the same order
      expect(shapeOf(page) === shapeOf(clean)).toBe(true);
      // and outside scripts, where quotes and ampersands are plain, not one raw copy
      expect(page.replaceAll(/<script[\s\S]*?<\/script>/g, '').includes(text)).toBe(false);
    }),
    { numRuns: 15 },
  );
});

test('the page carries its policy and asks for nothing from outside', async () => {
  const page = await renderPage(codesignPage(codesignRecord(), columns));
  expect(page).toContain(`content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"`);
  expect(page).not.toMatch(/(?:src|href)="(?!#|data:)/);
});

test('the page is the same bytes each time', async () => {
  const record = codesignRecord();
  expect(await renderPage(codesignPage(record, columns))).toBe(await renderPage(codesignPage(record, columns)));
});

test('the summary says verdict, designs, network-limited points, and keeps its table in line', () => {
  const text = summarise(codesignRecord(), ['runs/a/report.html']);
  const table = text.split('\n').filter((line) => line.startsWith('| '));
  expect(table).toHaveLength(14);
  expect(new Set(table.map((line) => line.length)).size).toBe(1);
  expect(text).toContain('#8 small-world 250 MHz 6 bit');
  expect(text).toMatch(/Limited by the network: #3 mesh 25 MHz 4 bit/);
  expect(text).toContain('runs/a/report.html');
});

test('a name on a card cannot move the cursor of a terminal or break the table', () => {
  const text = summarise(named('a|b\u001b[2J\n# c'), []);
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/); // eslint-disable-line no-control-regex -- that there are none is the point
  expect(text).not.toMatch(/^# c/m);
});

test('under a ceiling of 0.3 the report says that timing says nothing, and judges by rates', () => {
  const result = { ...codesignResult(), ceiling: { ...codesignResult().ceiling, timing: 0.29 } };
  expect(ceilingSentence(0.29)).toContain('timing says nothing for this workload');
  expect(ceilingSentence(0.3)).not.toContain('nothing for this workload');
  expect(bestDesign(result)?.by).toBe('rates');
  expect(bestDesign(codesignResult())?.by).toBe('timing');
});

test('calibration helps only when the test says so', () => {
  const effect = codesignResult().calibrationEffect;
  expect(calibrationSentence(effect)).toMatch(
    /^Calibration helps: mean difference in timing \+0\.350, 95 % interval \+0\.310 to \+0\.390, p = 0\.016, 6 dies/,
  );
  expect(calibrationSentence({ ...effect, p: 0.2 })).toMatch(/^No effect of calibration is shown/);
  expect(calibrationSentence({ ...effect, mean: -0.1, p: 0.99 })).toMatch(/^Calibration lowered fidelity/);
});

test('a design that loses its packets is not named the best while another delivers, and is when all lose', () => {
  const result = codesignResult();
  const best = bestDesign(result)!.point;
  const losing = (point: DesignPoint): DesignPoint => ({
    ...point,
    spikes: { ...point.spikes, deliveriesLost: { 'source queue': point.spikes.deliveriesOffered / 2 } },
  });
  const once = { ...result, points: result.points.map((point) => (point === best ? losing(point) : point)) };
  expect(bestDesign(once)!.point.id).not.toBe(best.id);
  expect(bestDesign({ ...result, points: result.points.map(losing) })!.point.onFront).toBe(true);
});

test('a result in which nothing is defined still makes a page', async () => {
  const record = codesignRecord();
  const nothing = {
    timing: null,
    rates: null,
    meanRate: null,
    teacherMeanRate: null,
    cv: null,
    teacherCv: null,
    correlation: null,
    teacherCorrelation: null,
  };
  const silent = { tick: new Float64Array(), neuron: new Uint32Array() };
  const point = record.result.points[0]!;
  const empty: CodesignRecord = {
    ...record,
    contract: null,
    contractHash: null,
    result: {
      ...record.result,
      points: [
        {
          ...point,
          fidelity: nothing,
          perDie: [],
          latency: { p50: null, p99: null, mean: null, cyclesP50: null, cyclesP99: null },
          energy: { ...point.energy, perSpike: null },
        },
      ],
      ceiling: nothing,
      shuffle: nothing,
      control: { ...record.result.control, label: 'none', fidelity: nothing },
      calibration: [],
      curves: [],
      maps: [],
      errorSplit: [],
      overlay: { neuron: 0, time: [], teacher: [], student: [], uncalibrated: [] },
    },
  };
  const page = await renderPage(codesignPage(empty, { teacher: silent, student: silent, uncalibrated: silent }));
  expect(page).toContain('Nobody spiked');
  expect(page).not.toMatch(/>(?:NaN|undefined|Infinity|null)</);
  expect(summarise(empty)).not.toMatch(/NaN|undefined|Infinity/);
});

test('networks compared at many loads have tables that fit a page of paper, and every number once', async () => {
  const record = nocRecord();
  const loads = Array.from({ length: 20 }, (_, k) => k + 1);
  const networks = record.result.networks.map((network, n) => ({
    ...network,
    points: loads.map((k) => ({ ...network.points[0]!, rate: k / 100, measures: { measured: 1000 * (n + 1) + k } })),
  }));
  const page = await renderPage(await pageOf({ ...record, result: { ...record.result, networks } }, ''));
  const measures = page.slice(page.indexOf('id="measures"'));
  const tables = [...measures.matchAll(/<table[\s\S]*?<\/table>/g)].map(([text]) => text).filter((text) => text.includes('measured'));
  expect(tables).toHaveLength(6);
  for (const text of tables) expect(text.match(/<th /g)!.length).toBeLessThanOrEqual(10);
  const found = tables.flatMap((text) => [...text.matchAll(/data-value="(\d+)"/g)].map(([, value]) => Number(value)));
  expect(found).toEqual([1, 2].flatMap((n) => loads.map((k) => 1000 * n + k)));
});

const records: readonly RunRecord[] = [codesignRecord(), calibrationRecord(), emulationRecord(), regressRecord(), nocRecord()];

test('a report is written as HTML, PNG and Markdown from the run directory alone', async () => {
  const folder = temporaryFolder();
  await writeRun(folder, calibrationRecord());
  const told: string[] = [];
  const files = await writeReport(folder, { onFile: (path) => told.push(path) });
  expect(files.figures).toHaveLength(19);
  expect([files.html, ...files.figures, files.summary].every((path) => existsSync(path))).toBe(true);
  expect(told.toSorted()).toEqual([files.html, ...files.figures, files.summary].toSorted());
  expect(readFileSync(files.summary, 'utf8')).toContain('- figures/calibration-leak.png');
  const again = readFileSync(join(folder, 'report.html'), 'utf8');
  expect(await renderPage(await pageOf(calibrationRecord(), folder))).toBe(again);
});

test.skipIf(!existsSync(CHROMIUM)).each(records.map((record) => [record.kind, record] as const))(
  `the %s page opens in Chromium without a word on the console (skipped when ${CHROMIUM} is not there)`,
  async (kind, record) => {
    const folder = temporaryFolder();
    await writeRun(folder, record);
    const { html } = await writeReport(folder, { png: false });
    const complaints = await visit(html, kind === 'emulate' ? 'dark' : 'light', async (page) => {
      await page.click('#theme');
      await page.pdf({ format: 'A4' });
    });
    expect(complaints).toEqual([]);
  },
  60_000,
);

test.skipIf(!existsSync(CHROMIUM))(
  'the axes of the front can be chosen and a table sorts by its values',
  async () => {
    const folder = temporaryFolder();
    await writeRun(folder, codesignRecord());
    const { html } = await writeReport(folder, { png: false });
    let [before, after, column]: [string, string, number[]] = ['', '', []];
    const complaints = await visit(html, 'light', async (page) => {
      const picture = async (): Promise<string> => (await page.locator('#figure-pareto canvas').screenshot()).toString('base64');
      before = await picture();
      await page.selectOption('select[data-axis=x]', '1');
      after = await picture();
      await page.click('#pareto > .table th[data-column="6"] button');
      column = (await page.locator('#pareto > .table tbody tr td:nth-child(7)').allInnerTexts()).map(Number);
    });
    expect(complaints).toEqual([]);
    expect(after === before).toBe(false);
    expect(column).toHaveLength(12);
    expect(column).toEqual(column.toSorted((a, b) => a - b));
  },
  60_000,
);

/** One browser for all pages, opened by the first. */
let browser: Promise<Browser> | undefined;
afterAll(async () => (await browser)?.close());

/** Opens a page, does something, and gives back all that the console said. */
async function visit(html: string, colorScheme: 'light' | 'dark', act: (page: Page) => Promise<void>): Promise<string[]> {
  browser ??= chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  const page = await (await browser).newPage({ colorScheme });
  try {
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`file://${html}`);
    await page.waitForSelector('html[data-ready=yes]');
    await act(page);
    return complaints;
  } finally {
    await page.close();
  }
}
