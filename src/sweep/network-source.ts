/**
 * A design as an experiment takes it: the card and the texts of the files that it names, so that a worker can compile it without reading a file.
 */
import { CardError, InfeasibleError, type Mistake } from '../base/errors.ts';
import { cardFile } from '../codesign/workspace.ts';
import type { Card } from '../model/load.ts';
import { loadCard } from '../model/load.ts';
import { NocSchema, type NocDesign } from '../model/schemas/noc.ts';
import { compileNoc, type CompileOptions, type NocLayout } from '../noc/index.ts';

/** A design with its files. Plain data. */
export interface NetworkSource {
  readonly design: NocDesign;
  readonly files: Readonly<Record<string, string>>;
}

/** A design that was read and compiled. */
export interface Network {
  readonly source: NetworkSource;
  readonly layout: NocLayout;
}

/**
 * Reads and compiles a design: a file, or the name of a shipped one. CardError with every mistake of the card and of the files it names; what cannot be built (a graph in pieces, a
 * routing that may deadlock) is told with the file.
 */
export function loadNetwork(given: string, overrides: readonly string[] = [], options: CompileOptions = {}): Network {
  const card = loadCard(NocSchema, cardFile('noc', given), { overrides, ...(/[./\\]/.test(given) ? { label: given } : {}) });
  return compileCard(card, options);
}

/** Several designs. CardError with the mistakes of all of them. */
export function loadNetworks(designs: readonly string[], overrides: readonly string[] = [], options: CompileOptions = {}): Network[] {
  const mistakes: Mistake[] = [];
  const networks = designs.flatMap((design): Network[] => {
    try {
      return [loadNetwork(design, overrides, options)];
    } catch (error) {
      if (!(error instanceof CardError)) throw error;
      mistakes.push(...error.mistakes);
      return [];
    }
  });
  if (mistakes.length > 0) throw new CardError(mistakes);
  return networks;
}

/** Compiles a card that was read. */
function compileCard(card: Card<NocDesign>, options: CompileOptions = {}): Network {
  const files: Record<string, string> = {};
  const readText = (name: string): string => (files[name] ??= card.readText(name, pathOfFile(card.value, name)));
  try {
    return { layout: compileNoc(card.value, readText, options), source: { design: card.value, files } };
  } catch (error) {
    if (!(error instanceof InfeasibleError)) throw error;
    const path = /\bdead\b|faults name|left alive/.test(error.message)
      ? 'faults'
      : /reached|linked|needs routers|graph of/.test(error.message)
        ? 'topology'
        : 'routing';
    const line = card.lineOf(path);
    throw new CardError([{ file: card.label, ...(line === undefined ? {} : { line }), path, expected: `another one: ${error.message}` }]);
  }
}

/** Compiles a source again, elsewhere. */
export function layoutOf({ design, files }: NetworkSource, options: CompileOptions = {}): NocLayout {
  return compileNoc(
    design,
    (name) => {
      const text = files[name];
      if (text === undefined) throw new InfeasibleError(`${design.name}: the file ${name} was not read`);
      return text;
    },
    options,
  );
}

/** Where a design names a file, for messages. */
function pathOfFile(design: NocDesign, name: string): string {
  const { topology, routing } = design;
  if ('file' in topology && topology.file === name) return 'topology.file';
  return 'file' in routing && routing.file === name ? 'routing.file' : 'topology';
}
