import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { calibrateSharedBiases, cardFile } from '../../src/codesign/index.ts';
import { DynapseSchema, loadCard } from '../../src/model/index.ts';
import { writeReport } from '../../src/report/index.ts';
import { contextFor } from './workspace.ts';

test('a calibration of shared biases leaves a record from which page and summary are made, and a finished one is read back', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'neurolith-shared-'));
  try {
    const overrides = ['geometry.cores.value=2', 'geometry.neurons_per_core.value=16', 'faults.dead=[5]'];
    const card = loadCard(DynapseSchema, cardFile('chip', 'dynapse2'), { overrides }).value;
    const request = { card, dies: [2], seed: 1, context: contextFor(join(directory, 'run')) };
    const record = await calibrateSharedBiases(request);
    const { html, markdown } = await writeReport(join(directory, 'run'), { png: false });
    const [die] = record.result.dies;
    expect(die!.masked.find(({ neuron }) => neuron === 5)).toMatchObject({ dead: true });
    // what is told of the medians is what the readings say
    for (const { readings, after, name } of die!.quantities) {
      const own = readings.slice(16).filter((value) => value !== null);
      const sorted = own.toSorted((a, b) => a - b);
      expect(sorted.filter((value) => value <= after[1]! * (1 + 1e-6)).length, name).toBeGreaterThanOrEqual(Math.floor(own.length / 2));
    }
    expect(markdown).toContain('| tau mem');
    const page = readFileSync(html, 'utf8');
    for (const word of ['Medians of the cores', 'Masked neurons and groups', 'neurons-rate']) expect(page).toContain(word);
    expect(await calibrateSharedBiases(request)).toEqual(JSON.parse(JSON.stringify(record)));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
