import { mkdirSync, rmSync, statSync } from 'node:fs';
import { test } from 'vitest';
import { codesignRecord, calibrationRecord, emulationRecord, regressRecord, writeRun } from './fixtures.ts';
import { writeReport } from '../../src/report/index.ts';
test('draw', async () => {
  for (const r of [codesignRecord(), calibrationRecord(), emulationRecord(), regressRecord()]) {
    const dir = `/tmp/run-${r.kind}`; rmSync(dir, { recursive: true, force: true }); mkdirSync(dir);
    await writeRun(dir, r);
    const t = performance.now();
    const files = await writeReport(dir);
    console.log(r.kind, Math.round(performance.now() - t), statSync(files.html).size, files.figures.length);
    console.log(files.markdown);
  }
}, 60000);
