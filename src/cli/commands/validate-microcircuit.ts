/** `neurolith validate microcircuit`: the cortical microcircuit at full scale, its cost and its rates beside the published ones. */
import { UsageError } from '../../base/errors.ts';
import { validateMicrocircuit, type MicrocircuitValidation } from '../../reference/validate/microcircuit.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, optionalNumber, optionalText } from '../values.ts';

const THREADS = 2;

export async function run(argv: Arguments, host: Host): Promise<number> {
  if (optionalText(argv, 'folder') !== undefined) throw new UsageError('validate microcircuit takes no folder: its reference is published');
  const validation = await validateMicrocircuit({
    scale: optionalNumber(argv, 'scale') ?? 1,
    seed: optionalNumber(argv, 'seed') ?? 1,
    workers: optionalNumber(argv, 'workers') ?? THREADS,
    elapsed: () => performance.now() / 1000,
    peakMemory: () => process.resourceUsage().maxRSS * 1024,
    progress: (what) => {
      if (!flag(argv, 'quiet')) host.stderr.write(`${what}\n`);
    },
  });
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(validation)}\n` : describe(validation));
  return validation.passed ? 0 : 1;
}

/** Size, the bars on cost, then rates as a table. */
function describe({ populations, bars, passed, ...found }: MicrocircuitValidation): string {
  const figures = bars.filter(({ name }) => !name.startsWith('rate of'));
  const rates = bars.slice(figures.length);
  const lines = [
    `     ${String(found.neurons)} neurons, ${String(found.synapses)} synapses, seed ${String(found.seed)}, ${String(found.workers)} threads`,
    ...figures.map(
      (one) => `${word(one.passed)} ${one.name}: ${(one.found ?? NaN).toFixed(2)} ${one.unit} (wanted: at most ${String(one.wanted)})`,
    ),
    `     rates from 0.5 s to 1 s, 1/s: found, published, difference (${rates.length > 0 ? 'wanted: within 15 %' : 'judged at full scale only'})`,
    ...populations.map(({ name, rate, published }, p) => {
      const off = `${((rate / published - 1) * 100).toFixed(1)} %`;
      return `${rates.length === 0 ? '    ' : word(rates[p]!.passed)}   ${name.padEnd(5)} ${rate.toFixed(3).padStart(7)} ${published.toFixed(3).padStart(7)} ${off.padStart(8)}`;
    }),
    `${word(passed)} ${String(bars.filter((one) => one.passed).length)} of ${String(bars.length)} bars met`,
  ];
  return `${lines.join('\n')}\n`;
}

function word(passed: boolean): string {
  return passed ? 'ok  ' : 'FAIL';
}
