/**
 * Stimuli as a person writes them on the command line, in the form of the probes: KIND@NEURONS FIELD=VALUE ...
 *   current@0:8 amplitude=5mV start=20ms stop=80ms       noise@0 mean=2mV deviation=3mV tau=5ms       spikes@3 at=10ms,12ms weight=8mV       poisson@0:4,7 rate=50Hz weight=6mV
 * Fields and units are those of the stimuli of a workload card; neurons count over all populations, all of them unless given.
 */
import { CardError, type Mistake } from '../base/index.ts';
import { parseCard } from '../model/load.ts';
import { EVERY_NEURON, StimulusSchema } from '../model/schemas/stimuli.ts';
import type { WorkloadStimulus } from '../model/schemas/workload.ts';

/** Short names: `noise` is a noisy current, `spikes` are spikes at given times. */
const KINDS: Readonly<Record<string, string>> = { noise: 'ornstein-uhlenbeck', spikes: 'burst' };
const EXAMPLE = '"current@0:8 amplitude=5mV start=20ms stop=80ms"';

/** What a text says, or every mistake in it. */
export function parseStimulus(text: string): { readonly stimulus: WorkloadStimulus } | { readonly mistakes: readonly Mistake[] } {
  const label = flagLabel(text);
  const written = fieldsOf(text);
  if (written === undefined) return { mistakes: [{ file: label, expected: `a kind, neurons and fields, such as ${EXAMPLE}` }] };
  try {
    return { stimulus: parseCard(StimulusSchema, JSON.stringify(written), { label }).value };
  } catch (error) {
    if (!(error instanceof CardError)) throw error;
    return { mistakes: error.mistakes.map(({ line: _line, ...mistake }) => mistake) };
  }
}

/** How messages name such a stimulus. */
export function flagLabel(text: string): string {
  return `--stimulus "${text}"`;
}

function fieldsOf(text: string): Record<string, unknown> | undefined {
  const match = /^([a-z-]+)(?:@([\d:,]+))?((?:\s.*)?)$/.exec(text.trim());
  if (match === null) return undefined;
  const [, kind, neurons, rest] = match;
  const fields = rest!.trim() === '' ? [] : rest!.trim().split(/\s+(?=[a-z_]+=)/);
  const entries = fields.map((field) => /^([a-z_]+)=(.+)$/.exec(field));
  if (entries.includes(null)) return undefined;
  return {
    kind: KINDS[kind!] ?? kind,
    to: EVERY_NEURON,
    ...(neurons === undefined ? {} : { neurons }),
    ...Object.fromEntries(entries.map((entry) => [entry![1]!, valueOf(entry![1]!, entry![2]!)])),
  };
}

function valueOf(name: string, value: string): unknown {
  if (name === 'at') return value.split(',').map((one) => one.trim());
  return /^\d+$/.test(value) ? Number(value) : value;
}
