/** Build step: does a small sweep with the file that was just built, and keeps what V8 compiled of it (see bundle.ts). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CARD = `kind: sweep
name: for the build
design: mesh-4x4
traffic: { pattern: { kind: uniform }, measure: { kind: span, warmup: 50, cycles: 200 } }
vary: { design.router.vcs: [1, 2], rate: [0.05, 0.1] }
derive: { energy_delay: energy.per_flit * latency.time }
objectives: { latency.mean: min, load.accepted: max }
`;

const { bundle, run } = await import(new URL('../../dist/cli/commands/sweep.js', import.meta.url).href);
const folder = mkdtempSync(join(tmpdir(), 'neurolith-build-'));
const card = join(folder, 'card.yaml');
writeFileSync(card, CARD);
const stdout = { write: () => true };
// in this thread, so that the code that computes points is kept too
const code = await run({ card, out: join(folder, 'run'), workers: 1, quiet: true }, { stdout, stderr: process.stderr, env: process.env });
if (code !== 0) throw new Error(`the sweep of the build ended with exit code ${String(code)}`);
(await bundle()).keepCode();
rmSync(folder, { recursive: true });
