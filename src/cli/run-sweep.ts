/** `neurolith sweep CARD -o RUN`: a sweep over designs and traffic of a network-on-chip. */
import type { Worker } from 'node:worker_threads';
import { loadSweep, planSweep, runSweep } from '../sweep/index.ts';
import type { Arguments } from './command.ts';
import { beginContext, type Host } from './host.ts';
import { flag, list, optionalNumber, text } from './values.ts';

/** `started`: threads of the sweep worker that were started ahead of time; what is left of them ends with the process. */
export async function run(argv: Arguments, host: Host, started?: readonly Worker[]): Promise<number> {
  const seed = optionalNumber(argv, 'seed');
  const overrides = [...list(argv, 'set'), ...(seed === undefined ? [] : [`seed=${String(seed)}`])];
  const card = loadSweep(text(argv, 'card'), overrides);
  if (flag(argv, 'dry-run')) {
    const { points, leftOut, setup } = planSweep(card);
    const counts = { points: points.length, networks: Object.keys(setup.networks).length, leftOut };
    host.stdout.write(
      flag(argv, 'json')
        ? `${JSON.stringify(counts)}\n`
        : `${several(counts.points, 'point')} on ${several(counts.networks, 'network')}, ${several(leftOut, 'combination')} left out by constraints\n`,
    );
    return 0;
  }
  const directory = text(argv, 'out');
  const context = await beginContext(
    { directory, force: flag(argv, 'force'), workers: optionalNumber(argv, 'workers'), quiet: flag(argv, 'quiet'), noun: 'points' },
    host,
  );
  // what makes the page is read while the points are computed
  const record = await runSweep({ card, context, started, meanwhile: pages });
  const { writeReport } = await pages();
  // pictures of a sweep are in its page; files of them cost seconds and are drawn when they are asked for
  const report = await writeReport(directory, { png: flag(argv, 'png') });
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(record)}\n` : `${report.markdown}\n`);
  return 0;
}

async function pages(): Promise<typeof import('../report/index.ts')> {
  return import('../report/index.ts');
}

function several(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}
