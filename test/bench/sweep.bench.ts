import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { bench } from 'vitest';

const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname;
/** Tells the CPU time of the whole process, threads included, as its last line on stderr. */
const TOLD_AT_EXIT = `data:text/javascript,process.on('exit',()=>{const{user,system}=process.cpuUsage();process.stderr.write('cpu '+String((user+system)/1e6))})`;
const ROUNDS = 3;
const CARD = `kind: sweep
name: two hundred loads
design: mesh-8x8
traffic: { pattern: { kind: uniform } }
vary:
  design.router.vcs: [2, 4]
  design.router.buffer: [4, 8]
  rate: linspace(0.01, 0.4, 50)
`;

interface Turn {
  readonly wall: number; // s
  readonly cpu: number; // s, all threads
  readonly points: number; // s of the wall while points are computed
}

function turn(folder: string, workers: number): Turn {
  const run = join(folder, `run-${String(workers)}`);
  rmSync(run, { recursive: true, force: true });
  const begun = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', TOLD_AT_EXIT, MAIN, 'sweep', join(folder, 'card.yaml'), '-o', run, '-j', String(workers), '--quiet'],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  const record = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as { provenance: { timings: { points: number } } };
  return {
    wall: (performance.now() - begun) / 1000,
    cpu: Number(/cpu ([\d.]+)$/.exec(stderr)?.[1]),
    points: record.provenance.timings.points,
  };
}

let done = false;
bench(
  'sweep: 200 points on 1 and on 2 workers',
  () => {
    if (done) return;
    done = true;
    const folder = mkdtempSync(join(tmpdir(), 'neurolith-sweep-'));
    writeFileSync(join(folder, 'card.yaml'), CARD);
    // in turns, so that other work on the machine meets both alike
    const rounds = Array.from({ length: ROUNDS }, () => [turn(folder, 1), turn(folder, 2)] as const);
    rmSync(folder, { recursive: true });
    const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
    const result = {
      benchmark: 'sweep',
      machine: cpus()[0]?.model ?? 'unknown',
      node: process.version,
      wallRatio: median(rounds.map(([one, two]) => one.wall / two.wall)),
      cpuRatio: median(rounds.map(([one, two]) => two.cpu / one.cpu)),
      serial: median(rounds.map(([, two]) => two.wall - two.points)),
      rounds,
    };
    const file = process.env['BENCH_JSON'];
    if (file !== undefined) writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
    console.log(
      [
        ...rounds.map(
          ([one, two]) =>
            `1 worker ${one.wall.toFixed(1)} s (CPU ${one.cpu.toFixed(1)}), 2 workers ${two.wall.toFixed(1)} s (CPU ${two.cpu.toFixed(1)}), ${(two.wall - two.points).toFixed(2)} s of it before and after the points`,
        ),
        `2 workers are ${result.wallRatio.toFixed(2)} times as fast (wanted 1.8, on two free cores) for ${result.cpuRatio.toFixed(2)} of the CPU time (wanted at most 1.1)`,
        `json ${JSON.stringify(result)}`,
      ].join('\n'),
    );
  },
  { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 },
);
