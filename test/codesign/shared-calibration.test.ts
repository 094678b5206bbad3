/** Calibrations of chips with shared biases as runs: record, page and summary; the same bits over any number of worker threads. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { calibrateSharedBiases, cardFile } from '../../src/codesign/index.ts';
import { CalibratedCoresSchema, CoresPlanSchema, DynapseSchema, loadCard } from '../../src/model/index.ts';
import { writeReport } from '../../src/report/index.ts';
import { contextFor } from './workspace.ts';

const FILES = ['calibrated/die-7.json', 'neurons.csv', 'neurons.parquet', 'results.csv', 'results.parquet'];
const PLAN = fileURLToPath(new URL('../../calibration/cores.yaml', import.meta.url));

test('dies calibrated in one thread and in several leave the same record, from which page and summary are made; a finished run is read back', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'neurolith-shared-'));
  try {
    // of the second core nobody lives
    const overrides = ['geometry.cores.value=2', 'geometry.neurons_per_core.value=5', 'faults.dead=[1, 5, 6, 7, 8, 9]'];
    const card = loadCard(DynapseSchema, cardFile('chip', 'dynapse2'), { overrides }).value;
    const plan = loadCard(CoresPlanSchema, PLAN, { overrides: ['dies=[7, 2]', 'effort.seed=3'] }).value;
    const over = async (workers: number) => {
      const run = join(directory, String(workers));
      const request = { card, plan, context: { ...contextFor(run), workers } };
      const record = await calibrateSharedBiases(request);
      return { request, record, run, files: FILES.map((name) => readFileSync(join(run, name))) };
    };
    const { request, record, run, files } = await over(1);
    const threads = await over(4);
    expect(threads.record.result).toEqual(record.result);
    expect(threads.files).toEqual(files);
    // ten neurons of each of two dies; the table of medians has the numbers of the record
    expect(String(files[1]).trim().split('\n')).toHaveLength(1 + 20);
    const rows = await parquetReadObjects({ file: new Uint8Array(files[4]!).buffer });
    expect(rows).toHaveLength(2 * 2 * 15);
    for (const row of rows) {
      const { after, status, truthAfter } = record.result.dies
        .find(({ die }) => die === row['die'])!
        .quantities.find(({ name }) => name === row['quantity'])!;
      const core = row['core'] as number;
      expect([row['reading'], row['status'], row['truth']]).toEqual([after[core], status[core], truthAfter[core]]);
    }
    CalibratedCoresSchema.parse(JSON.parse(String(files[0])));
    const { dies } = record.result;
    expect(dies.map(({ die }) => die)).toEqual([7, 2]);
    expect(dies[0]!.biases).not.toEqual(dies[1]!.biases);
    for (const { masked, quantities, distance } of dies) {
      expect(masked.find(({ neuron }) => neuron === 1)).toMatchObject({ dead: true });
      expect(distance.slice(5)).toEqual([null, null, null, null, null]);
      for (const { readings, after, name } of quantities) {
        // four live neurons: the median lies between the second and the third
        const own = readings.slice(0, 5).flatMap((value) => value ?? []);
        const [, second, third] = own.filter((value) => name === 'rate' || value > 0).toSorted((a, b) => a - b);
        if (own.length === 4) expect(after[0]! >= second! * (1 - 1e-6) && after[0]! <= third! * (1 + 1e-6), name).toBe(true);
        // a dead neuron still has a membrane, but no intervals
        if (name === 'refractory') expect(after[1]).toBeNull();
      }
    }
    const { html, markdown } = await writeReport(run, { png: false });
    expect(markdown).toContain('| tau mem');
    const page = readFileSync(html, 'utf8');
    for (const word of ['Medians of the cores', 'Masked neurons and groups', 'neurons-rate']) expect(page).toContain(word);
    expect(page).not.toMatch(/>(NaN|undefined)</);
    expect(await calibrateSharedBiases(request)).toEqual(JSON.parse(JSON.stringify(record)));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}, 180_000);
