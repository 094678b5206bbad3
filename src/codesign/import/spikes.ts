/**
 * Recorded spikes as the stimulus of a workload: a copy of the workload in which they stand in the place of its own stimuli, node k driving neuron k of a population.
 * Spikes alone are no workload: `neurolith compare` reads spike files as they are.
 */
import { parseDocument } from 'yaml';
import { UsageError } from '../../base/index.ts';
import { loadCard, parseCard, readTextFile, WorkloadSchema } from '../../model/index.ts';
import { buildNetwork } from '../../network/index.ts';
import { readSpikeFile } from '../../store/index.ts';
import { csvOf, inMs, inMv, plainName, type ImportedFile, type ImportedWorkload, type ImportOptions } from './imported.ts';

/** Reads the spikes and the workload. Throws CardError for what cannot be read, UsageError for populations that do not fit. */
export async function importSpikes(file: string, { card, into, to, weight = 8e-3, duration }: ImportOptions): Promise<ImportedWorkload> {
  const tables = await readSpikeFile(file);
  if (into === undefined)
    throw new UsageError(
      `${file} holds spikes, and spikes alone are no workload: --into WORKLOAD --to POPULATION drives one with them; compare reads spike files as they are`,
    );
  const loaded = loadCard(WorkloadSchema, into);
  const { populations } = loaded.value;
  const names = Object.keys(populations);
  const stem = plainName(card).replace(/\.ya?ml$/i, '');
  const driven = tables.map((table) => ({
    table,
    to: to ?? (names.includes(table.population) ? table.population : names.length === 1 ? names[0]! : undefined),
  }));
  const lost = driven.filter((one) => one.to === undefined || !names.includes(one.to));
  if (lost.length > 0 || (to !== undefined && tables.length > 1)) {
    const found = tables.map(({ population }) => population || '(no name)').join(', ');
    throw new UsageError(`--to: the spikes of ${found} need a population each, one of ${names.join(', ')}`);
  }
  const files: ImportedFile[] = driven.map(({ table }, k) => ({
    name: `${stem}.spikes${tables.length === 1 ? '' : String(k)}.csv`,
    content: csvOf({ time_ms: table.time, node: table.node }),
  }));
  const last = driven.reduce((most, { table }) => Math.max(most, table.end ?? 0, table.time.at(-1) ?? 0), 0) / 1000;
  const seconds = duration ?? Math.max(1e-3, Number(last.toPrecision(12)));
  const document = parseDocument(readTextFile(into));
  document.set('name', stem);
  document.set('description', `${loaded.value.name}, driven by the spikes of ${plainName(file)}`);
  document.set(
    'stimuli',
    driven.map((one, k) => ({ kind: 'spike-file', file: files[k]!.name, to: one.to, weight: inMv(weight) })),
  );
  document.set('duration', inMs(seconds));
  document.set('warm_up', inMs(Math.min(loaded.value.warm_up, seconds / 10)));
  const beside = loaded.value.edges.flatMap((entry, k) =>
    entry.kind === 'file' ? [{ name: entry.file, content: loaded.readText(entry.file, `edges.${String(k)}.file`) }] : [],
  );
  const content = document.toString({ lineWidth: 160 });
  const all = [...files, ...beside];
  // the card as it will be: nodes beyond the population are told now
  buildNetwork(parseCard(WorkloadSchema, content, { label: plainName(card) }).value, {
    readText: (name) => String(all.find((one) => one.name === name)!.content),
    referenceDelay: 1e-3,
  });
  const spikes = tables.reduce((sum, { time }) => sum + time.length, 0);
  return {
    format: 'spikes',
    files: [{ name: plainName(card), content }, ...all],
    notes: [`${String(spikes)} spikes drive ${driven.map((one) => one.to).join(', ')}, node k the neuron k, with ${inMv(weight)} each`],
    facts: { spikes, drives: driven.map((one) => one.to), duration: seconds },
  };
}
