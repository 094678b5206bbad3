/** `neurolith regress [CARDS]`: what moved against the baselines? */
import { regress, writeBaselines } from '../../codesign/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, list, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const folder = text(argv, 'baselines');
  const result = await regress({
    cards: list(argv, 'cards'),
    baselines: folder,
    note: (line) => {
      if (!flag(argv, 'quiet')) host.stderr.write(`${line}\n`);
    },
  });
  if (flag(argv, 'update')) {
    const files = await writeBaselines(result, folder);
    host.stdout.write(files.map((file) => `${file}\n`).join(''));
    return 0;
  }
  if (flag(argv, 'json')) host.stdout.write(`${JSON.stringify(result)}\n`);
  else host.stdout.write(describe(result));
  return result.cards.some(({ metrics }) => metrics.some(({ status }) => status !== 'identical')) ? 1 : 0;
}

/** One line per card, and one per metric that is not identical. */
function describe({ cards }: Awaited<ReturnType<typeof regress>>): string {
  const lines = cards.flatMap(({ card, metrics }) => {
    const moved = metrics.filter(({ status }) => status !== 'identical');
    const head = `${card}: ${String(metrics.length - moved.length)} identical, ${String(moved.length)} moved`;
    return [
      head,
      ...moved.map(({ metric, baseline, value, status }) => `  ${status.padEnd(6)} ${metric}: ${String(baseline)} -> ${String(value)}`),
    ];
  });
  return `${lines.join('\n')}\n`;
}
