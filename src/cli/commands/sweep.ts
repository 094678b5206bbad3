/**
 * `neurolith sweep`. The build makes one file of what the command needs (run-sweep.bundle.cjs), which is ready in a tenth of the time of five hundred; from the sources it is read as they are.
 * The threads that will compute start before it is read: they are ready when the points are planned.
 */
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { Arguments } from '../command.ts';
import { loadBundle, type Bundle } from '../bundle.ts';
import type { Host } from '../host.ts';

const BUNDLE = new URL('../run-sweep.bundle.cjs', import.meta.url);
/** One class of each error in the process; functions whose text goes into the page, as they were written. */
const SHARED = ['../base/errors.js', ...['pareto', 'set-up', 'source', 'theme'].map((name) => `../report/browser/${name}.js`)] as const;
const WORKER = new URL('../../sweep/sweep-worker.bundle.js', import.meta.url);
/** More than the plan has points may be asked for; the others start when it is known. */
const MOST_AHEAD = 8;

/**
 * Bytes of bytecode that a function runs between two questions whether it should be compiled again, faster; V8's own number is a ninth of it. The loops of a sweep are in the kernels; functions
 * that are warm for a moment (cards, plans, routes) cost more time in the compiler, on the cores that compute points, than they give back: 0.4 s less for 200 short points, on one thread or two.
 */
const WARM_AFTER = 600_000;

export async function run(argv: Arguments, host: Host): Promise<number> {
  setFlags();
  // one begins while the command is read, the others while the points are planned: all at once they would take from this thread a part of its core
  const ahead = aheadOf(argv);
  const started = startThreads(Math.min(1, ahead));
  const command = (existsSync(BUNDLE) ? (await bundle()).exports : await import('../run-sweep.ts')) as typeof import('../run-sweep.ts');
  started.push(...startThreads(ahead - started.length));
  try {
    return await command.run(argv, host, started);
  } finally {
    await Promise.all(started.map(async (worker) => worker.terminate()));
  }
}

/** Before anything else is loaded: code that was compiled under other flags is not taken. */
function setFlags(): void {
  setFlagsFromString(`--interrupt-budget=${String(WARM_AFTER)}`);
  // what is alive is small: helpers of the garbage collector cost more to wake, on cores that compute points, than they do (2.3 ms a collection with them, 0.9 ms without)
  setFlagsFromString('--no-parallel-scavenge');
}

let loaded: Promise<Bundle> | undefined;

/** What the build made of the command, run once in a process under the flags of the command. */
export async function bundle(): Promise<Bundle> {
  setFlags();
  return (loaded ??= loadBundle(BUNDLE, SHARED));
}

/** How many threads to start ahead of the points. */
function aheadOf(argv: Arguments): number {
  const workers = argv['workers'] === undefined ? cpus().length : Number(argv['workers']);
  return argv['dry-run'] === true || !(workers > 1) || !existsSync(WORKER) ? 0 : Math.min(workers, MOST_AHEAD);
}

function startThreads(count: number): Worker[] {
  return Array.from({ length: count }, () => {
    const worker = new Worker(WORKER);
    // until it is given work it keeps no process alive
    worker.unref();
    return worker;
  });
}
