/**
 * Connectomes as CSV: an edge list with a header (presynaptic neuron, postsynaptic neuron, weight, type of the connection), or a square matrix of weights without one, which becomes an edge list. The card is
 * calibration/workloads/connectome.yaml with the names of this file in it: what a bare list leaves open (neurons, signs, potentials, delay, stimulus) stands there with its reasons.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseDocument } from 'yaml';
import { CardError, type Mistake } from '../../base/index.ts';
import { parseCard, WorkloadSchema } from '../../model/index.ts';
import { buildNetwork, CONNECTOME_CARD, splitCsv } from '../../network/index.ts';
import { csvOf, inMs, plainName, type ImportedWorkload, type ImportOptions } from './imported.ts';

const COLUMNS = {
  pre: ['pre', 'source', 'from', 'presynaptic', 'pre_id', 'pre_root_id', 'bodyid_pre', 'source_node_id'],
  post: ['post', 'target', 'to', 'postsynaptic', 'post_id', 'post_root_id', 'bodyid_post', 'target_node_id'],
  weight: ['weight', 'weights', 'synapses', 'n_synapses', 'syn_count', 'count', 'nsyns', 'n'],
  type: ['type', 'kind', 'connection', 'synapse_type'],
} as const;
const SEPARATORS = { ',': 'comma', ';': 'semicolon', '\t': 'tab' } as const;
const MOST_REGIONS = 20_000;

/** Whether the first line of a text is the header of an edge list. */
export function isEdgeHeader(line: string): boolean {
  const names = line.split(/[,;\t]/).map((name) => name.trim().toLowerCase());
  return (['pre', 'post'] as const).every((side) => names.some((name) => (COLUMNS[side] as readonly string[]).includes(name)));
}

/** Whether a text is a table of numbers with as many rows as columns. */
export function isMatrix(text: string): boolean {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const cells = lines[0]?.split(/[,;\t]/) ?? [];
  return lines.length > 2 && lines.length === cells.length && cells.every((cell) => cell.trim() !== '' && Number.isFinite(Number(cell)));
}

/** Reads the list. Throws CardError with all mistakes of its rows. */
export function importEdges(file: string, text: string, { card, duration }: ImportOptions): ImportedWorkload {
  const matrix = isMatrix(text);
  const separator = Object.keys(SEPARATORS).find((one) => text.slice(0, text.search(/\r?\n/)).includes(one)) ?? ',';
  const name = matrix ? `${plainName(card).replace(/\.ya?ml$/i, '')}.edges.csv` : plainName(file);
  const edges = matrix ? edgesOfMatrix(file, text, separator) : text;
  const header = splitCsv(edges.slice(0, edges.search(/\r?\n/) + 1), matrix ? ',' : separator, file)[0]!.fields;
  const find = (column: keyof typeof COLUMNS): string | undefined =>
    header.find((one) => (COLUMNS[column] as readonly string[]).includes(one.trim().toLowerCase()));
  const columns = { pre: find('pre')!, post: find('post')!, weight: find('weight'), type: find('type') };
  if (columns.weight === undefined)
    throw new CardError([
      { file, line: 1, found: header.join(', ').slice(0, 80), expected: `a column of weights: ${COLUMNS.weight.join(', ')}` },
    ]);
  const document = parseDocument(readFileSync(CONNECTOME_CARD, 'utf8'));
  document.commentBefore = ` Connectome of ${plainName(file)}. What the list leaves open is said here as calibration/workloads/connectome.yaml says it; change what you know better.`;
  document.set('name', plainName(card).replace(/\.ya?ml$/i, ''));
  document.set('description', `A connectome imported from ${plainName(file)}, driven by noise`);
  document.setIn(['edges', 0, 'file'], name);
  document.setIn(['edges', 0, 'separator'], matrix ? 'comma' : SEPARATORS[separator as keyof typeof SEPARATORS]);
  document.setIn(
    ['edges', 0, 'columns'],
    document.createNode(Object.fromEntries(Object.entries(columns).filter(([, column]) => column !== undefined)), { flow: true }),
  );
  if (columns.type !== undefined)
    document.setIn(['edges', 0, 'types'], document.createNode(typesOf(edges, separator, columns.type, file), { flow: true }));
  if (duration !== undefined) {
    document.set('duration', inMs(duration));
    document.set('warm_up', inMs(Math.min(0.1, duration / 10)));
  }
  const content = document.toString({ lineWidth: 160 });
  const parsed = parseCard(WorkloadSchema, content, { label: plainName(card) });
  const network = buildNetwork(parsed.value, { readText: () => edges, label: basename(file) });
  return {
    format: 'edges',
    files: [
      { name: plainName(card), content },
      { name, content: edges },
    ],
    notes: [
      `${String(network.count)} neurons, ${String(network.target.length)} synapses${matrix ? ', from a matrix of weights: a row is a source, a column a target' : ''}`,
      ...network.notes.map((note) => `${note.text}: ${String(note.count)}`),
      'neurons, signs, potentials, delay and stimulus are those of calibration/workloads/connectome.yaml',
    ],
    facts: { neurons: network.count, synapses: network.target.length, columns },
  };
}

