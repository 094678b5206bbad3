/** `neurolith validate loihi FOLDER`: a network file, its input and its reference output on a digital chip, spike by spike. */
import { formatQuantity } from '../../base/index.ts';
import { validateLoihi, type LoihiValidation } from '../../chip/index.ts';
import { cardFile } from '../../codesign/index.ts';
import { loadCard, LoihiSchema } from '../../model/index.ts';
import type { Arguments } from '../command.ts';
import type { Host } from '../host.ts';
import { flag, list, optionalText, text } from '../values.ts';

export async function run(argv: Arguments, host: Host): Promise<number> {
  const card = loadCard(LoihiSchema, cardFile('chip', optionalText(argv, 'chip') ?? 'loihi-like'), { overrides: list(argv, 'set') }).value;
  const validation = await validateLoihi(text(argv, 'folder'), card);
  host.stdout.write(flag(argv, 'json') ? `${JSON.stringify(validation)}\n` : describe(validation));
  return validation.passed ? 0 : 1;
}

function describe({
  passed,
  layers,
  reference,
  matched,
  missed,
  differences,
  run: { steps, cores, energy, counts },
  ...rest
}: LoihiValidation): string {
  const lines = [
    `${passed ? 'ok  ' : 'FAIL'} ${String(matched)} of ${String(reference)} reference spikes matched, ${String(missed)} missed, ${String(rest.false)} false`,
    `     layers ${layers.join(', ')}; ${String(rest.inputSpikes)} input spikes; ${String(steps)} steps on ${String(cores)} cores`,
    `     ${String(counts.synapticEvents)} synaptic events, ${String(counts.neuronUpdates)} neuron updates, ${formatQuantity(energy, 'energy')}`,
    ...differences.map(({ step, neuron, kind }) => `     ${kind}: neuron ${String(neuron)} at step ${String(step)}`),
  ];
  return `${lines.join('\n')}\n`;
}
