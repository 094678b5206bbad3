/** `neurolith validate teacher FOLDER`: cells, plastic synapses and networks of a reference folder, each with its verdict. */
import type { TeacherCase } from '../../reference/validate/case.ts';
import { validateTeacher } from '../../reference/validate/validate.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, optionalNumber, optionalText, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const only = optionalText(argv, 'only');
  const workers = optionalNumber(argv, 'workers');
  const validation = await validateTeacher(text(argv, 'folder'), {
    ...(only === undefined ? {} : { only: (id: string) => id.includes(only) }),
    ...(workers === undefined ? {} : { workers }),
    progress: (done, total, id) => {
      if (!flag(argv, 'quiet')) host.stderr.write(`${String(done + 1)} of ${String(total)}: ${id}\n`);
    },
  });
  if (flag(argv, 'json')) host.stdout.write(`${JSON.stringify(validation)}\n`);
  else host.stdout.write(describeTeacher(validation.cases));
  return validation.passed ? 0 : 1;
}

/** One line per case, then a line that sums up; a case that falls short also says which bar it missed. */
function describeTeacher(cases: readonly TeacherCase[]): string {
  const width = cases.reduce((widest, { id }) => Math.max(widest, id.length), 0);
  const lines = cases.map((one) => {
    const spikes = one.spikes === null ? '-' : `${String(one.spikes)}/${String(one.expectedSpikes)}`;
    const accuracy = one.tolerance === null ? one.method : `${one.method}, tolerance ${String(one.tolerance)}`;
    const head = `${one.verdict.padEnd(11)} ${one.id.padEnd(width)} ${one.model.padEnd(15)} spikes ${spikes.padEnd(9)}`;
    const missed = one.bars
      .filter(({ passed }) => !passed)
      .map((bar) => `\n            ${bar.name}: ${figure(bar.found)} ${bar.unit}, wanted at most ${String(bar.wanted)}`);
    const note = one.note === undefined ? '' : `\n            ${one.note}`;
    return `${head} dt ${figure(one.spikeError)} ms  dV ${figure(one.voltageError)}  [${one.mode}: ${accuracy}]${missed.join('')}${note}`;
  });
  const count = (verdict: TeacherCase['verdict']): number => cases.filter((one) => one.verdict === verdict).length;
  const unjudged = count('not judged');
  const tail = unjudged === 0 ? '' : `, ${String(unjudged)} not judged`;
  return `${lines.join('\n')}\n${String(count('passed'))} of ${String(cases.length)} cases passed, ${String(count('falls short'))} fall short${tail}\n`;
}

function figure(value: number | null): string {
  if (value === null) return '-';
  return value === 0 ? '0' : value.toExponential(1);
}