/** What the words of the type column stand for. Throws CardError for words that tell nothing. */
function typesOf(text: string, separator: string, column: string, file: string): Record<string, string> {
  const [header, ...rows] = splitCsv(text, separator, file);
  const at = header!.fields.indexOf(column);
  const lines = new Map<string, number>();
  for (const { fields, line } of rows) if (fields[at] !== undefined && !lines.has(fields[at])) lines.set(fields[at], line);
  const wrong: Mistake[] = [];
  const types = [...lines].slice(0, 100).map(([word, line]) => {
    const kind = /chem|exc|inh|ampa|gaba|ach|^c$/i.test(word) ? 'chemical' : /elec|gap|^ej$|^e$/i.test(word) ? 'electrical' : undefined;
    if (kind === undefined)
      wrong.push({ file, line, path: column, found: `"${word.slice(0, 40)}"`, expected: 'chemical or electrical (gap junction)' });
    return [word, kind ?? 'chemical'] as const;
  });
  if (wrong.length > 0) throw new CardError(wrong.slice(0, 20));
  return Object.fromEntries(types);
}

/** Entries other than 0, by row. Throws CardError with ragged rows and entries that are no numbers of at least 0. */
function edgesOfMatrix(file: string, text: string, separator: string): string {
  const rows = splitCsv(text, separator, file);
  if (rows.length > MOST_REGIONS)
    throw new CardError([{ file, found: `${String(rows.length)} rows`, expected: `at most ${String(MOST_REGIONS)}` }]);
  const wrong: Mistake[] = [];
  const [pre, post, weight]: [number[], number[], number[]] = [[], [], []];
  rows.forEach(({ fields, line }, i) => {
    if (fields.length !== rows.length)
      wrong.push({ file, line, found: `${String(fields.length)} columns`, expected: `${String(rows.length)}, as there are rows` });
    else
      fields.forEach((cell, j) => {
        const value = cell.trim() === '' ? NaN : Number(cell);
        if (!(value >= 0 && Number.isFinite(value)))
          wrong.push({ file, line, path: `column ${String(j + 1)}`, found: `"${cell.slice(0, 40)}"`, expected: 'a number of at least 0' });
        if (!(value > 0)) return;
        pre.push(i);
        post.push(j);
        weight.push(value);
      });
  });
  if (wrong.length > 0) throw new CardError(wrong.slice(0, 20));
  return csvOf({ pre: pre.map(regionName), post: post.map(regionName), weight });
}

/** Of equal length, so that neurons sorted by name stand in the order of the matrix. */
function regionName(k: number): string {
  return `n${String(k).padStart(5, '0')}`;
}
