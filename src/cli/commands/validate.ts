/** `neurolith validate WHAT [FOLDER]`: the cases of a reference folder, or of a chip card, each with its verdict. */
import { UsageError } from '../../base/errors.ts';
import { deadlockWords, validateNoc } from '../../noc/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, list, optionalNumber, optionalText, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const what = text(argv, 'what');
  if (what === 'chip') return (await import('./validate-chip.ts')).run(argv, host);
  if (list(argv, 'set').length > 0 && what === 'microcircuit')
    throw new UsageError('validate microcircuit reads no card: -S changes nothing');
  if (what === 'microcircuit') return (await import('./validate-microcircuit.ts')).run(argv, host);
  if (optionalText(argv, 'folder') === undefined) throw new UsageError(`validate ${what} needs the folder of its reference`);
  if (what !== 'loihi' && list(argv, 'set').length > 0) throw new UsageError(`validate ${what} reads no card: -S changes nothing`);
  if (what === 'loihi') return (await import('./validate-loihi.ts')).run(argv, host);
  if (what === 'teacher') return (await import('./validate-teacher.ts')).run(argv, host);
  const only = optionalText(argv, 'only');
  const validation = validateNoc(text(argv, 'folder'), {
    seeds: optionalNumber(argv, 'seeds') ?? 5,
    ...(only === undefined ? {} : { only: (id: string) => id.includes(only) }),
    progress: (done, total, id) => {
      if (!flag(argv, 'quiet')) host.stderr.write(`${String(done + 1)} of ${String(total)}: ${id}\n`);
    },
  });
  if (flag(argv, 'json')) host.stdout.write(`${JSON.stringify(validation)}\n`);
  else host.stdout.write(describe(validation));
  return validation.passed ? 0 : 1;
}

/** The bars, then every deadlock with its cycle, and every case that falls short. */
function describe({ bars, traces, runs, saturations }: ReturnType<typeof validateNoc>): string {
  const lines = bars.map(({ name, wanted, found, passed }) => `${passed ? 'ok  ' : 'FAIL'} ${name}: ${found} (wanted: ${wanted})`);
  const short = [...traces, ...runs, ...saturations].filter(({ passed }) => !passed);
  const deadlocks = runs.flatMap(({ id, ours }) =>
    ours?.deadlock === undefined ? [] : [`     run ${id}: ${deadlockWords(ours.deadlock)}`],
  );
  return `${[...lines, ...deadlocks, ...short.map((one) => `     ${one.kind} ${one.id}: ${one.error ?? 'outside'}`)].join('\n')}\n`;
}
