/**
 * Opens a workload: a card, or a bare edge list in CSV, which is wrapped in calibration/workloads/connectome.yaml. That card states every default that a bare file leaves
 * open (weights, signs, neurons, stimulus), so nothing is assumed in code.
 */
import { fileURLToPath } from 'node:url';
import { CardError } from '../base/index.ts';
import { loadCard, type Card, type LoadOptions } from '../model/load.ts';
import { readTextFile } from '../model/read-text.ts';
import { WorkloadSchema, type WorkloadCard } from '../model/schemas/workload.ts';

/** The card that wraps bare edge lists; as far from src/network as from dist/network. */
export const CONNECTOME_CARD = fileURLToPath(new URL('../../calibration/workloads/connectome.yaml', import.meta.url));

/** Reads the workload in `file` (.yaml, .yml, or .csv for a bare edge list). Throws CardError with all mistakes of the card; those of the edges come from buildNetwork. */
export function loadWorkload(file: string, options: LoadOptions = {}): Card<WorkloadCard> {
  return /\.csv$/i.test(file) ? wrapEdges(file, options) : loadCard(WorkloadSchema, file, options);
}

/** The connectome card with its one edge file replaced by `file`, which may lie anywhere. Overrides go to the card. */
export function wrapEdges(file: string, options: LoadOptions = {}, wrapper = CONNECTOME_CARD): Card<WorkloadCard> {
  const label = options.label ?? file;
  const wrapping = `${label} (in connectome.yaml)`;
  const card = loadCard(WorkloadSchema, wrapper, { label: wrapping, overrides: options.overrides ?? [] });
  const at = card.value.edges.findIndex(({ kind }) => kind === 'file');
  if (at < 0) throw new CardError([{ file: wrapping, path: 'edges', expected: 'an entry of kind file, to be replaced by the edge list' }]);
  const edges = card.value.edges.map((entry, i) => (i === at ? Object.freeze({ ...entry, file: label }) : entry)) as WorkloadCard['edges'];
  return Object.freeze({
    ...card,
    value: Object.freeze({ ...card.value, edges: Object.freeze(edges) }),
    label: wrapping,
    readText: (name: string, path: string | readonly PropertyKey[] = []) =>
      name === label ? readTextFile(file, { label }) : card.readText(name, path),
  });
}
