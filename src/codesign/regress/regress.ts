/**
 * Regression testing of cards: facts, transfer curves, mismatch statistics, the outcome of a calibration, a latency curve and a trace hash of every card, against baselines
 * that were written on purpose. The question is "did this change move anything that matters?", so the answer per metric is identical or moved.
 * Numbers are compared as they are printed with ten digits; all of them are deterministic.
 */
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CardError } from '../../base/index.ts';
import { ChipSchema, DynapseSchema, loadCard, LoihiSchema, NocSchema, type RegressMetric, type RegressResult } from '../../model/index.ts';
import { writeAtomically } from '../../store/index.ts';
import { chipMetrics } from './chip.ts';
import { chipFamily } from '../workspace.ts';
import { dynapseMetrics } from './dynapse.ts';
import { loihiMetrics } from './loihi.ts';
import type { Metrics } from './metrics.ts';
import { nocMetrics } from './noc.ts';

export interface RegressRequest {
  /** Files of chip and network cards; all shipped ones when empty. */
  readonly cards: readonly string[];
  /** Folder of the baselines. */
  readonly baselines: string;
  /** Told what is being worked on. */
  readonly note?: (line: string) => void;
}

const SHIPPED = fileURLToPath(new URL('../../..', import.meta.url));
const DIGITS = 10;

/** Measures every card and compares. Throws CardError for cards that cannot be read. */
export async function regress({ cards, baselines, note }: RegressRequest): Promise<RegressResult> {
  const files = cards.length > 0 ? cards : shippedCards();
  const compared: RegressResult['cards'][number][] = [];
  for (const file of files) {
    note?.(`measuring ${file}`);
    const metrics = await metricsOf(file);
    compared.push({ card: file, metrics: compare(await readBaseline(baselines, file), metrics) });
  }
  return { cards: compared };
}

/** Writes the measured values as the new baselines, one JSON per card; resolves with the files written. */
export async function writeBaselines({ cards }: RegressResult, folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (const { card, metrics } of cards) {
    const values = Object.fromEntries(metrics.flatMap(({ metric, value }) => (value === null ? [] : [[metric, value] as const])));
    const file = baselineFile(folder, card);
    await writeAtomically(file, `${JSON.stringify(values, null, 2)}\n`);
    files.push(file);
  }
  return files;
}

function shippedCards(): readonly string[] {
  return ['chips', 'noc'].flatMap((folder) =>
    readdirSync(join(SHIPPED, folder))
      .filter((name) => name.endsWith('.yaml'))
      .toSorted()
      .map((name) => join(SHIPPED, folder, name)),
  );
}

/** The first line of a card that matters says which kind it is. */
async function metricsOf(file: string): Promise<Metrics> {
  const text = existsSync(file) ? await readFile(file, 'utf8') : '';
  const kind = /^kind:\s*["']?(\w+)/m.exec(text)?.[1];
  if (kind === 'noc') {
    const card = loadCard(NocSchema, file);
    return rounded(nocMetrics(card.value, (name) => card.readText(name)));
  }
  const family = kind === 'chip' ? chipFamily(file) : undefined;
  if (family === 'dynapse') return rounded(dynapseMetrics(loadCard(DynapseSchema, file).value));
  if (family === 'loihi') return rounded(loihiMetrics(loadCard(LoihiSchema, file).value));
  if (kind === 'chip' || text === '') return rounded(await chipMetrics(loadCard(ChipSchema, file).value));
  throw new CardError([{ file, path: 'kind', found: kind ?? 'nothing', expected: 'a chip or a noc card' }]);
}

function rounded(metrics: Metrics): Metrics {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [name, typeof value === 'number' ? roundedNumber(value) : value]),
  );
}

/** What is no number stays visible as a word: JSON would make null of it, and null means that a metric is missing. */
function roundedNumber(value: number): number | string {
  return Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : String(value);
}

function compare(baseline: Metrics, metrics: Metrics): readonly RegressMetric[] {
  const names = [...new Set([...Object.keys(metrics), ...Object.keys(baseline)])];
  return names.map((metric) => {
    const [was, is] = [baseline[metric] ?? null, metrics[metric] ?? null];
    const status = was === null ? 'new' : is === null ? 'gone' : was === is ? 'identical' : 'moved';
    return { metric, baseline: was, value: is, status };
  });
}

async function readBaseline(folder: string, card: string): Promise<Metrics> {
  const file = baselineFile(folder, card);
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Metrics;
  } catch {
    throw new CardError([{ file, expected: 'a baseline as JSON; write it anew with --update' }]);
  }
}

function baselineFile(folder: string, card: string): string {
  return join(folder, `${basename(card).replace(/\.ya?ml$/, '')}.json`);
}
