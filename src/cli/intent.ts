/** `--dry-run`: says what would be run, and where; writes nothing. */
import type { Intent } from '../codesign/index.ts';
import type { Arguments } from './command.ts';
import type { Host } from './host.ts';
import { flag } from './values.ts';

const STATES: Readonly<Record<Intent['state'], string>> = {
  new: 'would be written',
  unfinished: 'holds an unfinished run of this plan, which would be resumed',
  finished: 'holds the finished run of this plan, which would be reported again',
};

/** Prints an intent in words, or as JSON; resolves to the exit code. */
export function tellIntent(intent: Intent, argv: Arguments, host: Host): number {
  const { title, planHash, directory, state, jobs } = intent;
  const counts = Object.entries(jobs).map(([name, count]) => `${String(count)} ${count === 1 ? name.replace(/s$/, '') : name}`);
  host.stdout.write(
    flag(argv, 'json')
      ? `${JSON.stringify(intent)}\n`
      : `${title}: ${counts.join(', ')}\n${directory} ${STATES[state]}\nplan ${planHash.slice(0, 12)}; nothing was run\n`,
  );
  return 0;
}
