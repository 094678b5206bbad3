/** `neurolith import FILE -o WORKLOAD.yaml`: networks and spikes of other tools become workloads. */
import { parseQuantity, UsageError } from '../base/index.ts';
import { importWorkload, writeImported, type ImportOptions } from '../codesign/index.ts';
import type { Arguments } from './command.ts';
import type { Host } from './host.ts';
import { flag, optionalText, text } from './values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const card = text(argv, 'out');
  const quantity = (name: string, dimension: 'time' | 'voltage'): number | undefined => {
    const given = optionalText(argv, name);
    if (given === undefined) return undefined;
    const value = parseQuantity(given, dimension);
    const fits = value !== undefined && (dimension === 'voltage' || value > 0);
    if (!fits)
      throw new UsageError(
        `--${name}: found "${given}", expected ${dimension === 'time' ? 'a time such as "0.1 ms"' : 'a voltage such as "8 mV"'}`,
      );
    return value;
  };
  const options: ImportOptions = {
    card,
    ...defined({
      step: quantity('dt', 'time'),
      timeUnit: quantity('time-unit', 'time'),
      duration: quantity('for', 'time'),
      weight: quantity('weight', 'voltage'),
      reset: optionalText(argv, 'reset') as ImportOptions['reset'],
      integrator: optionalText(argv, 'integrator') as ImportOptions['integrator'],
      input: optionalText(argv, 'input'),
      into: optionalText(argv, 'into'),
      to: optionalText(argv, 'to'),
    }),
  };
  const imported = await importWorkload(text(argv, 'file'), options);
  const files = await writeImported(imported, card, flag(argv, 'force'));
  if (flag(argv, 'json')) {
    host.stdout.write(`${JSON.stringify({ format: imported.format, files, notes: imported.notes, ...imported.facts })}\n`);
    return 0;
  }
  host.stdout.write(`${[...files, '', ...imported.notes, '', `run it:  neurolith reference ${card} -o runs/reference`].join('\n')}\n`);
  return 0;
}

/** Only the options that were given. */
function defined(options: { readonly [K in keyof ImportOptions]?: ImportOptions[K] | undefined }): Partial<ImportOptions> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
